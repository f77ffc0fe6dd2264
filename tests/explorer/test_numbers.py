"""Test how values are written in little room."""

from __future__ import annotations

import numpy
import pytest

from xorexplain.explorer.numbers import described


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (numpy.float64(0.123456), "0.1235"),
        (numpy.array([[1.0, 2.5], [0.0, -1e-9]]), "[[1 2.5] [0 -1e-09]]"),
        (numpy.array([True, False]), "[1 0]"),
        (numpy.zeros((0, 3)), "empty, 0×3"),
        (numpy.arange(100.0).reshape(10, 10), "10×10 from 0 to 99, mean 49.5"),
        (numpy.array([numpy.nan, numpy.inf]), "[nan inf]"),
    ],
)
def test_text(value: object, text: str) -> None:
    told = described(value)

    assert told is not None
    assert told["text"] == text


def test_what_json_cannot_hold_is_counted_or_left_out() -> None:
    told = described(numpy.array([numpy.nan, numpy.inf, 2.0]))

    assert told == {"text": "[nan inf 2]", "min": 2.0, "max": 2.0, "nan": 1}
    assert described(numpy.array([numpy.nan])) == {
        "text": "[nan]",
        "min": None,
        "max": None,
        "nan": 1,
    }


def test_what_is_no_array_of_numbers() -> None:
    assert described(numpy.random.RandomState(1)) is None
    assert described("text") is None
