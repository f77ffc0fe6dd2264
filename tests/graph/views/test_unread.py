"""Leave out what a loop is given and does not read."""

from __future__ import annotations

from dataclasses import replace

import graphs

from xorexplain.graph.records import Graph
from xorexplain.graph.views.unread import drop_unread, without_unread


def loop() -> Graph:
    """A loop of four arguments, of which the third is not read; `p` computes it."""
    inner = graphs.graph("h = tanh(a)", "g = add(h, c)")
    graph = graphs.graph(
        "p = exp(x)", "y = scan[inner=0](n, a, p, c)", shapes={"x": (3,)}, inner=[inner]
    )
    made = graph.applies[-1]
    a, c = (graphs.named(inner, name).id for name in "ac")
    inside = replace(inner, inputs=(a, c, "v9"), variables=(*inner.variables, _like(inner, "v9")))
    scan = replace(made, inner_inputs=(1, 3, 2), destroy_map=((0, (3,)),))
    named = replace(
        graph,
        inner=(inside,),
        applies=(*graph.applies[:-1], scan),
        variables=tuple(replace(v, name=None) if v.name == "p" else v for v in graph.variables),
    )
    assert graphs.consistent(named)
    return named


def _like(graph: Graph, id_: str) -> object:
    return replace(graph.variables[0], id=id_, name="unread")


def test_the_argument_and_what_computes_it_fall_away() -> None:
    shown = drop_unread(loop())
    (scan,) = shown.applies

    assert [shown.variable[v].name for v in scan.inputs] == ["n", "a", "c"]
    assert scan.inner_inputs == (1, 2, None)
    assert scan.destroy_map == ((0, (2,)),)
    assert graphs.consistent(shown)


def test_inside_it_has_no_node() -> None:
    inner = without_unread(loop().inner[0])

    assert [inner.variable[v].name for v in inner.inputs] == ["a", "c"]
    assert graphs.consistent(inner)


def test_a_loop_that_reads_all_stays_as_it_is() -> None:
    shown = drop_unread(loop())

    assert drop_unread(shown) is shown
