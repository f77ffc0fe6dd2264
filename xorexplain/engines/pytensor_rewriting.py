"""Rewrite with PyTensor and compile nothing; listen to its rewriter through its Feature hooks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytensor
from pytensor.compile.maker import FunctionMaker
from pytensor.compile.mode import Mode, get_default_mode
from pytensor.graph.features import Feature
from pytensor.graph.rewriting.basic import GraphRewriter

from xorexplain.engines.recursion import call_deep

if TYPE_CHECKING:
    from xorexplain.recording import Recorder


def make_function(
    inputs: Sequence[Any], outputs: Any, updates: Sequence[tuple[Any, Any]], mode: Any
) -> Any:
    """Call `pytensor.function` with what a user would pass; unused inputs are no mistake here."""
    return pytensor.function(
        list(inputs), outputs, updates=list(updates), mode=mode, on_unused_input="ignore"
    )


def rewritten(
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    updates: Sequence[tuple[Any, Any]],
    recorder: Recorder | None = None,
) -> Any:
    """Return a function maker that has rewritten its graph and stopped before linking."""
    mode = get_default_mode()
    unlinked = _UnlinkedMode(mode.provided_linker, mode.provided_optimizer)
    unlinked.recorder = recorder
    return call_deep(lambda: make_function(inputs, list(outputs), updates, unlinked))


class _Unlinked(FunctionMaker):  # type: ignore[misc]
    """Stop a FunctionMaker before it links, which is where machine code would be compiled."""

    def create(self, *arguments: Any, **options: Any) -> FunctionMaker:
        return self


class _UnlinkedMode(Mode):  # type: ignore[misc]
    """Rewrite as the mode it was made of; record the first graph, if there is a recorder.

    What is rewritten later are inner graphs, for which PyTensor asks the same mode.
    """

    recorder: Recorder | None = None

    @property
    def function_maker(self) -> type[FunctionMaker]:
        return _Unlinked

    @property
    def optimizer(self) -> Any:
        if self.recorder is None or self.recorder.has_begun:
            return super().optimizer
        return _Phases(_phases_of(self), self.recorder)


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
