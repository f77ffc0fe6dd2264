"""A PyMC model is a view of the page, each variable linked to its terms, gradient and rewrites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.explorer.bundle import bundle
from xorexplain.graph.stages import MODEL
from xorexplain.models.loading import as_model
from xorexplain.render.reports.gather import Subject

pytestmark = [pytest.mark.pytensor, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("pymc", reason="needs PyMC")
MODELS = pytest.importorskip("pymc_models", reason="needs PyMC").MODELS
PARTS = (MODEL, "symbolic", "gradient", "optimized", "rewrites")


@pytest.fixture(scope="module")
def story(engine: Engine) -> Any:
    return bundle(Subject(engine, as_model(MODELS["eight_schools"]())[1]), PARTS)


def node(story: Any, graph: str, line: str) -> Any:
    """Return the node of a picture by the first line of its label."""
    return next(n for n in story["graphs"][graph]["nodes"] if n["label"][0] == line)


def test_the_model_stands_before_what_is_made_of_it(story: Any) -> None:
    view = story["views"][0]

    assert (view["key"], view["graph"], view["count"], view["noun"]) == (
        MODEL,
        MODEL,
        6,
        "variable",
    )
    assert [v["key"] for v in story["views"][1:]] == ["symbolic", "gradient", "optimized"]
    assert {v["key"] for v in story["views"] if v.get("why")} == set()


def test_each_variable_says_what_it_is_drawn_from(story: Any) -> None:
    assert node(story, MODEL, "tau ~ HalfCauchy(5)")["label"][1:] == ["tau_log__ = log(tau)"]
    assert node(story, MODEL, "z ~ Normal(0, 1)")["label"][1:] == ["school"]
    assert node(story, MODEL, "sigma = data")["kind"] == "shared"


def test_it_has_the_shapes_and_words_of_the_picture_of_the_stage(story: Any) -> None:
    looks = {n["legend"]: n["shape"] for n in story["graphs"][MODEL]["nodes"]}

    assert looks == {
        "free": "ellipse",
        "deterministic": "box",
        "data": "rounded",
        "observed": "ellipse",
    }


def test_a_plate_holds_its_variables(story: Any) -> None:
    (plate,) = story["graphs"][MODEL]["groups"]
    inside = {n["label"][0] for n in story["graphs"][MODEL]["nodes"] if n["id"] in plate["nodes"]}

    assert plate["title"] == "school (4): A, B, C, D"
    assert plate["box"][2] >= len(plate["title"]) * 6.5 + 26  # the tab that it is written on
    z = story["links"][MODEL][node(story, MODEL, "z ~ Normal(0, 1)")["id"]]
    assert "It repeats over school (4): A, B, C, D." in z["words"]
    assert {"z ~ Normal(0, 1)", "sigma = data"} < inside
    assert "tau ~ HalfCauchy(5)" not in inside


@pytest.mark.parametrize(
    ("line", "value", "adjoint"),
    [
        ("tau ~ HalfCauchy(5)", "tau_log__", "δtau_log__"),
        ("mu ~ Normal(0, 5)", "mu", "δmu"),
        ("z ~ Normal(0, 1)", "z", "δz"),
    ],
)
def test_a_variable_leads_to_its_terms_gradient_and_rewrites(
    story: Any, line: str, value: str, adjoint: str
) -> None:
    own = node(story, MODEL, line)["id"]
    links = story["links"][MODEL][own]
    named = {
        stage: {n["id"]: n["name"] for n in story["graphs"][stage]["nodes"]}
        for stage in ("symbolic", "gradient")
    }

    assert {value, f"{value}_logprob"} <= {named["symbolic"].get(id_) for id_ in links["symbolic"]}
    assert adjoint in {named["gradient"].get(id_) for id_ in links["gradient"]}
    assert links["optimized"]
    assert links["steps"]
    for id_ in links["symbolic"]:
        assert own in story["links"]["symbolic"][id_][MODEL]


def test_a_model_that_cannot_be_described_leaves_the_rest_of_the_page(engine: Engine) -> None:
    def refused() -> Any:
        raise XorexplainError("PyMC cannot describe its variables")

    model = replace(as_model(MODELS["coin"]())[1], structure=refused)
    told = bundle(Subject(engine, model), (MODEL, "symbolic"))["views"]

    assert told[0]["why"] == "PyMC cannot describe its variables"
    assert told[1]["graph"] == "symbolic"
