"""Constants of many elements are written by their number and range."""

from __future__ import annotations

import pytest

from xorexplain.graph.records import Variable
from xorexplain.render.pictures.constants import brief


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("[1, 2]", "[1, 2]"),
        ("2.5", "2.5"),
        ("40 elements from 0 to 9, mean 3", "40 elements from 0 to 9, mean 3"),
        ("[3, 1, 2, 4, 5, 6, 7, 8, 9]", "9 elements from 1 to 9"),
        (
            "[[0.345584192064786], [-1.303], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [inf]]",
            "9 elements from -1.303 to inf",
        ),
        ("[True, False, True, True, True, True, True, True, True]", "9 elements, True the first"),
    ],
)
def test_writes_what_fits_a_node(value: str, written: str) -> None:
    constant = Variable("v", None, "Vector(float64)", "constant", value=value)

    assert brief(constant).value == written
    assert brief(constant).is_exact == (value[0] != "4" and value == written)


def test_leaves_what_is_no_constant() -> None:
    given = Variable("v", "x", "Vector(float64)", "input", value="[1, 2, 3, 4, 5, 6, 7, 8, 9]")

    assert brief(given) is given
