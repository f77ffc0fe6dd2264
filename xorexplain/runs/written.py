"""Keep the graph of a function as the user wrote it, which an engine rewrites in its place.

Theano's functions still hold that graph. PyTensor's do not, so it has to be kept when they are
compiled: what an apply node read then is noted, and nothing is copied before it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.common import toposort
from xorexplain.errors.records import dataclass

_KEPT = "xorexplain_written"


@dataclass(frozen=True)
class Written:
    """Hold a graph that can be computed node by node.

    `inputs` stand in the order of the function's own, shared variables included. `is_written`
    tells that nothing of it was rewritten.
    """

    inputs: Sequence[Any]
    outputs: Sequence[Any]
    applies: Sequence[Any]
    is_written: bool = True

    @property
    def source(self) -> Source:
        """The graph as it is captured: all it gives are results, without labels."""
        outputs = list(self.outputs)
        return Source(outputs, outputs, [None] * len(outputs), self.inputs, self.applies)


class _Start:
    """Hold a graph as it was before its rewriting; a pickled function leaves it behind."""

    def __init__(
        self,
        inputs: Sequence[Any] = (),
        outputs: Sequence[Any] = (),
        applies: Sequence[tuple[Any, tuple[Any, ...]]] = (),
    ) -> None:
        self.inputs, self.outputs, self.applies = list(inputs), list(outputs), list(applies)

    def __reduce__(self) -> tuple[type[_Start], tuple[()]]:
        return _Start, ()


def keep(graph: Any) -> None:
    """Note what an engine's graph is before it is rewritten."""
    applies = [(apply, tuple(apply.inputs)) for apply in graph.toposort()]
    setattr(graph, _KEPT, _Start(graph.inputs, graph.outputs, applies))


def written_of(engine: Engine, function: Any) -> Written:
    """Return the graph of a function: as it was written where that is known, else as compiled."""
    maker = function.maker
    kept = getattr(maker.fgraph, _KEPT, None)
    if isinstance(kept, _Start) and kept.outputs:
        return _copied(kept)
    inputs = [spec.variable for spec in maker.inputs]
    if engine.keeps_written(maker):
        updates = [spec.update for spec in maker.inputs if spec.update is not None]
        outputs = [*(spec.variable for spec in maker.outputs), *updates]
        return Written(inputs, outputs, toposort(outputs))
    return compiled_of(function)


def compiled_of(function: Any) -> Written:
    """Return the graph that runs, in the order of execution."""
    graph = function.maker.fgraph
    return Written(graph.inputs, graph.outputs, graph.toposort(), is_written=False)


def _copied(start: _Start) -> Written:
    """Copy apply nodes with the inputs they had; what is given stays as it is."""
    copies: dict[Any, Any] = {}
    applies = []
    for apply, inputs in start.applies:
        copy = apply.clone()
        copy.inputs = [copies.get(variable, variable) for variable in inputs]
        copies.update(zip(apply.outputs, copy.outputs, strict=True))
        applies.append(copy)
    return Written(start.inputs, [copies.get(v, v) for v in start.outputs], applies)
