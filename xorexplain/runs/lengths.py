"""Say which length does not fit: of a shape, of what is joined, of nothing, of a sequence."""

from __future__ import annotations

import numpy

from xorexplain.errors.escaping import counted
from xorexplain.graph.ops import has
from xorexplain.graph.ops.rounds import rounds_of
from xorexplain.runs.arrays import number_text, shape_words
from xorexplain.runs.cases import Case, Diagnosis, said, sizes


def length(case: Case) -> Diagnosis | None:
    """Tell a shape that a value cannot be given."""
    if case.op.family != "shape" or len(case.values) < 2:
        return None
    shape = numpy.shape(case.arrays[0])
    wanted = [numpy.asarray(array) for array in case.arrays[1:]]
    if any(entry.dtype.kind not in "iu" for entry in wanted):
        return None
    if "reshape" in case.op.kind:
        lengths = [int(n) for n in numpy.ravel(wanted[0])]
        size = int(numpy.prod(shape)) if shape else 1
        return Diagnosis(
            "wrong length",
            f"{case.values[0].expression} is {shape_words(shape)}, which is {size} elements: they "
            f"do not make {shape_words(lengths)}",
            "the product of the lengths must be the number of elements; −1 stands for what is left",
        )
    # Theano hands an axis in beside the lengths.
    told = [entry for entry in wanted if entry.ndim] or wanted
    numbers = ", ".join(number_text(n) for entry in told for n in numpy.ravel(entry))
    if has(case.op.kind, "fills") and any((entry < 0).any() for entry in wanted):
        return Diagnosis(
            "wrong length",
            f"a length cannot be negative, and the lengths are {numbers}",
            "see that what the lengths are computed of is large enough",
        )
    return Diagnosis(
        "wrong length",
        f"{case.values[0].expression} is {shape_words(shape)}, and not as {numbers or 'asked'} say:"
        f" {said(case.error)}",
        "make the lengths agree",
    )


def joined(case: Case) -> Diagnosis | None:
    """Compare what is joined along all other axes."""
    if case.op.kind != "join":
        return None
    pairs = [
        (value, numpy.shape(array))
        for value, array in zip(case.values, case.arrays, strict=True)
        if numpy.ndim(array)
    ]
    if len({len(shape) for _, shape in pairs}) != 1 or not pairs:
        return None
    # Theano hands the axis in, PyTensor has it as a property of the op.
    axis = case.op.param("axis") or number_text(case.arrays[0])
    return Diagnosis(
        "dimension mismatch",
        f"{sizes([value for value, _ in pairs])}: they do not fit side by side along axis {axis}",
        "what is joined must have the same lengths along all other axes",
    )


def nothing(case: Case) -> Diagnosis | None:
    """Tell what has no elements, of which a largest or smallest one is asked."""
    if case.op.family != "reduction" or not case.arrays or numpy.size(case.arrays[0]):
        return None
    name = case.values[0].expression
    return Diagnosis(
        "wrong length",
        f"{sizes(case.values[:1])}: of no elements there is no {case.op.kind.partition('_')[0]}",
        f"see that {name} has an element, or put one before it: a batch may be empty at the end",
    )


def rounds(case: Case) -> Diagnosis | None:
    """Tell a sequence that is shorter than a loop takes rounds."""
    taps = rounds_of(case.op)
    if taps is None or not case.arrays:
        return None
    count = int(numpy.asarray(case.arrays[0]))
    number = sum(tap.is_of_sequence for tap in taps.inputs)
    for value, array in zip(case.values[1 : 1 + number], case.arrays[1:], strict=False):
        if len(array) < count:
            return Diagnosis(
                "wrong length",
                f"{value.expression} is {shape_words(numpy.shape(array))}, and the loop takes "
                f"{counted(count, 'round')}, one along the first axis each",
                f"take n_steps of at most {len(array)}, or give a longer sequence",
            )
    return None
