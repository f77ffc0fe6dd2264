"""Check the weights that keep the longest path of a picture straight."""

from __future__ import annotations

from xorexplain.render.pictures.spine import GIVEN, OTHER, SPINE, weights


def test_the_longest_path_is_heaviest_and_what_is_given_stays_near() -> None:
    edges = [("x", "a"), ("a", "b"), ("b", "c"), ("a", "c"), ("W", "b")]

    assert weights(edges) == [SPINE, SPINE, SPINE, OTHER, GIVEN]


def test_what_is_on_a_cycle_takes_no_part() -> None:
    assert weights([("a", "b"), ("b", "a"), ("x", "y")]) == [OTHER, OTHER, SPINE]
    assert weights([]) == []


def test_a_long_chain_needs_no_recursion() -> None:
    edges = [(f"n{i}", f"n{i + 1}") for i in range(20_000)]

    assert set(weights(edges)) == {SPINE}
