"""Hold the data of the page to its form: everything it names is there, for every kind of model."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import models
import pytest
import rewrite_models
from processes import environment, output_of

from xorexplain.engines import Engine, choose
from xorexplain.errors import XorexplainError
from xorexplain.errors.faults import noting
from xorexplain.explorer.bundle import (
    ADJOINTS,
    GRADIENT_PARTS,
    PARTS,
    REWRITE_PARTS,
    bundle,
    graph_story,
    page_of,
    to_json,
)
from xorexplain.graph.stages import STAGES
from xorexplain.models.model import Model
from xorexplain.render.reports.gather import Subject

Json = dict[str, Any]
MEGABYTE = 1_000_000
COMPILED = ("xor", "fused", "identity", "twins")
"""Models whose functions are compiled too, which takes long with some of the others."""


@cache
def written(name: str) -> str:
    """Write the bundle of a model of the gallery, once for all tests."""
    engine = choose()
    parts = [part for part in PARTS if part != "compiled" or name in COMPILED]
    return to_json(bundle(Subject(engine, models.model(engine, name)), parts=parts))


@cache
def story(name: str) -> Json:
    """Read the bundle of a model of the gallery."""
    made: Json = json.loads(written(name))
    return made


def stage_graphs(told: Json, key: str) -> Iterator[Json]:
    """Yield a graph and those inside its folds, whose ids are the same stage's."""
    graph = told["graphs"][key]
    yield graph
    for node, fold in graph["folds"].items():
        if node.startswith("f"):
            yield from stage_graphs(told, fold["graph"])


def node_ids(told: Json, key: str) -> set[str]:
    return {node["id"] for graph in stage_graphs(told, key) for node in graph["nodes"]}


@models.each_model
def test_no_step_says_the_same_in_red_and_green(engine: Engine, name: str) -> None:
    trace = story(name)["trace"]
    for step in trace["steps"] if trace else []:
        for was, now in itertools.pairwise(step["lines"]):
            if was[0] == "−":
                assert now[0] == "+"
                assert was[1] != now[1], step["number"]
        for sign, *_, by, _ in step["lines"]:
            assert sign != "=" or not by.startswith(": "), step["number"]


@models.each_model
def test_edges_groups_and_outlines_name_nodes_that_are_there(engine: Engine, name: str) -> None:
    for key, graph in story(name)["graphs"].items():
        ids = [node["id"] for node in graph["nodes"]]
        assert len(set(ids)) == len(ids), key
        named = {edge[end] for edge in graph["edges"] for end in ("from", "to")}
        named |= {id_ for group in graph["groups"] for id_ in group["nodes"]}
        named |= set(graph["folds"])
        assert named <= set(ids), key
        if "outline" in graph:
            assert {line["id"] for line in graph["outline"]} == set(ids), key


@models.each_model
def test_everything_has_a_place_on_its_sheet(engine: Engine, name: str) -> None:
    for key, graph in story(name)["graphs"].items():
        width, height = graph["size"]
        for node in graph["nodes"]:
            assert node["w"] / 2 - 1 <= node["x"] <= width - node["w"] / 2 + 1, key
            assert node["h"] / 2 - 1 <= node["y"] <= height - node["h"] / 2 + 1, key
        for edge in graph["edges"]:
            assert edge["d"].startswith("M")
        for group in graph["groups"]:
            left, top, wide, high = group["box"]
            assert min(left, top) >= -1
            assert left + wide <= width + 1
            assert top + high <= height + 1


@models.each_model
def test_views_folds_and_parents_lead_to_graphs(engine: Engine, name: str) -> None:
    told = story(name)

    keys = [view["key"] for view in told["views"]]
    assert keys == list(STAGES if name in COMPILED else STAGES[:-1])
    for view in told["views"]:
        assert (view["graph"] in told["graphs"]) != bool(view.get("why"))
        assert view["lead"]
    for key, graph in told["graphs"].items():
        for fold in graph["folds"].values():
            assert fold["title"]
            assert told["graphs"][fold["graph"]]["parent"][0] == key


@models.each_model
def test_links_lead_to_nodes_and_back(engine: Engine, name: str) -> None:
    told = story(name)
    ids = {view["key"]: node_ids(told, view["graph"]) for view in told["views"] if view["graph"]}
    numbers = {step["number"] for step in (told["trace"] or {"steps": []})["steps"]}
    for stage, entries in told["links"].items():
        assert set(entries) <= ids[stage]
        for node, entry in entries.items():
            assert set(entry["steps"]) <= numbers
            for other in entry.keys() - {"steps", "words"}:
                for there in entry[other]:
                    assert node in told["links"][other][there][stage]


@models.each_model
def test_states_show_nodes_of_their_segment(engine: Engine, name: str) -> None:
    check_states(story(name))


def test_a_constant_may_become_a_result(engine: Engine) -> None:
    parts = ("symbolic", "optimized", "rewrites")

    check_states(bundle(Subject(engine, rewrite_models.writing(engine)), parts=parts))


