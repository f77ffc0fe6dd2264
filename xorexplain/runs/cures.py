"""Say what does not fit when an apply node fails, and what mends it.

What decides are the values that went in, by the family of the op; the engine's own words only where
those tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy

from xorexplain.engines import Engine
from xorexplain.errors.escaping import counted
from xorexplain.graph.ops import has
from xorexplain.runs.arrays import number_text, shape_words
from xorexplain.runs.cases import Case, Diagnosis, axis_words, said, sizes
from xorexplain.runs.indices import index
from xorexplain.runs.lengths import joined, length, nothing, rounds
from xorexplain.runs.records import Value
from xorexplain.runs.walk import Ran

_WHOLE_DIVISIONS = ("int_div", "mod")
_SPARSE_PRODUCTS = ("sparse_dot", "structured_dot", "true_dot")
_SHAPES = re.compile("shape mismatch|broadcast|[Oo]utput size")
"""How NumPy tells that parameters do not fit together, or not what is drawn."""


def diagnose(case: Case) -> Diagnosis:
    """Say what does not fit."""
    for rule in _RULES:
        found = rule(case)
        if found is not None:
            return found
    return Diagnosis("other", said(case.error), "")


def _elementwise(case: Case) -> Diagnosis | None:
    """Compare the lengths that an elementwise op reads along each axis."""
    shapes = [numpy.shape(array) for array in case.arrays]
    if case.op.family != "elementwise" or len({len(shape) for shape in shapes}) != 1:
        return None
    axes = range(len(shapes[0]))
    apart = [axis for axis in axes if len({shape[axis] for shape in shapes} - {1}) > 1]
    if apart:
        axis = apart[0]
        long = {n: s[axis] for n, s in enumerate(shapes) if s[axis] != 1}
        told = sizes(case.values)
        lengths = " and ".join(map(str, dict.fromkeys(long.values())))
        return Diagnosis(
            "dimension mismatch",
            f"{told}: {lengths} do not fit along {axis_words(axis, len(shapes[0]))}",
            "give them the same length there, or one of them a length of 1 that its type declares: "
            f"{_lengths_of(case, long)}",
        )
    for axis in axes:
        if len({shape[axis] for shape in shapes}) < 2:
            continue
        for value, shape, pattern in zip(case.values, shapes, case.patterns, strict=True):
            if shape[axis] == 1 and pattern is not None and not pattern[axis]:
                name = value.expression
                return Diagnosis(
                    "broadcasting forbidden",
                    f"{sizes(case.values)}: {name} has length 1 along "
                    f"{axis_words(axis, len(shape))}, and its type does not say so, so the engine "
                    "does not repeat it",
                    f"declare that axis of {name} as one of length 1: shape=(..., 1) of a tensor "
                    "in PyTensor, broadcastable=(..., True) or `T.addbroadcast` in Theano",
                )
    return None


def by_zero(engine: Engine, ran: Ran) -> Ran:
    """Fail a node that divides whole numbers by 0: NumPy gives 0, where compiled code stops."""
    if engine.op_of(ran.apply).kind not in _WHOLE_DIVISIONS or ran.error is not None:
        return ran
    divisor = numpy.asarray(ran.inputs[1])
    if divisor.dtype.kind not in "iu" or divisor.all():
        return ran
    return replace(ran, error=ZeroDivisionError("integer division by zero"))


def _division(case: Case) -> Diagnosis | None:
    """Tell whole numbers that are divided by 0."""
    if not isinstance(case.error, ZeroDivisionError) or case.op.kind not in _WHOLE_DIVISIONS:
        return None
    name, zeros = case.values[1].expression, numpy.asarray(case.arrays[1]) == 0
    told = f"{name} is 0" if not zeros.ndim else f"{name} holds {counted(int(zeros.sum()), 'zero')}"
    return Diagnosis(
        "division by zero",
        f"{told}: whole numbers cannot be divided by 0, which has no infinity to answer",
        f"keep 0 out of {name}, as by maximum(..., 1), or divide floats",
    )


def _product(case: Case) -> Diagnosis | None:
    """Compare the inner lengths of a product of matrices."""
    is_product = has(case.op.kind, "matrix product", "kernel") or case.op.kind in _SPARSE_PRODUCTS
    if not is_product or len(case.values) < 2:
        return None
    pairs = [
        (value, _as_written(value, shape))
        for value, array in zip(case.values, case.arrays, strict=True)
        if (shape := numpy.shape(array))
    ]
    if has(case.op.kind, "kernel"):
        pairs = [pair for pair in pairs if len(pair[1])][-2:] if len(pairs) == 2 else pairs[1:3]
    if len(pairs) < 2 or not pairs[0][1] or not pairs[1][1]:
        return None
    (left, one), (right, other) = pairs[:2]
    inner = other[-2] if len(other) > 1 else other[0]
    if one[-1] == inner:
        return None
    columns = "columns" if len(one) > 1 else "elements"
    rows = "rows" if len(other) > 1 else "elements"
    return Diagnosis(
        "dimension mismatch",
        f"{left.expression} is {shape_words(one)}, {right.expression} is {shape_words(other)}: "
        f"{one[-1]} {columns} do not meet {inner} {rows}",
        "the inner lengths of a product must be equal: transpose one of them, or give "
        f"{right.expression} {one[-1]} {rows}",
    )


def _filters(case: Case) -> Diagnosis | None:
    """Compare the channels of images with those that filters read."""
    if not has(case.op.kind, "slides filters") or len(case.values) < 2:
        return None
    images, filters = case.values[:2]
    one, other = (numpy.shape(array) for array in case.arrays[:2])
    if len(one) != len(other) or len(one) < 3 or one[1] == other[1]:
        return None
    return Diagnosis(
        "dimension mismatch",
        f"{images.expression} is {shape_words(one)}, {filters.expression} is {shape_words(other)}: "
        f"images with {one[1]} channels do not meet filters that read {other[1]}",
        "the channels are axis 1 of both: build the filters for as many as the images have",
    )


def _as_written(value: Value, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a value that an engine makes a matrix of for a product: a vector's."""
    is_made = value.shape is not None and shape in ((1, *value.shape), (*value.shape, 1))
    return value.shape if is_made and value.shape is not None else shape


