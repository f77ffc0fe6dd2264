"""Read Theano's databases of rewrites."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from theano.compile.mode import get_default_mode, optdb
from theano.gof import FunctionGraph, opt
from theano.gof import Query as EngineQuery
from theano.tensor.opt import ShapeFeature

from xorexplain.engines.shared import databases
from xorexplain.engines.shared.databases import Entry, Query
from xorexplain.engines.shared.mirror import Kit, Mirror
from xorexplain.engines.theano.rewriting import KINDS

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


def registered() -> tuple[Entry, ...]:
    """Return every rewrite and every database of rewrites, wherever it is registered."""
    return tuple(databases.entries(optdb, KINDS))


def rewrite_tags() -> Mapping[str, tuple[str, ...]]:
    """Return the tags of every registered rewrite by its name."""
    return databases.tags_by_name(optdb)


def mode_query() -> Query | None:
    """Return what the default mode asks its database for, None for a mode without a query."""
    asked = get_default_mode()._optimizer
    return databases.query_of(asked) if isinstance(asked, EngineQuery) else None


def databases_kept() -> AbstractContextManager[None]:
    """Leave the databases as they were before the block; queries add tags to them."""
    return databases.kept(databases.holders(optdb))


def is_of_nodes(rewriter: Any) -> bool:
    """Tell whether a rewriter is tried on one apply node at a time."""
    return isinstance(rewriter, opt.LocalOptimizer)


def tracked(rewriter: Any) -> tuple[str, ...] | None:
    """Name the ops whose apply nodes a rewriter is tried on; None if it is tried on all."""
    tracks = rewriter.tracks()
    return None if tracks is None else tuple(dict.fromkeys(map(_text, tracks)))


def is_tracked(rewriter: Any, apply: Any) -> bool:
    """Tell whether a rewriter is tried on apply nodes of this op."""
    tracks = rewriter.tracks()
    return tracks is None or type(apply.op) in tracks or apply.op in tracks


def _text(op: Any) -> str:
    return op.__name__ if isinstance(op, type) else str(op)


def mirror(recorder: Recorder) -> Mirror:
    """Begin to repeat a finished recording on copies."""
    return Mirror(
        Kit(
            copy_given=lambda variable: variable.clone(),
            graph=lambda inputs, outputs: FunctionGraph(inputs, outputs, clone=False),
            change=lambda graph, node, position, new: graph.change_input(
                "output" if node is None else node, position, new, reason="mirror"
            ),
            clients=lambda graph, variable: variable.clients,
            transform=lambda rewriter, graph, node: rewriter.transform(node),
            shape_feature=ShapeFeature,
        ),
        recorder,
    )
