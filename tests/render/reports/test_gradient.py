"""The story of a gradient reads as a derivation on paper, and says the same on both engines."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import numpy
import pytest
import stories
from stories import story

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import Equation, Explanation, Finish, Story, tell
from xorexplain.notation.expr import call, symbol
from xorexplain.render.lines import STYLES
from xorexplain.render.reports.gradient import gradient, gradient_json
from xorexplain.render.width import WIDTH
from xorexplain.render.writers import terminal
from xorexplain.render.writers.terminal import lines

X, Y = symbol("x"), symbol("y")


def step(**changes: Any) -> Explanation:
    """Make a step `y = tanh(x)` with an adjoint that is no formula of the rule."""
    made = Explanation(
        number=1,
        apply="n0",
        op="tanh",
        forward=(Equation("y", call("tanh", X)),),
        arrives=("δy",),
        sentence="A sentence.",
        source="",
        rule=(Equation("δx", symbol("δy") * (1 - Y**2)),),
        lets=(),
        gives=(Equation("δx", symbol("δy") * (1 - Y**2)),),
        nothing=(),
        emitted=(),
        reused=(),
    )
    return dataclasses.replace(made, **changes)


def one_step(made: Explanation, **changes: Any) -> Story:
    return dataclasses.replace(Story("title", "cost", (), (made,), (), ()), **changes)


def shown(told: Story, first: str) -> list[str]:
    """Return the lines of the story from one that begins in a certain way."""
    found = story(told).splitlines()
    start = next(i for i, line in enumerate(found) if line.startswith(first))
    return found[start:]


@pytest.mark.parametrize("name", stories.NAMES)
def test_lines_fit_the_page(engine: Engine, name: str) -> None:
    written = story(stories.told(engine, name)).splitlines()

    assert [line for line in written if len(line) > WIDTH] == []
    assert [line for line in written if line != line.rstrip()] == []


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("name", ["xor", "lstm", "recurrent"])
def test_lines_fit_another_page(engine: Engine, name: str, width: int) -> None:
    told = stories.told(engine, name)
    written = ["".join(text for text, _ in line) for line in lines(gradient(told), width)]

    assert max(map(len, written)) <= width


@pytest.mark.parametrize("name", stories.NAMES)
def test_every_style_is_known(engine: Engine, name: str) -> None:
    told = stories.told(engine, name)

    assert {style for line in lines(gradient(told)) for _, style in line} <= STYLES.keys()


def test_a_rule_is_shown_where_the_engine_wrote_it_otherwise() -> None:
    other = (Equation("t1", Y * Y), Equation("δx", symbol("δy") * (1 - symbol("t1"))))

    assert shown(one_step(step(gives=other)), "1. ")[2:6] == [
        "    rule      A sentence.",
        "              δx = δy × (1 − y²)",
        "    gives     t1 = y × y",
        "              δx = δy × (1 − t1)",
    ]
    assert shown(one_step(step()), "1. ")[2:4] == [
        "    rule      A sentence.",
        "    gives     δx = δy × (1 − y²)",
    ]


def test_a_long_formula_is_broken_before_its_signs() -> None:
    terms = [symbol(f"a_name_that_is_long_{number}") for number in range(6)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term * X

    assert shown(one_step(step(forward=(Equation("y", total),))), "1. ")[:3] == [
        "1. y = a_name_that_is_long_0 + a_name_that_is_long_1 × x + a_name_that_is_long_2 × x",
        "       + a_name_that_is_long_3 × x + a_name_that_is_long_4 × x",
        "       + a_name_that_is_long_5 × x   tanh  n0",
    ]


def test_what_receives_nothing_is_named_but_for_constants() -> None:
    written = story(one_step(step(nothing=(("2", "a constant"), ("i", "int64 has no gradient")))))

    assert "i receives nothing: int64 has no gradient" in written
    assert "2 receives" not in written


def test_contributions_are_added() -> None:
    gives = (Equation("δx", symbol("δy"), adds=True),)

    assert "    gives     δx += δy" in shown(one_step(step(gives=gives, rule=())), "1. ")


def test_a_parameter_without_a_gradient_says_why() -> None:
    finish = Finish("W", None, None, is_same=True, reason="cost does not depend on it")

    assert shown(one_step(step(), finishes=(finish,)), "Gradients")[1:] == [
        "∂cost/∂W: there is none, cost does not depend on it "
        "(xorexplain gradient --why says where and what",
        "helps)",
    ]


def test_another_graph_is_confessed() -> None:
    finish = Finish("W", Equation("δW", X), None, is_same=False, reason="")

    written = shown(one_step(step(), finishes=(finish,)), "Gradients")

    assert written[2] == "T.grad alone builds another graph for W."
    assert not any("same computation" in line for line in written)


def test_many_parameters_are_not_all_listed() -> None:
    finishes = tuple(
        Finish(f"W{n}", Equation(f"δW{n}", X), None, is_same=True, reason="") for n in range(1000)
    )

    written = shown(one_step(step(), finishes=finishes, title="W, " * 1000), "Gradients")

    assert written[-1] == "T.grad(cost, [W0, …, W999]) by itself builds the same computation."


def test_a_graph_inside_a_node_is_told_inside_a_frame(engine: Engine) -> None:
    told = stories.told(engine, "op_from_graph")
    written = story(told).splitlines()
    framed = [line for line in written if line.startswith("    │")]

    assert "    │ Inside the node, with the adjoints of its results given:" in framed
    assert any(line.startswith("    │ 1. ") for line in framed)
    assert framed[-1].startswith("    │     δ")


@pytest.mark.parametrize("name", stories.NAMES)
def test_json_holds_every_formula_twice(engine: Engine, name: str) -> None:
    told = stories.told(engine, name)
    read = json.loads(gradient_json(told))

    assert [e["name"] for e in read["forward"]] == [e.name for e in told.forward]
    assert [s["apply"] for s in read["steps"]] == [s.apply for s in told.steps]
    for equation in (*read["forward"], *(e for s in read["steps"] for e in s["gives"])):
        assert equation["value"].keys() == {"text", "latex"}
        assert equation["value"]["latex"].isascii()


def chain(engine: Engine, layers: int) -> Model:
    """Return a chain of equal layers with biases, and updates."""
    T = engine.tensor
    h = x = T.dmatrix("x")
    parameters = []
    for n in range(1, layers + 1):
        W = engine.module.shared(numpy.eye(3) / n, f"W{n}")
        h = T.tanh(T.dot(h, W))
        parameters.append(W)
    cost = T.sum(h**2)
    cost.name = "cost"
    updates = [
        (p, p - 0.1 * g) for p, g in zip(parameters, engine.grad(cost, parameters), strict=True)
    ]
    return Model({}, cost, parameters, updates, [x])


def test_equal_layers_are_told_once(engine: Engine) -> None:
    few, many = (tell(differentiate(engine, chain(engine, n))) for n in (6, 12))
    short = [
        terminal.plain(gradient(story, everything=False)).splitlines() for story in (few, many)
    ]
    whole = terminal.plain(gradient(many))

    # Twelve names in a row may take a line more than six.
    assert len(short[1]) - len(short[0]) in (0, 1)
    assert len(whole.splitlines()) > 2 * len(short[1])
    text = "\n".join(short[1])
    assert "these 2 steps 11 more times" in text or "these 2 steps 10 more times" in text
    assert re.search(r"the same for W\d+, W\d+, …, W\d+", text)
    assert " more times" not in whole
