"""Directives ask for a mode and for one of several costs, as the command line does."""

from __future__ import annotations

from typing import Any

import classics
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.sphinxext.directives.options import GRADIENT, GRAPH, REWRITES
from xorexplain.sphinxext.recording.requests import ModelSource, Request
from xorexplain.sphinxext.recording.rewrites import rewrites_entry

SOURCE = ModelSource(f"{classics.__file__}:gan")


def asked(**options: Any) -> Request:
    """Ask for the rewriting of one of the models, as a directive does."""
    return Request("rewrites", SOURCE, None, options)


@pytest.mark.parametrize("spec", [GRAPH, GRADIENT, REWRITES])
def test_the_directives_take_what_is_asked(spec: dict[str, Any]) -> None:
    read = {"excluding": "fusion inplace", "mode": "FAST_COMPILE", "cost": "generator"}

    assert [spec[name](value) for name, value in read.items()] == [
        ["fusion", "inplace"],
        "FAST_COMPILE",
        "generator",
    ]


def test_a_model_is_made_as_it_is_asked_for(engine: Engine) -> None:
    _, model = asked(excluding=["fusion"], cost="generator").load()

    assert model.excluding == ("fusion",)
    assert model.cost.name == "generator"
    assert asked().load()[1].excluding == ()


def test_what_is_excluded_is_not_recorded(engine: Engine) -> None:
    entry, _ = rewrites_entry(asked(target="generator", excluding=["canonicalize"]))
    whole, _ = rewrites_entry(asked(target="generator"))

    assert "canonicalize" in {step["phase"] for step in whole["steps"]}
    assert len(entry["steps"]) < len(whole["steps"])


def test_a_mistake_names_the_cure(engine: Engine) -> None:
    with pytest.raises(XorexplainError, match="'fusoin': did you mean"):
        asked(excluding=["fusoin"]).load()
