"""List the kinds of ops that combine the elements along axes."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "reduction")

KINDS = (
    _row(
        "sum",
        "Adds up elements, all of them or along axes.",
        traits=("reduces", "odd"),
        zero="first",
        folds="add",
    ),
    _row(
        "prod", "Multiplies elements, all of them or along axes.", traits=("reduces",), folds="mul"
    ),
    _row("prod_without_zeros", "Multiplies the elements that are not zero."),
    _row(
        "logsumexp",
        "Gives the logarithm of a sum of exponentials without losing digits.",
        traits=("graph",),
    ),
    _row(
        "mean",
        "Averages elements, all of them or along axes.",
        traits=("reduces",),
        implied=("keepdims",),
    ),
    _row(
        "max",
        "Takes the largest element, of all or along axes.",
        traits=("reduces", "chooses"),
        zero="first",
        implied=("initial",),
        folds="maximum",
    ),
    _row(
        "min",
        "Takes the smallest element, of all or along axes.",
        traits=("reduces", "chooses"),
        zero="first",
        implied=("initial",),
        folds="minimum",
    ),
    _row("argmax", "Tells where the largest element is."),
    _row("max_and_argmax", "Takes the largest element and tells where it is.", traits=("chooses",)),
    _row(
        "any",
        "Tells whether an element is true.",
        traits=("truth", "reduces"),
        zero="first",
        folds="or",
    ),
    _row("all", "Tells whether every element is true.", traits=("truth", "reduces"), folds="and"),
    _row("careduce", "Combines elements along axes."),
    _row(
        "cumsum",
        "Adds up elements, keeping the sums on the way.",
        traits=("same shape",),
        zero="first",
        example=("nm", "axis=1"),
    ),
    _row(
        "x_cum_reduce",
        "Combines elements along dimensions, keeping what comes on the way.",
        words="running reduction",
        traits=("same shape",),
        example=(),
    ),
    _row(
        "cumprod",
        "Multiplies elements, keeping the products on the way.",
        traits=("same shape",),
        example=("nm", "axis=1"),
    ),
    _row(
        "softmax",
        "Turns numbers into chances that add up to 1 along its axes: exp(x) ÷ the sum of exp(x).",
        traits=("activation", "same shape", "graph"),
        example=("nm", "axis=1"),
    ),
    _row(
        "log_softmax",
        "Gives the logarithm of softmax without losing digits.",
        traits=("activation", "same shape", "graph"),
        example=("nm", "axis=1"),
    ),
    _row("softmax_grad", "Hands an adjoint back through softmax."),
    _row("sort", "Sorts elements along an axis.", traits=("same shape",), zero="first"),
    _row(
        "arg_sort",
        "Tells the order that would sort the elements along an axis.",
        traits=("same shape",),
    ),
    _row("softmax_with_bias", "Adds a bias and turns each row into chances that add up to 1."),
    _row(
        "crossentropy_softmax_argmax1_hot_with_bias",
        "Gives softmax of input and bias, its cross-entropy, and the likeliest class.",
    ),
    _row(
        "crossentropy_softmax1_hot_with_bias_dx",
        "Hands an adjoint back through softmax and cross-entropy together.",
    ),
    _row("crossentropy_categorical1_hot", "Gives minus the logarithm of the chance of each label."),
    _row("crossentropy_categorical1_hot_grad", "Hands an adjoint back through cross-entropy."),
    _row("argmin", "Tells where the smallest element is."),
    _row("log_softmax_grad", "Hands an adjoint back through the logarithm of softmax."),
)
