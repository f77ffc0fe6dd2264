"""Show parts of graphs by name, by path, by pattern and by nearness to the results."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views.select import around, nearest, path, select


@pytest.fixture
def network() -> Graph:
    return graphs.graph(
        "z1 = dot(x, W1)",
        "h = sigmoid(z1)",
        "z2 = dot(h, W2)",
        "out = sigmoid(z2)",
        "d = sub(out, y)",
        "q = sqr(d)",
        "cost = sum(q)",
        "extra = tanh(h)",
        outputs=["cost", "extra"],
        shared=["W1", "W2"],
    )


def ids(graph: Graph) -> list[str]:
    return [apply.id for apply in graph.applies]


@pytest.mark.parametrize(
    ("name", "radius", "expected"),
    [
        ("n3", 1, ["n2", "n3", "n4"]),
        ("n3", 2, ["n1", "n2", "n3", "n4", "n5"]),
        ("x", 1, ["n0"]),
        ("x", 2, ["n0", "n1"]),
        ("h", 1, ["n1", "n2", "n7"]),
        ("h", 2, ["n0", "n1", "n2", "n3", "n7"]),
        ("v1", 1, ["n0"]),
        ("cost", 1, ["n6"]),
        ("sum", 1, ["n5", "n6"]),
        ("Sum", 1, ["n5", "n6"]),
        ("sigmoid", 1, ["n0", "n1", "n2", "n3", "n4", "n7"]),
        ("sq*", 1, ["n4", "n5", "n6"]),
    ],
)
def test_around(network: Graph, name: str, radius: int, expected: list[str]) -> None:
    part = around(network, name, radius)

    assert ids(part) == expected
    assert graphs.consistent(part)


def test_around_with_a_wide_radius_is_everything(network: Graph) -> None:
    assert around(network, "x", 100) == network


def test_around_takes_every_variable_of_the_name() -> None:
    graph = graphs.graph("a = tanh(x)", "b = exp(y)", "c = sqr(z)", outputs=["a", "b", "c"])
    twins = [replace(v, name="same") if v.name in ("x", "y") else v for v in graph.variables]
    graph = replace(graph, variables=tuple(twins))

    assert ids(around(graph, "same", 1)) == ["n0", "n1"]


def test_around_a_result_that_nothing_computes_or_reads() -> None:
    graph = graphs.graph("a = tanh(x)", outputs=["a", "alone"])

    part = around(graph, "alone", 2)

    assert [v.name for v in part.variables] == ["alone"]
    assert [output.label for output in part.outputs] == ["alone"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("W1", "cost", ["n0", "n1", "n2", "n3", "n4", "n5", "n6"]),
        ("cost", "W1", ["n0", "n1", "n2", "n3", "n4", "n5", "n6"]),
        ("W2", "out", ["n2", "n3"]),
        ("h", "out", ["n1", "n2", "n3"]),
        ("n2", "n4", ["n2", "n3", "n4"]),
        ("dot", "sqr", ["n0", "n1", "n2", "n3", "n4", "n5"]),
        ("h", "h", ["n1"]),
        ("W1", "extra", ["n0", "n1", "n7"]),
    ],
)
def test_path(network: Graph, first: str, last: str, expected: list[str]) -> None:
    part = path(network, first, last)

    assert ids(part) == expected
    assert graphs.consistent(part)


@pytest.mark.parametrize(("first", "last"), [("W1", "x"), ("y", "extra"), ("x", "x")])
def test_no_path(network: Graph, first: str, last: str) -> None:
    with pytest.raises(XorexplainError, match=f"no path leads from {first} to {last}"):
        path(network, first, last)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["op:Dot"], ["n0", "n2"]),
        (["op:d*"], ["n0", "n2"]),
        (["name:W?"], ["n0", "n2"]),
        (["name:w1"], ["n0"]),
        (["family:reduction"], ["n6"]),
        (["family:linear algebra", "op:sum"], ["n0", "n2", "n6"]),
        (["name:cost"], ["n6"]),
    ],
)
def test_select(network: Graph, patterns: list[str], expected: list[str]) -> None:
    part = select(network, patterns)

    assert ids(part) == expected
    assert graphs.consistent(part)


def test_wildcard_characters_of_a_name_stand_for_themselves() -> None:
    graph = graphs.graph("a = tanh(W[0])", "b = exp(W*)", outputs=["a", "b"])

    assert ids(select(graph, ["name:W[0]"])) == ["n0"]
    assert ids(around(graph, "W*", 1)) == ["n1"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: around(g, "hiden", 1), "no node is called 'hiden': choose from"),
        (lambda g: around(g, "cots", 1), "no node is called 'cots': did you mean cost"),
        (lambda g: path(g, "cost", "sigmiod"), "no node is called 'sigmiod': did you mean sigmoid"),
        (lambda g: select(g, ["op:Dto"]), "nothing matches 'op:Dto': did you mean Dot"),
        (lambda g: select(g, ["op:dot", "name:w9"]), "nothing matches 'name:w9'"),
        (lambda g: select(g, ["family:reductions"]), "did you mean reduction"),
        (lambda g: select(g, ["Dot"]), "cannot select by 'Dot': write op:Dot, name:W1"),
        (lambda g: select(g, ["kind:Dot"]), "cannot select by 'kind:Dot': write op:Dot"),
        (lambda g: select(g, ["op:"]), "nothing matches 'op:': choose from"),
    ],
)
def test_mistakes_name_the_cure(
    network: Graph, call: Callable[[Graph], Graph], message: str
) -> None:
    with pytest.raises(XorexplainError, match=re.escape(message)):
        call(network)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, ["n6"]),
        (2, ["n6", "n7"]),
        (4, ["n1", "n5", "n6", "n7"]),
        (8, ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"]),
        (0, ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"]),
        (99, ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"]),
    ],
)
def test_nearest(network: Graph, limit: int, expected: list[str]) -> None:
    part = nearest(network, limit)

    assert ids(part) == expected
    assert graphs.consistent(part)


def test_nearest_of_a_part_without_results(network: Graph) -> None:
    part = nearest(select(network, ["op:dot"]), 1)

    assert ids(part) == ["n2"]


def test_nearest_passes_over_results_that_nothing_computes() -> None:
    graph = graphs.graph("a = tanh(x)", "b = exp(a)", outputs=["x", "b"])

    assert ids(nearest(graph, 1)) == ["n1"]


@pytest.mark.usefixtures("usual_recursion_limit")
def test_long_chains_need_no_recursion() -> None:
    graph = graphs.chain(10_000)
    limit = sys.getrecursionlimit()

    assert len(around(graph, "x5000", 3000).applies) == 6000
    assert len(path(graph, "x0", "x10000").applies) == 10_000
    assert len(nearest(graph, 9000).applies) == 9000
    assert len(select(graph, ["op:tanh"]).applies) == 10_000
    assert sys.getrecursionlimit() == limit < 10_000


def test_steps_grow_linearly() -> None:
    assert _visits(4000) < 2.2 * _visits(2000)


def _visits(length: int) -> int:
    """Count the lines that run while the parts of a shared graph are found."""
    graph = graphs.fibonacci(length)
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        around(graph, "x9", length)
        path(graph, "x0", f"x{length + 1}")
        nearest(graph, length // 2)
    finally:
        sys.settrace(None)
    return count


@models.each_model
def test_every_name_of_a_real_graph_is_found(engine: Engine, name: str) -> None:
    graph = models.record(engine, name, "symbolic")
    for variable in graph.variables:
        if variable.name:
            part = around(graph, variable.name, 1)

            assert variable.id in part.variable
