"""Tell gradients and rewritings from Python, as a notebook shows them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import models
import pytest

import xorexplain
from xorexplain import Report, XorexplainError, api
from xorexplain.engines import Engine

NOTATIONS = {"text/html", "text/latex", "text/plain"}


def test_a_gradient_is_shown_in_three_notations(engine: Engine) -> None:
    report = xorexplain.gradient(models.model(engine, "xor"))
    bundle = report._repr_mimebundle_()

    assert set(bundle) == NOTATIONS
    assert bundle["text/plain"] == str(report)
    for text in bundle.values():
        assert "Backward" in text
    assert "<script" not in bundle["text/html"]
    assert r"\begin{align*}" in bundle["text/latex"]
    assert repr(report) == "<Report xor · gradient · W1, W2>"


@pytest.mark.parametrize("wrt", ["W1", ["W1"], ("W1",)])
def test_a_gradient_for_what_is_named(engine: Engine, wrt: Any) -> None:
    assert "δW2" not in str(xorexplain.gradient(models.model(engine, "xor"), wrt))


def test_a_gradient_for_variables(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    w = engine.tensor.dvector("w")
    report = xorexplain.gradient((x * w).sum(), [x, "w"])

    assert "δx = " in str(report)
    assert "δw = " in str(report)
    assert "v_w" in str(xorexplain.gradient((x * w).sum(), w, order=2))


def test_a_rewriting_is_listed(engine: Engine) -> None:
    model = models.model(engine, "xor")
    report = xorexplain.rewrites(model)
    whole = xorexplain.rewrites(model, everything=True)

    assert set(report._repr_mimebundle_()) == NOTATIONS
    assert "canonicalize" in report._repr_mimebundle_()["text/html"]
    assert len(str(whole)) > len(str(report))
    assert "sum" in str(xorexplain.rewrites(model.cost.sum()))


def test_a_step_is_told(engine: Engine) -> None:
    with xorexplain.record_rewrites() as recorded:
        x = engine.tensor.dvector("x")
        engine.compile([x], [engine.tensor.log(1 + x)], [])
    trace = recorded.trace()
    number = next(step.number for step in trace.steps if "log1p" in step.title)
    report = xorexplain.rewrites(trace, number)

    assert "local_log1p" in str(report).splitlines()[0]
    assert "log1p(x)" in report._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("suffix", "holds"), [("txt", "Backward"), ("tex", "documentclass"), ("dot", "digraph")]
)
def test_reports_are_saved(engine: Engine, tmp_path: Path, suffix: str, holds: str) -> None:
    report = xorexplain.gradient(models.model(engine, "xor"))

    assert holds in report.save(tmp_path / f"told.{suffix}").read_text(encoding="utf-8")


def test_reports_are_saved_as_data(engine: Engine, tmp_path: Path) -> None:
    model = models.model(engine, "xor")
    for report in (xorexplain.gradient(model), xorexplain.rewrites(model)):
        assert json.loads(report.save(tmp_path / "told.json").read_text(encoding="utf-8"))
    with pytest.raises(XorexplainError, match=r"unknown suffix \.svg"):
        xorexplain.rewrites(model).save(tmp_path / "told.svg")


def test_the_picture_beside_a_report(engine: Engine) -> None:
    report = xorexplain.gradient(models.model(engine, "xor"))

    assert report.picture is not None
    assert set(report.picture._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda model: xorexplain.gradient(model, "W3"), "no variable 'W3': did you mean W"),
        (lambda model: xorexplain.gradient(model, 3), "wrt is 3: give names or "),
        (lambda model: xorexplain.gradient(model, order=3), "order is 3: 1 is the gradient"),
        (lambda model: xorexplain.gradient([]), "the model is empty"),
        (lambda model: xorexplain.rewrites(model, 1000), "there is no step 1000: they are 1 to "),
        (lambda model: xorexplain.rewrites(model, target="ouput"), "did you mean output"),
        (lambda model: xorexplain.rewrites(4), "int 4 is no model"),
        (lambda model: xorexplain.explore("x"), "str 'x' is no model"),
    ],
)
def test_mistakes_name_the_cure(
    engine: Engine, mistake: Callable[[Any], Report], message: str
) -> None:
    with pytest.raises(XorexplainError, match=message):
        mistake(models.model(engine, "xor"))


def test_a_long_report_has_no_latex(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    report = xorexplain.gradient(models.model(engine, "xor"))
    monkeypatch.setattr("xorexplain.api.report.MAX_LATEX", 100)

    assert set(report._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_the_room_of_rewrites_is_called_as_a_function() -> None:
    import xorexplain.rewrites.trace

    assert xorexplain.rewrites.trace.Trace is xorexplain.Trace
    assert "step" in inspect.signature(xorexplain.rewrites).parameters
    assert xorexplain.rewrites.__wrapped__ is api.reports.rewrites
