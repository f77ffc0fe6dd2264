"""Read a graph that Graphviz holds: its nodes, edges and frames, and their attributes.

`gv` is the low-level module of pygraphviz. What each layout process imports is kept to what it
needs: a dataclass would cost it as much time as a small picture.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

POINTS = 72.0  # of an inch
SIDEWAYS = ("LR", "RL")


class Handles:
    """The objects of a Graphviz graph, in its own order.

    `arrows` are the numbers of the nodes at both ends of each edge, `parents` those of the frames
    around each frame, `homes` those of the innermost frames around each node.
    """

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.nodes: list[Any] = []
        self.edges: list[Any] = []
        self.arrows: list[tuple[int, int]] = []
        self.clusters: list[Any] = []
        self.parents: list[int | None] = []
        self.homes: list[int | None] = []


class Attributes:
    """Read and write one attribute of many nodes or edges; an attribute nobody set reads as ""."""

    def __init__(self, gv: Any, graph: Any, kind: int, name: bytes, default: str = "") -> None:
        try:
            symbol = gv.agattr(graph, kind, name, None)
        except KeyError:
            symbol = None
        self._gv = gv
        self._symbol = symbol
        self._default = default
        self._declare = (graph, kind, name, b"")

    def get(self, item: Any) -> str:
        """Return the value, or the default where it is empty."""
        if self._symbol is None:
            return self._default
        value: bytes = self._gv.agxget(item, self._symbol) or b""
        return value.decode(errors="replace") or self._default

    def number(self, item: Any) -> float:
        """Return the value as a number, or the default where it is none."""
        try:
            return float(self.get(item))
        except ValueError:
            return float(self._default)

    def set(self, item: Any, value: str) -> None:
        """Set the value."""
        if self._symbol is None:
            self._symbol = self._gv.agattr(*self._declare)
        self._gv.agxset(item, self._symbol, value.encode())


def read(gv: Any, graph: Any) -> Handles:
    """List the nodes, edges and clusters of a graph."""
    found = Handles(graph)
    numbers: dict[bytes, int] = {}
    for node in _nodes(gv, graph):
        numbers[gv.agnameof(node)] = len(found.nodes)
        found.nodes.append(node)
    found.homes = [None] * len(found.nodes)
    for i, node in enumerate(found.nodes):
        edge = gv.agfstout(graph, node)
        while edge:
            found.edges.append(edge)
            found.arrows.append((i, numbers[gv.agnameof(gv.aghead(edge))]))
            edge = gv.agnxtout(graph, edge)
    pending: list[tuple[Any, int | None]] = [(graph, None)]
    while pending:
        parent, number = pending.pop(0)
        part = gv.agfstsubg(parent)
        while part:
            inner = number
            if (gv.agnameof(part) or b"").startswith(b"cluster"):
                inner = len(found.clusters)
                found.clusters.append(part)
                found.parents.append(number)
                for node in _nodes(gv, part):
                    found.homes[numbers[gv.agnameof(node)]] = inner
            pending.append((part, inner))
            part = gv.agnxtsubg(part)
    return found


def _nodes(gv: Any, graph: Any) -> Iterator[Any]:
    node = gv.agfstnode(graph)
    while node:
        yield node
        node = gv.agnxtnode(graph, node)
