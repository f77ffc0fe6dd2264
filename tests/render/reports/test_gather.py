"""Make what is told of a model when it is asked for, and once."""

from __future__ import annotations

from pathlib import Path

import models
import numpy
import pytest
from counting import counted

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.render.reports.gather import Life, load_life
from xorexplain.render.reports.numbering import numbered


def test_nothing_is_made_before_it_is_asked_for(engine: Engine) -> None:
    model = models.model(engine, "mlp")
    with counted(engine) as calls:
        life = Life(engine, model)
        assert life.graph("symbolic").applies

        assert not calls


def test_what_is_made_is_kept(engine: Engine) -> None:
    life = Life(engine, models.model(engine, "xor"))
    with counted(engine) as calls:
        for _ in range(2):
            assert life.explained[-1].nodes == len(life.trace.end)
            assert life.step_checks()[0].number == 1
            assert life.story.steps
            assert life.graph("optimized").origin.stage == "optimized"
            assert numbered(life, ("symbolic", "updates", "optimized")).numbers["trace"]

    assert calls == {"record": 1, "adjoints": 2, "checks": 1}


def test_a_refusal_is_kept_too(engine: Engine) -> None:
    life = Life(engine, Model({"y": models.shared(engine, (2,), "W")}))
    found = []
    for _ in range(2):
        with pytest.raises(XorexplainError, match="the model has no cost") as raised:
            _ = life.derivation
        found.append(raised.value)

    assert found[0] is found[1]


def test_training_takes_the_function_that_is_shown(engine: Engine) -> None:
    model = models.model(engine, "xor")
    life = Life(engine, model)
    before = life.answers()
    with counted(engine) as calls:
        compiled = life.graph("compiled")
        trained = life.trained(20)

    assert calls == {"compile": 1}
    assert compiled.origin.target == "train"
    assert numpy.array_equal(trained.before["output"], before[1])
    assert trained.cost < trained.costs[0][1] == pytest.approx(float(before[0]))
    assert numpy.array_equal(life.answers()[1], before[1])


def test_an_unknown_target_is_refused(engine: Engine) -> None:
    life = Life(engine, models.model(engine, "mlp"), "trian")

    with pytest.raises(XorexplainError, match="did you mean train"):
        life.check_target()


STEP = """
from xorexplain.engines import choose

def step():
    engine = choose()
    w = engine.module.shared(2.0, name="w")
    cost = (w * w).sum()
    updates = [(w, w - 0.1 * engine.grad(cost, [w])[0])]
    return engine.module.function([], cost, updates=updates)
"""


def test_a_function_that_was_heard_is_not_rewritten_again(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "function.py"
    path.write_text(STEP, encoding="utf-8")
    life = load_life(f"{path}:step")
    with counted(engine) as calls:
        universe = life.trace.universe

    assert not calls
    assert [universe.variable[v].name for v in universe.parameters] == ["w"]
    assert load_life(f"{path}:step", target="cost").recorded is None
