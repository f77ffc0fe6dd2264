"""Tell whether the answer of a call is what its graph says, and where it is not."""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.errors.escaping import counted, json_text
from xorexplain.render.reports.document import (
    Block,
    Code,
    Document,
    Field,
    Fields,
    Heading,
    Reference,
    field,
    inlines,
    paragraph,
)
from xorexplain.render.reports.failures import failure, place
from xorexplain.runs.records import CallCheck

FOREIGN = (
    "the function was not called: a backend that checks no bounds would answer with foreign memory,"
    " JAX with the nearest element"
)
ANSWERED = "the function answered all the same, which is not what its graph says"
SILENT = "the function was not called: what it answers is not what its graph says"


def call_check(found: CallCheck, was_called: bool = False) -> Document:
    """Tell a check: that all is right, or what is not; `was_called` tells that there is an answer.

    Else a function is not called where a node of its graph cannot be computed.
    """
    return Document("check", tuple(_blocks(found, was_called)))


def call_check_json(found: CallCheck) -> str:
    """Write a check as JSON."""
    return json_text(found)


def _blocks(found: CallCheck, was_called: bool) -> Iterator[Block]:
    if not found.wrong:
        results = counted(found.compared, "result")
        apart = f"at most {found.relative:.1g} of it apart" if found.relative else "no digit apart"
        yield paragraph(f"{found.sentence}: {results} compared, {apart}")
    elif found.failure is not None:
        yield from failure(found.failure).blocks
        is_outside = found.failure.problem == "index out of bounds"
        unanswered = FOREIGN if is_outside else SILENT
        yield paragraph(ANSWERED if was_called else unanswered, tone="small")
    else:
        yield Heading(inlines(found.sentence, style="heading"), level=3)
        yield Fields(tuple(_fields(found)))
    for note in found.notes:
        yield paragraph(note, tone="small")


def _fields(found: CallCheck) -> Iterator[Field]:
    if found.source is not None:
        yield field("line", *place(found.source))
    if found.expression:
        yield field("node", Code(found.expression))
    if found.results:
        yield field("results", ", ".join(map(str, found.results)))
    if found.expected:
        yield field("should be", found.expected)
        yield field("is", found.got)
    if found.rewrite is not None:
        number, name = found.rewrite
        yield field("rewrite", Reference("rewrite", name), f", step {number}")
