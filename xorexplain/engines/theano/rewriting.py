"""Rewrite with Theano and compile nothing; listen to its rewriter through its Feature hooks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import theano
from theano import gof
from theano.compile.function_module import FunctionMaker
from theano.compile.mode import Mode, get_default_mode
from theano.gof import opt

from xorexplain.engines.shared.common import accepting
from xorexplain.engines.shared.phases import Begin, Listener
from xorexplain.engines.shared.rewriting import InPhases, Overheard, Rewriting, Unlinked
from xorexplain.engines.theano.library import KINDS

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


class _Listener(Listener, gof.toolbox.Feature):  # type: ignore[misc]
    def on_change_input(
        self, fgraph: Any, node: Any, i: int, r: Any, new_r: Any, reason: Any = None
    ) -> None:
        client = None if node == "output" else node
        self.recorder.changed(client, i, r, new_r, reason)

    def validate(self, fgraph: Any) -> None:
        self.recorder.validated()


class Phases(InPhases, gof.Optimizer):  # type: ignore[misc]
    """Run the engine's own phases one by one, with a listener attached."""

    kinds = KINDS
    sequence = opt.SeqOptimizer
    listener = _Listener


class _Overheard(Overheard, gof.Optimizer):  # type: ignore[misc]
    recorded = Phases


class _Unlinked(Unlinked, FunctionMaker):  # type: ignore[misc]
    pass


class TheanoRewriting(Rewriting):
    """Make modes of which Theano's function makers only rewrite."""

    def unlinked(self, mode: Any, recorder: Recorder | None) -> Any:
        """Return a mode that rewrites as `mode` does, and whose functions are not linked."""
        optimizer = mode.provided_optimizer
        if recorder is not None:
            optimizer = Phases(mode.optimizer, recorder)
        unlinked = Mode(accepting(mode.provided_linker), optimizer)
        unlinked.function_maker = _Unlinked
        return unlinked

    def in_phases(self, rewriter: Any, recorder: Recorder) -> Phases:
        """Return a rewriter that does what another does, in sight of a recorder."""
        return Phases(rewriter, recorder)

    def overheard(self, rewriter: Any, begin: Begin) -> Any:
        """Wrap what a mode hands out, so that each rewriting asks for its recorder."""
        return _Overheard(rewriter, begin)

    @contextlib.contextmanager
    def folding(self) -> Iterator[None]:
        """Make the rewriter fold constants with `perform` instead of compiling C code for each.

        `python_constant_folding` is the hook Theano asks an op for; it is answered here for every
        op that has a `perform`. What is rewritten stays the same.
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


def default_phases() -> Any:
    """Return the sequence of phases that the default mode runs."""
    return get_default_mode().optimizer
