"""Tell what the nodes of a stage held: in a table, or one node in full, and loops by round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from xorexplain.errors.escaping import counted, json_text
from xorexplain.graph.records import Origin
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Block,
    Code,
    Column,
    Document,
    Field,
    Fields,
    Fold,
    Inlines,
    Section,
    Table,
    Verbatim,
    field,
    heading,
    inlines,
    paragraph,
)
from xorexplain.render.reports.failures import place
from xorexplain.render.reports.loop_values import Loop, RoundValue
from xorexplain.render.reports.node_values import Held, NodeValues, ValuedNode
from xorexplain.render.reports.summaries import Summary, full_text

MAX_EXPRESSION, MAX_ENTRY = 30, 44
MAX_NAME = 20
FIRST_ROUNDS = 3
"""Rounds of a loop that are told, besides the last, where there are more than one besides."""
NONE = "not computed"


def values_report(found: NodeValues) -> Document:
    """Tell the values of all nodes of a stage."""
    title = values_title(found.origin)
    return Document(title, tuple(_blocks(found, title)))


def node_report(found: NodeValues) -> Document:
    """Tell all that is known of the nodes of one name."""
    title = values_title(found.origin)
    blocks = [heading(title, level=1), *_note(found)]
    for node in found.nodes:
        blocks += _node(node)
    blocks += map(_loop, found.loops)
    return Document(title, tuple(blocks))


def values_json(found: NodeValues) -> str:
    """Write the values as JSON."""
    return json_text(found)


def values_title(origin: Origin) -> str:
    """Name what the values are of."""
    parts = (origin.model or "graph", origin.stage, origin.target)
    return "values · " + " · ".join(clip(part, 48) for part in parts if part)


def _blocks(found: NodeValues, title: str) -> Iterator[Block]:
    yield heading(title, level=1)
    yield from _note(found)
    has_gradients = any(held.gradient for node in found.nodes for held in node.held)
    yield Table(_columns(has_gradients), tuple(_rows(found, has_gradients)))
    if any(value.nan or value.infinite for node in found.nodes for value in _all(node)):
        yield paragraph("not every value is finite: `xorexplain nan` tells where that began")
    yield from map(_loop, found.loops)


def _all(node: ValuedNode) -> list[Summary]:
    return [value for held in node.held for value in (held.value, held.gradient) if value]


def _note(found: NodeValues) -> list[Block]:
    return [paragraph(found.note, tone="small")] if found.note else []


def _columns(has_gradients: bool) -> tuple[Column, ...]:
    columns = (Column("name"), Column("computes"), Column("shape"), Column("value", grows=True))
    return (*columns, Column("gradient", grows=True)) if has_gradients else columns


def _rows(found: NodeValues, has_gradients: bool) -> Iterator[tuple[Inlines, ...] | Section]:
    """Yield the rows of each case and moment, below a line that says which."""
    for position, title in enumerate(_titles(found)):
        yield Section(inlines(title))
        for node in found.nodes:
            held = node.held[position]
            row = (
                (Code(clip(node.name or node.id, MAX_NAME)),),
                (Code(clip(node.expression or _given(node), MAX_EXPRESSION)),),
                inlines(_shape(held.value)),
                inlines(held.value.text if held.value else NONE),
            )
            yield (
                (*row, inlines(held.gradient.text if held.gradient else ""))
                if (has_gradients)
                else row
            )


def _titles(found: NodeValues) -> list[str]:
    first = found.nodes[0].held if found.nodes else ()
    return [f"{held.case}, {held.moment}" for held in first]


def _given(node: ValuedNode) -> str:
    return "an input" if node.role == "input" else node.role


def _shape(value: Summary | None) -> str:
    if value is None:
        return ""
    return "×".join(map(str, value.shape)) if value.shape else "scalar"


def _node(node: ValuedNode) -> Iterator[Block]:
    yield heading(Code(node.name or node.id))
    yield Fields(tuple(_fields(node)))
    for title, told in groupby(node.held, lambda held: held.case):
        for held in told:
            yield from _held(f"{title}, {held.moment}", held)


def _fields(node: ValuedNode) -> Iterator[Field]:
    if node.source is not None:
        yield field("line", *place(node.source))
    yield field("computes", Code(node.expression) if node.expression else _given(node))
    known = next((held.value for held in node.held if held.value), None)
    if known is not None:
        yield field("shape", f"{_shape(known)} {known.dtype}")


def _held(title: str, held: Held) -> Iterator[Block]:
    yield paragraph(title, style="heading")
    for label, value in (("value", held.value), ("gradient", held.gradient)):
        if value is None:
            if label == "value":
                yield paragraph(NONE)
            continue
        yield Fields((field(label, _range(value)),))
        if value.elements and value.shape:
            yield Verbatim(full_text(value))


def _range(value: Summary) -> str:
    """Write the range and the counts of a value."""
    if not value.shape or value.min is None or value.max is None or value.mean is None:
        return value.text
    parts = [f"min {value.min:.6g}", f"max {value.max:.6g}", f"mean {value.mean:.6g}"]
    counts = ((value.zeros, "zeros"), (value.nan, "NaN"), (value.infinite, "infinite"))
    return ", ".join([*parts, *(f"{n:,} {word}" for n, word in counts if n)]).replace("-", "−")


def _loop(loop: Loop) -> Fold:
    """Tell a loop round by round: the first rounds and the last."""
    rows: list[tuple[Inlines, ...] | Section] = []
    last = loop.first + len(loop.rounds) - 1
    rounds = list(enumerate(loop.rounds, loop.first))
    left = len(rounds) - FIRST_ROUNDS - 1
    if left > 1:
        rounds = [*rounds[:FIRST_ROUNDS], rounds[-1]]
    for number, entries in rounds:
        if left > 1 and number == last:
            rows.append(Section(inlines(f"… {left:,} rounds: --round {last - 1} shows one")))
        rows += [Section(inlines(f"round {number:,}")), *map(_round_row, entries)]
    columns = (Column("value of the round", grows=True), Column("shape"), Column("value"))
    blocks: Sequence[Block] = [Table(columns, tuple(rows))]
    if loop.first == 1 and loop.count > last:
        more = counted(loop.count - last, "more round")
        blocks = [*blocks, paragraph(f"{more}: not computed", tone="small")]
    blocks = [*blocks, paragraph("→ is what a round gives", tone="small")]
    title = (*inlines("loop "), Code(clip(loop.name, MAX_ENTRY)))
    about = f"{counted(loop.count, 'round')}, {loop.case}, {loop.moment}"
    return Fold(title, tuple(blocks), inlines(f"  {about}"))


def _round_row(entry: RoundValue) -> tuple[Inlines, ...]:
    named = f"{entry.name} = {entry.expression}" if entry.name else entry.expression
    name = f"{'→ ' if entry.is_result else ''}{clip(named, MAX_ENTRY)}"
    told = inlines(entry.value.text if entry.value else NONE)
    return ((Code(name),), inlines(_shape(entry.value)), told)
