"""Read PyTensor's databases of rewrites."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from pytensor.compile.mode import get_default_mode
from pytensor.graph.fg import FunctionGraph
from pytensor.graph.rewriting import basic
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from pytensor.graph.rewriting.unify import OpPattern
from pytensor.tensor.rewriting.shape import ShapeFeature

from xorexplain.engines.pytensor.rewriting import KINDS
from xorexplain.engines.shared import databases
from xorexplain.engines.shared.databases import Entry, Query
from xorexplain.engines.shared.mirror import Kit, Mirror

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


def registered() -> tuple[Entry, ...]:
    """Return every rewrite and every database of rewrites, wherever it is registered."""
    return tuple(databases.entries(get_default_mode().optdb, KINDS))


def rewrite_tags() -> Mapping[str, tuple[str, ...]]:
    """Return the tags of every registered rewrite by its name."""
    return databases.tags_by_name(get_default_mode().optdb)


def mode_query() -> Query | None:
    """Return what the default mode asks its database for, None for a mode without a query."""
    asked = get_default_mode()._optimizer
    return databases.query_of(asked) if isinstance(asked, RewriteDatabaseQuery) else None


def databases_kept() -> AbstractContextManager[None]:
    """Leave the databases as they were before the block; queries add tags to them."""
    return databases.kept(databases.holders(get_default_mode().optdb))


def is_of_nodes(rewriter: Any) -> bool:
    """Tell whether a rewriter is tried on one apply node at a time."""
    return isinstance(rewriter, basic.NodeRewriter)


def tracked(rewriter: Any) -> tuple[str, ...] | None:
    """Name the ops whose apply nodes a rewriter is tried on; None if it is tried on all."""
    tracks = rewriter.tracks()
    return None if tracks is None else tuple(dict.fromkeys(map(_text, tracks)))


def is_tracked(rewriter: Any, apply: Any) -> bool:
    """Tell whether a rewriter is tried on apply nodes of this op."""
    tracker = basic.OpToRewriterTracker()
    tracker.add_tracker(rewriter)
    return bool(tracker.get_trackers(apply.op))


def _text(op: Any) -> str:
    if isinstance(op, OpPattern):
        parameters = ", ".join(f"{name}={value}" for name, value in op.parameters)
        return f"{_text(op.op_type)}({parameters})"
    return op.__name__ if isinstance(op, type) else str(op)


def mirror(recorder: Recorder) -> Mirror:
    """Begin to repeat a finished recording on copies."""
    return Mirror(
        Kit(
            copy_given=lambda variable: variable,
            graph=lambda inputs, outputs: FunctionGraph(inputs, outputs, clone=False),
            change=_change,
            clients=lambda graph, variable: graph.clients[variable],
            transform=lambda rewriter, graph, node: rewriter.transform(graph, node),
            shape_feature=ShapeFeature,
        ),
        recorder,
    )


def _change(graph: Any, node: Any, position: int, new: Any) -> None:
    client, place = graph.get_output_client(position) if node is None else (node, position)
    graph.change_node_input(client, place, new, reason="mirror", check=False)
