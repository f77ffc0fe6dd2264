"""Listen to PyTensor's rewriter through its Feature hooks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytensor
from pytensor.compile.mode import get_default_mode
from pytensor.graph.features import Feature
from pytensor.graph.rewriting.basic import GraphRewriter

from xorexplain.engines import Source
from xorexplain.engines.pytensor import _UnlinkedMode, source_of
from xorexplain.engines.recursion import call_deep
from xorexplain.recording import Recorder


class _Listener(Feature):  # type: ignore[misc]
    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def on_import(self, fgraph: Any, node: Any, reason: Any) -> None:
        self.recorder.imported(node, reason)

    def on_prune(self, fgraph: Any, node: Any, reason: Any) -> None:
        self.recorder.pruned(node, reason)

    def on_change_input(
        self, fgraph: Any, node: Any, i: int, var: Any, new_var: Any, reason: Any = None
    ) -> None:
        is_result = type(node.op).__name__ == "Output"
        position = node.op.idx if is_result else i
        self.recorder.changed(None if is_result else node, position, var, new_var, reason)

    def on_validate(self, fgraph: Any) -> None:
        self.recorder.validated()


class _Phases(GraphRewriter):  # type: ignore[misc]
    """Run the engine's own phases one by one, with a listener attached."""

    def __init__(self, phases: Any, recorder: Recorder) -> None:
        self.phases = phases
        self.recorder = recorder

    def add_requirements(self, fgraph: Any) -> None:
        self.phases.add_requirements(fgraph)

    def apply(self, fgraph: Any) -> None:
        recorder = self.recorder
        recorder.begin(fgraph.inputs, fgraph.outputs, fgraph.toposort())
        listener = _Listener(recorder)
        fgraph.attach_feature(listener)
        for phase in self.phases:
            recorder.begin_phase(phase.name or type(phase).__name__)
            began = time.perf_counter()
            phase.rewrite(fgraph)
            recorder.end_phase(time.perf_counter() - began)
        fgraph.remove_feature(listener)
        recorder.finish(fgraph.toposort())


def _phases_of(mode: Any) -> Any:
    """Return the sequence of phases a mode runs, by the query it would make itself."""
    query = mode.provided_optimizer
    query = query.including(*mode.linker.required_rewrites)
    query = query.excluding(*mode.linker.incompatible_rewrites)
    return mode.optdb.query(query)


def record(
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    updates: Sequence[tuple[Any, Any]],
    recorder: Recorder,
) -> Source:
    """Rewrite as `rewrite` does, and tell the recorder everything that happens."""
    mode = get_default_mode()
    recorded = _UnlinkedMode(mode.provided_linker, _Phases(_phases_of(mode), recorder))
    maker = call_deep(
        lambda: pytensor.function(
            list(inputs),
            list(outputs),
            updates=list(updates),
            mode=recorded,
            on_unused_input="ignore",
        )
    )
    return source_of(maker)
