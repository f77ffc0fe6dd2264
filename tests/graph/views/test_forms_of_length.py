"""Compute with lengths of which only names are known."""

from __future__ import annotations

import pytest

from xorexplain.graph.views.forms_of_length import (
    LARGEST,
    LEAST,
    Form,
    divided,
    extreme,
    is_at_least,
    known,
    minus,
    plus,
    quotient,
    replaced,
    times,
    unknown,
    written,
    written_shape,
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
        (extreme(LEAST, [M, N]), "min(n, m)"),
        (extreme(LARGEST, [known(3), N]), "max(n, 3)"),
        (extreme(LEAST, [N, M, plus(N, known(1))]), "min(n, m)"),
        (extreme(LEAST, [extreme(LEAST, [N, M]), unknown("4")]), "min(n, m, n−1)"),
        (times(known(2), extreme(LARGEST, [plus(N, known(1)), M])), "2·max(n+1, m)"),
        (extreme(LARGEST, [N, extreme(LEAST, [N, M])]), "n"),
        (extreme(LEAST, [N, unknown("9")]), ""),
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


def test_the_least_and_the_largest_stand_between_what_they_are_of() -> None:
    least, largest = extreme(LEAST, [N, M]), extreme(LARGEST, [N, M])

    assert is_at_least(N, least) is is_at_least(largest, M) is is_at_least(largest, least) is True
    assert is_at_least(least, known(0)) is is_at_least(plus(N, M), largest) is True
    assert is_at_least(least, N) is is_at_least(N, largest) is is_at_least(least, known(1)) is None
    assert is_at_least(least, plus(largest, known(1))) is False


@pytest.mark.parametrize("sizes", [(0, 3), (4, 4), (5, 2)])
def test_the_least_and_the_largest_are_those_whatever_the_lengths(sizes: tuple[int, int]) -> None:
    least, largest = extreme(LEAST, [N, M]), extreme(LARGEST, [N, M])
    form = quotient(plus(times(known(3), largest), minus(known(1), times(N, least))), 2)

    found = replaced(form, dict(zip("12", map(known, sizes), strict=True)))
    assert found.number == (3 * max(sizes) + 1 - sizes[0] * min(sizes)) // 2


def test_of_many_extremes_nothing_is_sure() -> None:
    """Thirty of them would have a thousand million cases."""
    total = known(0)
    for number in range(30):
        total = plus(total, extreme(LEAST, [unknown(f"n{number}"), unknown(f"m{number}")]))

    assert is_at_least(total, known(0)) is None


def test_a_shape_has_no_parentheses_around_a_call() -> None:
    assert written_shape(["min(n+1, m)", "n+1", "3"]) == "min(n+1, m)×(n+1)×3"


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
