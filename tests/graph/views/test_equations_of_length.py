"""Solve for unknown lengths, and tell what slices leave of them."""

from __future__ import annotations

from itertools import product as combinations

import pytest

from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import known, minus, plus, product, quotient, unknown
from xorexplain.graph.views.length_indexing import slice_length

N, M = unknown("1"), unknown("2")
ONE, TWO = known(1), known(2)


def test_what_is_divided_may_be_known_later() -> None:
    equations = Equations()
    half = quotient(plus(N, M), 2)

    assert equations.equate(half, known(3)) == known(3)
    equations.equate(N, known(4))
    equations.equate(M, known(5))

    assert equations.solved(half) == known(4)


def test_the_younger_of_two_equal_lengths_is_replaced() -> None:
    equations = Equations()

    assert equations.equate(M, N) == N
    assert equations.solved(plus(M, known(1))) == plus(N, known(1))
    assert equations.equate(plus(N, known(1)), known(4)) == known(4)
    assert equations.solved(product((N, M))) == known(9)


def test_what_would_be_negative_is_no_solution() -> None:
    equations = Equations()
    equations.equate(plus(N, M), known(3))

    assert equations.solved(N) == N
    assert equations.solved(M) == M


def test_a_contradiction_changes_nothing() -> None:
    equations = Equations()

    assert equations.equate(known(2), known(3)) == known(2)
    assert equations.equate(plus(N, known(1)), N) == plus(N, known(1))
    assert equations.solved(N) == N


@pytest.mark.parametrize("step", [None, 1, -1, 2, 3])
def test_a_slice_has_the_length_that_python_says(step: int | None) -> None:
    told = 0
    for start, stop in combinations((None, *range(-3, 4)), repeat=2):
        equations = Equations()
        bounds = [(b is not None, None if b is None else known(b)) for b in (start, stop, step)]
        form = slice_length(N, bounds, equations)
        told += form is not None
        for size in range(8) if form is not None else ():
            right = len(range(size)[start:stop:step])
            assert equations.size(form, {"1": size}, 0) == right, (start, stop, step, size)

    assert told >= 8


def test_what_is_sliced_again_is_sliced_once() -> None:
    equations = Equations()
    once = equations.no_less_than_0(minus(N, ONE))

    assert equations.no_less_than_0(minus(once, ONE)) == equations.no_less_than_0(minus(N, TWO))
    assert equations.no_less_than_0(minus(plus(once, ONE), ONE)) == once
    assert equations.no_less_than_0(minus(known(2), known(3))) == known(0)


def test_what_is_read_is_there() -> None:
    equations = Equations()
    rest = equations.no_less_than_0(minus(N, TWO))
    assert equations.solved(plus(rest, TWO)) != N

    equations.reach(rest, 1)

    assert equations.solved(plus(rest, TWO)) == N
    assert equations.fitting(2) == {"1": 4, ",00000000": 2}


def test_a_length_is_reached_by_what_is_read_of_it() -> None:
    equations = Equations()
    rest = equations.no_less_than_0(minus(N, TWO))

    equations.reach(plus(N, ONE), 2)
    assert equations.solved(rest) == rest
    equations.reach(plus(N, ONE), 3)
    assert equations.solved(rest) == minus(N, TWO)


def test_what_a_slice_leaves_is_whole_where_that_is_all_there_is() -> None:
    equations = Equations()
    rest = equations.no_less_than_0(minus(N, ONE))

    assert equations.equate(N, plus(rest, ONE)) == N
    assert equations.solved(rest) == minus(N, ONE)
    assert equations.equate(M, rest) == minus(N, ONE)
    assert equations.size(M, {"1": 5}, 3) == 3
    assert equations.size(equations.solved(M), {"1": 5}, 3) == 4
    assert not equations.contradictions


def test_other_lengths_are_told_by_what_a_slice_leaves() -> None:
    equations = Equations()
    rest = equations.no_less_than_0(minus(N, ONE))

    assert equations.equate(M, rest) == rest
    assert equations.solved(M) == rest
    assert equations.equate(rest, known(4)) == known(4)
    assert equations.solved(M) == known(4)
