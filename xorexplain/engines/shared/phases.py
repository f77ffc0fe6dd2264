"""Run the phases of a rewriter one by one under a recorder's eyes, for both engines.

What differs between them is how a rewriter is run on a graph (`Kinds.run`), how a Feature is told
of changes, and what a mode hands out as its rewriter.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from xorexplain.engines.shared.listening import Linking
from xorexplain.engines.shared.standing import standing_in
from xorexplain.engines.shared.watching import Kinds, watched

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

_ONE_AT_A_TIME = threading.RLock()
Begin = Callable[[Any], "Recorder | None"]
"""Gives an engine's graph, which is about to be rewritten, its recorder, or None for none."""


class Listener:
    """Pass on what a Feature hears alike in both engines."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def on_import(self, fgraph: Any, node: Any, reason: Any) -> None:
        """Note an apply node that came."""
        self.recorder.imported(node, reason)

    def on_prune(self, fgraph: Any, node: Any, reason: Any) -> None:
        """Note an apply node that left."""
        self.recorder.pruned(node, reason)


def run_phases(
    phases: Any, fgraph: Any, recorder: Recorder, kinds: Kinds, listener: Listener
) -> None:
    """Run the phases on a graph and tell the recorder; a rewriter that loops ends them."""
    # Rewriters are shared by all threads, and carry the methods of one recorder at a time.
    with _ONE_AT_A_TIME:
        _run_all(phases, fgraph, recorder, kinds, listener)


def _run_all(
    phases: Any, fgraph: Any, recorder: Recorder, kinds: Kinds, listener: Listener
) -> None:
    from xorexplain.engines.recorder import StoppedError

    recorder.begin(fgraph.inputs, fgraph.outputs, fgraph.toposort())
    fgraph.attach_feature(listener)
    try:
        with watched(phases, fgraph, recorder, kinds):
            for phase in phases:
                _run(phase, phases, fgraph, recorder, kinds)
    except StoppedError:
        recorder.close()
    finally:
        recorder.is_over = True
    fgraph.remove_feature(listener)
    recorder.finish(fgraph.toposort())


def take_out_copies(
    fgraph: Any, recorder: Recorder | None, change: Callable[[int, Any], None]
) -> None:
    """Give results back what a function maker has put copies of there after the last phase.

    So that the graph is the one the rewriter left, which the recorder knows; `change` gives the
    graph another result at a position.
    """
    if recorder is None or not recorder.has_begun:
        return
    left = set(recorder.end)
    for position, result in enumerate(list(fgraph.outputs)):
        if result.owner is not None and result.owner not in left:
            change(position, result.owner.inputs[0])


def _run(phase: Any, phases: Any, fgraph: Any, recorder: Recorder, kinds: Kinds) -> None:
    """Run a phase; one that raises is told and left out, as the sequence itself would do."""
    recorder.begin_phase(getattr(phase, "name", None) or type(phase).__name__)
    began = time.perf_counter()
    try:
        kinds.run(phase, fgraph)
    except AssertionError:
        raise
    except Exception as error:
        if phases.failure_callback is None:
            raise
        phases.failure_callback(error, phases, phase)
    recorder.end_phase(time.perf_counter() - began)


@contextlib.contextmanager
def overhearing(
    mode: Any, maker: Any, begin: Begin, wrapped: Callable[[Any, Begin], Any]
) -> Iterator[None]:
    """Have an engine's class of modes hand out wrapped rewriters while the block runs.

    Every mode is asked for its rewriter when a function is made. While the engine's class of
    function makers links one, only inner functions of its ops are made, which nobody asked for.
    """
    linking = Linking()

    def outermost(fgraph: Any) -> Recorder | None:
        return None if linking.is_on else begin(fgraph)

    def overheard(optimizer: Any) -> Any:
        return property(lambda self: wrapped(optimizer.fget(self), outermost))

    def creating(create: Any) -> Any:
        def linked(self: Any, *arguments: Any, **options: Any) -> Any:
            with linking.block():
                return create(self, *arguments, **options)

        return linked

    with standing_in(mode, "optimizer", overheard), standing_in(maker, "create", creating):
        yield
