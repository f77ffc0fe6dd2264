"""Write why gradients exist or not, as text and as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.gradients.why import Answer, Cut
from xorexplain.render.pictures.labels import kind_words

MAX_CUTS = 20
"""How many cuts of one variable are written as text."""
MAX_WRITTEN = 10**9
"""Counts of paths up to this are written with all their digits."""
EXACT = 2**53
"""Counts up to this are numbers in JSON, larger ones text: readers of JSON hold no larger one."""


def reasons_text(answers: Sequence[Answer]) -> str:
    """Write the answers as paragraphs: a sentence, then each cut with its reason and its cure.

    A cut that several variables share is explained once.
    """
    told: set[Cut] = set()
    return "\n".join("\n".join(_lines(answer, told)) + "\n" for answer in answers)


def reasons_json(answers: Sequence[Answer]) -> str:
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


def _lines(answer: Answer, told: set[Cut]) -> Iterator[str]:
    yield _headline(answer)
    if answer.cure:
        yield f"    cure  {answer.cure}"
    for cut in answer.cuts[:MAX_CUTS]:
        yield ""
        alone = dataclasses.replace(cut, paths=0)
        yield from _cut_lines(cut, alone in told)
        told.add(alone)
    if len(answer.cuts) > MAX_CUTS:
        yield f"  and {len(answer.cuts) - MAX_CUTS} more cuts, which --json lists"


def _headline(answer: Answer) -> str:
    gradient = f"∂{answer.cost}/∂{answer.variable}"
    if answer.state == "integer":
        return f"{gradient}: there is none. {answer.variable}: {answer.reason}."
    if answer.state == "unread":
        return f"{gradient}: there is none. {answer.reason}."
    if answer.state == "exists":
        return f"{gradient} exists: {_open(answer)}."
    if answer.state == "undefined":
        whole = ", but one undefined part makes the whole undefined" if answer.open else ""
        return f"{gradient} is undefined: {_open(answer)}{whole}."
    return f"{gradient} is {answer.state}: {_open(answer)}."


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


def _cut_lines(cut: Cut, is_told: bool) -> Iterator[str]:
    end = "path ends" if cut.paths == 1 else "paths end"
    line = f"  {count(cut.paths)} {end} at {kind_words(cut.op)}, before {cut.input}"
    if is_told:
        yield f"{line}: see above"
        return
    yield line
    yield f"    op    {cut.equation}"
    if cut.source is not None:
        yield f"    line  {cut.source.file}:{cut.source.line}: {cut.source.code}"
    yield f"    why   {cut.reason}"
    yield f"    cure  {cut.cure}"
