"""Hold commands to making each thing that they tell of a model once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from counting import counted

from xorexplain.engines import Engine

DERIVED = {"adjoints": 2}
"""One derivation: the gradient by itself, and with the adjoints of all that is on the way."""
NAMED = {"adjoints": 1}
"""What is made of the gradient is called by it."""
SHOWN = {"adjoints": 3}
"""What is made of the gradient, and the derivation, which the stage of the gradient shares."""
MODEL = """
import numpy
from xorexplain import Model
from xorexplain.engines import choose

def line():
    engine = choose()
    T = engine.tensor
    x, y = T.dvector("x"), T.dvector("y")
    slope = engine.module.shared(0.0, name="slope")
    cost = ((slope * x - y) ** 2).mean()
    updates = [(slope, slope - 0.1 * engine.grad(cost, [slope])[0])]
    data = {"x": [1.0, 2.0], "y": [2.0, 4.0]}
    return Model({"line": slope * x}, cost, [slope], updates, [x, y], data=data)
"""
WRITTEN = {"grad": 1}
"""The user's own gradient."""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("explore", "--train", "2"), {**SHOWN, "compile": 1}),
        (("rewrites", "--out", "x.html"), {"record": 1, **NAMED}),
        (("gradient", "--out", "x.html"), SHOWN),
        (("gradient",), DERIVED),
        (("rewrites",), {"record": 1, **NAMED}),
    ],
    ids=" ".join,
)
def test_each_thing_is_made_once(
    engine: Engine, call: Any, tmp_path: Path, command: tuple[str, ...], expected: dict[str, int]
) -> None:
    (tmp_path / "line.py").write_text(MODEL, encoding="utf-8")

    with counted(engine) as calls:
        status, _, _ = call(*command, "--model", f"{tmp_path}/line.py:line")

    assert status == 0
    checks = calls.pop("checks", 0)
    assert checks == (1 if len(command) > 1 and command[0] != "gradient" else 0)
    calls.subtract(WRITTEN)
    assert {name: count for name, count in calls.items() if count} == expected
