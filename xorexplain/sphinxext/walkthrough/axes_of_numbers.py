"""Tell of each number that is given axes of length 1 what became of the node that gives them."""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply
from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr
from xorexplain.render.writers.marks import listed, math, table
from xorexplain.rewrites.steps import ExplainedStep
from xorexplain.rewrites.trace import Trace
from xorexplain.sphinxext.walkthrough.firing import bare
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.renaming import rename

MIN_ROWS, MAX_ROWS = 3, 16


def axes_of_numbers(material: Material) -> Iterator[str]:
    """List the nodes that give a number axes, as written and as they came, with their end."""
    trace = material.trace
    assert trace is not None
    given = [apply for apply in trace.universe.applies if _is_of_a_number(trace, apply)]
    if not MIN_ROWS <= len(given) <= MAX_ROWS:
        return
    written = sum(apply.id in trace.start for apply in given)
    left = sum(apply.id in trace.end for apply in given)
    came = len(given) - written
    yield (
        f"**What became of each expand dims** that gives a number axes: {written} as written, "
        f"{came} that other steps brought, {left or 'none'} in what runs."
    )
    rows = [[math(bare(_number(trace, a))), _origin(material, a), _end(material, a)] for a in given]
    yield table(["Number", "Written for", "What became of it"], rows, "20 30 50")


def _is_of_a_number(trace: Trace, apply: Apply) -> bool:
    return has(apply.op.kind, "adds axes") and bare(_number(trace, apply)).is_number


def _number(trace: Trace, apply: Apply) -> Expr:
    return express(trace.universe, apply.outputs[0], {}, (apply.outputs[0],))


def _origin(material: Material, apply: Apply) -> str:
    """Say what the number was written for, or which step brought it."""
    trace = material.trace
    assert trace is not None
    if apply.id not in trace.start:
        return next(
            f"came with step {step.number}"
            for step in trace.steps
            if step.verdict == "applied" and apply.id in step.added
        )
    start = trace.first.graph
    names = intermediate_names(start)
    results = [reader.outputs[0] for reader, _ in start.clients.get(apply.outputs[0], ())]
    told = [math(rename(bare(express(start, v, names, (v,))), material.renamings)) for v in results]
    return listed(list(dict.fromkeys(told)))


def _end(material: Material, apply: Apply) -> str:
    """Say which step took a node away, and what is read instead."""
    gone = [e for e in material.explained if e.step.verdict == "applied"]
    entry = next((e for e in gone if apply.id in e.step.removed), None)
    if entry is None:
        return "runs"
    return f"step {entry.step.number}: {_instead(material, entry, apply)}"


def _instead(material: Material, entry: ExplainedStep, apply: Apply) -> str:
    trace = material.trace
    assert trace is not None
    new = next((e.new for e in entry.step.edits if e.old == apply.outputs[0]), None)
    if new is None:
        return f"{material.rewrite(entry.step.title)} writes what reads it anew"
    if trace.universe.owner(new) is not None:
        return "merged"
    return f"the constant {math(express(trace.universe, new, {}, (new,)))}"
