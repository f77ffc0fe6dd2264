"""Name the symbols and functions that the formulas of the dictionary are written with.

A function takes expressions and numbers. Its name is the kind of op, as in `Op.kind`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from xorexplain.notation.expr import Expr, call, expr, symbol

Function: TypeAlias = Callable[..., Expr]

x, y, z, a, b = (symbol(name) for name in "xyzab")
v, w = symbol("v"), symbol("w")
A, B, C, D = (symbol(name) for name in "ABCD")
n, m = symbol("n"), symbol("m")
p = symbol("p")
pi = symbol("π")
zero, one = expr(0), expr(1)


def function(kind: str, **params: str) -> Function:
    """Return what applies an op of a kind to expressions and numbers."""

    def applied(*args: Expr | float) -> Expr:
        return call(kind, *(expr(argument) for argument in args), **params)

    return applied


def at(array: Expr, index: str) -> Expr:
    """Read the elements at an index, such as `1:`."""
    return call("subtensor", array, index=index)


def set_at(array: Expr, value: Expr | float, index: str) -> Expr:
    """Return the array with the elements at an index replaced."""
    return call("set_subtensor", array, expr(value), index=index)


def add_at(array: Expr, value: Expr | float, index: str) -> Expr:
    """Return the array with a value added to the elements at an index."""
    return call("inc_subtensor", array, expr(value), index=index)


def new_axes(array: Expr, order: str) -> Expr:
    """Return the array with new axes of length 1 at each `x` of the order."""
    return call("expand_dims", array, order=order)


def squeezed(array: Expr, order: str) -> Expr:
    """Return the array with only the axes in the order, the others being of length 1."""
    return call("squeeze", array, order=order)


add, sub, mul, pow_ = (function(kind) for kind in ("add", "sub", "mul", "pow"))
div, int_div, neg = function("true_div"), function("int_div"), function("neg")
lt, le, gt, ge, eq, neq = (function(kind) for kind in ("lt", "le", "gt", "ge", "eq", "neq"))
and_, or_, xor = function("and"), function("or"), function("xor")
exp, log, log1p, expm1 = (function(kind) for kind in ("exp", "log", "log1p", "expm1"))
sqrt, sqr, sign = function("sqrt"), function("sqr"), function("sign")
abs_, reciprocal, conj = function("abs"), function("reciprocal"), function("conj")
sigmoid, softplus = function("sigmoid"), function("softplus")
log1mexp, logaddexp, logsumexp = (function(k) for k in ("log1mexp", "logaddexp", "logsumexp"))
softmax, log_softmax = function("softmax"), function("log_softmax")
erf, erfc = function("erf"), function("erfc")
cosh, arccosh, sinh, arcsinh = (function(k) for k in ("cosh", "arccosh", "sinh", "arcsinh"))
tanh, arctanh = function("tanh"), function("arctanh")
maximum, minimum, switch = function("maximum"), function("minimum"), function("switch")
sum_, prod, max_, min_ = (function(kind) for kind in ("sum", "prod", "max", "min"))
argmax, argmin = function("argmax"), function("argmin")
fill, alloc, reshape = function("fill"), function("alloc"), function("reshape")
make_vector, join, tile = function("make_vector"), function("join"), function("tile")
sort, unique = function("sort"), function("unique")
size, shape = function("size"), function("shape")
outer, diag, diagonal = function("outer"), function("diag"), function("diagonal")
inverse, det, kron = function("matrix_inverse"), function("det"), function("kron")
solve, cholesky, eye = function("solve"), function("cholesky"), function("eye")
block_diag, expm = function("block_diag"), function("expm")
