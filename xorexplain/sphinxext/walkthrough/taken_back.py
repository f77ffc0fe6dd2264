"""Tell which steps undo one another: an op put in place, taken from it, and put in place again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply
from xorexplain.render.writers.marks import name
from xorexplain.rewrites.steps import names_at
from xorexplain.rewrites.trace import RewriteStep, Trace
from xorexplain.sphinxext.walkthrough.episodes import Told
from xorexplain.sphinxext.walkthrough.material import Material

Written = tuple[int, int]
"""An output of an op, and the input it is written over."""


def taken_back(material: Material, told: Told) -> Iterator[str]:
    """Say of an episode of ops in place which of its steps are undone later, and why."""
    trace = material.trace
    assert trace is not None
    if "in-place" not in told.episode.kinds:
        return
    for entry in told.steps:
        for id_ in entry.step.added:
            words = _undone(material, trace, entry.step, trace.universe.apply[id_])
            if words:
                yield words


def _undone(material: Material, trace: Trace, step: RewriteStep, put: Apply) -> str:
    """Follow an op that was put in place, by the steps that replace it by one of the same kind."""
    chain, current = [step], put
    while (later := _next(trace, current.id, chain[-1].number)) is not None:
        new = next((a for a in _added(trace, later) if a.op.kind == put.op.kind), None)
        chain.append(later)
        if new is None:
            break
        current = new
    if len(chain) != 4 or current.op.kind != put.op.kind:
        return ""
    bare = next(a for a in _added(trace, chain[1]) if a.op.kind == put.op.kind)
    first, second = _written(put), _written(current)
    if bare.destroy_map or first is None or second is None or first == second:
        return ""
    was, now = (names_at(trace, n.number) for n in (chain[0], chain[2]))
    given = (
        now.get(current.inputs[second[1]])
        or trace.universe.variable[current.inputs[second[1]]].name
    )
    names = [was.get(put.outputs[first[0]]), now.get(current.outputs[second[0]]), given]
    if None in names or first[1] != second[1]:
        return ""
    over, instead, place = (name(material.renamings.get(n or "", n or "")) for n in names)
    numbers = [str(one.number) for one in chain]
    return (
        f"**Why step {numbers[1]} undoes step {numbers[0]}.** The node has two results, of which "
        f"one can have the place of {place}. Step {numbers[0]} gave it to {over}. But step "
        f"{numbers[3]} is to take in what reads {over}, after which {over} is no array"
        f"{_sum(trace, chain[3], current, first[0])}. So step {numbers[1]} takes the place away, "
        f"and step {numbers[2]} gives it to {instead}, which stays an array."
    )


def _sum(trace: Trace, fusing: RewriteStep, node: Apply, output: int) -> str:
    """Say why a sum must not begin in memory that holds something else."""
    reads = [trace.universe.apply[a] for a in fusing.removed]
    is_sum = any(has(a.op.kind, "reduces") and node.outputs[output] not in a.outputs for a in reads)
    return (
        ": its elements go into a sum one by one, and a sum has to begin at 0, not at what stands "
        "there"
        if is_sum
        else ""
    )


def _next(trace: Trace, apply: str, after: int) -> RewriteStep | None:
    steps: Sequence[RewriteStep] = trace.steps[after:]
    return next((s for s in steps if s.verdict == "applied" and apply in s.removed), None)


def _added(trace: Trace, step: RewriteStep) -> list[Apply]:
    return [trace.universe.apply[a] for a in step.added]


def _written(apply: Apply) -> Written | None:
    return next(((output, ps[0]) for output, ps in apply.destroy_map if ps), None)
