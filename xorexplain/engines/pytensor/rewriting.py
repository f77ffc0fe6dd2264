"""Rewrite with PyTensor and compile nothing; listen to its rewriter through its Feature hooks."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytensor
from pytensor.compile.maker import FunctionMaker
from pytensor.compile.mode import Mode, get_default_mode
from pytensor.graph.features import Feature
from pytensor.graph.rewriting import basic
from pytensor.graph.rewriting.basic import GraphRewriter

from xorexplain.engines.shared.code import code_of
from xorexplain.engines.shared.common import accepting
from xorexplain.engines.shared.phases import (
    Begin,
    Listener,
    overhearing,
    run_phases,
    take_out_copies,
)
from xorexplain.engines.shared.recursion import call_deep
from xorexplain.engines.shared.watching import Kinds

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


_SITE = str(Path(pytensor.__file__).parent.parent) + os.sep
KINDS = Kinds(
    node=basic.NodeRewriter,
    graph=basic.GraphRewriter,
    holders=(basic.OpToRewriterTracker,),
    groups=(basic.SequentialNodeRewriter,),
    rounds=basic.EquilibriumGraphRewriter,
    node_position=1,
    logger=basic.__name__,
    run=lambda rewriter, fgraph: rewriter.rewrite(fgraph),
    catches=lambda: pytensor.config.on_opt_error in ("warn", "ignore"),
)


def make_function(
    inputs: Sequence[Any],
    outputs: Any,
    updates: Sequence[tuple[Any, Any]],
    mode: Any,
    profile: bool | None = None,
) -> Any:
    """Call `pytensor.function` with what a user would pass; unused inputs are no mistake here.

    `profile` as None is what the configuration says.
    """
    return pytensor.function(
        list(inputs),
        outputs,
        updates=list(updates),
        mode=mode,
        on_unused_input="ignore",
        profile=profile,
    )


def rewritten(
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    updates: Sequence[tuple[Any, Any]],
    recorder: Recorder | None = None,
    excluding: Sequence[str] = (),
) -> Any:
    """Return a function maker that has rewritten its graph and stopped before linking.

    `excluding` are names and tags of rewrites that shall not run.
    """
    mode = get_default_mode().excluding(*excluding)
    unlinked = _UnlinkedMode(accepting(mode.provided_linker), mode.provided_optimizer)
    unlinked.recorder = recorder
    maker = call_deep(
        lambda: make_function(inputs, list(outputs), updates, unlinked, profile=False)
    )
    graph = maker.fgraph
    take_out_copies(
        graph,
        recorder,
        lambda i, result: graph.change_node_input(
            *graph.get_output_client(i), result, reason="as left", check=False
        ),
    )
    # PyTensor's own debugprint takes the graph's False for a profile.
    maker.fgraph.profile = None
    return maker


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
        return Phases(_phases_of(self), self.recorder)


class _Listener(Listener, Feature):  # type: ignore[misc]
    def on_change_input(
        self, fgraph: Any, node: Any, i: int, var: Any, new_var: Any, reason: Any = None
    ) -> None:
        is_result = type(node.op).__name__ == "Output"
        position = node.op.idx if is_result else i
        self.recorder.changed(None if is_result else node, position, var, new_var, reason)

    def on_validate(self, fgraph: Any) -> None:
        self.recorder.validated()


class Phases(GraphRewriter):  # type: ignore[misc]
    """Run the engine's own phases one by one, with a listener attached."""

    def __init__(self, phases: Any, recorder: Recorder) -> None:
        is_sequence = isinstance(phases, basic.SequentialGraphRewriter)
        self.phases = phases if is_sequence else basic.SequentialGraphRewriter(phases)
        self.recorder = recorder

    def add_requirements(self, fgraph: Any) -> None:
        """Attach what the phases need."""
        self.phases.add_requirements(fgraph)

    def apply(self, fgraph: Any) -> None:
        """Run the phases on a graph and tell the recorder."""
        run_phases(self.phases, fgraph, self.recorder, KINDS, _Listener(self.recorder))


def _phases_of(mode: Any) -> Any:
    """Return the sequence of phases a mode runs, by the query it would make itself."""
    query = mode.provided_optimizer
    query = query.including(*mode.linker.required_rewrites)
    query = query.excluding(*mode.linker.incompatible_rewrites)
    return mode.optdb.query(query)


class _Overheard(GraphRewriter):  # type: ignore[misc]
    """Ask at each rewriting whether it shall be recorded, and run it one way or the other."""

    def __init__(self, phases: Any, begin: Begin) -> None:
        self.phases = phases
        self.begin = begin

    def apply(self, fgraph: Any) -> None:
        recorder = self.begin(fgraph)
        KINDS.run(self.phases if recorder is None else Phases(self.phases, recorder), fgraph)


def _overheard(rewriter: Any, begin: Begin) -> Any:
    """Wrap what a mode hands out.

    PyTensor has wrapped the phases in a rewriter that says which mode they are of; that one stays.
    """
    inside = getattr(rewriter, "_rewriter", None)
    if inside is None:
        return _Overheard(rewriter, begin)
    wrapper = copy.copy(rewriter)
    wrapper._rewriter = _Overheard(inside, begin)
    return wrapper


@contextlib.contextmanager
def listening(begin: Begin) -> Iterator[None]:
    """Record what functions compiled in the block rewrite; `begin` gives a graph its recorder."""
    with overhearing(Mode, FunctionMaker, begin, _overheard):
        yield


def default_phases() -> Any:
    """Return the sequence of phases that the default mode runs."""
    return _phases_of(get_default_mode())


def rewrite_code(rewriter: Any) -> tuple[str, str]:
    """Return where a rewriter's code is, as "file:line", and its docstring; empty if unknown."""
    return code_of(rewriter, _SITE)
