"""Rewrite with PyTensor and compile nothing; listen to its rewriter through its Feature hooks."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pytensor.compile.maker import FunctionMaker
from pytensor.compile.mode import Mode, get_default_mode
from pytensor.graph.features import Feature
from pytensor.graph.rewriting import basic
from pytensor.graph.rewriting.basic import GraphRewriter
from pytensor.graph.rewriting.unify import OpPattern

from xorexplain.engines.pytensor.library import KINDS
from xorexplain.engines.shared.catalog import Catalog
from xorexplain.engines.shared.common import accepting
from xorexplain.engines.shared.phases import Begin, Listener
from xorexplain.engines.shared.rewriting import InPhases, Overheard, Rewriting, Unlinked

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


class _Listener(Listener, Feature):  # type: ignore[misc]
    def on_change_input(
        self, fgraph: Any, node: Any, i: int, var: Any, new_var: Any, reason: Any = None
    ) -> None:
        is_result = type(node.op).__name__ == "Output"
        position = node.op.idx if is_result else i
        self.recorder.changed(None if is_result else node, position, var, new_var, reason)

    def on_validate(self, fgraph: Any) -> None:
        self.recorder.validated()


class Phases(InPhases, GraphRewriter):  # type: ignore[misc]
    """Run the engine's own phases one by one, with a listener attached."""

    kinds = KINDS
    sequence = basic.SequentialGraphRewriter
    listener = _Listener


class _Overheard(Overheard, GraphRewriter):  # type: ignore[misc]
    recorded = Phases


class _Unlinked(Unlinked, FunctionMaker):  # type: ignore[misc]
    pass


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
        return Phases(_phases_of(self), self.recorder)


def _phases_of(mode: Any) -> Any:
    """Return the sequence of phases a mode runs, by the query it would make itself."""
    query = mode.provided_optimizer
    query = query.including(*mode.linker.required_rewrites)
    query = query.excluding(*mode.linker.incompatible_rewrites)
    return mode.optdb.query(query)


class PyTensorRewriting(Rewriting, Catalog):
    """Make modes of which PyTensor's function makers only rewrite."""

    def unlinked(self, mode: Any, recorder: Recorder | None) -> Any:
        """Return a mode that rewrites as `mode` does, and whose functions are not linked."""
        unlinked = _UnlinkedMode(accepting(mode.provided_linker), mode.provided_optimizer)
        unlinked.recorder = recorder
        return unlinked

    def in_phases(self, rewriter: Any, recorder: Recorder) -> Phases:
        """Return a rewriter that does what another does, in sight of a recorder."""
        return Phases(rewriter, recorder)

    def overheard(self, rewriter: Any, begin: Begin) -> Any:
        """Wrap what a mode hands out, so that each rewriting asks for its recorder.

        PyTensor has wrapped the phases in a rewriter that says which mode they are of; that one
        stays.
        """
        inside = getattr(rewriter, "_rewriter", None)
        if inside is None:
            return _Overheard(rewriter, begin)
        wrapper = copy.copy(rewriter)
        wrapper._rewriter = _Overheard(inside, begin)
        return wrapper

    def is_tracked(self, rewriter: Any, apply: Any) -> bool:
        """Tell whether a rewriter is tried on apply nodes of this op."""
        tracker = basic.OpToRewriterTracker()
        tracker.add_tracker(rewriter)
        return bool(tracker.get_trackers(apply.op))

    def tracked_text(self, op: Any) -> str:
        """Name what a rewriter is tried on: an op, a class of them, or a pattern."""
        if isinstance(op, OpPattern):
            parameters = ", ".join(f"{name}={value}" for name, value in op.parameters)
            return f"{self.tracked_text(op.op_type)}({parameters})"
        return super().tracked_text(op)


def default_phases() -> Any:
    """Return the sequence of phases that the default mode runs."""
    return _phases_of(get_default_mode())
