"""Simplify a graph by small functions from `Graph` to `Graph`, applied one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from xorexplain.graph.records import Graph
from xorexplain.graph.views.fold import fold_constants
from xorexplain.graph.views.plumbing import fold_plumbing

View = Callable[[Graph], Graph]

DEFAULT_VIEWS: tuple[View, ...] = (fold_plumbing, fold_constants)
"""What a picture leaves out unless it is asked to be raw."""


def apply_views(graph: Graph, views: Iterable[View]) -> Graph:
    """Apply views in order; the graph still tells how many apply nodes the whole one has."""
    graph = replace(graph, whole=graph.count)
    for view in views:
        graph = view(graph)
    return graph
