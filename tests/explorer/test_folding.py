"""Test how large pictures are folded."""

from __future__ import annotations

from typing import Any

import graphs

from xorexplain.explorer.folding import MAX_FOLDS, Fold, folded, folds_of
from xorexplain.explorer.graphs import picture
from xorexplain.graph.records import Graph

Json = dict[str, Any]


def network() -> Graph:
    return graphs.graph(
        "a = dot(x, W1)",
        "b = tanh(a)",
        "c = dot(b, W2)",
        "d = tanh(c)",
        "e = mul(d, b)",
        shared=["W1", "W2"],
    )


def fold(graph: Graph, *cut: Fold) -> tuple[Json, dict[str, Json]]:
    drawn = picture(graph, {})
    return drawn, {key: inside for key, _, inside in folded(drawn, cut)}


def test_folds_stand_for_their_nodes() -> None:
    drawn, insides = fold(
        network(), Fold("layer 1", ("n0", "n1")), Fold("layer 2", ("n2", "n3", "n4"))
    )

    assert [node["label"] for node in drawn["nodes"] if node["kind"] == "fold"] == [
        ["layer 1", "2 apply nodes"],
        ["layer 2", "3 apply nodes"],
    ]
    assert [(edge["from"], edge["to"]) for edge in drawn["edges"]] == [
        *(("f0", "f1"), ("f1", "r0")),
    ]
    assert list(insides) == ["f0", "f1"]


def test_what_one_fold_reads_is_folded_with_it() -> None:
    drawn, insides = fold(
        network(), Fold("layer 1", ("n0", "n1")), Fold("rest", ("n2", "n3", "n4"))
    )

    assert [node["id"] for node in drawn["nodes"]] == ["r0", "f0", "f1"]
    assert [n["name"] for n in insides["f0"]["nodes"] if n["kind"] not in ("apply", "outside")] == [
        *("x", "W1"),
    ]


def test_the_inside_shows_what_is_outside() -> None:
    _, insides = fold(network(), Fold("layer 1", ("n0", "n1")), Fold("layer 2", ("n2", "n3", "n4")))

    outside = {n["id"] for n in insides["f1"]["nodes"] if n["kind"] == "outside"}
    assert outside == {"o:n1", "o:r0"}
    edges = {(edge["from"], edge["to"]) for edge in insides["f1"]["edges"]}
    assert {("o:n1", "n2"), ("o:n1", "n4"), ("n4", "o:r0")} <= edges


def test_many_runs_are_joined() -> None:
    graph = graphs.chain(500)
    drawn, insides = fold(graph, *(Fold(f"layer {i}", (f"n{i}",)) for i in range(500)))

    folds = [node for node in drawn["nodes"] if node["kind"] == "fold"]
    assert len(folds) <= MAX_FOLDS
    assert folds[0]["label"][0] == "layer 0 … layer 20"
    assert sum(node["members"] for node in folds) == 500
    assert len(insides) == len(folds)


def test_runs_follow_the_layers_and_what_is_in_none_joins_its_reader() -> None:
    drawn = picture(network(), {})
    order = [f"n{i}" for i in range(5)]

    cut = folds_of(order, {"n0": 0, "n2": 1, "n3": 1}, ["one", "two"], drawn)

    assert cut == [Fold("one", ("n0",)), Fold("two", ("n1", "n2", "n3", "n4"))]


def test_without_layers_runs_are_called_by_their_ends() -> None:
    graph = graphs.chain(96)
    order = [apply.id for apply in graph.applies]

    cut = folds_of(order, {}, [], picture(graph, {"v1": "z1", "v4": "z4"}))

    assert cut[0].title == "z1 … z4"
    assert [node for run in cut for node in run.nodes] == order
