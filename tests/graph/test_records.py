"""Graph is a plain frozen record with lookups."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
from graphs import graph

from xorexplain.graph.records import Op, Output

SMALL = graph("h = dot(x, W)", "s = tanh(h)", "c = mul(s, h)", outputs=["c", "h"], shared=["W"])


def names(ids: tuple[str, ...]) -> list[str | None]:
    return [SMALL.variable[id_].name for id_ in ids]


def id_of(name: str) -> str:
    return next(v.id for v in SMALL.variables if v.name == name)


def test_variables_and_apply_nodes_are_found_by_id() -> None:
    assert [SMALL.variable[v.id] for v in SMALL.variables] == list(SMALL.variables)
    assert [SMALL.apply[a.id] for a in SMALL.applies] == list(SMALL.applies)


def test_clients_are_the_readers_of_a_variable_with_their_argument_position() -> None:
    readers = {
        name: [(apply.op.kind, position) for apply, position in SMALL.clients[id_of(name)]]
        for name in ("x", "W", "h", "s", "c")
    }

    assert readers == {
        "x": [("dot", 0)],
        "W": [("dot", 1)],
        "h": [("tanh", 0), ("mul", 1)],
        "s": [("mul", 0)],
        "c": [],
    }


def test_a_variable_read_twice_by_one_node_has_two_clients() -> None:
    square = graph("y = mul(x, x)")

    assert [position for _, position in square.clients["v0"]] == [0, 1]


def test_the_owner_is_the_apply_node_that_computes_a_variable() -> None:
    owner = SMALL.owner(id_of("c"))

    assert owner is not None
    assert owner.op.kind == "mul"
    assert SMALL.owner(id_of("x")) is None


def test_outputs_are_known_by_id() -> None:
    assert SMALL.output_ids == {id_of("c"), id_of("h")}


def test_inputs_are_what_is_given() -> None:
    assert set(names(SMALL.inputs)) == {"x", "W"}


def test_graphs_are_equal_by_content_and_cannot_be_changed() -> None:
    again = graph("h = dot(x, W)", "s = tanh(h)", "c = mul(s, h)", outputs=["c", "h"], shared=["W"])

    assert again == SMALL
    assert hash(again) == hash(SMALL)
    assert replace(SMALL, parameters=(id_of("W"),)) != SMALL
    with pytest.raises(FrozenInstanceError):
        SMALL.applies[0].op.kind = "other"  # type: ignore[misc]


def test_lookups_do_not_take_part_in_comparison() -> None:
    fresh = replace(SMALL)
    assert SMALL.clients

    assert fresh == SMALL


def test_a_parameter_of_an_op_is_found_by_name() -> None:
    op = Op("sum", "reduction", "Sum{axis=[0]}", (("axis", "0"), ("dtype", "float64")))

    assert op.param("axis") == "0"
    assert op.param("mode") is None


def test_a_variable_that_is_several_results_has_them_all() -> None:
    outputs = (Output("v1", "a"), Output("v0", "b"), Output("v1", "c"))
    several = replace(SMALL, outputs=outputs)

    assert [output.label for output in several.results["v1"]] == ["a", "c"]
    assert "v2" not in several.results
