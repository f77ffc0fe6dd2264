"""Leave out what only makes shapes fit: lengths, fills, the rows that a loop starts from."""

from __future__ import annotations

from collections.abc import Set

from xorexplain.graph.records import Graph, Op
from xorexplain.graph.views.axes import fold_axes
from xorexplain.graph.views.bounds import tell_bounds
from xorexplain.graph.views.broadcasts import hide_broadcasts
from xorexplain.graph.views.checks import fold_checks
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.conversions import hide_conversions
from xorexplain.graph.views.loop_starts import show_starts
from xorexplain.graph.views.means import fold_means, means
from xorexplain.graph.views.measures import measure, names_of
from xorexplain.graph.views.order import regions
from xorexplain.graph.views.outer_products import fold_outer_products
from xorexplain.graph.views.row_products import fold_rows
from xorexplain.graph.views.shapes import with_shapes
from xorexplain.graph.views.told_constants import tell_constants
from xorexplain.graph.views.told_lengths import lengths_of, of_shapes, tell_lengths
from xorexplain.graph.views.transposed import fold_transposes
from xorexplain.graph.views.unread import drop_unread


def fold_plumbing(graph: Graph, tells_constants: bool = True) -> Graph:
    """Fold what a reader has to see through: means, lengths, broadcasts.

    A length that has a short name is told where it is read; what else computes lengths becomes a
    node of its own, `lengths`. Where an expression is made of the graph, what is computed of
    constants is left to be simplified.
    """
    measures = measure(graph)
    names = names_of(measures, graph)
    shown = drop_unread(hide_conversions(with_shapes(graph, measures, names), measures))
    shown = hide_broadcasts(tell_bounds(shown, measures))
    averaged = means(shown, measures)
    lengths = lengths_of(shown)
    measured = of_shapes(shown, lengths)
    shown = show_starts(tell_lengths(shown, lengths, measures, names))
    # By now checks of lengths that are known to hold are told as such.
    shown = hide_conversions(tell_constants(shown)) if tells_constants else shown
    shown = fold_checks(fold_outer_products(fold_axes(fold_means(shown, averaged, lengths))))
    return fold_lengths(fold_rows(fold_transposes(shown), measures), measured)


def fold_lengths(graph: Graph, found: Set[str]) -> Graph:
    """Make each region of apply nodes that compute nothing but lengths one node."""
    members = {
        apply.id
        for apply in graph.applies
        if found >= set(apply.outputs) and graph.output_ids.isdisjoint(apply.outputs)
        if not any(graph.variable[v].name for v in apply.outputs)
    }
    return condense_each(
        graph,
        [
            Fold(region, Op("lengths", "shape", "", (("nodes", str(len(region))),)))
            for region in regions(graph, members)
            if len(region) > 1 or any(graph.apply[id_].inner is not None for id_ in region)
        ],
    )
