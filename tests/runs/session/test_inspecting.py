"""Calls of a watched block are looked into: the first NaN, and answers that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.explorer.report_page import report_page

WEIGHTS = [1.0, 2.0]
CALLS = 8


@pytest.fixture(scope="module")
def watched(engine: Engine) -> Iterator[xorexplain.Watched]:
    T, module = engine.tensor, engine.module
    x, i = T.dvector("x"), T.lvector("i")
    w = module.shared(numpy.array(WEIGHTS), name="w")
    E = module.shared(numpy.arange(30.0).reshape(10, 3), name="E")
    with xorexplain.session(nan=True, check=True, every=6) as watched:
        cost = T.log(T.sum(x * w))
        new = w - 0.5 * module.grad(cost, w)
        step = module.function([x], cost, updates=[(w, new)], mode="FAST_COMPILE")
        for number in range(CALLS):
            step(numpy.array([1.0, -0.01 * number]))
        safe = T.switch(x > 0, T.log(x), 0.0)
        hidden = module.function([x], safe.sum(), mode="FAST_COMPILE")
        for _ in range(CALLS):
            hidden(numpy.array([1.0, 0.0]))
        rows = module.function([i], E[i].sum())
        rows([1, 2])
        # PyTensor's default backend answers.
        raises = pytest.raises(IndexError)
        if engine.name == "theano":
            with raises:
                rows([1, 12])
        else:
            rows([1, 12])
    return watched


def found(watched: xorexplain.Watched, name: str) -> list[Any]:
    return list(watched[name].inspected)


def test_the_first_call_with_a_nan_is_told_with_its_node(watched: xorexplain.Watched) -> None:
    (nan,) = found(watched, "step")
    weights = numpy.array(WEIGHTS)
    for call in range(1, CALLS):
        x = numpy.array([1.0, -0.01 * (call - 1)])
        if (x * weights).sum() <= 0:
            break
        weights = weights - 0.5 * x / (x * weights).sum()

    assert (nan.kind, nan.call) == ("nan", call)
    assert nan.words == "there is NaN: the logarithm of a negative number"
    assert "cost = T.log(" in nan.place.code
    assert f"{weights[1]:.6g}"[:5] in nan.explained


def test_an_infinity_that_no_result_shows_is_told_apart(watched: xorexplain.Watched) -> None:
    (inner,) = found(watched, "hidden")

    assert (inner.kind, inner.call) == ("inner nan", 1)
    assert "the logarithm of 0" in inner.words


def test_calls_are_checked_the_first_ones_and_every_so_many(watched: xorexplain.Watched) -> None:
    assert watched["step"].checked == 4
    assert watched["step"].calls == watched["hidden"].calls == CALLS
    assert "each answered what its graph says" in str(watched)


@pytest.mark.pytensor
def test_an_answer_of_foreign_memory_is_told(watched: xorexplain.Watched) -> None:
    (wrong,) = found(watched, "rows")

    assert (wrong.kind, wrong.call) == ("wrong", 2)
    assert wrong.words == "i is 12, and E has 10 rows"
    assert "the function answered all the same" in wrong.explained
    assert [finding.kind for finding in watched.findings][:3] == ["nan", "wrong", "inner nan"]


def test_the_page_of_the_report_sets_a_nan_apart(watched: xorexplain.Watched) -> None:
    page = report_page(watched.seen, {}, "xorexplain report r --explorers")

    assert '<li class="bad"><span class="kind">NaN or infinity</span>' in page
    assert '<li><span class="kind">NaN or infinity inside</span>' in page
    # On a phone, where the heads are gone, each number says what it is.
    assert page.count(f'<td data-of="calls">{CALLS}</td>') == 2


def test_weights_and_answers_are_those_of_a_run_without(engine: Engine) -> None:
    def trained(**options: bool) -> list[Any]:
        T, module = engine.tensor, engine.module
        x, w = T.dvector("x"), module.shared(numpy.ones(3), name="w")
        with xorexplain.session(**options):
            cost = T.sum((x * w) ** 2)
            new = w - 0.1 * module.grad(cost, w)
            step = module.function([x], cost, updates=[(w, new)], mode="FAST_COMPILE")
            return [step(numpy.arange(3.0)).item() for _ in range(5)] + w.get_value().tolist()

    assert trained() == trained(nan=True, check=True)
