"""Every state of a rewriting is computed, and a step that changes a value is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy
import pytest
from models import model
from rewrite_models import REWRITE_MODELS

from xorexplain.engines import Engine
from xorexplain.graph.difference import Difference, Unknown, difference
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.check import StepCheck, check_steps
from xorexplain.rewrites.record import record
from xorexplain.rewrites.states import roundings
from xorexplain.rewrites.trace import RewriteStep, Trace

DATA = {"mlp": {"x": numpy.ones((3, 3)), "labels": numpy.array([0, 1, 1])}}


@pytest.fixture(scope="module")
def recording(engine: Engine) -> Recording:
    return record(engine, model(engine, "xor"))


@pytest.mark.parametrize("name", ["xor", "mlp", "lstm", "embedding", "recurrent", "fused"])
def test_no_rewrite_of_the_engine_changes_a_value(engine: Engine, name: str) -> None:
    made = model(engine, name)
    recorded = record(engine, made)
    checks = check_steps(recorded, DATA.get(name, made.data))

    assert [check.number for check in checks] == list(range(1, len(recorded.trace.steps) + 1))
    assert doubtful(recorded, checks) == []
    assert len(checks) > 5


@pytest.mark.parametrize("name", ["arithmetic", "powers", "reductions", "loops"])
def test_models_made_for_rewrites_raise_no_false_alarm(engine: Engine, name: str) -> None:
    """Sorting below a sum, memory not written yet and fused float arithmetic change no value."""
    recorded = record(engine, REWRITE_MODELS[name](engine))

    assert doubtful(recorded, check_steps(recorded)) == []


def test_the_step_that_changes_a_value_is_found(recording: Recording) -> None:
    step = merge_of_sigmoids(recording.trace)
    checks = check_steps(dataclasses.replace(recording, trace=tampered(recording.trace, step)))

    bad = [check for check in checks if check.is_fine is False]
    assert [check.number for check in bad] == [step.number]
    assert bad[0].replaced.relative > 1e-3


def test_a_state_that_cannot_be_computed_is_told(recording: Recording) -> None:
    step = merge_of_sigmoids(recording.trace)
    x = next(v.id for v in recording.trace.universe.variables if v.name == "X")
    trace = tampered(recording.trace, step, x)
    later = (*trace.steps, dataclasses.replace(step, number=step.number + 1, edits=()))
    checks = check_steps(
        dataclasses.replace(recording, trace=dataclasses.replace(trace, steps=later))
    )

    assert [check.is_fine for check in checks[-2:]] == [False, True]
    assert "cannot be computed" in checks[-2].note
    assert "cannot be computed" in checks[-1].results.uncompared


def doubtful(recording: Recording, checks: Sequence[StepCheck]) -> list[StepCheck]:
    """Return the checks of steps that changed the graph and are not known to be well."""
    verdicts = {step.number: step.verdict for step in recording.trace.steps}
    return [c for c in checks if not c.is_fine and verdicts[c.number] == "applied"]


def merge_of_sigmoids(trace: Trace) -> RewriteStep:
    """Return the step that makes one of two sigmoids of the hidden layer."""
    for step in trace.steps:
        owner = trace.universe.owner(step.edits[0].new) if step.edits else None
        if owner is not None and owner.op.kind == "sigmoid":
            return step
    raise AssertionError("no step merges sigmoids")


def tampered(trace: Trace, step: RewriteStep, new: str | None = None) -> Trace:
    """End a trace with a step that puts the sigmoid's argument, or `new`, in its place."""
    owner = trace.universe.owner(step.edits[0].new)
    assert owner is not None
    wrong = new or owner.inputs[0]
    edits = (dataclasses.replace(step.edits[0], new=wrong),)
    steps = (*trace.steps[: step.number - 1], dataclasses.replace(step, edits=edits))
    return dataclasses.replace(trace, steps=steps)


def test_values_that_do_not_fit_cost_the_answer_and_no_more(engine: Engine) -> None:
    x, y = engine.tensor.dmatrices("x", "y")
    made = Model(
        {"out": engine.tensor.dot(x, y) + 1, "sum": engine.tensor.exp(x) * x}, inputs=[x, y]
    )
    recorded = record(engine, made)
    checks = check_steps(recorded, {"x": numpy.ones((2, 3)), "y": numpy.ones((2, 3))})

    assert any(check.is_fine is None and "cannot be computed" in check.note for check in checks)
    assert not any(check.is_fine is False for check in checks)


