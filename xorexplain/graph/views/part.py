"""Choose the part of a graph to show, and say in words which it is."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph
from xorexplain.graph.views import select
from xorexplain.graph.views.subgraph import keep


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
    def is_named(self) -> bool:
        """Tell whether nodes are named, which have to be there by themselves."""
        return self.around is not None or self.path is not None or bool(self.patterns)

    def of(self, graph: Graph, whole: Graph | None = None) -> tuple[Graph, str]:
        """Cut the graph down to the part, and say which it is; say nothing of the whole graph.

        `whole` is the graph before views left nodes out of it, which may be named all the same.
        """
        chosen = self._chosen(graph, whole)
        shown = select.nearest(chosen, self.max_nodes)
        said = self._names() if len(chosen.applies) < len(graph.applies) else []
        if len(shown.applies) < len(chosen.applies):
            said.append(f"the {self.max_nodes} nodes nearest to the results; --max-nodes 0 is all")
        return replace(shown, whole=graph.count), "; ".join(said)

    def _chosen(self, graph: Graph, whole: Graph | None) -> Graph:
        near, path = self.around, self.path
        parts = [select.around(graph, near, self.radius, whole)] if near is not None else []
        parts += [select.path(graph, *path, whole)] if path is not None else []
        parts += [select.select(graph, self.patterns)] if self.patterns else []
        if len(parts) < 2:
            return parts[0] if parts else graph
        common = set.intersection(*({apply.id for apply in part.applies} for part in parts))
        if not common:
            raise XorexplainError(f"no node is both {' and '.join(self._names())}: leave one out")
        return keep(graph, common)

    def _names(self) -> list[str]:
        said = [f"around {self.around}, radius {self.radius}"] if self.around is not None else []
        said += [f"between {self.path[0]} and {self.path[1]}"] if self.path is not None else []
        said += [f"only {', '.join(self.patterns)}"] if self.patterns else []
        return said
