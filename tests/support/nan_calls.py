"""Programs whose results are not finite, as people write them, and what must be found of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy
from failing_calls import decompositions, scan

from xorexplain.engines import Engine

Made = tuple[list[Any], list[Any], list[Any]]


@dataclass(frozen=True)
class Case:
    """Hold a program, the kind of node that is to blame, the rule, and a part of its line."""

    made: Callable[[Engine], Made]
    bad: str
    rule: str
    example: str
    line: str
    in_gradient: bool = False

    @property
    def name(self) -> str:
        """The name of the program."""
        return self.made.__name__


def log_of_zero(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    p = engine.sigmoid(x)
    cost = -T.log(1 - p).sum()
    return [x], [cost], [[1.0, 100.0]]


def log_of_negative(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    cost = T.log(x - 1).mean()
    return [x], [cost], [[3.0, 0.5]]


def zero_by_zero(engine: Engine) -> Made:
    x = engine.tensor.dvector("x")
    share = x / x.sum()
    return [x], [share], [[0.0, 0.0]]


def by_zero(engine: Engine) -> Made:
    T = engine.tensor
    x, n = T.dvector("x"), T.dscalar("n")
    mean = x.sum() / n
    return [x, n], [mean], [[1.0, 2.0], 0.0]


def too_large(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    odds = T.exp(x)
    share = odds / odds.sum()
    return [x], [share], [[1.0, 800.0]]


def root_of_negative(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    spread = T.sqrt((x**2).mean() - x.mean() ** 2 - 1e-9)
    return [x], [spread], [[0.1, 0.1, 0.1]]


def power_of_negative(engine: Engine) -> Made:
    T = engine.tensor
    x, p = T.dvector("x"), T.dscalar("p")
    raised = x**p
    return [x, p], [raised], [[4.0, -4.0], 0.5]


def single_precision(engine: Engine) -> Made:
    x = engine.tensor.fvector("x")
    squares = x * x
    return [x], [squares.sum()], [numpy.array([1e20, 1.0], "float32")]


def difference_of_infinities(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    gap = T.exp(x) - T.exp(2 * x)
    return [x], [gap], [[1000.0]]


def dead_branch(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    cost = T.switch(x > 0, T.log(x), 0.0).sum()
    slope = engine.module.grad(cost, x)
    return [x], [cost, slope], [[1.0, 0.0]]


def dead_root(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    cost = T.switch(x > 0, T.sqrt(x), 0.0).sum()
    slope = engine.module.grad(cost, x)
    return [x], [cost, slope], [[1.0, 0.0]]


def length_of_nothing(engine: Engine) -> Made:
    T = engine.tensor
    x = T.dvector("x")
    cost = T.sqrt((x**2).sum())
    slope = engine.module.grad(cost, x)
    return [x], [cost, slope], [[0.0, 0.0]]


def given_so(engine: Engine) -> Made:
    T = engine.tensor
    data = T.dvector("data")
    return [data], [T.tanh(data).sum()], [[1.0, numpy.nan]]


def in_a_loop(engine: Engine) -> Made:
    T = engine.tensor
    xs, h0 = T.dvector("xs"), T.dscalar("h0")
    states, _ = scan(engine, lambda x_t, h: T.log(h) + x_t, xs, h0)
    return [xs, h0], [states[-1]], [[0.0, 0.0, 0.0, 0.0], 1.0]


def matrix_without_factor(engine: Engine) -> Made:
    K = engine.tensor.dmatrix("K")
    factor = decompositions(engine).cholesky(K)
    return [K], [factor.sum()], [numpy.array([[1.0, 2.0], [2.0, 1.0]])]


CASES = (
    Case(
        log_of_zero, "infinity", "the logarithm of 0", "log(0) = −∞", "cost = -T.log(1 - p).sum()"
    ),
    Case(
        log_of_negative,
        "NaN",
        "the logarithm of a negative number",
        "log(−0.5) = NaN",
        "cost = T.log(x - 1).mean()",
    ),
    Case(zero_by_zero, "NaN", "0 ÷ 0", "0 ÷ 0 = NaN", "share = x / x.sum()"),
    Case(by_zero, "infinity", "a division by 0", "3 ÷ 0 = ∞", "mean = x.sum() / n"),
    Case(too_large, "NaN", "∞ ÷ ∞", "∞ ÷ ∞ = NaN", "share = odds / odds.sum()"),
    Case(
        root_of_negative,
        "NaN",
        "the square root of a negative number",
        "sqrt(−1",
        "spread = T.sqrt(",
    ),
    Case(
        power_of_negative,
        "NaN",
        "a negative number to a power that is no whole number",
        "= NaN",
        "raised = x**p",
    ),
    Case(
        single_precision,
        "infinity",
        "an overflow: more than the largest float32, 3.40282e+38",
        "1e+20 × 1e+20 = ∞",
        "squares = x * x",
    ),
    Case(difference_of_infinities, "NaN", "∞ − ∞", "∞ − ∞ = NaN", "gap = T.exp(x) - T.exp(2 * x)"),
    Case(
        dead_branch,
        "NaN",
        "0 ÷ 0 behind a choice that did not take this branch",
        "0 ÷ 0 = NaN",
        "cost = T.switch(x > 0, T.log(x), 0.0).sum()",
        True,
    ),
    Case(
        dead_root,
        "NaN",
        "0 ÷ 0 behind a choice that did not take this branch",
        "0 ÷ 0 = NaN",
        "cost = T.switch(x > 0, T.sqrt(x), 0.0).sum()",
        True,
    ),
    Case(
        length_of_nothing,
        "NaN",
        "0 × ∞",
        " = NaN",
        "slope = engine.module.grad(cost, x)",
        True,
    ),
    Case(
        given_so,
        "NaN",
        "data has it already, when it is given: argument 1 of the call",
        "",
        'data = T.dvector("data")',
    ),
    Case(in_a_loop, "NaN", "the logarithm of a negative number", "= NaN", "scan"),
)
