"""Rules of reductions: sums, products, maxima, softmax."""

from __future__ import annotations

from xorexplain.notation.expr import FILL, Expr, call
from xorexplain.rules import Local, Rule


def _spread(at: Local, value: Expr) -> Expr:
    """Repeat a reduced value along the axes it lost, to the shape of the input."""
    ndim, axis = at.ndim[0], at.apply.op.param("axis")
    if axis is not None and ndim is not None:
        dropped = {int(a) % ndim for a in axis.split(", ")}
        kept = iter(range(ndim - len(dropped)))
        order = ", ".join("x" if a in dropped else str(next(kept)) for a in range(ndim))
        value = call("expand_dims", value, order=order)
    return value


def _sum(at: Local) -> list[Expr | None]:
    return [call(FILL, _spread(at, at.dy), at.x[0])]


def _product(at: Local) -> list[Expr | None]:
    return [_spread(at, at.dy * at.out) / at.x[0]]


def _extreme(at: Local) -> list[Expr | None]:
    return [_spread(at, at.dy) * call("eq", _spread(at, at.out), at.x[0])]


def _along_axis(at: Local) -> int | None:
    axis = at.apply.op.param("axis")
    ndim = at.ndim[0]
    if ndim is None:
        return None
    return ndim - 1 if axis is None else int(axis.split(", ")[0]) % ndim


def _kept_sum(at: Local, value: Expr) -> Expr:
    axis, ndim = _along_axis(at), at.ndim[0] or 0
    order = ", ".join("x" if a == axis else str(a - (a > (axis or 0))) for a in range(ndim))
    return call("expand_dims", call("sum", value, axis=str(axis)), order=order)


def _softmax(at: Local) -> list[Expr | None]:
    if at.apply.op.param("axis") is None and at.ndim[0] != 2:
        return [at.out * (at.dy - call("sum", at.dy * at.out))]
    return [at.out * (at.dy - _kept_sum(at, at.dy * at.out))]


def _log_softmax(at: Local) -> list[Expr | None]:
    if at.apply.op.param("axis") is None and at.ndim[0] != 2:
        return [at.dy - call("exp", at.out) * call("sum", at.dy)]
    return [at.dy - call("exp", at.out) * _kept_sum(at, at.dy)]


RULES: dict[str, Rule] = {
    "sum": Rule("Every element counts once in a sum, so each receives the whole adjoint.", _sum),
    "prod": Rule(
        "Each element receives the adjoint times the product of all the others.", _product
    ),
    **dict.fromkeys(
        ("max", "min"),
        Rule("Only the element that was chosen receives the adjoint.", _extreme),
    ),
    "max_and_argmax": Rule(
        "Only the element that was chosen receives the adjoint; its position has no slope."
    ),
    **dict.fromkeys(
        ("argmax", "argmin", "all", "any", "arg_sort"),
        Rule("A position or a yes or no has no slope.", lambda at: [None] * len(at.x)),
    ),
    "softmax": Rule(
        "Raising one probability lowers the others: each receives its adjoint minus the average "
        "adjoint, weighted by its probability.",
        _softmax,
    ),
    "log_softmax": Rule(
        "Each logit receives its adjoint minus its probability times the sum of all adjoints.",
        _log_softmax,
    ),
    "cumsum": Rule(
        "An element counts in every later sum, so it receives the sum of their adjoints."
    ),
    "sort": Rule("Sorting moves elements; each adjoint moves back to where its element came from."),
    "crossentropy_softmax_argmax1_hot_with_bias": Rule(
        "Softmax and cross-entropy together: the logits receive probability minus target."
    ),
    "crossentropy_categorical1_hot": Rule(
        "Only the true class counts: it receives minus one over its probability."
    ),
    "softmax_with_bias": Rule(
        "As for softmax; the bias receives the sum over the rows it was added to."
    ),
}
