"""Find what a cell built, without a notebook."""

from __future__ import annotations

import ast
import importlib
from typing import Any

import pytest

from xorexplain import Model
from xorexplain.cli.magics.questions import COMMANDS, asked, options
from xorexplain.cli.magics.things import Thing, drawable, found
from xorexplain.engines import Engine


@pytest.fixture
def given(engine: Engine) -> dict[str, Any]:
    """Return the names of a notebook before the cell."""
    T = engine.tensor
    return {"engine": engine, "T": T, "x": T.dvector("x"), "Model": Model, "compiled": compiled}


def compiled(engine: Engine, x: Any, y: Any) -> Any:
    return engine.compile([x], [y], [])


def built(code: str, given: dict[str, Any], last: str = "") -> list[str]:
    """Run a cell and return the names of what it built."""
    after = dict(given)
    exec(code, after)
    thing = Thing(last, after[last]) if last else None
    return [thing.name for thing in found(ast.parse(code), given, after, thing)]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("h = T.tanh(x); y = h + 1; cost = y.sum()", ["cost"]),
        ("b = T.exp(x); a = T.tanh(x)", ["b", "a"]),
        ("a = b = T.tanh(x)", ["a"]),
        ("y = x; w = T.dvector('w'); n = 3; _hidden = x + 1", []),
        ("y = T.tanh(x); both = [y, y + 1]", ["both"]),
        ("y = T.tanh(x); named = {'y': y}; none = []", ["named"]),
        ("y = T.tanh(x).sum(); m = Model(cost=y, parameters=[x])", ["m"]),
        ("y = T.tanh(x); f = compiled(engine, x, y)", ["f"]),
        ("def make():\n    inner = T.tanh(x)\n    return inner\nz = make()", ["z"]),
        ("for i in range(3):\n    x = x + i\n", ["x"]),
    ],
)
def test_what_a_cell_built(given: dict[str, Any], code: str, names: list[str]) -> None:
    assert built(code, given) == names


def test_what_a_cell_ends_with_is_first(given: dict[str, Any]) -> None:
    assert built("y = T.tanh(x); z = y + 1; y", given, last="y") == ["y"]
    code = "y = T.tanh(x); f = compiled(engine, x, y); z = y + 1; z"
    assert built(code, given, last="z") == ["z", "f"]


def test_names_of_what_can_be_shown(given: dict[str, Any]) -> None:
    assert drawable({**given, "y": given["x"] + 1, "_": given["x"], "n": 3}) == ["x", "y"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cost", ("cost",)),
        ("graph cost", ("cost",)),
        ("graph", ("graph",)),
        ("rewrites f 12", ("f",)),
        ("gradient [a, b] --wrt W", ("[a,", "b]")),
        ("cost --stage optimized --open all", ("cost",)),
    ],
)
def test_words_of_a_line(line: str, words: tuple[str, ...]) -> None:
    question = asked(line.split(), lambda name: name == "graph")

    assert question is not None
    assert question.words == words


@pytest.mark.parametrize("name", COMMANDS)
def test_options_are_those_of_the_command_line(name: str) -> None:
    path = "rewrites.list" if name == "rewrites" else name
    module = importlib.import_module(f"xorexplain.cli.commands.{path}")
    known = {option for parameter in module.command.params for option in parameter.opts}
    negated = {option for p in module.command.params for option in p.secondary_opts}

    assert len(options(name)) > 1
    assert set(options(name)) <= known | negated
