"""Hold the first view of a page to what its data says: the check, the steps that matter, links."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import models
import pytest

from xorexplain.engines import Engine, choose
from xorexplain.explorer.bundle import bundle, graph_story, trace_story
from xorexplain.explorer.front import front
from xorexplain.explorer.highlights import MOST, highlights, verdict
from xorexplain.explorer.start import start
from xorexplain.explorer.thumbnails import poster, thumbnail
from xorexplain.models.stages import view
from xorexplain.render.reports.gather import Subject

Json = dict[str, Any]
NAMES = ("xor", "identity", "hostile_names")


@cache
def story(name: str) -> Json:
    engine = choose()
    subject = Subject(engine, models.model(engine, name))
    return bundle(subject, ("symbolic", "gradient", "updates", "optimized", "rewrites", "values"))


def step(number: int, aim: str = "", **more: Any) -> Json:
    """Describe a step that takes the place of one apply node."""
    check = {"ok": True, "note": ""}
    usual = {"number": number, "aim": aim, "rewrite": f"local_{number}", "verdict": "applied"}
    nodes = {"added": ["a"], "removed": ["r"], "nodes": 9}
    return {**usual, **nodes, "check": check, "why": "It may.", **more}


@pytest.mark.neutral
def test_one_step_of_each_kind_and_the_largest_change_are_chosen() -> None:
    steps = [
        step(1, "canonicalize"),
        step(2, "fusion", rewrite="fuse"),
        step(3, "fusion", rewrite="fuse", removed=["r", "s", "t"], nodes=7),
        step(4, "fusion", rewrite="fuse", removed=["r", "s", "t"], nodes=5),
        step(5, "in-place"),
        step(6, "shape", added=list("abcdef"), nodes=10),
        step(7, "BLAS", verdict="rejected"),
        step(8, rewrite="own"),
    ]

    found = highlights(steps)

    assert [entry["step"] for entry in found] == [1, 3, 5, 6, 8]
    assert [entry["step"] for entry in found if entry["largest"]] == [6]
    assert [(entry["before"], entry["after"]) for entry in found][1:2] == [(9, 7)]
    assert found[-1]["kind"] == "own"
    assert found[-1]["words"] == "It may."


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("code", "steps", "followed"),
    [
        ("h = T.tanh(z)", 1, "h"),
        ("cost = T.mean(h)", 1, "h"),
        ("return T.tanh(z).h(2)", 1, "s1"),
        ("hidden = h(z)", 1, "s1"),
        ("h = T.tanh(z)", 0, "s1"),
    ],
)
def test_what_the_users_line_names_is_followed_before_the_rest(
    code: str, steps: int, followed: str
) -> None:
    nodes = [
        {"id": "n1", "kind": "apply", "label": ["add"], "name": "s1", "source": None},
        {"id": "n2", "kind": "apply", "label": ["tanh"], "name": "h", "source": {"code": code}},
        {"id": "n3", "kind": "apply", "label": ["mean"], "name": "cost", "source": {"code": code}},
        {"id": "r0", "kind": "output", "label": ["cost"], "name": "cost"},
    ]
    counts = {"n1": 3, "n2": steps, "n3": 3}
    made = {node: {"steps": [1] * count} for node, count in counts.items()}
    told = {
        "views": [{"key": key, "graph": key} for key in ("symbolic", "optimized")],
        "graphs": {key: {"nodes": nodes, "folds": {}} for key in ("symbolic", "optimized")},
        "links": {"symbolic": {node: {"optimized": [node]} for node in counts}, "optimized": made},
        "trace": None,
        "values": {"cases": 0},
        "gradient": {"equations": []},
    }

    title = start(told)["tries"][0]["title"]

    assert title.split()[0] == "Follow"
    assert title.split()[-1] == followed


@pytest.mark.neutral
def test_no_more_than_seven_are_chosen_and_the_first_kinds_are_among_them() -> None:
    kinds = ["random", "scan", "shape", "indexing", "specialize", "canonicalize", "backend"]
    steps = [step(number, kind) for number, kind in enumerate([*kinds, "fusion", "merge"], 1)]

    found = highlights(steps)

    assert len(found) == MOST
    assert {"fusion", "merge"} <= {entry["kind"] for entry in found}
    assert highlights([]) == []


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("checks", "words", "ok", "first"),
    [
        ([True, True], "2 steps, all values agree", True, None),
        ([True, "note"], "2 steps, all results agree", True, None),
        ([True, False, True], "3 steps, values disagree at step 2", False, 2),
        ([False, False, None], "3 steps, values disagree at steps 1 and 2", False, 1),
        ([False] * 5, "5 steps, values disagree at steps 1, 2, 3 and 2 more", False, 1),
        ([True, None], "2 steps, 1 agree, 1 not known", None, 2),
        (["none", "none"], "2 steps, not checked by numbers", None, None),
        (["rejected", True], "2 steps, all values agree", True, None),
        (["rejected"], "1 step, nothing was changed", None, None),
        ([], "0 steps, nothing was changed", None, None),
    ],
)
def test_the_line_says_what_the_numbers_say(
    checks: list[Any], words: str, ok: bool | None, first: int | None
) -> None:
    made: dict[Any, Json] = {
        "note": {"check": {"ok": True, "note": "values on the way differ"}},
        "none": {"check": None},
        "rejected": {"verdict": "rejected", "check": {"ok": None, "note": "as it was"}},
    }
    steps = [
        step(number, **{"check": {"ok": check, "note": ""}, **made.get(check, {})})
        for number, check in enumerate(checks, 1)
    ]

    assert verdict(steps) == {"ok": ok, "words": words, "step": first}


@pytest.mark.parametrize("name", NAMES)
def test_every_link_names_what_is_there(engine: Engine, name: str) -> None:
    told = story(name)
    views = {entry["key"] for entry in told["views"] if entry["graph"]} | {"rewrites"}
    links = [parse_qs(link) for link in re.findall(r'href="#([^"]*)"', html(told))]

    assert len(told["start"]["tries"]) == 3
    assert len(links) >= len(views) - 1 + 3
    for said in links:
        (key,) = said["view"]
        assert key in views | {"derivation"}
        assert int(said.get("step", ["0"])[0]) <= len(told["trace"]["steps"])
        if "node" in said:
            nodes = told["graphs"][key]["nodes"]
            assert said["node"][0] in {node["id"] for node in nodes}


def test_no_arrow_leads_from_a_gradient_that_was_not_rewritten(engine: Engine) -> None:
    asked = ("symbolic", "gradient", "optimized")
    of = {
        target: html(bundle(Subject(engine, models.model(engine, "few_layers"), target), asked))
        for target in (None, "gradient")
    }

    assert re.findall(r'class="anew"><a href="#view=(\w+)', of[None]) == ["optimized"]
    assert "cost, after the rewriter" in of[None]
    assert 'class="anew"' not in of["gradient"]
    assert "cost, after" not in of["gradient"] + html(story("xor"))


def html(told: Json) -> str:
    return front(told).replace("&amp;", "&")


def test_a_graph_alone_and_a_trace_alone_have_one_too(engine: Engine) -> None:
    model = models.model(engine, "xor")
    alone = graph_story(view(engine, model, "optimized").graph())
    trace = trace_story(Subject(engine, model).recording.trace)

    assert html(alone).count('class="thumbnail"') == 1
    assert "steps that matter" not in html(alone)
    assert len(alone["start"]["tries"]) > 0
    assert html(trace).count('class="thumbnail"') == 2
    assert "steps, not checked by numbers" in html(trace)
    assert len(trace["start"]["highlights"]) == MOST
    json.dumps(trace["start"])


def test_counts_are_those_of_the_engine(engine: Engine) -> None:
    counts = {entry["key"]: entry["count"] for entry in story("xor")["views"]}

    assert [counts[stage] for stage in ("symbolic", "gradient", "updates")] == [8, 34, 40]
    assert counts["optimized"] == story("xor")["trace"]["steps"][-1]["nodes"]


def test_names_are_text(engine: Engine) -> None:
    told = story("hostile_names")

    assert "<script" not in front(told)
    assert "<b>" not in front(told)


def test_thumbnails_are_small(engine: Engine) -> None:
    for graph in story("xor")["graphs"].values():
        assert len(thumbnail(graph)) < 60 * (len(graph["nodes"]) + len(graph["edges"])) + 400
        assert poster(graph, "title").count('class="shape"') == len(graph["nodes"])
