"""Compute special functions with SciPy, which both engines need."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

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
}
"""SciPy's counterpart of each kind of op; the first argument is the expression itself."""
