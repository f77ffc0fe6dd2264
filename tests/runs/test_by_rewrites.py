"""Rewrites that hide a NaN, or make it, are named by what is seen without them."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.runs import written
from xorexplain.runs.by_rewrites import find_nan_with_rewrites
from xorexplain.runs.models import find_in_model
from xorexplain.runs.records import ByRewrites, Finding


def quick(engine: Engine) -> Any:
    """Return a mode that rewrites as the default one does, and compiles nothing."""
    mode = engine.module.compile.mode
    return mode.Mode("py", "fast_run")


def found(engine: Engine, inputs: list[Any], result: Any, values: list[Any]) -> Finding:
    with engine.listening(written.keep):
        function = engine.module.function(inputs, result, mode=quick(engine))
    told = find_nan_with_rewrites(function, values)
    assert told is not None
    return told


def of(told: Finding) -> ByRewrites:
    assert told.by_rewrites is not None
    assert told.by_rewrites.reason == ""
    return told.by_rewrites


def effects(told: Finding) -> dict[tuple[str, ...], str]:
    return {tried.names: tried.effect for tried in of(told).tried}


def test_a_rewrite_that_hides_an_infinity_is_named(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    told = found(engine, [x], engine.tensor.log(1 - engine.sigmoid(x)), [[1.0, 100.0]])

    assert (of(told).written, of(told).rewritten) == ((1,), ())
    # Theano's has a comma in its name.
    hiding = [names[0].rstrip(",") for names, e in effects(told).items() if e == "hides"]
    assert hiding == ["log1p_neg_sigmoid"]
    assert set(effects(told).values()) <= {"hides", "still hidden", "not tried"}


def test_what_is_known_of_it_is_told_beside(engine: Engine) -> None:
    x, y = engine.tensor.dvector("x"), engine.tensor.dscalar("y")
    told = found(engine, [x, y], x * y / y, [[1.0, 2.0], 0.0])

    (tried,) = (tried for tried in of(told).tried if tried.effect == "hides")
    assert tried.names == ("local_mul_canonizer",)
    assert tried.results == (1,)
    assert tried.caveat == "Where a factor that cancels is 0, the original gives NaN"


def test_a_rewrite_that_makes_an_infinity_is_named(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    told = found(engine, [x], (x * 1e-10).sum(), [[1.5e308, 1.5e308]])

    assert not told.is_written
    assert "it is the rewriter that made this" in told.notes[0]
    assert (of(told).written, of(told).rewritten) == ((), (1,))
    makers = [names[0] for names, effect in effects(told).items() if effect == "makes"]
    assert len(makers) == 1
    assert makers[0].startswith("local_sum_")


def test_a_nan_that_no_rewrite_changes_stays(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    told = found(engine, [x], engine.tensor.log(x - 1), [[0.5]])

    assert of(told).written == of(told).rewritten == (1,)
    assert set(effects(told).values()) <= {"stays"}


def test_where_nothing_can_be_left_out_that_is_said(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    with engine.listening(written.keep):
        mode = engine.module.compile.mode.Mode("py", None)
        function = engine.module.function([x], engine.tensor.log(x - 1), mode=mode)
    told = find_nan_with_rewrites(function, [[0.5]])

    assert told is not None
    assert told.by_rewrites is not None
    assert told.by_rewrites.tried == ()


def test_a_function_of_which_the_written_graph_is_lost_says_so(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    mode = engine.module.compile.mode.Mode("py", None)
    function = engine.module.function([x], engine.tensor.log(x - 1), mode=mode)
    told = find_nan_with_rewrites(function, [[0.5]])

    assert told is not None
    assert told.by_rewrites is not None
    assert (told.by_rewrites.reason == "") == (engine.name == "theano")
    assert (told.by_rewrites.written is None) == (engine.name == "pytensor")
    text = str(xorexplain.find_nan(function, [0.5]))
    assert told.by_rewrites.written is not None or "as it was written, " not in text


def test_a_model_is_rewritten_in_its_own_mode(engine: Engine) -> None:
    x, y = engine.tensor.dvector("x"), engine.tensor.dscalar("y")
    data = {"x": numpy.ones(2), "y": 0.0}
    model = Model(outputs={"q": x * y / y}, data=data)
    told = find_in_model(engine, model)
    less = Model(outputs={"q": x * y / y}, data=data, excluding=["local_mul_canonizer"])
    left = find_in_model(engine, less)

    assert told is not None
    assert of(told).rewritten == ()
    assert left is not None
    assert of(left).rewritten == (1,)
    text = str(xorexplain.find_nan(model))
    assert "as it was written, result 1 is not finite" in text
    assert "it comes: the rewrite hides it" in text


def test_what_only_the_rewriter_makes_is_found_in_a_model(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    model = Model(outputs={"s": (x * 1e-10).sum()}, data={"x": numpy.full(2, 1.5e308)})
    told = find_in_model(engine, model)

    assert told is not None
    assert not told.is_written
    assert find_in_model(engine, Model(outputs={"s": x.sum()}, data={"x": numpy.ones(2)})) is None


@pytest.mark.pytensor
def test_what_only_the_backend_makes_is_told(engine: Engine) -> None:
    a, b, c = (engine.tensor.dvector(name) for name in "abc")
    with engine.listening(written.keep):
        function = engine.module.function([a, b, c], (a / b) * (c / b))
    values = [[1e300], [1e200], [1e300]]
    told = find_nan_with_rewrites(function, values)

    # Numba may compute in any order, unless it is told not to.
    assert (told is None) == bool(numpy.isfinite(function(*values)).all())
    if told is not None:
        assert told.bad == "NaN"
        assert "the code of the backend gives it" in told.rule
        assert [value.text for value in told.values] == ["[1e+100]", "[1e+100]"]
