"""Rewrite with Theano and compile nothing; listen to its rewriter through its Feature hooks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import theano
from theano import gof
from theano.compile.function_module import FunctionMaker
from theano.compile.mode import Mode, get_default_mode
from theano.gof import opt

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


_SITE = str(Path(theano.__file__).parent.parent) + os.sep
KINDS = Kinds(
    node=opt.LocalOptimizer,
    graph=opt.Optimizer,
    holders=(),
    groups=(opt.LocalOptGroup,),
    rounds=opt.EquilibriumOptimizer,
    node_position=0,
    logger=opt.__name__,
    run=lambda rewriter, fgraph: rewriter.optimize(fgraph),
    catches=lambda: theano.config.on_opt_error in ("warn", "ignore"),
)


def make_function(
    inputs: Sequence[Any],
    outputs: Any,
    updates: Sequence[tuple[Any, Any]],
    mode: Any,
    profile: bool | None = None,
) -> Any:
    """Call `theano.function` with what a user would pass; unused inputs are no mistake here.

    `profile` as None is what the configuration says.
    """
    return theano.function(
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
    optimizer = mode.provided_optimizer
    if recorder is not None:
        optimizer = Phases(mode.optimizer, recorder)
    unlinked = Mode(accepting(mode.provided_linker), optimizer)
    unlinked.function_maker = _Unlinked
    with _python_constant_folding():
        maker = call_deep(
            lambda: make_function(inputs, list(outputs), updates, unlinked, profile=False)
        )
    graph = maker.fgraph
    take_out_copies(
        graph, recorder, lambda i, result: graph.change_input("output", i, result, reason="as left")
    )
    # Theano's own debugprint takes the graph's False for a profile.
    maker.fgraph.profile = None
    return maker


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


class _Listener(Listener, gof.toolbox.Feature):  # type: ignore[misc]
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
        run_phases(self.phases, fgraph, self.recorder, KINDS, _Listener(self.recorder))


class _Overheard(gof.Optimizer):  # type: ignore[misc]
    """Ask at each rewriting whether it shall be recorded, and run it one way or the other."""

    def __init__(self, phases: Any, begin: Begin) -> None:
        self.phases = phases
        self.begin = begin

    def apply(self, fgraph: Any) -> None:
        recorder = self.begin(fgraph)
        KINDS.run(self.phases if recorder is None else Phases(self.phases, recorder), fgraph)


@contextlib.contextmanager
def listening(begin: Begin) -> Iterator[None]:
    """Record what functions compiled in the block rewrite; `begin` gives a graph its recorder."""
    with overhearing(Mode, FunctionMaker, begin, _Overheard):
        yield


def default_phases() -> Any:
    """Return the sequence of phases that the default mode runs."""
    return get_default_mode().optimizer


def rewrite_code(rewriter: Any) -> tuple[str, str]:
    """Return where a rewriter's code is, as "file:line", and its docstring; empty if unknown."""
    return code_of(rewriter, _SITE)
