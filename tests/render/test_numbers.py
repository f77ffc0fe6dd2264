"""Test how values are written in little room."""

from __future__ import annotations

import numpy
import pytest

from xorexplain.render.numbers import MAX_CELLS, described


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

    kind = {"shape": [3], "dtype": "float64", "cells": ["nan", "inf", 2.0]}
    assert told == {"text": "[nan inf 2]", "min": 2.0, "max": 2.0, "nan": 1, **kind}
    assert described(numpy.array([numpy.nan])) == {
        "text": "[nan]",
        "min": None,
        "max": None,
        "nan": 1,
        "shape": [1],
        "dtype": "float64",
        "cells": ["nan"],
    }


def test_what_is_no_array_of_numbers() -> None:
    assert described(numpy.random.RandomState(1)) is None
    assert described("text") is None


def test_a_small_array_is_there_number_by_number() -> None:
    value = numpy.random.RandomState(0).normal(size=(2, 3, 4)).astype("float32")
    told = described(value)
    assert told is not None
    again = numpy.array(told["cells"], dtype=told["dtype"]).reshape(told["shape"])
    numpy.testing.assert_allclose(again, value, rtol=1e-7)
    whole = described(numpy.array([True, False]))
    assert whole is not None
    assert whole["cells"] == [1, 0]
    large = described(numpy.zeros(MAX_CELLS + 1))
    assert large is not None
    assert "cells" not in large
    odd = described(numpy.array([1j]))
    assert odd is not None
    assert "cells" not in odd
