"""Rewrite a graph with some rewrites left out, and compute what would run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.common import storage_of
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Origin
from xorexplain.graph.views.matching import corresponding
from xorexplain.models.capture import capture, variable_ids
from xorexplain.models.failures import rewriting
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode
from xorexplain.rewrites.build import Recording, recording_of
from xorexplain.rewrites.questions.switches import keys_of
from xorexplain.runs.finite import is_bad
from xorexplain.runs.walk import Walk
from xorexplain.runs.written import Written


@dataclass(frozen=True)
class Rewritten:
    """Hold a rewriting and what its last graph gives.

    `bad` are the numbers of the results that are not finite, from 1, `unknown` those that could
    not be computed. `fired` are the names of the rewrites that did something.
    """

    recorder: Recorder
    graph: Written
    walk: Walk
    recording: Recording
    bad: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def fired(self) -> frozenset[str]:
        """The names of the rewrites that changed something."""
        applied = (f for f in self.recorder.firings if f.verdict == "applied")
        return frozenset(key for firing in applied for key in keys_of(firing))


@dataclass(frozen=True)
class Subject:
    """Hold a graph as it was written, the values of what it is given, and in which mode it runs."""

    engine: Engine
    written: Written
    values: Mapping[Any, Any]
    model: Model

    def rewritten(self, excluding: Sequence[str] = ()) -> Rewritten:
        """Rewrite the graph without some rewrites and compute the last state node by node.

        Nothing is compiled. Raise XorexplainError for what the engine cannot rewrite.
        """
        engine = self.engine
        given = [v for v in self.written.inputs if engine.role_of(v) == "input"]
        outputs = list(self.written.outputs)
        recorder = Recorder()
        with in_mode(engine, self.model), engine.databases_kept(), rewriting(engine, recorder):
            finished = engine.record(given, outputs, [], recorder, excluding)
        origin = Origin(engine.name, engine.version)
        recording = recording_of(engine, recorder, finished, origin)
        known = dict(zip(recorder.inputs, (self.values[v] for v in given), strict=False))
        stored = {id(storage_of(v)): value for v, value in self.values.items()}
        for variable in recorder.inputs[len(given) :]:
            if id(storage_of(variable)) in stored:
                known[variable] = stored[id(storage_of(variable))]
        applies = list(finished.applies or ())
        graph = Written(recorder.inputs, list(finished.outputs), applies, is_written=False)
        walk = Walk(engine, known)
        for _ in walk.run(graph.outputs):
            pass
        return Rewritten(recorder, graph, walk, recording, *_state(walk, graph.outputs))

    def ids(self, recording: Recording) -> dict[Any, str]:
        """Return the ids that the variables as written have in the first state of a recording."""
        before = capture(self.engine, self.written.source, Origin(self.engine.name, ""))
        across = corresponding(before, recording.trace.first.graph)
        own = variable_ids(self.written.source)
        return {v: across[id_] for v, id_ in own.items() if id_ in across}


def _state(walk: Walk, outputs: Sequence[Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return which results are not finite, and which are not known."""
    bad = tuple(n for n, v in enumerate(outputs, 1) if is_bad(walk.known.get(v)))
    return bad, tuple(n for n, v in enumerate(outputs, 1) if v not in walk.known)
