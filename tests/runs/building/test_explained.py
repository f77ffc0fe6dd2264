"""What cannot be built is led back to the line, the operands and the cure by its traceback."""

from __future__ import annotations

from typing import Any

import pytest
from failing_builds import CASES, Case

from xorexplain.engines import Engine
from xorexplain.runs.building.explained import explanation_of_building
from xorexplain.runs.records import Explanation


def explained(engine: Engine, case: Case) -> Explanation:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - engines raise what they like
        case.made(engine)
    told = explanation_of_building(caught.value)
    assert told is not None
    return told


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_cannot_be_built_is_explained(engine: Engine, case: Case) -> None:
    if engine.name not in case.raising:
        return
    told = explained(engine, case)

    assert told.found == "building"
    assert told.problem == case.problem, told
    assert [words for words in case.says if words not in told.sentence] == [], told.sentence
    assert told.source is not None
    assert told.source.file.endswith("failing_builds.py")
    assert case.line in told.source.code
    names = tuple(operand.expression for operand in told.operands)
    assert names[: len(case.operands)] == case.operands
    assert told.cure
    assert told.error
    assert told.notes == ()


def case(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def test_operands_have_their_types_and_where_they_came_from(engine: Engine) -> None:
    w, new, rate, *_ = explained(engine, case("update_of_another_dtype")).operands

    assert (w.dtype, w.shape, w.came) == ("float32", (3,), "a shared variable")
    assert w.source is not None
    assert "w = shared(" in w.source.code
    assert (new.dtype, new.shape, new.came) == ("float64", (None,), "computed")
    assert (rate.dtype, rate.shape, rate.came) == ("float64", (), "an input")


def test_what_the_user_wrote_is_told_as_it_stands_there(engine: Engine) -> None:
    told = explained(engine, case("float_as_index"))

    # Before 3.11 Python did not keep which part of a line it was at.
    assert told.expression in ("x[half]", "return x[half]")


def test_a_name_that_only_the_program_has_is_used(engine: Engine) -> None:
    T = engine.tensor
    weights, offsets = T.dmatrix(), T.dvector()
    with pytest.raises(TypeError) as caught:
        T.concatenate([weights, offsets])
    told = explanation_of_building(caught.value)

    assert told is not None
    assert [operand.expression for operand in told.operands] == ["weights", "offsets"]


def test_a_cure_calls_the_engine_as_the_program_does(engine: Engine) -> None:
    def named() -> Any:
        tt = engine.tensor
        return 1 if tt.dscalar("half") > 0 else 2

    def unnamed() -> Any:
        return 1 if engine.tensor.dscalar("half") > 0 else 2

    cures = []
    for build in (named, unnamed):
        with pytest.raises(TypeError) as caught:
            build()
        told = explanation_of_building(caught.value)
        cures.append(None if told is None else told.cure.partition("(")[0])

    assert cures == ["choose in the graph: tt.switch", "choose in the graph: T.switch"]


def test_where_operands_cannot_be_found_that_is_said(engine: Engine) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - engines raise what they like
        engine.module.shared(lambda: 1, name=3).no_such_thing(
            engine.tensor.TensorType("float65", ())
        )
    told = explanation_of_building(caught.value)

    assert told is not None
    assert told.problem == "other"
    assert told.sentence in told.error
    assert told.notes == ("what it was given could not be found in the frames of the traceback",)


def test_an_error_that_is_none_of_the_engines_is_not_explained(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    for fails in (lambda: {}["x"], lambda: x.no_such_thing, lambda: len(3), lambda: 3 + "x"):  # type: ignore[arg-type, index, operator]
        with pytest.raises((KeyError, AttributeError, TypeError)) as caught:
            fails()
        assert explanation_of_building(caught.value) is None


def test_an_error_that_was_made_of_the_engines_is_led_back_to_it(engine: Engine) -> None:
    def build() -> None:
        try:
            case("vector_beside_matrix").made(engine)
        except TypeError as error:
            raise RuntimeError("the model cannot be built") from error

    with pytest.raises(RuntimeError) as caught:
        build()
    told = explanation_of_building(caught.value)

    assert told is not None
    assert told.problem == "wrong number of dimensions"
    assert told.error == "RuntimeError: the model cannot be built"
