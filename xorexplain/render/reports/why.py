"""Tell why gradients exist or not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.gradients.why import Answer, Cut, Faint, Vanished
from xorexplain.graph.ops import kind_words
from xorexplain.graph.records import SourceLine
from xorexplain.render.reports.document import (
    Block,
    Code,
    Document,
    Field,
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
    # What is flat is told there, and so is a constant factor of 0 as a cut.
    told_of = {f.equation for f in answer.faint} | {cut.equation for cut in answer.cuts}
    stops = [stop for stop in answer.vanished if stop.equation not in told_of]
    yield from map(_vanished, stops[:MAX_CUTS])


def _headline(answer: Answer) -> str:
    if answer.state == "integer":
        return f": there is none. {answer.variable}: {answer.reason}."
    if answer.state == "unread":
        return f": there is none. {answer.reason}."
    if answer.state == "exists":
        zero = ", and is exactly 0 at the model's own values" if answer.is_zero else ""
        return f" exists{zero}: {_open(answer)}."
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
    fields += _line(faint.source)
    reads = f"what it reads goes from {faint.low:.3g} to {faint.high:.3g}"
    goes_on = f"at most {faint.goes_on:.2g}" if faint.goes_on else "nothing"
    is_off = faint.op == "maximum"
    fields += [
        field(
            "why",
            f"it is {'off' if is_off else 'saturated'}: {reads}, where it is flat; of the adjoint, "
            f"at most {faint.arrives:.2g} arrives and {goes_on} goes on",
        ),
        field(
            "cure",
            "start with other weights, or give it a bias, so that it is on for some of the data"
            if is_off
            else "scale the data or start with smaller weights, so that it is steep where it reads",
        ),
    ]
    title = inlines(f"and yet {'next to ' if faint.goes_on else ''}nothing gets through ", op)
    return Fold(title, (Fields(tuple(fields)),))


def _vanished(stop: Vanished) -> Block:
    """Tell of a node that makes 0 of what arrives, or of terms that cancel."""
    fields = [field("op", Code(stop.equation))] if stop.equation else []
    fields += _line(stop.source)
    arrives = f"; of the adjoint, at most {stop.arrives:.2g} arrives" if stop.op else ""
    why, cure = _zero_words(stop)
    fields.append(field("why", Code(stop.hands_on), f": {why}{arrives}"))
    fields += [field("cure", cure)] if cure else []
    if not stop.op:
        return Fold(inlines("and yet nothing is left"), (Fields(tuple(fields)),))
    op = Reference("op", stop.op, kind_words(stop.op))
    return Fold(inlines("and yet nothing gets through ", op), (Fields(tuple(fields)),))


def _zero_words(stop: Vanished) -> tuple[str, str]:
    """Say how a formula comes to 0, and what helps, where that is known."""
    if stop.how == "factor":
        cures = {
            "parameter": f"start {stop.factor} with random numbers",
            "given": f"look at {stop.factor}; a bias learns without such a factor",
            "computed": f"see what makes {stop.factor} 0; of an error, nothing is left to learn",
            "condition": "bring what is compared to where that holds",
        }
        is_condition = stop.role == "condition"
        words = "holds in no element" if is_condition else "is 0 in every element"
        return f"{stop.factor} {words}", cures.get(stop.role, "")
    if stop.how == "apart":
        return "at each element one of its factors is 0", "give it data for which both are not"
    if stop.how == "cancels":
        why = "its terms are not 0, and add up to exactly 0"
        return why, "start with other numbers, random ones hardly ever cancel"
    if stop.how == "underflows":
        why = "its products are smaller than the smallest number of their type"
        return why, "scale what is multiplied"
    return "it is 0 in every element", ""


def _line(source: SourceLine | None) -> list[Field]:
    """Name the user's line that made a node, where it is known."""
    if source is None:
        return []
    return [field("line", Run(f"{source.file}:{source.line}: ", "id"), Code(source.code))]


def _cut(cut: Cut, is_told: bool) -> Block:
    end = "path ends" if cut.paths == 1 else "paths end"
    op = Reference("op", cut.op, kind_words(cut.op))
    title = inlines(f"{count(cut.paths)} {end} at ", op, ", before ", Name(cut.input))
    if is_told:
        return Paragraph((*title, Run(": see above")))
    fields = [field("op", Code(cut.equation))]
    fields += _line(cut.source)
    fields += [field("why", cut.reason), field("cure", cut.cure)]
    return Fold(title, (Fields(tuple(fields)),))
