"""Hold the page of the engines' own faults to what the engines do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.model import Model
from xorexplain.rewriting import record
from xorexplain.stepcheck import check_steps

PAGE = Path(__file__).parents[2] / "docs" / "engine-faults.rst"
Case = tuple[str, Callable[[Any, Any], Any], str, Any, float, float]
THEANO: tuple[Case, ...] = (
    (
        "local_sum_prod_mul_by_scalar",
        lambda T, W: T.prod(1.5 * W, axis=1),
        "dmatrix",
        numpy.ones((3, 3)),
        0.0,
        1 - 1.5**3 / 1.5**9,
    ),
    (
        "local_log_sum_exp",
        lambda T, x: T.log(T.sum(T.exp(x))),
        "dvector",
        numpy.full(2, -numpy.inf),
        1,
        0.0,
    ),
    ("local_mul_zero", lambda T, x: x * 0.0, "dvector", numpy.array([numpy.nan]), -1, 0.0),
)
BOTH: tuple[Case, ...] = (
    ("local_mul_canonizer", lambda T, x: x / x, "dvector", numpy.zeros(1), -1, 0.0),
)


def hold(engine: Engine, case: Case) -> None:
    """Check that one step changes the value; `nan` is 1 for a new NaN, -1 for one that goes."""
    name, build, kind, value, nan, relative = case
    x = getattr(engine.tensor, kind)("x")
    recording = record(engine, Model({"y": build(engine.tensor, x)}, inputs=[x]))
    found = [c for c in check_steps(recording, {"x": value}) if c.is_fine is False]

    assert [recording.trace.step[c.number].title for c in found] == [name]
    assert found[0].replaced.new_nan - found[0].replaced.lost_nan == nan
    assert found[0].replaced.relative == pytest.approx(relative)
    assert f"``{name}``" in PAGE.read_text("utf-8")


@pytest.mark.theano
@pytest.mark.parametrize("case", THEANO, ids=lambda case: case[0])
def test_what_theano_changes(engine: Engine, case: Case) -> None:
    hold(engine, case)


@pytest.mark.parametrize("case", BOTH, ids=lambda case: case[0])
def test_what_both_engines_change(engine: Engine, case: Case) -> None:
    hold(engine, case)
