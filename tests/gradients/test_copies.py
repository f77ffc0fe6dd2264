"""A forward value that only renames another is left out of the forward pass."""

from __future__ import annotations

from typing import Any

import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.copies import without_copies
from xorexplain.gradients.explain import Story, tell
from xorexplain.notation.text import text


def model_of(engine: Engine, named: bool) -> Model:
    x = engine.tensor.dvector("x")

    def moved(value: Any) -> Any:
        return value - 0

    difference = moved(x)
    if named:
        difference.name = "difference"
    return Model({}, engine.tensor.sum((difference / 1) ** 2), [x], inputs=[x])


@pytest.fixture(params=[False, True], ids=["made up", "named"])
def story(request: pytest.FixtureRequest, engine: Engine) -> tuple[Story, bool]:
    return tell(differentiate(engine, model_of(engine, request.param))), request.param


def test_only_names_of_the_model_are_kept(story: tuple[Story, bool]) -> None:
    told, is_named = story
    short = without_copies(told)
    lines = {one.name: text(one.value) for one in short.forward}

    assert len(short.forward) < len(told.forward)
    assert ("difference" in lines) == is_named
    assert ("difference²" if is_named else "x²") in lines.values()


def test_each_op_is_still_told(story: tuple[Story, bool]) -> None:
    told, _ = story
    short = without_copies(told)

    assert [step.op for step in short.steps] == [step.op for step in told.steps]
    assert [step.arrives for step in short.steps] == [step.arrives for step in told.steps]
