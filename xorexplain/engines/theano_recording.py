"""Listen to Theano's rewriter through its Feature hooks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import theano
from theano import gof
from theano.compile.mode import Mode, get_default_mode

from xorexplain.engines import Source
from xorexplain.engines.recursion import call_deep
from xorexplain.engines.theano import _python_constant_folding, _Unlinked, source_of
from xorexplain.recording import Recorder


class _Listener(gof.toolbox.Feature):  # type: ignore[misc]
    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def on_import(self, fgraph: Any, node: Any, reason: Any) -> None:
        self.recorder.imported(node, reason)

    def on_prune(self, fgraph: Any, node: Any, reason: Any) -> None:
        self.recorder.pruned(node, reason)

    def on_change_input(
        self, fgraph: Any, node: Any, i: int, r: Any, new_r: Any, reason: Any = None
    ) -> None:
        client = None if node == "output" else node
        self.recorder.changed(client, i, r, new_r, reason)

    def validate(self, fgraph: Any) -> None:
        self.recorder.validated()


class _Phases(gof.Optimizer):  # type: ignore[misc]
    """Run the engine's own phases one by one, with a listener attached."""

    def __init__(self, phases: Any, recorder: Recorder) -> None:
        self.phases = phases
        self.recorder = recorder

    def apply(self, fgraph: Any) -> None:
        recorder = self.recorder
        recorder.begin(fgraph.inputs, fgraph.outputs, fgraph.toposort())
        listener = _Listener(recorder)
        fgraph.attach_feature(listener)
        for phase in self.phases:
            recorder.begin_phase(phase.name or type(phase).__name__)
            began = time.perf_counter()
            phase.optimize(fgraph)
            recorder.end_phase(time.perf_counter() - began)
        fgraph.remove_feature(listener)
        recorder.finish(fgraph.toposort())


def record(
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    updates: Sequence[tuple[Any, Any]],
    recorder: Recorder,
) -> Source:
    """Rewrite as `rewrite` does, and tell the recorder everything that happens."""
    mode = get_default_mode()
    recorded = Mode(mode.provided_linker, _Phases(mode.optimizer, recorder))
    recorded.function_maker = _Unlinked
    with _python_constant_folding():
        maker = call_deep(
            lambda: theano.function(
                list(inputs),
                list(outputs),
                updates=list(updates),
                mode=recorded,
                on_unused_input="ignore",
            )
        )
    return source_of(maker)
