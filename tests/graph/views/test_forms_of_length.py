"""Compute with lengths of which only names are known."""

from __future__ import annotations

import pytest

from xorexplain.graph.views.forms_of_length import (
    Form,
    divided,
    is_at_least,
    known,
    minus,
    plus,
    quotient,
    replaced,
    times,
    unknown,
    written,
)

N, M = unknown("1"), unknown("2")
NAMES = {"1": "n", "2": "m", "4": "n−1"}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (known(0), "0"),
        (known(5), "5"),
        (N, "n"),
        (plus(N, known(1)), "n+1"),
        (minus(N, known(1)), "n−1"),
        (times(known(2), N), "2n"),
        (times(N, M), "n·m"),
        (plus(times(N, N), M, -1), "n·n−m"),
        (minus(N, N), "0"),
        (quotient(N, 2), "⌊n/2⌋"),
        (quotient(plus(N, known(3)), 2), "⌊(n+1)/2⌋+1"),
        (quotient(plus(quotient(N, 2), known(-2)), 2), "⌊n/4⌋−1"),
        (quotient(plus(quotient(N, 2), M), 3), "⌊(m+⌊n/2⌋)/3⌋"),
        (unknown("9"), ""),
        (unknown("4"), "n−1"),
        (plus(unknown("4"), known(1)), "(n−1)+1"),
        (times(unknown("4"), M), "m·(n−1)"),
    ],
)
def test_text(form: Form, text: str) -> None:
    assert written(form, NAMES) == text


def test_a_length_is_never_negative() -> None:
    assert is_at_least(plus(N, known(1)), N) is True
    assert is_at_least(N, plus(N, known(1))) is False
    assert is_at_least(N, M) is None
    assert is_at_least(known(1), N) is None


def test_only_what_divides_is_divided() -> None:
    assert divided(times(N, M), N) == M
    assert divided(times(known(6), N), times(known(2), N)) == known(3)
    assert divided(N, M) is None
    assert divided(times(known(3), N), known(2)) is None
    assert divided(N, plus(N, M)) is None


@pytest.mark.parametrize("by", [1, 2, 3])
@pytest.mark.parametrize("size", [0, 1, 7, 8])
def test_a_quotient_is_rounded_down_whatever_the_length(by: int, size: int) -> None:
    once = quotient(plus(times(known(5), N), known(-3)), by)
    twice = quotient(plus(once, known(4)), 2)

    first = (5 * size - 3) // by
    assert replaced(once, {"1": known(size)}) == known(first)
    assert replaced(twice, {"1": known(size)}) == known((first + 4) // 2)
