"""Sum up how a function was rewritten, and write all of it as a trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.attempts import name_of
from xorexplain.engines.recorder import Recorder
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Origin
from xorexplain.rewrites.build import labelled, recording_of
from xorexplain.rewrites.json import to_json
from xorexplain.runs.session.records import Cost

MAX_REWRITES = 40
"""How many rewrites of a function are named, those that took longest."""


@dataclass(frozen=True)
class Rewriting:
    """Hold what is told of a rewriting, and the trace as JSON."""

    told: dict[str, Any]
    trace: str


def rewriting_of(engine: Engine, recorder: Recorder, function: Any, name: str) -> Rewriting:
    """Sum up a finished recording of a function's rewriting."""
    source = labelled(engine.source_of(function), recorder)
    origin = Origin(engine.name, engine.version, name, "rewrites", "function")
    trace = recording_of(engine, recorder, source, origin).trace
    fired = Counter(step.rewrite for step in trace.steps if step.verdict == "applied")
    failed = Counter(step.rewrite for step in trace.steps if step.verdict == "failed")
    tallies = recorder.attempts.tallies
    # What gives its changes another name than its own is there under both, and its time too.
    named = {name_of(f.rewriter) for f in recorder.firings if f.rewrite not in tallies}
    told = [r for r in trace.rewrites if fired[r.name] or failed[r.name] or r.name not in named]
    costs = [Cost(r.name, r.seconds, r.tries, fired[r.name], failed[r.name]) for r in told]
    costs.sort(key=lambda cost: (-cost.failed, -cost.seconds))
    return Rewriting(
        {
            "phases": [asdict(Cost(phase.name, phase.seconds)) for phase in trace.phases],
            "rewrites": [asdict(cost) for cost in costs[:MAX_REWRITES]],
            "gradient": sum(_is_of_gradient(engine, apply) for apply, _ in recorder.start),
            "stopped": trace.stopped,
        },
        to_json(trace),
    )


def _is_of_gradient(engine: Engine, apply: Any) -> bool:
    """Tell whether the engine's own gradient made an apply node, as its kept trace says."""
    file = f"{engine.folder}gradient.py"
    return any(frame.file == file for frame in engine.frames_of(apply.outputs[0]))