def _linear(case: Case) -> Diagnosis | None:
    """Tell a matrix that has no inverse, or no Cholesky factor."""
    words = said(case.error).lower()
    if not isinstance(case.error, numpy.linalg.LinAlgError) and "linalg" not in words:
        return None
    square = [
        (value, numpy.asarray(array))
        for value, array in zip(case.values, case.arrays, strict=True)
        if numpy.ndim(array) >= 2
    ]
    if not square:
        return None
    value, matrix = square[0]
    if matrix.shape[-1] != matrix.shape[-2]:
        return Diagnosis(
            "dimension mismatch",
            f"{value.expression} is {shape_words(matrix.shape)}, which is not square",
            "give as many rows as columns",
        )
    if "definite" in words or "cholesky" in case.op.kind:
        with numpy.errstate(all="ignore"):
            least = numpy.linalg.eigvalsh((matrix + matrix.swapaxes(-1, -2)) / 2).min()
        return Diagnosis(
            "not positive definite",
            f"{value.expression} is not positive definite: its least eigenvalue is "
            f"{number_text(least)}",
            "add a small multiple of the identity to it, or compute it so that it cannot be: "
            "W Wᵀ + ε I",
        )
    rank = int(numpy.min(numpy.linalg.matrix_rank(matrix)))
    return Diagnosis(
        "singular matrix",
        f"{value.expression} is singular: its rank is {rank}, it has {matrix.shape[-1]} rows",
        "add a small multiple of the identity to it, or use the pseudo-inverse",
    )


