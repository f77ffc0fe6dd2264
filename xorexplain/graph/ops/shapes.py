"""List the kinds of ops that arrange elements, and compute nothing with them."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "shape")

KINDS = (
    _row("pad", "Puts elements around an array by a rule.", traits=("graph",)),
    _row(
        "alloc_diag",
        "Puts a vector on a diagonal of a matrix of zeros.",
        traits=("graph",),
        zero="first",
    ),
    _row(
        "transpose",
        "Swaps the axes.",
        traits=("odd", "reorders axes"),
        zero="first",
        said=("order",),
        example=("nm", "order=1, 0"),
    ),
    _row(
        "dimshuffle",
        "Reorders axes, adds axes of length 1 or drops them.",
        traits=("rearranges", "adds axes", "reorders axes"),
        zero="first",
        said=("order",),
        example=("nm", "order=1, x, 0"),
    ),
    _row(
        "expand_dims",
        "Adds axes of length 1, so that the value can be repeated along them.",
        words="expand dims",
        traits=("rearranges", "odd", "repeats", "adds axes", "reorders axes", "seeds"),
        zero="first",
        said=("order",),
        example=("m", "order=x, 0"),
    ),
    _row(
        "squeeze",
        "Drops axes of length 1.",
        traits=("rearranges", "reorders axes", "seeds"),
        zero="first",
        said=("order",),
        example=("n1", "order=0"),
    ),
    _row(
        "second",
        "Repeats the second input to the shape of the first.",
        stem="fill",
        words="fill",
        traits=("repeats", "reads shape", "seeds", "fills"),
        zero="second",
        least=2,
    ),
    _row(
        "reshape",
        "Arranges the same elements in another shape.",
        traits=("rearranges", "odd"),
        zero="first",
        least=2,
        implied=("ndim",),
    ),
    _row("flatten", "Arranges the elements in fewer axes.", traits=("rearranges",), zero="first"),
    _row("lengths", "Computes lengths from shapes, by several apply nodes of the engine."),
    _row(
        "shape",
        "Gives the lengths of the axes.",
        stem="len",
        traits=("reads shape",),
        example=("nm",),
    ),
    _row(
        "shape_i",
        "Gives the length of one axis.",
        stem="len",
        words="length of axis",
        traits=("reads shape",),
        said=("axis",),
        example=("nm", "axis=0"),
    ),
    _row(
        "specify_shape",
        "Promises that the value has a certain shape.",
        traits=("carries",),
        zero="first",
    ),
    _row(
        "alloc",
        "Makes an array of a shape, filled with a value.",
        stem="fill",
        traits=("fills",),
        zero="first",
    ),
    _row("alloc_empty", "Makes an array of a shape without filling it.", stem="room"),
    _row("make_vector", "Puts numbers together into a vector.", zero="all", example=("", "", "")),
    _row("join", "Puts arrays together along an axis."),
    _row("split", "Cuts an array into parts along an axis.", zero="first", least=2),
    _row("tile", "Repeats an array as a whole along axes.", zero="first"),
    _row("repeat", "Repeats each element along an axis.", zero="first"),
    _row("arange", "Gives whole numbers from a start to an end."),
    _row("eye", "Makes a matrix with ones on a diagonal."),
    _row(
        "tensor_from_scalar",
        "Makes a tensor without axes of a number.",
        traits=("carries", "converts"),
        zero="first",
    ),
    _row(
        "scalar_from_tensor",
        "Takes the number out of a tensor without axes.",
        traits=("carries", "converts"),
        zero="first",
    ),
    _row(
        "rebroadcast",
        "Declares which axes may be repeated.",
        traits=("carries", "repeats"),
        zero="first",
    ),
    _row(
        "unbroadcast",
        "Declares that an axis is not to be repeated.",
        traits=("carries", "repeats"),
        zero="first",
    ),
    _row(
        "join_dims",
        "Makes one axis of several that follow each other.",
        traits=("rearranges",),
    ),
    _row(
        "split_dims",
        "Makes several axes of one.",
        traits=("rearranges",),
    ),
    _row("tri", "Makes a matrix with ones on and below a diagonal."),
    _row("fill_diagonal", "Replaces the diagonal of a matrix by a number."),
)
