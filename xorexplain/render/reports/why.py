"""Tell why gradients exist or not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.gradients.why import Answer, Cut, Faint
from xorexplain.graph.ops import kind_words
from xorexplain.render.reports.document import (
    Block,
    Code,
    Document,
    Fields,
    Fold,
    Heading,
    Name,
    Paragraph,
    Reference,
    Run,
    Slope,
    field,
    inlines,
    paragraph,
)

MAX_CUTS = 20
"""How many cuts of one variable are written as text."""
MAX_WRITTEN = 10**9
"""Counts of paths up to this are written with all their digits."""
EXACT = 2**53
"""Counts up to this are numbers in JSON, larger ones text: readers of JSON hold no larger one."""


def why(answers: Sequence[Answer]) -> Document:
    """Tell each answer in a sentence, then each cut with its reason and its cure.

    A cut that several variables share is explained once.
    """
    told: set[Cut] = set()
    return Document("why", tuple(block for answer in answers for block in _answer(answer, told)))


def why_json(answers: Sequence[Answer]) -> str:
    """Write the answers as JSON."""
    return json_text([_plain(a) for a in answers])


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, int) and value > EXACT:
        return count(value)
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def count(number: int) -> str:
    """Write a number of paths, which may have thousands of digits."""
    if number <= MAX_WRITTEN:
        return f"{number:,}"
    exponent = math.floor(math.log10(number))
    exponent -= number < 10**exponent  # the logarithm of 999… is rounded up
    # Of a large integer only the first digits are divided out, which never overflows.
    digits = number // 10 ** (exponent - 1)
    return f"about {digits / 10:.1f} × 10^{exponent}"


def _answer(answer: Answer, told: set[Cut]) -> Iterator[Block]:
    slope = Slope(answer.cost, answer.variable, "parameter")
    yield Heading((slope, Run(_headline(answer))), level=3)
    if answer.cure:
        yield Fields((field("cure", answer.cure),))
    for cut in answer.cuts[:MAX_CUTS]:
        alone = dataclasses.replace(cut, paths=0)
        yield _cut(cut, alone in told)
        told.add(alone)
    if len(answer.cuts) > MAX_CUTS:
        more = len(answer.cuts) - MAX_CUTS
        yield paragraph(f"and {more} more cuts, which --json lists", tone="small")
    yield from map(_faint, answer.faint[:MAX_CUTS])


def _headline(answer: Answer) -> str:
    if answer.state == "integer":
        return f": there is none. {answer.variable}: {answer.reason}."
    if answer.state == "unread":
        return f": there is none. {answer.reason}."
    if answer.state == "exists":
        return f" exists: {_open(answer)}."
    if answer.state == "undefined":
        whole = ", but one undefined part makes the whole undefined" if answer.open else ""
        return f" is undefined: {_open(answer)}{whole}."
    return f" is {answer.state}: {_open(answer)}."


def _open(answer: Answer) -> str:
    """Say how many of the paths are open."""
    ends = f"from {answer.cost} to {answer.variable}"
    if answer.paths == 1:
        return f"the only path {ends} is {'open' if answer.open else 'cut'}"
    if answer.open == answer.paths:
        return f"all {count(answer.paths)} paths {ends} are open"
    if not answer.open:
        return f"all {count(answer.paths)} paths {ends} are cut"
    are = "is" if answer.open == 1 else "are"
    return f"{count(answer.open)} of {count(answer.paths)} paths {ends} {are} open"


def _faint(faint: Faint) -> Block:
    """Tell of a node that is flat at the model's values."""
    op = Reference("op", faint.op, kind_words(faint.op))
    fields = [field("op", Code(faint.equation))]
    if faint.source is not None:
        place = Run(f"{faint.source.file}:{faint.source.line}: ", "id")
        fields.append(field("line", place, Code(faint.source.code)))
    reads = f"what it reads goes from {faint.low:.3g} to {faint.high:.3g}"
    fields += [
        field(
            "why",
            f"it is saturated: {reads}, where it is flat; of the adjoint, at most "
            f"{faint.arrives:.2g} arrives and at most {faint.goes_on:.2g} goes on",
        ),
        field(
            "cure",
            "scale the data or start with smaller weights, so that it is steep where it reads",
        ),
    ]
    title = inlines("and yet next to nothing gets through ", op)
    return Fold(title, (Fields(tuple(fields)),))


def _cut(cut: Cut, is_told: bool) -> Block:
    end = "path ends" if cut.paths == 1 else "paths end"
    op = Reference("op", cut.op, kind_words(cut.op))
    title = inlines(f"{count(cut.paths)} {end} at ", op, ", before ", Name(cut.input))
    if is_told:
        return Paragraph((*title, Run(": see above")))
    fields = [field("op", Code(cut.equation))]
    if cut.source is not None:
        place = Run(f"{cut.source.file}:{cut.source.line}: ", "id")
        fields.append(field("line", place, Code(cut.source.code)))
    fields += [field("why", cut.reason), field("cure", cut.cure)]
    return Fold(title, (Fields(tuple(fields)),))