def _asserted(case: Case) -> Diagnosis | None:
    """Tell a condition that the user, or the engine, wanted to hold."""
    is_check = case.op.kind in ("assert", "check_and_raise") or isinstance(
        case.error, AssertionError
    )
    if not is_check:
        return None
    return Diagnosis(
        "assertion failed",
        f"a condition does not hold: {said(case.error)}",
        "make it hold for these values, or take the condition out",
    )


def of_another_type(ran: Ran) -> Ran:
    """Fail a node whose own code gives an array that its type does not say: others trip over it."""
    for variable, result in zip(ran.apply.outputs, ran.results, strict=True):
        dtype, dimensions = (getattr(variable.type, name, None) for name in ("dtype", "ndim"))
        if not isinstance(result, numpy.ndarray) or dtype is None or dimensions is None:
            continue
        if (str(result.dtype), result.ndim) != (dtype, dimensions):
            gives = f"{result.dtype} of {counted(result.ndim, 'dimension')}"
            says = f"{dtype} of {counted(dimensions, 'dimension')}"
            return replace(ran, error=_OwnTypeError(f"it gives {gives}, and its type says {says}"))
    return ran


class _OwnTypeError(TypeError):
    """Say what an op gave in place of what its type says."""


def _own(case: Case) -> Diagnosis | None:
    if not isinstance(case.error, _OwnTypeError):
        return None
    cure = "make its perform give what its make_node declares, or declare what it gives"
    return Diagnosis("wrong type", f"{case.op.kind}: {said(case.error)}", cure)


def _drawn(case: Case) -> Diagnosis | None:
    """Tell a parameter that a distribution cannot have, in the words of who draws."""
    if case.op.family != "random" or not isinstance(case.error, ValueError):
        return None
    # First comes what is drawn from, and how many numbers.
    if _SHAPES.search(str(case.error)):
        return _not_drawn_together(case)
    given = [value for value in case.values[2:] if value.role != "constant"]
    told = "".join(f", {value.expression} is {value.text}" for value in given)
    return Diagnosis(
        "parameter out of range",
        f"no random number can be drawn: {said(case.error)}{told}",
        "keep the parameter where the distribution is defined: a scale by exp or softplus, a "
        "probability by sigmoid or softmax",
    )


def _not_drawn_together(case: Case) -> Diagnosis:
    """Compare the shapes of the parameters, and that of what is drawn."""
    told = sizes([value for value in case.values[2:] if value.shape])
    size = case.arrays[1]
    drawn = ""
    if isinstance(size, numpy.ndarray) and size.size:
        lengths = [int(n) for n in size]
        verb = "numbers are drawn" if len(lengths) == 1 else "are drawn"
        drawn = f", and {shape_words(lengths)} {verb}"
    return Diagnosis(
        "dimension mismatch",
        f"{told}{drawn}: they do not fit together",
        "give the parameters the shape of what is drawn, or length 1 along an axis to repeat them; "
        "in PyMC, new data of another length want the same length in all that is drawn with them",
    )


def _converted(case: Case) -> Diagnosis | None:
    """Tell values of a type that the op does not take, or memory that is not there."""
    if isinstance(case.error, MemoryError):
        told = sizes(case.values)
        return Diagnosis("out of memory", f"{told}: {said(case.error)}", "compute it in parts")
    if isinstance(case.error, TypeError):
        dtypes = " and ".join(dict.fromkeys(value.dtype for value in case.values))
        return Diagnosis("wrong dtype", f"{dtypes}: {said(case.error)}", "convert one of them")
    return None


_RULES: tuple[Callable[[Case], Diagnosis | None], ...] = (
    _own,
    _asserted,
    _division,
    _elementwise,
    _product,
    _filters,
    index,
    _linear,
    joined,
    length,
    nothing,
    rounds,
    _drawn,
    _converted,
)


def _lengths_of(case: Case, long: dict[int, int]) -> str:
    told = (f"{case.values[n].expression} has {length}" for n, length in long.items())
    return " and ".join(dict.fromkeys(told))
