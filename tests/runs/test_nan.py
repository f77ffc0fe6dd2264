"""NaN and infinity are led back to the node, the rule and the line where they began."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from nan_calls import (
    CASES,
    Case,
    dead_branch,
    in_a_loop,
    length_of_nothing,
    log_of_zero,
    matrix_without_factor,
)

import xorexplain
from xorexplain import Model, XorexplainError
from xorexplain.engines import Engine
from xorexplain.runs import written
from xorexplain.runs.calls import answer_of
from xorexplain.runs.finite import holds_nan, is_bad
from xorexplain.runs.models import find_in_model
from xorexplain.runs.nan import find_nan
from xorexplain.runs.records import Finding


def quick(engine: Engine) -> object:
    """Return a mode that compiles nothing and rewrites nothing."""
    return engine.module.compile.mode.Mode("py", None)


def found(engine: Engine, case: Case, *, is_quick: bool = True) -> Finding:
    inputs, outputs, arguments = case.made(engine)
    with engine.listening(written.keep):
        mode = quick(engine) if is_quick else None
        function = engine.module.function(inputs, outputs, mode=mode)
    told = find_nan(function, arguments)
    assert told is not None
    return told


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_not_finite_is_led_back_to_where_it_began(engine: Engine, case: Case) -> None:
    told = found(engine, case)

    assert (told.bad, told.rule) == (case.bad, case.rule)
    assert case.example in told.example
    assert case.line in (told.source.code if told.source else "")
    assert told.in_gradient == case.in_gradient
    assert told.cure


def test_the_elements_are_named(engine: Engine) -> None:
    told = found(engine, CASES[0])

    assert (told.elements.count, told.elements.total) == (1, 2)
    assert (told.elements.first, told.elements.values) == (((1,),), ("−∞",))
    assert told.expression == "log(1 − p)"


def test_the_infinity_that_a_nan_was_made_of_is_told_too(engine: Engine) -> None:
    told = found(engine, next(case for case in CASES if case.made.__name__ == "too_large"))

    assert told.before is not None
    assert told.before.example == "exp(800) = ∞"
    assert told.before.source is not None
    assert told.before.source.code == "odds = T.exp(x)"


def test_the_infinity_in_a_gradient_is_led_to_the_line_of_the_cost(engine: Engine) -> None:
    told = found(engine, next(case for case in CASES if case.made is length_of_nothing))

    assert told.before is not None
    assert told.before.source is not None
    assert told.before.source.code == "cost = T.sqrt((x**2).sum())"


def test_the_gradient_is_told_apart_from_the_cost(engine: Engine) -> None:
    told = found(engine, next(case for case in CASES if case.made is dead_branch))

    assert told.is_forward_finite
    assert told.gradient_of == "log(x)"
    assert told.results == (2,)
    assert "log(where(x > 0, x, 1))" in told.cure


def test_the_round_of_a_loop_is_told(engine: Engine) -> None:
    told = found(engine, next(case for case in CASES if case.made is in_a_loop))

    # log 1 is 0, log 0 is −∞, and the logarithm of that is NaN.
    assert told.inside == ("round 3 of the 4 of a loop",)


def test_the_default_backend_is_told_too(engine: Engine) -> None:
    told = found(engine, next(case for case in CASES if case.made is log_of_zero), is_quick=False)

    assert told.rule == "the logarithm of 0"


def test_a_graph_that_was_not_kept_is_told_as_it_runs(engine: Engine) -> None:
    inputs, outputs, arguments = log_of_zero(engine)
    function = engine.module.function(inputs, outputs, mode=None)
    # Rewriting makes a softplus of it, which has no infinity: Theano's written graph still has.
    told = find_nan(function, arguments)

    assert (told is None) == (engine.name == "pytensor")


@pytest.mark.pytensor
def test_a_matrix_without_a_factor_is_told(engine: Engine) -> None:
    case = Case(matrix_without_factor, "NaN", "", "", "factor = ")
    told = found(engine, case)

    assert told.kind == "cholesky"
    assert "a matrix that has no such factor" in told.rule


def test_finite_results_are_told_as_such(engine: Engine) -> None:
    inputs, outputs, _ = log_of_zero(engine)
    function = engine.module.function(
        inputs, outputs, mode=engine.module.compile.mode.Mode("py", None)
    )

    assert find_nan(function, [[1.0, 2.0]]) is None
    assert xorexplain.find_nan(function, [1.0, 2.0]) is None
    assert "log(0) = −∞" in str(xorexplain.find_nan(function, [1.0, 100.0]))


def test_the_first_call_of_a_training_is_found(engine: Engine) -> None:
    T, shared = engine.tensor, engine.module.shared
    w = shared(numpy.array(3.0), name="w")
    cost = (w**2) ** 2
    cost.name = "cost"
    model = Model(cost=cost, parameters=[w], updates=[(w, w - 0.5 * engine.grad(cost, [w])[0])])
    told = find_in_model(engine, model, 50)

    assert told is not None
    assert told.call > 2
    assert told.notes[0].startswith(f"call {told.call} of the training: the {told.call - 1} before")
    assert w.get_value() == 3
    assert find_in_model(engine, model, 2) is None
    assert T is not None


def test_a_model_is_looked_at_with_its_gradient(engine: Engine) -> None:
    inputs, outputs, arguments = dead_branch(engine)
    model = Model(cost=outputs[0], parameters=inputs, data={"x": arguments[0]})
    told = find_in_model(engine, model)

    assert told is not None
    assert told.in_gradient


def test_holds_nan() -> None:
    assert not holds_nan([numpy.ones(3), numpy.arange(3), "text", None, 1.5])
    assert holds_nan([numpy.ones(3), numpy.array([1.0, numpy.inf])])
    assert holds_nan([float("nan")])


def test_arrays_of_a_backend_are_looked_into_as_well(engine: Engine) -> None:
    """JAX answers in arrays of its own, and keeps new weights in them."""

    class Theirs:
        def __init__(self, value: Any) -> None:
            self.value = numpy.asarray(value)

        def __array__(self, *_: Any, **__: Any) -> Any:
            return self.value

    w = engine.module.shared(numpy.ones(2), name="w")
    mode = engine.module.compile.mode.Mode("py", None)
    function = engine.module.function([], (w * 2).sum(), mode=mode)
    cell = next(cell for cell in function.input_storage if cell.implicit)
    cell.storage[0] = Theirs([1.0, numpy.nan])
    told = find_nan(function)

    assert told is not None
    assert told.rule == "w has it already, when it is given: a shared variable"
    answers = answer_of(engine, function, [Theirs(numpy.inf)])
    assert [is_bad(value) for value in answers.values()] == [True]


def test_arguments_that_do_not_fit_are_refused(engine: Engine) -> None:
    inputs, outputs, _ = log_of_zero(engine)
    function = engine.module.function(
        inputs, outputs, mode=engine.module.compile.mode.Mode("py", None)
    )

    with pytest.raises(XorexplainError, match="does not take these arguments"):
        find_nan(function, [1.0])
    with pytest.raises(XorexplainError, match="no compiled function"):
        find_nan(len, [1.0])
