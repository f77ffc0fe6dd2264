"""Write the bounds of slices as numbers that take the same elements, whatever the length is."""

from __future__ import annotations

from dataclasses import replace

import graphs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xorexplain.graph.records import Graph
from xorexplain.graph.views.bounds import tell_bounds
from xorexplain.graph.views.measures import measure

LENGTH = "n = shape_i[axis=0](x)"


def told(lines: list[str], index: str, bounds: list[str]) -> tuple[Graph, str]:
    """Return the simplified graph, and its slice as it is written then."""
    slice_ = f"y = subtensor[index={index}]({', '.join(['x', *bounds])})"
    graph = graphs.graph(LENGTH, *lines, slice_, shapes={"x": (None,), "y": (None,)})
    shown = tell_bounds(graph, measure(graph))
    apply = shown.applies[-1]
    text = apply.op.param("index") or ""
    for variable in apply.inputs[1:]:
        found = shown.variable[variable]
        text = text.replace("·", found.value or found.name or "", 1)
    return shown, text


@pytest.mark.parametrize(
    ("index", "bounds", "expected"),
    [
        ("·:·", ["0", "n"], ":"),
        ("·:·:·", ["0", "n", "1"], ":"),
        ("·:·:·", ["-1", "-n-1", "-1"], "::-1"),
        ("·:·:·", ["n", "-n-1", "-1"], "n:-n-1:-1"),
        (":·", ["n-1"], ":n-1"),
        ("·", ["n-1"], "-1"),
        ("·", ["n-5"], "n-5"),
        ("·:", ["2"], "2:"),
        ("·:", ["n"], "n:"),
    ],
)
def test_bounds(index: str, bounds: list[str], expected: str) -> None:
    lines = ["n-1 = sub(n, 1)", "n-5 = sub(n, 5)", "-n-1 = sub(-1, n)"]

    assert told(lines, index, bounds)[1] == expected


def test_what_only_computed_a_bound_is_left_out() -> None:
    slice_ = "y = subtensor[index=·:·](x, 0, m)"
    graph = graphs.graph(LENGTH, "m = add(n, 0)", slice_, shapes={"x": (None,), "y": (None,)})
    unnamed = replace(graph, variables=tuple(replace(v, name=None) for v in graph.variables))
    shown = tell_bounds(unnamed, measure(unnamed))

    assert [apply.op.kind for apply in shown.applies] == ["subtensor"]


@given(
    st.lists(st.tuples(st.sampled_from(["", "n", "-n"]), st.integers(-3, 3)), max_size=2),
    st.sampled_from([None, 1, -1]),
)
def test_the_same_elements_are_taken(ends: list[tuple[str, int]], step: int | None) -> None:
    lines, names = ["z = sub(0, n)"], []
    for position, (of, number) in enumerate(ends):
        lines.append(f"b{position} = add({ {'': '0', 'n': 'n', '-n': 'z'}[of] }, {number})")
        names.append(f"b{position}")
    parts = ["·"] * len(ends) + [""] * (2 - len(ends))
    index = ":".join([*parts, *(["·"] if step else [])])
    _, text = told(lines, index, [*names, *([str(step)] if step else [])])
    if "b" in text:
        return
    written = slice(*(int(part) if part else None for part in text.split(":")))
    for length in range(8):
        values = [{"": 0, "n": length, "-n": -length}[of] + number for of, number in ends]
        meant = slice(*[*values, None, None][:2], step)
        assert [*range(length)][written] == [*range(length)][meant], (text, length)