def test_nothing_of_the_model_is_changed(engine: Engine) -> None:
    made = model(engine, "xor")
    before = [engine.value_of(p).copy() for p in made.parameters]

    check_steps(record(engine, made))

    for parameter, value in zip(made.parameters, before, strict=True):
        assert numpy.array_equal(engine.value_of(parameter), value)


def test_a_mode_that_rewrites_nothing_has_no_steps(engine: Engine) -> None:
    x = engine.tensor.dvector("x")

    assert check_steps(record(engine, Model({"x": x}, inputs=[x]))) == ()


@pytest.mark.pytensor
@pytest.mark.parametrize("target", ["all", "rows"])
def test_what_is_fused_into_a_reduction_is_no_false_alarm(engine: Engine, target: str) -> None:
    """PyTensor's own Python code does not square the first element of a sum of squares."""
    x = engine.tensor.dmatrix("x")
    outputs = {"all": (x**2).sum(), "rows": engine.tensor.exp(x).prod(axis=1)}
    made = Model(outputs, inputs=[x], data={"x": [[2.0, 3.0], [5.0, 7.0]]})
    mode = engine.module.compile.mode.get_mode("CVM")
    with in_mode(engine, dataclasses.replace(made, mode=mode)):
        recording = record(engine, made, target)
    found = check_steps(recording, made.data)

    assert any(s.made_by == "local_careduce_fusion" for s in recording.trace.steps)
    assert [check for check in found if not check.is_fine] == []


def test_differences() -> None:
    nan, inf = float("nan"), float("inf")

    assert difference([1.0, 2.0], [1.0, 2.5]) == Difference(0.5, 0.2)
    rounded = difference([1.0, 0.1], [1.0, numpy.nextafter(0.1, 1)])
    assert (rounded.units, rounded.near) == (1, numpy.nextafter(0.1, 1))
    assert difference([nan, 1.0], [nan, 1.0]) == Difference()
    assert difference([1.0, 1.0], [nan, inf]) == Difference(new_nan=1, new_inf=1)
    assert difference([nan, inf, -inf], [1.0, inf, -inf]) == Difference(lost_nan=1)
    assert difference([inf], [1.0]) == Difference(lost_inf=1)
    assert difference([inf], [-inf]) == Difference(lost_inf=1)
    assert difference([nan], [inf]) == Difference(new_inf=1, lost_nan=1)
    assert difference([inf], [nan]) == Difference(new_nan=1)
    assert difference([True], [False]).absolute == 1
    assert difference(numpy.uint8([1]), numpy.uint8([2])).absolute == 1
    assert "became" in difference([1.0], [1.0, 2.0]).reason
    assert difference([], []) == Difference()
    assert difference(None, None) == Difference()


def test_what_is_no_array_is_compared_or_told() -> None:
    one, other = numpy.random.RandomState(1), numpy.random.RandomState(2)
    lists = [[numpy.ones(2), numpy.ones(3)], [numpy.ones(2), numpy.zeros(3)]]

    assert difference(one, numpy.random.RandomState(1)) == Difference()
    assert difference(one, other).reason
    assert difference(numpy.random.default_rng(1), numpy.random.default_rng(2)).reason
    assert difference(*lists).absolute == 1
    assert "object" in difference(object(), object()).uncompared
    assert difference(Unknown("no code"), 1.0).uncompared == "no code"


def test_what_counts_as_the_same() -> None:
    assert Difference(1.0, 1e-12).fits(1e-9)
    assert not Difference(1.0, 1e-3).fits(1e-9)
    assert not Difference(new_nan=1).fits(1e-9)
    assert not Difference(lost_nan=1).fits(1e-9)
    assert not Difference(reason="shape").fits(1e-9)
    assert StepCheck(1).is_fine


def test_rounding_is_that_of_the_least_precise_op_on_the_way(engine: Engine) -> None:
    T = engine.tensor
    x, f = T.dvector("x"), T.fvector("f")
    for cost, size in ((x ** T.tanh(f), 1e-4), (x * T.cast(f, "float64"), 1e-9)):
        recorded = record(engine, Model({"cost": T.sum(cost)}, inputs=[x, f]))
        found = roundings(recorded.trace)

        assert [found[output.variable] for output in recorded.trace.outputs] == [size]
