"""Decide by unknown lengths only what holds for every length."""

from __future__ import annotations

from collections.abc import Callable

import graphs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xorexplain.graph.views.forms_of_length import (
    Form,
    known,
    plus,
    replaced,
    times,
    unknown,
    written,
)
from xorexplain.graph.views.measures import measure

OPS: dict[str, Callable[..., int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "maximum": max,
    "minimum": min,
    "lt": lambda a, b: int(a < b),
    "le": lambda a, b: int(a <= b),
    "gt": lambda a, b: int(a > b),
    "ge": lambda a, b: int(a >= b),
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "switch": lambda c, a, b: a if c else b,
}
LENGTH = "n = shape_i[axis=0](x)"


def value_at(form: Form, length: int) -> int:
    number = replaced(form, dict.fromkeys(form.symbols, known(length))).number
    assert number is not None
    return number


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["c = lt(0, n)", "y = switch(c, 0, n)"], 0),
        (["c = ge(n, 0)", "y = switch(c, 5, 7)"], 5),
        (["c = gt(n, 3)", "y = switch(c, n, n)"], "n"),
        (
            ["a = maximum(n, 2)", "b = add(n, 1)", "c = maximum(b, 1)", "y = maximum(a, c)"],
            "max(n+1, 2)",
        ),
        (["a = maximum(n, 2)", "b = add(n, 3)", "y = maximum(a, b)"], "n+3"),
        (["a = minimum(n, 2)", "y = maximum(a, n)"], "n"),
        (["c = lt(n, 3)", "y = switch(c, n, 3)"], "min(n, 3)"),
        (["a = le(0, n)", "b = lt(n, 0)", "y = or(a, b)"], 1),
        (["a = lt(n, 3)", "b = lt(n, 0)", "y = and(a, b)"], 0),
        (["y = or(n, 1)"], None),
    ],
)
def test_what_the_length_does_not_change_is_decided(
    lines: list[str], expected: int | str | None
) -> None:
    graph = graphs.graph(LENGTH, *lines, shapes={"x": (None,)})
    measures = measure(graph)
    (n,) = measures.shape(graphs.named(graph, "x").id) or ()
    found = measures.value(graphs.named(graph, "y").id)

    if isinstance(expected, int):
        assert isinstance(found, Form)
        assert found.number == expected
    elif expected is None:
        assert found is None
    else:
        assert isinstance(found, Form)
        assert written(found, {n.symbol or "": "n"}) == expected


@given(st.data())
def test_what_is_decided_holds_for_every_length(data: st.DataObject) -> None:
    lines, names = [LENGTH], ["n", "0", "1", "2", "-1"]
    for number in range(data.draw(st.integers(1, 8))):
        kind = data.draw(st.sampled_from([*OPS]))
        count = 3 if kind == "switch" else 2
        read = [data.draw(st.sampled_from(names)) for _ in range(count)]
        lines.append(f"y{number} = {kind}({', '.join(read)})")
        names.append(f"y{number}")
    graph = graphs.graph(*lines, shapes={"x": (None,)})
    measures = measure(graph)
    for length in range(6):
        values = {name: int(name) for name in ("0", "1", "2", "-1")} | {"n": length}
        for line in lines[1:]:
            name, _, rest = line.partition(" = ")
            kind, _, read = rest.rstrip(")").partition("(")
            values[name] = OPS[kind](*(values[part] for part in read.split(", ")))
            told = measures.value(graphs.named(graph, name).id)
            if isinstance(told, Form):
                assert value_at(told, length) == values[name], lines


def test_a_length_of_1_at_least_decides_more() -> None:
    some, any_ = unknown("+1"), unknown("1")

    assert plus(some, Form((((), -1),))).is_surely_no_less_than_0
    assert plus(times(some, some), some, -1).is_surely_no_less_than_0
    assert not plus(some, Form((((), -2),))).is_surely_no_less_than_0
    assert not plus(any_, Form((((), -1),))).is_surely_no_less_than_0
