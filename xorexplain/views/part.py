"""Choose the part of a graph to show, and say in words which it is."""

from __future__ import annotations

from dataclasses import dataclass

from xorexplain.graph import Graph
from xorexplain.views import select


@dataclass(frozen=True)
class Part:
    """Name a part: near a node, between two nodes, by patterns, at most `max_nodes` apply nodes.

    What is not given does not restrict; `max_nodes` 0 is all.
    """

    around: str | None = None
    radius: int = 2
    path: tuple[str, str] | None = None
    patterns: tuple[str, ...] = ()
    max_nodes: int = 0

    @property
    def is_chosen(self) -> bool:
        """Tell whether the user named a part, rather than a mere limit."""
        return self.around is not None or self.path is not None or bool(self.patterns)

    def of(self, graph: Graph) -> Graph:
        """Cut the graph down to the part."""
        if self.around is not None:
            graph = select.around(graph, self.around, self.radius)
        if self.path is not None:
            graph = select.path(graph, *self.path)
        if self.patterns:
            graph = select.select(graph, self.patterns)
        return select.nearest(graph, self.max_nodes)

    def note(self, whole: Graph, shown: Graph) -> str:
        """Say which part is shown; nothing where it is the whole graph."""
        if len(shown.applies) == len(whole.applies):
            return ""
        said = []
        if self.around is not None:
            said.append(f"around {self.around}, radius {self.radius}")
        if self.path is not None:
            said.append(f"between {self.path[0]} and {self.path[1]}")
        if self.patterns:
            said.append(f"only {', '.join(self.patterns)}")
        return "; ".join(said) or "the nodes nearest to the results; --max-nodes 0 draws all"
