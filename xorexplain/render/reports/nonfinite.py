"""Tell where NaN or infinity began: the node, its line, the rule that made it, the elements."""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.errors.escaping import json_text
from xorexplain.graph.ops import kind_words
from xorexplain.render.reports.document import (
    Block,
    Code,
    Document,
    Field,
    Fields,
    Heading,
    Reference,
    field,
    heading,
    inlines,
    paragraph,
)
from xorexplain.render.reports.failures import less_certain, place, values_table
from xorexplain.render.reports.hiding import rewrites_blocks
from xorexplain.runs.records import Elements, Finding

FINE = "every result is finite: no NaN, no infinity"


def nonfinite(found: Finding | None) -> Document:
    """Tell a finding, or that there is none."""
    if found is None:
        return Document("nan", (paragraph(FINE),))
    return Document("nan", tuple(_blocks(found)))


def nonfinite_json(found: Finding | None) -> str:
    """Write a finding as JSON, null for none."""
    return json_text(found)


def nonfinite_line(found: Finding) -> str:
    """Say in one line what is not finite, and by which rule."""
    where = "the gradient has" if found.in_gradient else "there is"
    thing = "NaN" if found.bad == "NaN" else "an infinity"
    return f"{where} {thing}: {found.rule}"


def _blocks(found: Finding, *, is_first: bool = True) -> Iterator[Block]:
    yield Heading(inlines(nonfinite_line(found), style="heading"), level=3)
    yield Fields(tuple(_fields(found)))
    if found.values:
        yield values_table(found.values)
    if found.in_gradient and is_first:
        yield paragraph(
            "the cost is finite: only its gradient is not"
            if found.is_forward_finite
            else "the cost is not finite either"
        )
    for note in found.notes:
        yield paragraph(note, tone="small")
    if found.by_rewrites is not None:
        yield from rewrites_blocks(found.by_rewrites)
    if found.before is not None:
        yield heading("the infinity it was made of", level=3)
        yield from _blocks(found.before, is_first=False)


def _fields(found: Finding) -> Iterator[Field]:
    if found.source is not None:
        yield field("line", *place(found.source), *less_certain(found.source_of))
    if found.kind:
        op = Reference("op", found.kind, kind_words(found.kind))
        # Of a term of a model it is no single node.
        number = f", node {found.position} of {found.count} in order of execution"
        place_ = number if found.position else ""
        yield field("node", Code(found.expression), *inlines("  ("), op, f"){place_}")
    else:
        yield field("input", Code(found.expression))
    if found.gradient_of:
        yield field("of", "the gradient of ", Code(found.gradient_of))
    for title in found.inside:
        yield field("inside", title)
    if found.example:
        yield field("element", Code(found.example), f"  {_where(found.elements)}")
    else:
        yield field("element", _where(found.elements))
    if found.cure:
        yield field("cure", found.cure)


def _where(elements: Elements) -> str:
    """Say how many elements are not finite, and which come first."""
    if elements.total == 1:
        return "the only one"
    shown = ", ".join(f"[{', '.join(map(str, place_))}]" for place_ in elements.first)
    more = ", …" if elements.count > len(elements.first) else ""
    return f"{elements.count:,} of {elements.total:,}: {shown}{more}"
