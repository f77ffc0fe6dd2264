"""Parts of formulas have a name each in a picture, whatever their nodes call them."""

from __future__ import annotations

from typing import Any

import pytest

from xorexplain.explorer.formula_parts import numbered_on


def node(name: str, *label: str) -> dict[str, Any]:
    return {"name": name, "label": list(label)}


@pytest.mark.neutral
def test_parts_are_counted_on() -> None:
    nodes = [
        node("p", "t1 = tanh(x)", "p = t1 ÷ cosh(t1)"),
        node("q", "q = p + 1"),
        node("r", "t1 = tanh(q)", "t2 = t1²", "r = t1 + t2 + cost.t1"),
        node("t3", "t3 = r + t1"),
    ]

    told = [line for one in numbered_on(nodes) for line in one["label"]]

    assert told == [
        "t1 = tanh(x)",
        "p = t1 ÷ cosh(t1)",
        "q = p + 1",
        "t4 = tanh(q)",
        "t2 = t4²",
        "r = t4 + t2 + cost.t1",
        "t3 = r + t1",
    ]
    assert nodes[2]["label"][0] == "t1 = tanh(q)"


@pytest.mark.neutral
def test_names_that_differ_stay() -> None:
    nodes = [node("p", "t1 = tanh(x)", "p = t1²"), node("q", "t2 = tanh(p)", "q = t2²")]

    assert numbered_on(nodes) == nodes
