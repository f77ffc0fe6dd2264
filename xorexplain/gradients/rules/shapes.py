"""Rules of ops that move, repeat, pick or join elements, and of ops with an inner graph."""

from __future__ import annotations

from xorexplain.gradients.rules import Local, Rule
from xorexplain.graph.ops import entries_of
from xorexplain.notation.expr import FILL, OUTPUT, Expr, call, expr


def _dimshuffle(at: Local) -> list[Expr | None]:
    """Sum over the axes that were inserted, then put the others back in order."""
    entries = entries_of(at.apply.op.param("order"))
    new = [position for position, entry in enumerate(entries) if entry == "x"]
    old = [int(entry) for entry in entries if entry != "x"]
    received = at.dy
    if new:
        along = {"axis": ", ".join(map(str, new))} if old else {}
        received = call("sum", received, **along)
    ndim = at.ndim[0] or 0
    order = [str(old.index(axis)) if axis in old else "x" for axis in range(ndim)]
    if order != [str(axis) for axis in range(len(old))]:
        kind = "transpose" if "x" not in order else "dimshuffle"
        received = call(kind, received, order=", ".join(order))
    return [received]


def _subtensor(at: Local) -> list[Expr | None]:
    indices = at.x[1:]
    zeros = call(FILL, expr(0), at.x[0])
    params = {"index": at.apply.op.param("index") or ""}
    return [call("inc_subtensor", zeros, at.dy, *indices, **params), *[None] * len(indices)]


def _inc_subtensor(at: Local) -> list[Expr | None]:
    indices = at.x[2:]
    params = {"index": at.apply.op.param("index") or ""}
    picked = call("subtensor", at.dy, *indices, **params)
    return [at.dy, picked, *[None] * len(indices)]


def _set_subtensor(at: Local) -> list[Expr | None]:
    indices = at.x[2:]
    params = {"index": at.apply.op.param("index") or ""}
    picked = call("subtensor", at.dy, *indices, **params)
    cleared = call("set_subtensor", at.dy, expr(0), *indices, **params)
    return [cleared, picked, *[None] * len(indices)]


def _take_rows(at: Local) -> list[Expr | None]:
    zeros = call(FILL, expr(0), at.x[0])
    return [call("advanced_inc_subtensor1", zeros, at.dy, at.x[1]), None]


def _take(at: Local) -> list[Expr | None]:
    indices = at.x[1:]
    zeros = call(FILL, expr(0), at.x[0])
    params = dict(at.apply.op.params)
    return [
        call("advanced_inc_subtensor", zeros, at.dy, *indices, **params),
        *[None] * len(indices),
    ]


def _diagonal(at: Local) -> list[Expr | None]:
    cleared = call("fill_diagonal", at.dy, expr(0))
    return [cleared, call("sum", call("extract_diag", at.dy))]


def _reshape(at: Local) -> list[Expr | None]:
    return [call("reshape", at.dy, call("shape", at.x[0])), *[None] * (len(at.x) - 1)]


def _join(at: Local) -> list[Expr | None]:
    """Cut the adjoint where the parts meet; Theano's axis is the first input."""
    axis, parts, first = at.apply.op.param("axis"), at.x, 0
    if axis is None:
        axis, parts, first = at.x[0].text, at.x[1:], 1
    if not axis.lstrip("-").isdigit():
        return [None] * len(at.x)
    lengths = call("make_vector", *(call("shape_i", part, axis=axis) for part in parts))
    pieces = call("split", at.dy, lengths, axis=axis)
    cut = [call(OUTPUT, pieces, position=str(position)) for position in range(len(parts))]
    return [*[None] * first, *cut]


_MOVED = Rule(
    "Moving axes moves the adjoint back; along an axis that was repeated it is summed.",
    _dimshuffle,
)
_PICKED = "Only the elements that were picked receive an adjoint; all others receive zero."

