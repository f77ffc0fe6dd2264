"""Rewrite with and without some rewrites, and compare steps, graphs, values and time."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy
import pytest
from models import descent, model, shared
from rewriters import contents, op_of, registered

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.render.reports.without import without as without_report
from xorexplain.render.reports.without import without_json
from xorexplain.render.writers import terminal
from xorexplain.rewrites.questions import without as asking
from xorexplain.rewrites.questions.without import Without, without


@pytest.fixture(scope="module")
def unfused(engine: Engine) -> Without:
    return without(engine, model(engine, "xor"), None, ["fusion"])


def text(found: Without) -> str:
    return terminal.plain(without_report(found))


def test_steps_and_graphs(unfused: Without) -> None:
    assert "FusionOptimizer" in unfused.gone
    assert "composite_elemwise_fusion" in unfused.removed
    assert len(unfused.after.end) > len(unfused.before.end)
    assert sum(count.after - count.before for count in unfused.ops) == (
        len(unfused.after.end) - len(unfused.before.end)
    )


def test_values_and_time(unfused: Without) -> None:
    run = unfused.run

    assert run.is_same, run
    assert [name for name, _ in run.values] == ["cost", "new W1", "new W2"]
    assert run.calls > 0
    assert (run.before or 0) > 0
    assert (run.after or 0) > 0


def test_text_and_json(unfused: Without) -> None:
    data = json.loads(without_json(unfused))

    assert data["same_values"] is True
    assert data["nodes"] == {"with": len(unfused.before.end), "without": len(unfused.after.end)}
    assert "FusionOptimizer" in data["gone"]
    assert "composite_elemwise_fusion (fires as FusionOptimizer)" in text(unfused)
    assert data["fire_as"]["composite_elemwise_fusion"] == "FusionOptimizer"
    assert "the values of both functions are the same" in text(unfused)


def test_shared_variables_keep_their_values(engine: Engine) -> None:
    T = engine.tensor
    x, W = T.dmatrix("x"), shared(engine, (3, 3), "W")
    cost = (T.tanh(T.dot(x, W)) ** 2).sum()
    made = Model({}, cost, [W], descent(engine, cost, [W]), [x], "tanh")
    kept, databases = W.get_value(), contents(engine)

    found = without(engine, made, None, ["inplace"])

    assert found.run.is_same
    assert numpy.array_equal(W.get_value(), kept)
    assert contents(engine) == databases


@pytest.mark.parametrize("is_compiled", [True, False])
def test_random_streams_draw_the_same_twice(engine: Engine, is_compiled: bool) -> None:
    made = dataclasses.replace(model(engine, "random"), data={"x": numpy.ones((2, 3))})

    found = without(engine, made, None, ["inplace"], is_compiled=is_compiled)

    assert found.run.is_same, found.run
    assert bool(found.run.calls) == is_compiled


@pytest.mark.theano
def test_random_streams_that_update_themselves(engine: Engine) -> None:
    streams = engine.tensor.shared_randomstreams.RandomStreams(seed=1)
    x = engine.tensor.dvector("x")
    made = Model({"y": x + streams.normal((2,))}, inputs=[x], data={"x": numpy.ones(2)})

    found = without(engine, made, None, ["inplace"])

    assert found.run.is_same, found.run
    assert len(found.run.values) == 2


def test_without_running(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    # What values may differ by is asked of each node, and no value is compared here.
    monkeypatch.delattr(asking, "roundings")
    found = without(engine, model(engine, "mlp"), None, ["canonicalize"], is_run=False)

    assert found.run.is_same is None
    assert found.run.calls == 0
    assert "local_add_canonizer" in found.removed
    assert "one call" not in text(found)


def test_a_rewrite_that_makes_no_difference(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    made = Model({"y": x + 1.0}, inputs=[x])

    found = without(engine, made, None, ["local_abs_merge"], is_run=False)

    assert (found.firings, found.ops, found.gone, found.new) == ((), (), (), ())
    assert "no step and no op of the final graph" in text(found)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_a_rewrite_that_is_wrong_shows_in_the_values(engine: Engine, is_compiled: bool) -> None:
    exp, x = op_of(engine, "exp"), engine.tensor.dvector("x")

    def wrong(node: Any) -> Any:
        return [op_of(engine, "sqrt")(node.inputs[0])]

    with registered(engine, "wrong", wrong, "specialize", [exp]):
        made = Model({"y": exp(x)}, inputs=[x])
        found = without(engine, made, None, ["wrong"], is_compiled=is_compiled)

    assert found.run.is_same is False
    assert found.run.values[0][1].relative > 0.1
    assert "the values of both functions differ" in text(found)
    assert found.gone == ("wrong",)


def test_both_can_be_computed_without_compiling(
    engine: Engine, unfused: Without, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(engine), "compile", None)

    found = without(engine, model(engine, "xor"), None, ["fusion"], is_compiled=False)

    assert found.ops == unfused.ops
    assert [name for name, _ in found.run.values] == ["cost", "W1 (new)", "W2 (new)"]
    assert found.run.is_same, found.run
    assert found.run.before is None


def test_values_that_do_not_fit_are_a_problem_not_an_error(engine: Engine) -> None:
    x, W = engine.tensor.dmatrix("x"), shared(engine, (3, 2), "W")
    outputs = {"h": engine.tensor.dot(x, W)}
    made = Model(outputs, inputs=[x], data={"x": numpy.ones((2, 7))})

    found = without(engine, made, None, ["local_add_canonizer"])

    assert found.run.is_same is None
    assert "cannot run the function on drawn inputs" in found.run.problem
    assert "not run:" in text(found)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fusoin", "did you mean fusion"),
        ("local_add_canonizr", "did you mean local_add_canonizer"),
        ("local_inplace_gemm", "part of InplaceBlasOpt, which is excluded only as a whole"),
    ],
)
def test_names_that_exclude_nothing(engine: Engine, name: str, message: str) -> None:
    with pytest.raises(XorexplainError, match=message):
        without(engine, model(engine, "xor"), None, [name])
