"""Rules of reductions: sums, products, maxima, softmax."""

from __future__ import annotations

from functools import reduce
from operator import mul

from xorexplain.gradients.rules import REDUCES_NOTHING, Local, Rule
from xorexplain.graph.ops import axes_of
from xorexplain.notation.expr import FILL, Expr, call


def _spread(at: Local, value: Expr) -> Expr:
    """Repeat a reduced value along the axes it lost, to the shape of the input.

    A number has no axes to lose, though NumPy reduces one over its first.
    """
    ndim, axes = at.ndim[0], axes_of(at.apply.op.param("axis"))
    if axes is not None and ndim:
        dropped = {a % ndim for a in axes}
        kept = iter(range(ndim - len(dropped)))
        order = ", ".join("x" if a in dropped else str(next(kept)) for a in range(ndim))
        value = call("expand_dims", value, order=order)
    return value


def _sum(at: Local) -> list[Expr | None]:
    return [call(FILL, _spread(at, at.dy), at.x[0])]


def _mean(at: Local) -> list[Expr | None]:
    """Share what arrives at an average among the elements it is of."""
    axes, x = axes_of(at.apply.op.param("axis")), at.x[0]
    if axes is None or at.ndim[0] == 0:
        number = call("prod", call("shape", x))
    else:
        number = reduce(mul, [call("shape_i", x, axis=str(axis)) for axis in axes])
    share = at.dy / number
    return [call(FILL, share if at.apply.op.param("keepdims") else _spread(at, share), x)]


def _product(at: Local) -> list[Expr | None]:
    return [_spread(at, at.dy * at.out) / at.x[0]]


def _extreme(at: Local) -> list[Expr | None]:
    return [_spread(at, at.dy) * call("eq", _spread(at, at.out), at.x[0])]


def _kept_sum(at: Local, value: Expr) -> Expr:
    """Sum along the axes an op works along; what is summed stays an axis of length 1."""
    ndim, axes = at.ndim[0] or 0, axes_of(at.apply.op.param("axis"))
    along = set(range(ndim)) if axes is None or not ndim else {a % ndim for a in axes}
    if len(along) == ndim:
        return call("sum", value)
    return _spread(at, call("sum", value, axis=", ".join(map(str, sorted(along)))))


def _softmax(at: Local) -> list[Expr | None]:
    return [at.out * (at.dy - _kept_sum(at, at.dy * at.out))]


def _softmax_grad(at: Local) -> list[Expr | None]:
    arrived, chances = at.x
    lost, weight = _kept_sum(at, at.dy * chances), _kept_sum(at, arrived * chances)
    return [chances * (at.dy - lost), at.dy * (arrived - weight) - lost * arrived]


def _log_softmax(at: Local) -> list[Expr | None]:
    return [at.dy - call("exp", at.out) * _kept_sum(at, at.dy)]


def _logsumexp(at: Local) -> list[Expr | None]:
    return [_spread(at, at.dy) * call("exp", at.x[0] - _spread(at, at.out))]


def _from_the_end(at: Local, value: Expr) -> Expr:
    """Add up along an axis from its end."""
    ndim, axes = at.ndim[0], axes_of(at.apply.op.param("axis"))
    axis = axes[0] % ndim if axes and ndim else 0
    index = ", ".join([":"] * axis + ["::-1"])
    backwards = call("subtensor", value, index=index)
    return call("subtensor", call("cumsum", backwards, axis=str(axis)), index=index)


def _running(at: Local, received: Expr) -> list[Expr | None]:
    # Without an axis, all elements are taken in one row.
    known = at.apply.op.param("axis") is not None or at.ndim[0] == 1
    return [received if known else None]


RULES: dict[str, Rule] = {
    REDUCES_NOTHING: Rule(
        "Over no axis nothing is put together: the value is passed on, and so is the adjoint.",
        lambda at: [at.dy],
    ),
    "sum": Rule("Every element counts once in a sum, so each receives the whole adjoint.", _sum),
    "mean": Rule(
        "Every element counts once in a mean, so each receives the adjoint over their number.",
        _mean,
    ),
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
    "softmax_grad": Rule(
        "What the logits receive is linear in what arrived, and of second degree in the "
        "probabilities: each receives its slope times the adjoint.",
        _softmax_grad,
    ),
    "log_softmax": Rule(
        "Each logit receives its adjoint minus its probability times the sum of all adjoints.",
        _log_softmax,
    ),
    "logsumexp": Rule(
        "The slope of the logarithm of a sum of exponentials is softmax: each element receives the "
        "adjoint times its share of the sum.",
        _logsumexp,
    ),
    "cumsum": Rule(
        "An element counts in every later sum, so it receives the sum of their adjoints.",
        lambda at: _running(at, _from_the_end(at, at.dy)),
    ),
    "cumprod": Rule(
        "An element is a factor of every later product, so it receives the sum of their adjoints "
        "times those products, divided by itself.",
        lambda at: _running(at, _from_the_end(at, at.dy * at.out) / at.x[0]),
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
