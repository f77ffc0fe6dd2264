"""Choose steps of a rewriting by phase, by name, or by what they touch."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.views.names import called, intermediate_names, understood
from xorexplain.graph.views.printed_names import holders
from xorexplain.rewrites.cures import cure
from xorexplain.rewrites.steps import ExplainedStep, touches
from xorexplain.rewrites.trace import Trace


def chosen(
    trace: Trace,
    told: Sequence[ExplainedStep],
    phase: str | None = None,
    name: str | None = None,
    around: str | None = None,
    everything: bool = False,
) -> list[ExplainedStep]:
    """Choose the steps of a phase, of rewrites of a name, or that touch a node.

    `everything` leaves in what only merged equal computations. Raise XorexplainError, naming the
    closest, where nothing matches.
    """
    found = [entry for entry in told if everything or not entry.step.is_noise]
    if phase is not None:
        phases = list(dict.fromkeys(entry.step.phase for entry in told))
        if phase not in phases:
            raise XorexplainError(f"no phase {phase!r} did anything: {did_you_mean(phase, phases)}")
        found = [entry for entry in found if entry.step.phase == phase]
    if name is not None:
        names = dict.fromkeys(n for e in told for n in (e.step.rewrite, *e.step.members))
        found = [
            entry
            for entry in found
            if any(fnmatch.fnmatchcase(n, name) for n in (entry.step.rewrite, *entry.step.members))
        ]
        if not found:
            raise XorexplainError(f"no rewrite {name!r} fired: {did_you_mean(name, list(names))}")
    if around is not None:
        known = sorted({word for entry in told for word in touches(trace, entry)})
        at_end = intermediate_names(trace.last.graph)
        pictured = {word: id_ for id_, word in at_end.items()}
        printed = called(around, known) or pictured.get(around)
        found = [entry for entry in found if printed in touches(trace, entry)]
        if not found:
            raise XorexplainError(_untouched(trace, around, known))
    return found


def _untouched(trace: Trace, node: str, known: Sequence[str]) -> str:
    """Say why no step is left that touches a node; `known` are the names of those touched."""
    start = trace.first.graph
    if called(node, known) is not None:
        return f"only steps that are left out touch {node!r}: ask for --all, of every phase"
    if called(node, understood(start)) is not None:
        return f"no step touches {node!r}: it is computed as it was written"
    inside = holders(trace.last.graph, node) or holders(start, node)
    if inside:
        return f"{node} is inside of {' and '.join(inside)}: ask for that"
    if node in intermediate_names(trace.last.graph).values():
        return f"no step touches {node!r}: it is computed as it was written"
    return cure(trace, node) or f"no step touches {node!r}: {did_you_mean(node, known)}"
