"""Check the counts of paths against an enumeration, and the verdicts against the engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.paths import Edge, Web, counts, leading, web
from xorexplain.gradients.why import explain_why
from xorexplain.models.model import Model


def tangled(engine: Engine, seed: int) -> tuple[Any, list[Any]]:
    """A scalar made of two vectors by ops of every sort of edge, and the two."""
    T, gradient = engine.tensor, engine.module.gradient
    rng = random.Random(seed)
    given = [T.dvector("x"), T.dvector("y")]

    def number() -> float:
        return round(rng.uniform(0.5, 1.5), 3)

    steps = [
        lambda a, b: a * b + number(),
        lambda a, b: T.tanh(a) * number() + b,
        lambda a, b: a * number() + T.round(b),
        lambda a, b: a + T.cast(T.cast(b, "int64") + 1, "float64") * number(),
        lambda a, b: a * (b > 0) + number() * b,
        lambda a, b: a * b.shape[0] * number(),
        lambda a, b: gradient.zero_grad(a) * number() + b,
        lambda a, b: gradient.disconnected_grad(a) * number() + b,
        lambda a, b: T.floor(a) * number() + gradient.disconnected_grad(b),
        lambda a, b: b * 0 + a * number(),
        lambda a, b: a + T.alloc(b[0], a.shape[0]) * number(),
    ]
    rare = [lambda a, b: gradient.undefined_grad(a) * number() + b]
    variables = list(given)
    for _ in range(rng.randint(2, 7)):
        step = rng.choice(rare if rng.random() < 0.06 else steps)
        variables.append(step(rng.choice(variables), rng.choice(variables[-2:])))
    return T.sum(variables[-1]), given


def enumerated(found: Web, variable: Any) -> Iterator[list[Edge]]:
    """Yield every path from the cost to a variable."""
    stack: list[tuple[Any, list[Edge]]] = [(found.cost, [])]
    while stack:
        current, path = stack.pop()
        if current is variable:
            yield path
        stack.extend((edge.input, [*path, edge]) for edge in found.below[current])


def cutting(path: list[Edge]) -> Edge | None:
    """Name the edge that cuts a path, None for an open one."""

    def first(*flows: str) -> Edge | None:
        return next((edge for edge in path if edge.flow in flows), None)

    unlinked, hard = first("unconnected"), first("disconnected", "undefined", "refused")
    if unlinked is not None or hard is None:
        return unlinked or first("zero")
    return first("zero", "disconnected") if hard.flow == "disconnected" else hard


@pytest.mark.parametrize("seed", range(40))
def test_counts_equal_an_enumeration_of_all_paths(engine: Engine, seed: int) -> None:
    cost, given = tangled(engine, seed)
    found = web(engine, cost, given)

    for variable in given:
        expected = Counter(map(cutting, enumerated(found, variable)))
        counted = counts(found, leading(found, variable))

        assert found.arriving[variable].open == expected.pop(None, 0)
        assert {count.edge: count.paths for count in counted} == dict(expected)


@pytest.mark.parametrize("seed", range(40))
def test_states_are_what_the_engine_makes_of_the_gradient(engine: Engine, seed: int) -> None:
    cost, given = tangled(engine, seed)
    answers = explain_why(engine, Model({}, cost, given))

    for answer, adjoint in zip(answers, engine.adjoints(cost, given), strict=True):
        assert answer.paths == answer.open + sum(cut.paths for cut in answer.cuts)
        if adjoint.variable is None:
            expected = "unread" if not answer.paths else adjoint.missing
        else:
            values = numpy.random.default_rng(seed).uniform(0.5, 2.5, size=(2, 4))
            (value,) = engine.evaluator([adjoint.variable], given)(*values)
            expected = "exists" if numpy.any(value) else "zero"
        assert answer.state == expected


def test_paths_that_double_with_every_layer_are_counted(engine: Engine) -> None:
    x = y = engine.tensor.dscalar("x")
    for _ in range(500):
        y = y + engine.tensor.round(y)

    (answer,) = explain_why(engine, Model({}, y, [x]))

    assert answer.paths == 2**500
    assert answer.open == 1
    assert [cut.paths for cut in answer.cuts] == [2**n for n in reversed(range(500))]
