"""Compute with NumPy and SciPy the kinds of ops that only the laws of rewrites speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy
import scipy.linalg
import scipy.special

Array = Any


def plain(function: Callable[..., Array]) -> Callable[..., Array]:
    return lambda current, *args: function(*args)


def lengths(args: tuple[Array, ...]) -> tuple[int, ...]:
    return tuple(int(length) for length in args)


def log1mexp(x: Array) -> Array:
    return numpy.log(-numpy.expm1(x))


def gemm(z: Array, a: Array, x: Array, y: Array, b: Array) -> Array:
    """Return b z + a x y, as BLAS does for matrices (gemm) and vectors (gemv)."""
    return b * z + a * numpy.dot(x, y)


OF_NUMPY = (
    "conj",
    "logaddexp",
    "argmax",
    "sort",
    "unique",
    "size",
    "kron",
    "diagonal",
    "tril",
    "diag",
)
KINDS: Mapping[str, Callable[..., Array]] = {
    **{
        kind: plain(getattr(scipy.special, kind))
        for kind in ("erf", "erfc", "ive", "kve", "polygamma", "psi", "logsumexp")
    },
    **{kind: plain(getattr(numpy, kind)) for kind in OF_NUMPY},
    "shape": plain(lambda x: numpy.array(numpy.shape(x))),
    "xor": plain(numpy.logical_xor),
    "tri_gamma": plain(lambda x: scipy.special.polygamma(1, x)),
    "log1mexp": plain(log1mexp),
    "make_vector": plain(lambda *numbers: numpy.stack(numbers)),
    "join": plain(lambda axis, *parts: numpy.concatenate(parts, int(axis))),
    "tile": plain(lambda x, times: numpy.tile(x, int(times))),
    "alloc": plain(lambda value, *shape: numpy.broadcast_to(value, lengths(shape))),
    "gemm": plain(gemm),
    "gemv": plain(gemm),
    "ger": plain(lambda matrix, a, x, y: matrix + a * numpy.outer(x, y)),
    "dot22_scalar": plain(lambda x, y, a: a * numpy.dot(x, y)),
    "solve": plain(numpy.linalg.solve),
    "cholesky": plain(numpy.linalg.cholesky),
    "expm": plain(scipy.linalg.expm),
    "block_diag": plain(scipy.linalg.block_diag),
}
