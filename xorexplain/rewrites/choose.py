"""Choose steps of a rewriting by phase, by name, or by what they touch."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.views.names import called, understood
from xorexplain.rewrites.records import Trace
from xorexplain.rewrites.steps import ExplainedStep, touches


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
        printed = called(around, known)
        found = [entry for entry in found if printed in touches(trace, entry)]
        if not found and called(around, understood(trace.first.graph)) is not None:
            raise XorexplainError(f"no step touches {around!r}: it is computed as it was written")
        if not found:
            raise XorexplainError(f"no step touches {around!r}: {did_you_mean(around, known)}")
    return found
