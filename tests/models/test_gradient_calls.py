"""One gradient call of the engine for each gradient of a model, however many stages show it."""

from __future__ import annotations

import pytest

from tests.support.models import few_layers
from xorexplain.engines import Engine
from xorexplain.models.gradient_calls import adjoints_once
from xorexplain.render.reports.gather import Subject


def test_the_same_gradient_is_the_same_variables(engine: Engine) -> None:
    model = few_layers(engine)
    first, last = model.parameters[0], model.parameters[-1]

    there = adjoints_once(engine, model, [first, last])
    back = adjoints_once(engine, model, [last, first])

    assert [a.variable for a in back] == [a.variable for a in reversed(there)]
    assert there[0].variable is not adjoints_once(engine, model, [first])[0].variable


def test_stages_and_derivation_ask_the_engine_twice(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for the parameters alone, and once for all that depends on them."""
    asked: list[int] = []
    calls = type(engine).adjoints

    def counted(self: Engine, cost: object, wrt: list[object], *rest: object, **named: object):
        asked.append(len(wrt))
        return calls(self, cost, wrt, *rest, **named)

    monkeypatch.setattr(type(engine), "adjoints", counted)
    subject = Subject(engine, few_layers(engine), "gradient")
    for stage in ("gradient", "optimized"):
        subject.graph(stage)
    assert subject.derivation.results

    assert len(asked) == 2
