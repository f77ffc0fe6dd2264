"""The command that finds where NaN began."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("engine")
EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
LOST = EXAMPLES / "lost.py"


def test_a_nan_is_told_and_is_a_failed_check(call: Any) -> None:
    told = call("nan", f"{LOST}:entropy")

    assert (told.status, told.err) == (1, "")
    assert told.out.startswith("there is NaN: 0 × ∞\n")
    assert "terms = q * logs" in told.out
    assert "the logarithm of 0" in told.out


def test_finite_results_are_told(call: Any) -> None:
    told = call("nan", f"{LOST}:safe_entropy")

    assert (told.status, told.out) == (0, "every result is finite: no NaN, no infinity\n")


def test_a_new_weight_that_is_nan_is_not_taken_for_the_cost(call: Any) -> None:
    told = call("nan", f"{LOST}:lengths")

    assert told.status == 1
    assert told.out.startswith("the gradient has NaN: 0 × ∞\n")
    assert "the cost is finite: only its gradient is not" in told.out
    assert "the cost is not finite" not in told.out


def test_the_answer_as_json_and_in_a_file(call: Any, tmp_path: Path) -> None:
    data = json.loads(call("nan", f"{LOST}:entropy", "--json").out)
    done = call("nan", f"{LOST}:entropy", "--out", str(tmp_path / "nan.json"))

    assert (data["bad"], data["rule"], data["kind"]) == ("NaN", "0 × ∞", "mul")
    assert data["before"]["rule"] == "the logarithm of 0"
    assert done.status == 1
    assert json.loads((tmp_path / "nan.json").read_text(encoding="utf-8")) == data


def test_steps_of_a_model_without_updates_name_the_cure(call: Any) -> None:
    told = call("nan", f"{EXAMPLES / 'gallery.py'}:recurrent", "--steps", "3")

    assert told.status == 2
    assert "the model has no updates" in told.err
