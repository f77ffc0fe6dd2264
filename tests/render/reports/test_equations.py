"""Equations that repeat but for names are told once, and long or shared parts get a name."""

from __future__ import annotations

import pytest

from xorexplain.notation.expr import Expr, call, symbol
from xorexplain.notation.text import text
from xorexplain.render.reports.document import Document, Equation, Equations, Name
from xorexplain.render.reports.equations import folded, with_parts
from xorexplain.render.writers import terminal


def told(pairs: list[tuple[str, Expr]]) -> str:
    lines = tuple(Equation((Name(name),), value) for name, value in pairs)
    return terminal.plain(Document("", (Equations(folded(lines)),)))


def layers(count: int, odd: int = 0) -> list[tuple[str, Expr]]:
    """Return equations of equal layers; one that is `odd` has another function."""
    found: list[tuple[str, Expr]] = []
    h = symbol("x")
    for n in range(1, count + 1):
        found.append((f"z{n}", h @ symbol(f"W{n}")))
        found.append((f"h{n}", call("exp" if n == odd else "tanh", symbol(f"z{n}"))))
        h = symbol(f"h{n}")
    return found


def test_equal_layers_are_told_once() -> None:
    lines = told(layers(12)).splitlines()

    assert [line.split() for line in lines[:2]] == [
        ["z1", "=", "x", "·", "W1"],
        ["h1", "=", "tanh(z1)"],
    ]
    assert "12" in lines[-1]
    assert len(lines) < 8
    assert sum("more times" in line for line in lines) == 1


def test_a_layer_that_is_another_is_told() -> None:
    assert "exp(z6)" in told(layers(12, odd=6))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_are_told_each(count: int) -> None:
    assert len(told(layers(count)).splitlines()) == 2 * count


def test_what_reads_another_layer_is_no_repeat() -> None:
    pairs = layers(12)
    pairs[15] = ("h8", call("tanh", symbol("z7")))

    assert "tanh(z7)" in told(pairs)


def test_signs_stand_below_each_other() -> None:
    pairs = [("z1", symbol("x")), ("output", symbol("z1")), ("a_name_of_great_length", symbol("y"))]
    places = [line.index(" = ") for line in told(pairs).splitlines()]

    assert places[0] == places[1] == len("    output")
    assert places[2] > places[0]


def test_a_part_used_twice_is_named_before_it_is_used() -> None:
    x, y = symbol("x"), symbol("y")
    part = call("exp", (x - y) * (x + y) + x)
    pairs = list(with_parts([("a", part * x), ("b", part * y)], ()))

    assert [(name, text(value)) for name, value in pairs] == [
        ("t1", "exp((x − y) × (x + y) + x)"),
        ("a", "t1 × x"),
        ("b", "t1 × y"),
    ]


def test_a_part_that_is_a_line_has_the_name_of_the_line() -> None:
    x, y = symbol("x"), symbol("y")
    part = call("exp", (x - y) * (x + y) + x)
    pairs = list(with_parts([("a", part * x), ("b", part), ("c", part * 2)], ["t1"]))

    assert [(name, text(value)) for name, value in pairs] == [
        ("b", "exp((x − y) × (x + y) + x)"),
        ("a", "b × x"),
        ("c", "b × 2"),
    ]
