"""What repeats but for names is found, as blocks of entries."""

from __future__ import annotations

import pytest

from xorexplain.notation.expr import call, symbol
from xorexplain.render.reports.repeats import Repeated, repeats, shape_of


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ("abcd", [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1)]),
        ("xaaab", [(0, 1, 1), (1, 1, 3), (4, 1, 1)]),
        ("abababa", [(0, 2, 3), (6, 1, 1)]),
        # Twice is told twice.
        ("aabb", [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1)]),
        ("", []),
    ],
)
def test_blocks_cover_all(entries: str, found: list[tuple[int, int, int]]) -> None:
    assert list(repeats(entries)) == [Repeated(*block) for block in found]


def test_a_block_is_as_short_as_it_may_be() -> None:
    assert list(repeats("a" * 12)) == [Repeated(0, 1, 12)]


def test_expressions_of_one_shape_differ_in_names_alone() -> None:
    x, y, z = map(symbol, "xyz")

    assert shape_of([x * y]) == shape_of([z * x])
    assert shape_of([x * y]) != shape_of([x * x])
    assert shape_of([x * 2]) != shape_of([x * 3])
    assert shape_of([call("sum", x, axis="0")]) != shape_of([call("sum", x, axis="1")])
    assert shape_of([x, x]) != shape_of([x, y])
