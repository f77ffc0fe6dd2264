"""Make one node of what leads to a named value, and leave small graphs as they are."""

from __future__ import annotations

from dataclasses import replace

import graphs

from xorexplain.graph.records import Graph
from xorexplain.graph.views.parts import MANY, PART, fold_parts
from xorexplain.render.look import Look
from xorexplain.render.pictures.labels import MAX_NAME
from xorexplain.render.pictures.scene import scene


def terms(length: int) -> Graph:
    """Add two named terms, each made by a row of ops that all read `x`."""
    rows = [(f"{t}{i}", f"{t}{i - 1}" if i else "x") for t in "ab" for i in range(length)]
    lines = [f"{made} = sub({read}, x)" for made, read in rows]
    last = length - 1
    graph = graphs.graph(*lines, f"y = add(a{last}, b{last})")
    named = {f"a{last}", f"b{last}", "x", "y"}
    told = (replace(v, name=v.name if v.name in named else None) for v in graph.variables)
    return replace(graph, variables=tuple(told))


def test_what_leads_to_a_named_value_is_one_node() -> None:
    folded = fold_parts(terms(MANY))

    titles = [apply.op.param("name") for apply in folded.applies if apply.op.kind == PART]
    assert titles == [f"a{MANY - 1}, {MANY} nodes", f"b{MANY - 1}, {MANY} nodes"]
    assert [apply.op.kind for apply in folded.applies][-1] == "add"


def test_long_names_leave_room_for_the_number_of_nodes() -> None:
    graph, long = terms(MANY), f"the_term_of_{'a' * 40}"
    told = (replace(v, name=long if v.name == f"a{MANY - 1}" else v.name) for v in graph.variables)
    lines = [f"h{i} = sub({f'h{i - 1}' if i else 'x'}, x)" for i in range(MANY)]
    ends = ["slope_of_rain", "W1, W2, W3, W4 (new)", "slope_of_age", "bias"]
    several = graphs.graph(*lines, *(f"{n} = exp(h{MANY - 1})" for n in "pqrs"), outputs="pqrs")
    names = dict(zip("pqrs", ends, strict=True)) | {"x": "x"}
    called = (replace(v, name=names.get(v.name or "")) for v in several.variables)

    for made, expected in (
        (replace(graph, variables=tuple(told)), f"{long[:35]}…, {MANY} nodes"),
        (replace(several, variables=tuple(called)), f"slope_of_rain, …, {MANY} nodes"),
    ):
        titles = [a.op.param("name") for a in fold_parts(made).applies if a.op.kind == PART]
        assert titles[0] == expected
        assert len(titles[0] or "") <= MAX_NAME


def test_a_graph_that_is_no_wall_stays() -> None:
    graph = terms(MANY // 2 - 1)

    assert fold_parts(graph) is graph


def test_what_a_part_reads_of_another_is_one_edge() -> None:
    drawn = scene(fold_parts(terms(MANY)), Look())

    ends = [(edge.source, edge.target) for edge in drawn.edges]
    assert len(ends) == len(set(ends)) == 5
    headings = [node.told("heading") for node in drawn.nodes if node.kind == "apply"]
    assert [f"a{MANY - 1}, {MANY} nodes"] in headings


def test_a_part_that_reads_many_values_would_be_a_tangle() -> None:
    lines = [f"a{i} = add({f'a{i - 1}' if i else 'x'}, b{i})" for i in range(MANY + 1)]
    graph = graphs.graph(*lines)
    named = {"x", f"a{MANY}", *(f"b{i}" for i in range(MANY + 1))}
    told = (replace(v, name=v.name if v.name in named else None) for v in graph.variables)

    assert fold_parts(replace(graph, variables=tuple(told))).applies == graph.applies
