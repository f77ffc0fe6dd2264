"""Compute what only formulas of rules are made of: special functions, systems of equations.

The special functions are those of SciPy, which both engines need.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy

from xorexplain.notation.expr import Expr
from xorexplain.notation.picking import whole

Array = Any


def _compute(name: str, *args: Array) -> Array:
    # Only few formulas have one, and it takes a moment to import.
    return getattr(importlib.import_module("scipy.special"), name)(*args)


def _special(name: str) -> Callable[..., Array]:
    return lambda current, *args: _compute(name, *args)


def _tri_gamma(current: Expr, x: Array) -> Array:
    return _compute("polygamma", 1, x)


def _poly_gamma(current: Expr, order: Array, x: Array) -> Array:
    return _compute("polygamma", whole(order), x)


def _sum_of_powers(current: Expr, first: Array, *rest: Array) -> Array:
    for other in rest:
        first = numpy.logaddexp(first, other)
    return first


def _with_diagonal(current: Expr, x: Array, value: Array) -> Array:
    filled = numpy.array(x)
    numpy.fill_diagonal(filled, value)
    return filled


SPECIAL: Mapping[str, Callable[..., Array]] = {
    **{
        kind: _special(kind)
        for kind in (
            "gamma",
            "gammaln",
            "digamma",
            "erf",
            "erfc",
            "erfinv",
            "i0",
            "i1",
            "ive",
            "j0",
            "j1",
        )
    },
    "tri_gamma": _tri_gamma,
    "poly_gamma": _poly_gamma,
    "logaddexp": _sum_of_powers,
    "fill_diagonal": _with_diagonal,
    "extract_diag": lambda current, x: numpy.diagonal(x),
    "eye": lambda current, n, m, k: numpy.eye(int(n), int(m), int(k)),
    "kron": lambda current, x, y: numpy.kron(x, y),
    "solve": lambda current, matrix, right: numpy.linalg.solve(matrix, right),
    "matrix_pinv": lambda current, x: numpy.linalg.pinv(x),
}
"""The counterpart of each kind of op; the first argument is the expression itself."""
