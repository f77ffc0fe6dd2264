"""The classical programs through every command: mini-batches, several costs, random streams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import classics
import pytest
from classics import CLASSICS
from public.conftest import Call, Told

pytestmark = pytest.mark.filterwarnings("ignore")
FILE = classics.__file__
NOTES = {
    "logistic": "values are those of index = 0, as none is in data",
    "rbm": "the cost is contrast: --cost reconstruction asks about another",
    "gan": "the cost is discriminator: --cost generator asks about another",
    "denoising": "",
}
FEW_REWRITES = ("--mode", "FAST_COMPILE")
"""What pages and explorers hold of each rewrite is the same for a few of them."""
each = pytest.mark.parametrize("name", CLASSICS)


@pytest.fixture
def tell(call: Call) -> Any:
    """Ask a command about a program, and expect success."""

    def run(name: str, *arguments: str) -> Told:
        told = call(*arguments, "--model", f"{FILE}:{name}")
        assert told.status == 0, told.err
        return told

    return run


@each
@pytest.mark.parametrize("stage", ["symbolic", "gradient", "updates", "optimized"])
def test_it_is_printed_and_folded_for_a_picture(tell: Any, name: str, stage: str) -> None:
    told = tell(name, "print", "--stage", stage)
    drawn = tell(name, "graph", "--stage", stage, "--out", "-", "--format", "dot")

    assert "apply nodes" in told.out
    assert NOTES[name] in told.err
    assert drawn.out.startswith("digraph")


@each
def test_its_gradient_agrees_with_the_numbers(tell: Any, name: str) -> None:
    rows = json.loads(tell(name, "gradient", "--check", "--json").out)

    assert [row for row in rows if row["is_fine"] is False] == []
    assert [row for row in rows if row["what"] == "finite differences" and row["is_fine"]]


@pytest.mark.parametrize(("name", "cost"), [("gan", "generator"), ("rbm", "reconstruction")])
def test_another_cost_is_asked_about(tell: Any, name: str, cost: str) -> None:
    told = tell(name, "gradient", "--cost", cost, "--check")

    assert f"the cost is {cost}: --cost" in told.err
    assert "agree" in told.out


@each
def test_its_rewrites_are_listed_and_keep_every_value(tell: Any, name: str) -> None:
    assert "apply nodes before" in tell(name, "rewrites").out
    checks = json.loads(tell(name, "rewrites", "check", "--json").out)

    assert [check for check in checks if check["is_fine"] is False] == []


@each
def test_why_its_gradient_exists_is_told(tell: Any, name: str) -> None:
    told = json.loads(tell(name, "gradient", "--why", "--json").out)

    assert {answer["state"] for answer in told} == {"exists"}


@pytest.mark.parametrize("name", ["gan"])
def test_it_is_drawn_and_explored(tell: Any, name: str, tmp_path: Path) -> None:
    tell(name, "graph", "--stage", "updates", "--out", "a.svg")
    story = json.loads(tell(name, "explore", "--no-compile", "--json", *FEW_REWRITES).out)

    assert (tmp_path / "a.svg").stat().st_size > 1000
    assert story["title"].startswith(name)
    assert story["trace"]


@each
def test_no_nan_is_found(tell: Any, name: str) -> None:
    assert tell(name, "nan").out


def test_noise_gets_all_pages(tell: Any, tmp_path: Path) -> None:
    tell("dropout", "pages", "--steps", "2", "--out", "walk", *FEW_REWRITES)
    pages = {path.stem for path in (tmp_path / "walk").glob("*.rst")}

    assert {"network", "cost", "gradient", "numbers", "updates", "compiled", "training"} <= pages


def test_a_stored_trace_is_explored_and_has_pages(tell: Any, call: Call, tmp_path: Path) -> None:
    tell("logistic", "rewrites", "--target", "cost", "--out", "trace.json", *FEW_REWRITES)
    explored = call("explore", "trace.json", "--out", "trace.html")
    paged = call("pages", "trace.json", "--out", "walk")
    index = (tmp_path / "walk" / "index.rst").read_text()
    others = call("pages", "trace.json", "--engine", "theano")

    assert explored.status == 0, explored.err
    assert paged.status == 0, paged.err
    assert "a stored trace holds the rewriting alone: name the model" in index
    assert (tmp_path / "walk" / "rewrites.rst").exists()
    assert others.status == 2
    assert "trace.json says what --engine does: leave one out" in others.err