def check_states(told: Json) -> None:
    """Check that a state shows what its segment has, and that no part of formulas is two nodes'."""
    trace = told["trace"]
    if trace is None:
        return
    defined: dict[str, str] = {}
    assert len(trace["states"]) == len(trace["steps"]) + 1
    for number, state in enumerate(trace["states"]):
        segment = trace["segments"][state["segment"]]
        assert segment["first"] <= number <= segment["last"]
        graph = told["graphs"][segment["graph"]]
        ids = {node["id"] for node in graph["nodes"]}
        shown = set(state["nodes"])
        assert shown <= ids
        labels = {node["id"]: node["label"] for node in graph["nodes"]} | state.get("labels", {})
        assert set(state.get("labels", {})) <= shown
        for own, line in ((id_, line) for id_ in shown for line in labels[id_]):
            if part := re.match("(t[0-9]+) = ", line):
                assert defined.setdefault(part[1], own) == own, part
        for position in state["edges"]:
            edge = graph["edges"][position]
            assert {edge["from"], edge["to"]} <= shown


@models.each_model
def test_steps_take_one_state_to_the_next(engine: Engine, name: str) -> None:
    trace = story(name)["trace"]
    for step, before, after in zip(
        *(trace["steps"], trace["states"], trace["states"][1:]), strict=False
    ):
        applies = [{id_ for id_ in s["nodes"] if id_.startswith("n")} for s in (before, after)]
        if step["verdict"] == "applied":
            assert applies[1] - applies[0] <= set(step["added"])
            assert set(step["removed"]).isdisjoint(applies[1])
        else:
            assert applies[0] == applies[1]
        assert step["why"]


@models.each_model
def test_values_are_in_the_table(engine: Engine, name: str) -> None:
    values = story(name)["values"]
    for kind in ("data", "adjoints"):
        for entries in values[kind].values():
            assert set(entries.values()) <= set(values["table"])
    for entry in values["table"].values():
        assert set(entry) == {moment["key"] for moment in values["moments"]}
        assert {len(told) for told in entry.values()} <= {len(values["cases"])}
    assert values["note"]


def test_every_node_of_the_tutorial_has_values_in_every_row(engine: Engine) -> None:
    told = story("xor")
    values = told["values"]

    titles = [case["title"] for case in values["cases"]]
    assert titles[0] == "all of the data"
    assert sorted(titles[1:]) == [
        *("X = (0, 0), y = 0", "X = (0, 1), y = 1", "X = (1, 0), y = 1", "X = (1, 1), y = 0")
    ]
    for view in told["views"]:
        for node in told["graphs"][view["graph"]]["nodes"]:
            for variable in node["outputs"]:
                assert variable in values["data"][view["key"]], (view["key"], node)


def test_training_changes_the_values_on_a_small_page_and_not_the_model(engine: Engine) -> None:
    model = models.xor(engine)
    before = [engine.value_of(parameter).tolist() for parameter in model.parameters]

    told = bundle(Subject(engine, model), train_steps=200)
    values = told["values"]

    assert len(page_of(told)) < MEGABYTE
    assert [engine.value_of(parameter).tolist() for parameter in model.parameters] == before
    assert [moment["title"] for moment in values["moments"]][1] == "after 200 training steps"
    symbolic = values["data"]["symbolic"]
    changed = [values["table"][key] for key in symbolic.values()]
    assert any(entry["before"] != entry["after"] for entry in changed)


def test_values_can_be_given(engine: Engine) -> None:
    data = {"x": [[1.0, 2.0, 3.0]], "labels": [1]}

    parts = ("symbolic", "values")
    values = bundle(Subject(engine, models.model(engine, "mlp"), data=data), parts)["values"]

    assert values["note"] == "The values are those of the model and its data."
    texts = {entry["before"][0]["text"] for entry in values["table"].values()}
    assert "[[1 2 3]]" in texts


def test_values_the_graph_does_not_read_are_refused(engine: Engine) -> None:
    with pytest.raises(XorexplainError, match="'z', which the graph does not read"):
        bundle(Subject(engine, models.xor(engine), data={"z": [1.0]}), ("symbolic", "values"))


def test_fused_nodes_come_from_several(engine: Engine) -> None:
    told = story("xor")
    fused = [
        told["links"]["optimized"][node["id"]]
        for node in told["graphs"]["optimized"]["nodes"]
        if node.get("op") in ("composite", "fused_elemwise")
    ]

    assert fused
    for entry in fused:
        assert len(entry["updates"]) > 1
        assert len(entry["steps"]) > 1
        assert entry["words"].startswith("Made from")


def test_what_t_grad_made_says_for_which_node(engine: Engine) -> None:
    told = story("xor")
    made = [entry for entry in told["links"]["gradient"].values() if "T.grad" in entry["words"]]

    assert len(made) > 10
    assert all(entry["symbolic"] for entry in made)


def test_only_names_that_switch_a_rewrite_off_are_told(engine: Engine) -> None:
    steps = story("xor")["trace"]["steps"]
    told = {step["rewrite"]: step["excluding"] for step in steps}

    assert told["local_mul_canonizer"] == "local_mul_canonizer"
    assert told["MergeOptimizer"] == "", "a tag excludes it, its name does not"


