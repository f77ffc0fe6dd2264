"""Find forward values that only rename another one: `d1 = a`, as `a − 0` is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xorexplain.gradients.explain import Equation, Explanation, Story
from xorexplain.notation.expr import SYMBOL, Expr, substitute, symbol


def without_copies(told: Story) -> Story:
    """Return a story whose forward pass leaves out what only renames, and uses the first name.

    A name that the model gives stays. The steps back still tell of each op.
    """
    first: dict[str, Expr] = {}
    kept = []
    for equation in told.forward:
        value = substitute(equation.value, first)
        if value.kind == SYMBOL and equation.name in told.made_up:
            first[equation.name] = value
        else:
            kept.append(replace(equation, value=value))
    if not first:
        return told
    steps = tuple(_renamed(step, first) for step in told.steps)
    return replace(told, forward=tuple(kept), steps=steps, sums=_all(told.sums, first))


def _renamed(step: Explanation, first: dict[str, Expr]) -> Explanation:
    """Write a step with first names; what it computes is still called as it was."""
    called = {name: first.get(name, symbol(name)).text for name in step.reused}
    valued = {called[name] for name in step.reused if name not in step.shaped}
    return replace(
        step,
        forward=_all(step.forward, first),
        rule=_all(step.rule, first),
        lets=_all(step.lets, first),
        gives=_all(step.gives, first),
        reused=tuple(dict.fromkeys(called.values())),
        shaped=tuple(dict.fromkeys(n for n in called.values() if n not in valued)),
    )


def _all(told: Iterable[Equation], first: dict[str, Expr]) -> tuple[Equation, ...]:
    return tuple(replace(one, value=substitute(one.value, first)) for one in told)
