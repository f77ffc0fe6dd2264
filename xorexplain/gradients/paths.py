"""Follow all paths from a cost down to a variable, and find where each of them is cut.

Paths are counted, never listed: their number may double with every layer. A way through an apply
node, from an output on to an input, is an *edge*; the engine is asked once for each node what it
hands through its edges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views.zeros import zeros
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.failures import is_float

Flow = Literal["open", "zero", "unconnected", "disconnected", "undefined", "refused"]
"""What an edge does to an adjoint: passes it on, makes it zero, or hands nothing on because the
op does not depend on the input, or gives nothing, something undefined, or an error."""

UNDEFINED: frozenset[Flow] = frozenset({"undefined", "refused"})


@dataclass(frozen=True)
class Edge:
    """Lead from an output of an apply node to one of its inputs, in the engine's own objects."""

    apply: Any
    output: Any
    input: Any
    flow: Flow
    reason: str = ""


@dataclass(frozen=True)
class Web:
    """Hold all edges between a cost and some variables, those nearer to the cost first.

    `graph` records the nodes below the cost; `ids` are its ids of their variables.
    """

    cost: Any
    edges: tuple[Edge, ...]
    graph: Graph
    ids: Mapping[Any, str]

    @cached_property
    def below(self) -> Mapping[Any, list[Edge]]:
        """For each variable, the edges that lead from it to the inputs of its apply node."""
        found: dict[Any, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.output].append(edge)
        return found

    @cached_property
    def arriving(self) -> Mapping[Any, Arriving]:
        """For each variable, how many paths lead to it from the cost."""
        found = defaultdict(Arriving, {self.cost: Arriving(1, 1, 1, 0)})
        for edge in self.edges:
            found[edge.input] = found[edge.input].plus(found[edge.output], edge.flow)
        return found


@dataclass(frozen=True)
class Arriving:
    """Count the paths from the cost to a variable.

    `linked` paths have no unconnected edge; `open` ones pass the adjoint on all the way, `zeroed`
    ones pass it on but for edges that make it zero.
    """

    paths: int = 0
    linked: int = 0
    open: int = 0
    zeroed: int = 0

    def plus(self, before: Arriving, flow: Flow) -> Arriving:
        """Add the paths that come by an edge of this flow."""
        is_open, is_zero = flow == "open", flow == "zero"
        return Arriving(
            self.paths + before.paths,
            self.linked + (before.linked if flow != "unconnected" else 0),
            self.open + (before.open if is_open else 0),
            self.zeroed
            + (before.zeroed if is_open or is_zero else 0)
            + (before.open if is_zero else 0),
        )


@dataclass(frozen=True)
class Count:
    """Count the paths that one edge cuts."""

    edge: Edge
    paths: int


def web(engine: Engine, cost: Any, wrt: Sequence[Any]) -> Web:
    """Ask the engine what every node between a cost and the variables hands on.

    The time is linear in the graph, that of one gradient.
    """
    nodes = toposort([cost])
    edges, terms = _asked(engine, cost, nodes, _depending(nodes, wrt))

    forward = list(dict.fromkeys(v for node in nodes for v in (*node.inputs, *node.outputs)))
    tops = list(dict.fromkeys([cost, *forward, *wrt, *terms.values()]))
    origin = Origin(engine.name, engine.version)
    graph = capture(engine, outputs_source(tops, [None] * len(tops)), origin)
    ids = {v: output.variable for v, output in zip(tops, graph.outputs, strict=True)}
    nothing = zeros(graph)
    for position, term in terms.items():
        if ids[term] in nothing:
            edges[position] = replace(edges[position], flow="zero")
    return Web(cost, tuple(edges), graph, ids)


def _depending(nodes: Sequence[Any], wrt: Sequence[Any]) -> set[Any]:
    """Return the variables that are computed from one of `wrt`, and these."""
    found = set(wrt)
    for node in nodes:
        if any(v in found for v in node.inputs):
            found.update(node.outputs)
    return found


def _asked(
    engine: Engine, cost: Any, nodes: Sequence[Any], live: Collection[Any]
) -> tuple[list[Edge], dict[int, Any]]:
    """Return the edges, and what the engine hands through those that pass something on."""
    edges: list[Edge] = []
    terms: dict[int, Any] = {}
    reached = {cost}
    for node in reversed(nodes):
        for edge, term in _through(engine, node, live, reached):
            if term is not None:
                terms[len(edges)] = term
                reached.add(edge.input)
            edges.append(edge)
    return edges, terms


def _through(
    engine: Engine, node: Any, live: Collection[Any], reached: Collection[Any]
) -> Iterator[tuple[Edge, Any]]:
    positions = [i for i, v in enumerate(node.inputs) if v in live]
    if not positions:
        return
    pattern = engine.connections(node)
    arriving = [i for i, v in enumerate(node.outputs) if v in reached]
    handed = engine.edge_adjoints(node, arriving) if arriving else []
    for position in positions:
        for number, output in enumerate(node.outputs):
            edge = Edge(node, output, node.inputs[position], "open")
            if not pattern[position][number]:
                yield replace(edge, flow="unconnected"), None
            elif number not in arriving:
                # Nothing arrives, so it does not matter what would be handed on.
                yield edge, None
            elif handed[position].variable is None:
                why = handed[position]
                yield replace(edge, flow=why.missing or "disconnected", reason=why.reason), None
            else:
                flow: Flow = "open" if is_float(engine, output) else "zero"
                yield replace(edge, flow=flow), handed[position].variable


@dataclass(frozen=True)
class Leading:
    """Count the paths from a variable down to the one asked for.

    `linked` paths have no unconnected edge; of these, `defined` ones meet no undefined edge
    before one that hands nothing on.
    """

    paths: int = 0
    linked: int = 0
    defined: int = 0

    def plus(self, after: Leading, flow: Flow) -> Leading:
        """Add the paths that start with an edge of this flow."""
        passes = {"open": after.defined, "zero": after.defined, "disconnected": after.linked}
        return Leading(
            self.paths + after.paths,
            self.linked + (after.linked if flow != "unconnected" else 0),
            self.defined + passes.get(flow, 0),
        )


def leading(web: Web, variable: Any) -> Mapping[Any, Leading]:
    """Count, for each variable, the paths from it down to the one asked for."""
    found = defaultdict(Leading, {variable: Leading(1, 1, 1)})
    for edge in reversed(web.edges):
        after = found.get(edge.input)
        if after is not None:
            found[edge.output] = found[edge.output].plus(after, edge.flow)
    return found


def counts(web: Web, ahead: Mapping[Any, Leading]) -> list[Count]:
    """Give each path that is not open to the one edge that cuts it, nearest to the cost first.

    A path is cut by its first unconnected edge, since an engine does not even walk it. Otherwise
    by the first that is undefined, unless nothing comes so far; otherwise by its first edge that
    hands on zero or nothing.
    """
    found = []
    for edge in web.edges:
        before, after = web.arriving[edge.output], ahead.get(edge.input, Leading())
        if edge.flow == "unconnected":
            paths = before.linked * after.paths
        elif edge.flow in UNDEFINED:
            paths = (before.open + before.zeroed) * after.linked
        elif edge.flow == "disconnected":
            paths = before.open * after.linked
        elif edge.flow == "zero":
            paths = before.open * after.defined
        else:
            paths = 0
        if paths:
            found.append(Count(edge, paths))
    return found