def test_the_equations_point_at_nodes(engine: Engine) -> None:
    told = story("xor")
    equations = told["gradient"]["equations"]

    assert [e["text"] for e in equations if e["part"] == "update"] == [
        *("W1 ← W1 − 0.01 × δW1", "W2 ← W2 − 0.01 × δW2")
    ]
    assert {e["part"] for e in equations} == {"forward", "step", "gradient", "update"}
    everywhere = {view["key"]: node_ids(told, view["graph"]) for view in told["views"]}
    for equation in equations:
        assert equation["nodes"]
        assert all(set(ids) <= everywhere[stage] for stage, ids in equation["nodes"].items())


def test_checks_say_that_the_rewrites_kept_the_values(engine: Engine) -> None:
    steps = story("xor")["trace"]["steps"]

    assert all(step["check"]["ok"] for step in steps if step["verdict"] == "applied")
    assert all(step["check"]["words"] for step in steps)


def test_layers_are_boxed(engine: Engine) -> None:
    groups = story("xor")["graphs"]["updates"]["groups"]

    assert [group["title"] for group in groups] == [
        *("layer 1", "layer 2", "loss", "loss back", "layer 2 back", "layer 1 back", "updates")
    ]


def test_a_loop_opens_to_the_graph_inside(engine: Engine) -> None:
    told = story("recurrent")
    graph = told["graphs"]["symbolic"]
    (fold,) = graph["folds"].values()

    assert "scan" in fold["title"]
    assert len(told["graphs"][fold["graph"]]["nodes"]) > 3


def test_a_large_network_is_folded_and_its_rewrites_shown_by_regions(engine: Engine) -> None:
    model = models.deep_chain(engine, 120)
    parts = ("symbolic", "gradient", "rewrites", "optimized", ADJOINTS)
    told = bundle(Subject(engine, model), parts)

    top = told["graphs"]["gradient"]
    assert len(top["nodes"]) < 80
    folds = [node for node in top["nodes"] if node["kind"] == "fold"]
    assert sum(node["members"] for node in folds) > 900
    assert any("back" in node["label"][0] for node in folds)
    assert len(node_ids(told, "gradient")) > 900
    for graph in stage_graphs(told, "gradient"):
        assert len(graph["nodes"]) <= 300
    for state in told["trace"]["states"]:
        if state.get("local"):
            marks = {node["mark"] for node in told["graphs"][state["local"]]["nodes"]}
            assert marks <= {"", "added", "removed", "edited"}


def test_parts_of_a_story(engine: Engine) -> None:
    model = models.xor(engine)

    gradient = bundle(Subject(engine, model), parts=GRADIENT_PARTS)
    rewrites = bundle(Subject(engine, model), parts=REWRITE_PARTS)

    assert [view["key"] for view in gradient["views"]] == ["symbolic", "gradient"]
    assert gradient["trace"] is None
    assert gradient["gradient"]["equations"]
    assert [view["key"] for view in rewrites["views"]] == ["symbolic", "updates", "optimized"]
    assert rewrites["trace"]["steps"]
    assert rewrites["gradient"]["equations"] == []


def test_a_compiled_function_has_its_own_stages(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    function = engine.compile([x], engine.tensor.exp(x) + 1.0, [])

    told = bundle(Subject(engine, Model(function=function)))

    assert [view["key"] for view in told["views"] if view["graph"]] == ["optimized", "compiled"]
    assert told["trace"] is None


def test_an_unknown_target_names_the_closest(engine: Engine) -> None:
    with pytest.raises(XorexplainError, match="unknown target 'trian': did you mean train"):
        bundle(Subject(engine, models.xor(engine), "trian"))


def test_one_graph_alone(engine: Engine) -> None:
    told = graph_story(models.record(engine, "xor", "updates"))

    assert [view["key"] for view in told["views"]] == ["updates"]
    assert len(told["graphs"]["updates"]["nodes"]) > 40


def test_two_runs_give_the_same_data(engine: Engine) -> None:
    """One run is this process, whose hash seed is another and which made other models before."""
    code = """
        import runpy, sys
        print(runpy.run_path(sys.argv[1])["written"]("mlp"))
    """
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    other = output_of(code, __file__, env=environment(PYTHONHASHSEED=seed))
    mine = written("mlp") + "\n"

    pairs = enumerate(zip(mine, other, strict=False))
    same = next((place for place, (one, two) in pairs if one != two), len(mine))
    assert mine[max(0, same - 100) : same + 100] == other[max(0, same - 100) : same + 100]
    assert len(mine) == len(other)
    assert len(other) > 100_000


def test_a_fault_of_ours_takes_one_part_away(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> Any:
        raise KeyError("lost")

    monkeypatch.setattr("xorexplain.explorer.bundle.values", fail)
    model = models.model(engine, "xor")

    with noting() as faults:
        told = bundle(Subject(engine, model), parts=("symbolic", "values"))

    assert [fault.what for fault in faults] == ["the values"]
    assert told["notes"] == ["A fault of xorexplain took the values away."]
    assert told["views"][0]["graph"] == "symbolic"
    with pytest.raises(KeyError):
        bundle(Subject(engine, model), parts=("symbolic", "values"))
