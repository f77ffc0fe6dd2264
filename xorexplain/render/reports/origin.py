"""Write where the apply nodes of a rewritten graph come from, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from xorexplain.errors.escaping import json_text
from xorexplain.graph.records import Ancestry, Apply, Graph
from xorexplain.render.lines import Line
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.steps import MAX_TITLE
from xorexplain.rewrites.records import Trace

MAX_LINE = 100


def origin_lines(trace: Trace, graph: Graph, apply: str) -> Iterator[Line]:
    """Write the ancestry of one apply node: expressions, rules, lines, rewrites."""
    node = graph.apply[apply]
    entry = next(e for e in graph.ancestry if e.apply == apply)
    yield _heading(node, "in the graph that runs")
    yield []
    yield [("computes together, as it was written", "word")]
    width = max((len(a.name) for a in entry.ancestors), default=0)
    for ancestor in entry.ancestors:
        rule = f"   gradient: {ancestor.rule}" if ancestor.rule else ""
        yield [
            (f"  {ancestor.name:<{width}} = ", "plain"),
            (clip(ancestor.expression, MAX_LINE), "formula"),
            (rule, "word"),
        ]
    yield from _written(entry)
    yield []
    yield from _chain(trace, entry)


def descent_lines(trace: Trace, apply: str, made: Sequence[Apply]) -> Iterator[Line]:
    """Write what became of an apply node that the rewritten graph has no more."""
    yield _heading(trace.universe.apply[apply], _when(trace, apply))
    yield []
    if not made:
        yield [("nothing of it is left: its value is a constant now, or nobody needs it", "plain")]
    for node in made:
        yield [("became   ", "word"), (node.id, "id"), (f"  {clip(node.op.label, 60)}", "op")]


def _heading(node: Apply, where: str) -> Line:
    return [(f"{node.id}  ", "id"), (clip(node.op.label, 70), "heading"), (f"  {where}", "word")]


def _when(trace: Trace, apply: str) -> str:
    """Say while which steps an apply node was there."""
    if apply in trace.start:
        return "in the graph before rewriting"
    came = next((step.number for step in trace.steps if apply in step.added), None)
    left = [step.number for step in trace.steps if apply in step.removed]
    if came is None:
        return "made and given up in the same step"
    return f"made in step {came}" + (f", removed in step {left[-1]}" if left else "")


def _written(entry: Ancestry) -> Iterator[Line]:
    lines = dict.fromkeys(a.source for a in entry.ancestors if a.source is not None)
    if lines:
        yield []
        yield [("written at", "word")]
    for line in lines:
        yield [(f"  {line.file}:{line.line}", "id"), (f"  {clip(line.code, MAX_LINE)}", "plain")]


def _chain(trace: Trace, entry: Ancestry) -> Iterator[Line]:
    if not entry.rewrites:
        yield [("no rewrite touched it", "word")]
        return
    yield [("by the rewrites", "word")]
    for number, _ in entry.rewrites:
        step = trace.step[number]
        yield [
            (f"  {number:4d} ", "id"),
            (clip(step.title, MAX_TITLE), "op"),
            (f"  {step.phase}", "word"),
        ]


def ancestry_json(entries: Iterable[Ancestry]) -> str:
    """Write ancestry as JSON."""
    return json_text([asdict(e) for e in entries])


def descent_json(trace: Trace, apply: str, made: Sequence[Apply]) -> str:
    """Write what became of an apply node as JSON."""
    data = {"apply": apply, "op": trace.universe.apply[apply].op.label}
    became = [{"apply": node.id, "op": node.op.label} for node in made]
    return json_text({**data, "became": became})
