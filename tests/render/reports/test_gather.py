"""Make what is told of a model when it is asked for, and once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import models
import numpy
import pytest
from counting import counted

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.capture import capture
from xorexplain.models.model import Model
from xorexplain.render.reports.gather import Subject, load_subject
from xorexplain.render.reports.numbering import numbered


def test_nothing_is_made_before_it_is_asked_for(engine: Engine) -> None:
    model = models.model(engine, "mlp")
    with counted(engine) as calls:
        subject = Subject(engine, model)
        assert subject.graph("symbolic").applies

        assert not calls


def test_what_is_made_is_kept(engine: Engine) -> None:
    # A model that another test has asked for its gradient keeps what it was told.
    subject = Subject(engine, models.xor(engine))
    with counted(engine) as calls:
        for _ in range(2):
            assert subject.explained[-1].nodes == len(subject.trace.end)
            assert subject.step_checks()[0].number == 1
            assert subject.story.steps
            assert subject.graph("optimized").origin.stage == "optimized"
            assert numbered(subject, ("symbolic", "updates", "optimized")).numbers["trace"]

    assert calls == {"record": 1, "adjoints": 2, "checks": 1}


def test_one_rewriting_is_recorded_and_compiled(engine: Engine) -> None:
    model = models.model(engine, "xor")
    apart, at_once = Subject(engine, model), Subject(engine, model)
    with counted(engine) as calls:
        made = numbered(at_once, ("updates", "optimized", "compiled"), derives=False)

    assert (calls["compile"], calls["record"]) == (1, 0)
    steps, alone = (
        [(step.rewrite, step.edits, step.added, step.removed) for step in subject.trace.steps]
        for subject in (at_once, apart)
    )
    assert steps == alone
    assert at_once.trace.universe == apart.trace.universe
    assert made.graphs["optimized"] == apart.graph("optimized")
    assert made.graphs["compiled"] == apart.graph("compiled")


def test_a_function_is_linked_when_it_is_wanted(engine: Engine) -> None:
    subject = Subject(engine, models.model(engine, "xor"))
    subject.compile_recorded(links=False)
    told = subject.graph("compiled")
    assert not engine.is_function(subject.view("compiled").source.object)
    assert engine.is_function(subject.function)
    assert capture(engine, engine.source_of(subject.function), told.origin).applies == told.applies


def test_what_a_loop_links_inside_needs_no_rewriting_of_its_own(engine: Engine) -> None:
    compiles_loops = {"theano": None, "pytensor": "CVM"}[engine.name]
    model = replace(models.model(engine, "recurrent"), mode=compiles_loops)
    subject = Subject(engine, model)
    with counted(engine) as calls:
        subject.compile_recorded(links=False)
        assert subject.trace.steps
        assert subject.graph("compiled").applies

    assert (calls["compile"], calls["record"]) == (1, 0)


def test_a_refusal_is_kept_too(engine: Engine) -> None:
    subject = Subject(engine, Model({"y": models.shared(engine, (2,), "W")}))
    found = []
    for _ in range(2):
        with pytest.raises(XorexplainError, match="the model has no cost") as raised:
            _ = subject.derivation
        found.append(raised.value)

    assert found[0] is found[1]


def test_training_takes_the_function_that_is_shown(engine: Engine) -> None:
    model = models.model(engine, "xor")
    subject = Subject(engine, model)
    before = subject.answers()
    # A model is asked for its gradient once: by another test, or else by this.
    assert subject.graph("updates").applies
    with counted(engine) as calls:
        compiled = subject.graph("compiled")
        trained = subject.trained(20)

    assert calls == {"compile": 1}
    assert compiled.origin.target == "train"
    assert numpy.array_equal(trained.before["output"], before[1])
    assert trained.cost < trained.costs[0][1] == pytest.approx(float(before[0]))
    assert numpy.array_equal(subject.answers()[1], before[1])


def test_an_unknown_target_is_refused(engine: Engine) -> None:
    subject = Subject(engine, models.model(engine, "mlp"), "trian")

    with pytest.raises(XorexplainError, match="did you mean train"):
        subject.check_target()


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
    subject = load_subject(f"{path}:step")
    with counted(engine) as calls:
        universe = subject.trace.universe

    assert not calls
    assert [universe.variable[v].name for v in universe.parameters] == ["w"]
    assert load_subject(f"{path}:step", target="cost").recorded is None
