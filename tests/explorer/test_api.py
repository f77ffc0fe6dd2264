"""The explorer is offered from Python."""

from __future__ import annotations

from pathlib import Path

import models
import pytest

import xorexplain
from xorexplain.engines import Engine


def test_a_page_is_written(engine: Engine, tmp_path: Path) -> None:
    x = engine.tensor.dvector("x")
    out = xorexplain.explore(engine.tensor.exp(x) + 1, tmp_path / "story.html")

    assert out.read_bytes().startswith(b"<!DOCTYPE html>")


def test_a_model_may_be_one_of_the_gallery(engine: Engine, tmp_path: Path) -> None:
    out = xorexplain.explore(models.model(engine, "twins"), str(tmp_path / "twins.html"))

    assert b"application/json" in out.read_bytes()


@pytest.mark.parametrize("name", ["story.svg", "story"])
def test_another_suffix_is_refused(engine: Engine, tmp_path: Path, name: str) -> None:
    with pytest.raises(xorexplain.XorexplainError, match=r"end the name in \.html"):
        xorexplain.explore(engine.tensor.dvector("x"), tmp_path / name)
    assert not any(tmp_path.iterdir())


def test_a_recorded_function_and_its_trace_are_explored(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    with xorexplain.record_rewrites() as recorded:
        twice = engine.compile([x], engine.tensor.exp(x) * 2, [])
    page = xorexplain.explore(recorded)

    assert twice(0.0) == 2.0
    assert page.title == recorded[0].name
    assert xorexplain.explore(recorded[0].trace).title == "twice · function"
