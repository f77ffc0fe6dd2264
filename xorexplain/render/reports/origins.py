"""Tell where the apply nodes of a rewritten graph come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xorexplain.errors.escaping import counted, json_text
from xorexplain.graph.records import Ancestry, Apply, Graph
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Block,
    Code,
    Column,
    Document,
    Fields,
    Heading,
    Name,
    Reference,
    Run,
    Table,
    field,
    inlines,
    paragraph,
)
from xorexplain.render.reports.step_rows import MAX_TITLE
from xorexplain.rewrites.trace import Trace

MAX_LINE = 100


def origin(trace: Trace, graph: Graph, apply: str) -> Document:
    """Tell the ancestry of one apply node: expressions, rules, lines, rewrites."""
    entry = next(e for e in graph.ancestry if e.apply == apply)
    rows = []
    for ancestor in entry.ancestors:
        value = Code(clip(ancestor.expression, MAX_LINE), "formula")
        rule = f"gradient: {ancestor.rule}" if ancestor.rule else ""
        rows.append(((Name(ancestor.name), Run(" = "), value), inlines(rule, style="word")))
    blocks = [
        _heading(graph.apply[apply], "in the graph that runs"),
        Heading(inlines("computes together, as it was written", style="word"), 3),
        Table((Column(grows=True), Column()), tuple(rows)),
        *_written(entry),
        *_chain(trace, entry),
    ]
    return Document(f"origin of {apply}", tuple(blocks))


def noted(note: str, told: Document) -> Document:
    """Say below an answer of which graph the id is that was asked for, where anything is said."""
    return replace(told, blocks=(*told.blocks, paragraph(note, tone="small"))) if note else told


def descent(trace: Trace, apply: str, made: Sequence[Apply]) -> Document:
    """Tell what became of an apply node that the rewritten graph has no more."""
    blocks: list[Block] = [_heading(trace.universe.apply[apply], _when(trace, apply))]
    if not made:
        words = "nothing of it is left: its value is a constant now, or nobody needs it"
        blocks.append(paragraph(words))
    became = [
        field("became", Run(node.id, "id"), Run(f"  {clip(node.op.label, 60)}", "op"))
        for node in made
    ]
    blocks += [Fields(tuple(became))] if became else []
    return Document(f"descent of {apply}", tuple(blocks))


def readers(trace: Trace, graph: Graph, given: str, read: Sequence[Apply]) -> Document:
    """Tell who reads a variable that nothing makes, and the ancestry of each."""
    name = _name(trace, given)
    words = f"given, read by {counted(len(read), 'node')} of the graph that runs"
    blocks: list[Block] = [Heading((Run(f"{name}  ", "id"), Run(words, "word")), 1)]
    if not read:
        blocks.append(paragraph("nothing of it is left there: its readers are constants now"))
    for apply in read:
        blocks += origin(trace, graph, apply.id).blocks
    return Document(f"readers of {name}", tuple(blocks))


def readers_json(trace: Trace, given: str, read: Sequence[Apply]) -> str:
    """Write who reads a variable as JSON."""
    nodes = [{"apply": node.id, "op": node.op.label} for node in read]
    return json_text({"variable": given, "name": _name(trace, given), "readers": nodes})


def _name(trace: Trace, given: str) -> str:
    """Name a variable, and what else it is understood by: `tau_log__ (tau)`."""
    variable = trace.universe.variable[given]
    others = [word for word in variable.called if word != variable.name]
    return f"{variable.name} ({', '.join(others)})" if others else variable.name or given


def _heading(node: Apply, where: str) -> Heading:
    id_, op = Run(f"{node.id}  ", "id"), Run(clip(node.op.label, 70), "heading")
    return Heading((id_, op, Run(f"  {where}", "word")), 1)


def _when(trace: Trace, apply: str) -> str:
    """Say while which steps an apply node was there."""
    if apply in trace.start:
        return "in the graph before rewriting"
    came = next((step.number for step in trace.steps if apply in step.added), None)
    left = [step.number for step in trace.steps if apply in step.removed]
    if came is None:
        return "made and given up in the same step"
    return f"made in step {came}" + (f", removed in step {left[-1]}" if left else "")


def _written(entry: Ancestry) -> Iterator[Block]:
    lines = dict.fromkeys(a.source for a in entry.ancestors if a.source is not None)
    if lines:
        yield Heading(inlines("written at", style="word"), 3)
        rows = (
            (inlines(f"{line.file}:{line.line}"), (Code(clip(line.code, MAX_LINE)),))
            for line in lines
        )
        yield Table((Column(style="id"), Column(grows=True)), tuple(rows))


def _chain(trace: Trace, entry: Ancestry) -> Iterator[Block]:
    if not entry.rewrites:
        yield paragraph("no rewrite touched it", tone="small")
        return
    yield Heading(inlines("by the rewrites", style="word"), 3)
    rows = []
    for number, _ in entry.rewrites:
        step = trace.step[number]
        name = Reference("rewrite", step.title, clip(step.title, MAX_TITLE))
        rows.append((inlines(str(number)), (name,), inlines(step.phase)))
    columns = (Column(align="right", style="id"), Column(), Column(style="word", grows=True))
    yield Table(columns, tuple(rows))


def ancestry_json(entries: Iterable[Ancestry]) -> str:
    """Write ancestry as JSON."""
    return json_text(entries)


def descent_json(trace: Trace, apply: str, made: Sequence[Apply]) -> str:
    """Write what became of an apply node as JSON."""
    data = {"apply": apply, "op": trace.universe.apply[apply].op.label}
    became = [{"apply": node.id, "op": node.op.label} for node in made]
    return json_text({**data, "became": became})
