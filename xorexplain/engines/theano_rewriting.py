"""Rewrite with Theano and compile nothing; listen to its rewriter through its Feature hooks."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import theano
from theano import gof
from theano.compile.function_module import FunctionMaker
from theano.compile.mode import Mode, get_default_mode, optdb
from theano.gof import opt

from xorexplain.engines.recursion import call_deep
from xorexplain.engines.registered import code_of, tags_in
from xorexplain.engines.watching import Kinds, watched
from xorexplain.recording import StoppedError

if TYPE_CHECKING:
    from xorexplain.recording import Recorder


_SITE = str(Path(theano.__file__).parent.parent) + os.sep
KINDS = Kinds(
    node=opt.LocalOptimizer,
    graph=opt.Optimizer,
    holders=(),
    rounds=opt.EquilibriumOptimizer,
    node_position=0,
    logger=opt.__name__,
    catches=lambda: theano.config.on_opt_error in ("warn", "ignore"),
)


def make_function(
    inputs: Sequence[Any], outputs: Any, updates: Sequence[tuple[Any, Any]], mode: Any
) -> Any:
    """Call `theano.function` with what a user would pass; unused inputs are no mistake here."""
    return theano.function(
        list(inputs), outputs, updates=list(updates), mode=mode, on_unused_input="ignore"
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
    optimizer = mode.provided_optimizer
    if recorder is not None:
        optimizer = Phases(mode.optimizer, recorder)
    unlinked = Mode(mode.provided_linker, optimizer)
    unlinked.function_maker = _Unlinked
    with _python_constant_folding():
        return call_deep(lambda: make_function(inputs, list(outputs), updates, unlinked))


class _Unlinked(FunctionMaker):  # type: ignore[misc]
    """Stop a FunctionMaker before it links, which is where C code would be compiled."""

    def create(self, *arguments: Any, **options: Any) -> FunctionMaker:
        return self


@contextlib.contextmanager
def _python_constant_folding() -> Iterator[None]:
    """Make the rewriter fold constants with `perform` instead of compiling C code for each.

    `python_constant_folding` is the hook Theano asks an op for; it is answered here for every op
    that has a `perform`. What is rewritten stays the same.
    """

    def has_perform(op: Any, node: Any) -> bool:
        return type(op).perform is not gof.PureOp.perform

    elemwise = theano.tensor.elemwise.Elemwise
    own = elemwise.python_constant_folding
    gof.Op.python_constant_folding = elemwise.python_constant_folding = has_perform
    try:
        yield
    finally:
        del gof.Op.python_constant_folding
        elemwise.python_constant_folding = own


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


class Phases(gof.Optimizer):  # type: ignore[misc]
    """Run the engine's own phases one by one, with a listener attached."""

    def __init__(self, phases: Any, recorder: Recorder) -> None:
        is_sequence = isinstance(phases, opt.SeqOptimizer)
        self.phases = phases if is_sequence else opt.SeqOptimizer(phases)
        self.recorder = recorder

    def apply(self, fgraph: Any) -> None:
        """Run the phases on a graph and tell the recorder."""
        recorder = self.recorder
        recorder.begin(fgraph.inputs, fgraph.outputs, fgraph.toposort())
        listener = _Listener(recorder)
        fgraph.attach_feature(listener)
        try:
            with watched(self.phases, recorder, KINDS):
                for phase in self.phases:
                    self._run(phase, fgraph)
        except StoppedError:
            recorder.close()
        fgraph.remove_feature(listener)
        recorder.finish(fgraph.toposort())

    def _run(self, phase: Any, fgraph: Any) -> None:
        """Run a phase; one that raises is told and left out, as the sequence itself would do."""
        self.recorder.begin_phase(phase.name or type(phase).__name__)
        began = time.perf_counter()
        try:
            phase.optimize(fgraph)
        except AssertionError:
            raise
        except Exception as error:
            if self.phases.failure_callback is None:
                raise
            self.phases.failure_callback(error, self.phases, phase)
        self.recorder.end_phase(time.perf_counter() - began)


class _Overheard(gof.Optimizer):  # type: ignore[misc]
    """Ask at each rewriting whether it shall be recorded, and run it one way or the other."""

    def __init__(self, phases: Any, begin: Callable[[Any], Recorder | None]) -> None:
        self.phases = phases
        self.begin = begin

    def apply(self, fgraph: Any) -> None:
        recorder = self.begin(fgraph)
        if recorder is None:
            self.phases.optimize(fgraph)
        else:
            Phases(self.phases, recorder).optimize(fgraph)


@contextlib.contextmanager
def listening(begin: Callable[[Any], Recorder | None]) -> Iterator[None]:
    """Record what functions compiled in the block rewrite; `begin` gives a graph its recorder.

    Every mode is asked for its rewriter when a function is made, so that is where it is wrapped.
    While a function is linked, only inner functions of its ops are made, which nobody asked for.
    """
    optimizer, create = Mode.optimizer, FunctionMaker.create
    linking = [False]

    def outermost(fgraph: Any) -> Recorder | None:
        return None if linking[0] else begin(fgraph)

    def linked(maker: FunctionMaker, *arguments: Any, **options: Any) -> Any:
        was_linking, linking[0] = linking[0], True
        try:
            return create(maker, *arguments, **options)
        finally:
            linking[0] = was_linking

    Mode.optimizer = property(lambda mode: _Overheard(optimizer.fget(mode), outermost))
    FunctionMaker.create = linked
    try:
        yield
    finally:
        Mode.optimizer, FunctionMaker.create = optimizer, create


def default_phases() -> Any:
    """Return the sequence of phases that the default mode runs."""
    return get_default_mode().optimizer


def rewrite_tags() -> Mapping[str, tuple[str, ...]]:
    """Return the tags of every registered rewrite by its name."""
    return tags_in(optdb)


def rewrite_code(rewriter: Any) -> tuple[str, str]:
    """Return where a rewriter's code is, as "file:line", and its docstring; empty if unknown."""
    return code_of(rewriter, _SITE)