RULES: dict[str, Rule] = {
    "expand_dims": Rule(
        "A new axis repeats nothing yet: the adjoint is summed along it, which removes it.",
        _dimshuffle,
    ),
    "squeeze": Rule("The axis that was dropped is put back.", _dimshuffle),
    "transpose": Rule("Swapping axes swaps them back in the adjoint.", _dimshuffle),
    "dimshuffle": _MOVED,
    **dict.fromkeys(
        ("reshape", "join_dims", "split_dims"),
        Rule("The same elements in another shape: the adjoint takes the old one.", _reshape),
    ),
    "flatten": Rule("The same elements in another shape: the adjoint takes the old one."),
    "subtensor": Rule(_PICKED, _subtensor),
    "advanced_subtensor1": Rule(_PICKED + " A row picked twice receives both.", _take_rows),
    "advanced_subtensor": Rule(_PICKED + " An element picked twice receives both.", _take),
    "inc_subtensor": Rule(
        "What was added to receives the whole adjoint, what was added the picked part of it.",
        _inc_subtensor,
    ),
    "set_subtensor": Rule(
        "What was overwritten no longer counts and receives zero there; what was written receives "
        "the picked part.",
        _set_subtensor,
    ),
    "advanced_inc_subtensor1": Rule(
        "What was added to receives the whole adjoint, what was added the picked rows of it."
    ),
    "advanced_inc_subtensor": Rule(
        "What was added to receives the whole adjoint, what was added the picked elements of it."
    ),
    **dict.fromkeys(
        (
            "advanced_set_subtensor",
            "advanced_set_subtensor1",
            "advanced_boolean_set_subtensor",
        ),
        Rule(
            "What was overwritten no longer counts and receives zero there; what was written "
            "receives the picked elements."
        ),
    ),
    "advanced_boolean_subtensor": Rule(_PICKED),
    "advanced_boolean_inc_subtensor": Rule(
        "What was added to receives the whole adjoint, what was added the picked elements of it."
    ),
    **dict.fromkeys(
        ("arange", "alloc_empty", "eye", "tri"),
        Rule("It is made of lengths alone, which are whole numbers and have no slope."),
    ),
    **dict.fromkeys(
        ("assert", "check_and_raise"),
        Rule(
            "A check changes nothing; the adjoint passes on.",
            lambda at: [at.dy, *[None] * (len(at.x) - 1)],
        ),
    ),
    "disconnected_grad": Rule("The gradient is cut here on purpose."),
    "zero_grad": Rule("The gradient is set to zero here on purpose.", lambda at: [0 * at.dy]),
    "grad_clip": Rule("The adjoint is cut to given bounds on its way, on purpose."),
    "grad_scale": Rule("The adjoint is multiplied by a given number on its way, on purpose."),
    "real": Rule("The imaginary part has no share in it and receives nothing."),
    "join": Rule("Each part receives its own piece of the adjoint.", _join),
    "split": Rule("The pieces' adjoints are joined again."),
    "make_vector": Rule(
        "Each scalar receives its own element of the adjoint.",
        lambda at: [call("subtensor", at.dy, index=str(i)) for i in range(len(at.x))],
    ),
    "alloc": Rule(
        "The value fills a shape; the adjoint passes on.",
        lambda at: [at.dy, *[None] * (len(at.x) - 1)],
    ),
    "tensor_from_scalar": Rule("The same number in another type.", lambda at: [at.dy]),
    "scalar_from_tensor": Rule("The same number in another type.", lambda at: [at.dy]),
    **dict.fromkeys(
        ("x_tensor_from_x_tensor", "x_tensor_from_tensor", "x_rename"),
        Rule("The same numbers; only the names of dimensions change.", lambda at: [at.dy]),
    ),
    "rebroadcast": Rule("Nothing is computed; the adjoint passes on.", lambda at: [at.dy]),
    "unbroadcast": Rule("Nothing is computed; the adjoint passes on.", lambda at: [at.dy]),
    "specify_shape": Rule(
        "Nothing is computed; the adjoint passes on.",
        lambda at: [at.dy, *[None] * (len(at.x) - 1)],
    ),
    "view": Rule("Nothing is computed; the adjoint passes on.", lambda at: [at.dy]),
    "shape": Rule("A shape is made of whole numbers and has no slope.", lambda at: [None]),
    "shape_i": Rule("A length is a whole number and has no slope.", lambda at: [None]),
    "repeat": Rule("An element that was repeated receives the sum of its copies' adjoints."),
    "tile": Rule("An element that was repeated receives the sum of its copies' adjoints."),
    "extract_diag": Rule("Only the diagonal was read, so only it receives the adjoint."),
    "fill_diagonal": Rule(
        "What was overwritten no longer counts and receives zero; the number on the diagonal "
        "receives the sum of the adjoint's diagonal.",
        _diagonal,
    ),
    "permute_row_elements": Rule(
        "The elements were put in another order, and their adjoints back."
    ),
    "choose": Rule(
        "Only the element that was chosen receives the adjoint; the choice has no slope."
    ),
    "pad": Rule(
        "The middle receives its piece of the adjoint; where the margin is made of the middle's "
        "own elements, each also receives what arrives at its copies."
    ),
    "diff": Rule(
        "Each element is added once and subtracted once, so it receives the adjoint of one less "
        "that of the other."
    ),
    **dict.fromkeys(
        ("nonzero", "searchsorted", "make_slice", "pivot_to_permutations"),
        Rule("A position has no slope.", lambda at: [None] * len(at.x)),
    ),
    "alloc_diag": Rule("The vector lies on the diagonal and receives the adjoint's diagonal."),
    "scan": Rule(
        "The loop is run backwards: each turn hands its state's adjoint to the turn before it, and "
        "what every turn uses receives the sum over all turns."
    ),
    "op_from_graph": Rule("The rule is the derivation of the graph inside, applied as one op."),
    "blockwise": Rule("The rule of the op inside, once for each entry of the leading axes."),
    "if_else": Rule("Only the branch that was taken receives the adjoint."),
    "random_function": Rule("A random draw is treated as given: nothing passes through it."),
}
ABSORBED = {
    "expand_dims": "What was repeated along a new axis receives the sum along it.",
    "dimshuffle": "Axes are moved back, and summed along where they were repeated.",
    "squeeze": "Axes that were dropped are put back.",
    "transpose": "What was transposed has its adjoint transposed back.",
}
"""What becomes of the adjoint in a node that is told with the one that reads it."""
REPEATED = "What was repeated along an axis receives the sum along it."
