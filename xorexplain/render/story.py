"""Write the story of a gradient as text: the forward pass, each step back, the gradients."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from typing import Any

from xorexplain.explain import Equation, Explanation, Finish, Story
from xorexplain.notation.expr import Expr
from xorexplain.notation.latex import latex
from xorexplain.notation.text import text
from xorexplain.render.labels import kind_words

INDENT = "    "
Segment = tuple[str, str]
"""A piece of text and the name of its style; `tree.STYLES` maps the names for a terminal."""


def story(told: Story) -> str:
    """Write the story as plain text."""
    return "\n".join("".join(t for t, _ in line) for line in lines(told)) + "\n"


def story_json(told: Story) -> str:
    """Write the story as JSON; each formula as its text and as LaTeX."""
    return json.dumps(_plain(told), ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Expr):
        return {"text": text(value), "latex": latex(value)}
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def lines(told: Story) -> Iterator[list[Segment]]:
    """Write the story as lines of styled segments."""
    yield [(told.title, "heading")]
    yield [(f"δx is the adjoint of x: ∂{told.cost}/∂x, of the same shape as x.", "word")]
    yield []
    yield [("Forward", "heading")]
    for equation in told.forward:
        yield [(INDENT + _equation(equation), "plain")]
    yield []
    yield [(f"Backward, from {told.cost}", "heading")]
    yield [(f"{INDENT}δ{told.cost} = 1", "plain")]
    for step in told.steps:
        yield []
        yield from _step(step)
    if told.sums:
        yield []
        yield [("Sums", "heading")]
        yield [("A variable read by several nodes receives the sum of what each hands it.", "word")]
        yield from ([(INDENT + _equation(equation), "plain")] for equation in told.sums)
    yield []
    yield [("Gradients", "heading")]
    for finish in told.finishes:
        yield from _finish(told, finish)


def _step(step: Explanation) -> Iterator[list[Segment]]:
    equations = "; ".join(_equation(equation) for equation in step.forward)
    yield [
        (f"{step.number}. ", "word"),
        (equations, "op"),
        (f"   {kind_words(step.op)}", "word"),
        (f"  {step.apply}", "id"),
    ]
    yield _line("arrives", [", ".join(step.arrives)])[0]
    yield from _line("why", [step.sentence + (f" ({step.source})" if step.source else "")])
    yield from _line("rule", [_equation(equation) for equation in step.rule])
    yield from _line("gives", [_equation(e) for e in (*step.lets, *step.gives)], "formula")
    yield from _line("", [f"{name} receives nothing: {reason}" for name, reason in step.nothing])
    yield from _line("emitted", [_emitted(step)])
    yield from _line("uses", [", ".join(step.reused)] if step.reused else [])


def _line(label: str, texts: Iterable[str], style: str = "plain") -> list[list[Segment]]:
    """Write texts below each other behind one label."""
    found: list[list[Segment]] = []
    for entry in texts:
        found.append([(f"{INDENT}{label if not found else '':<9}", "word"), (entry, style)])
    return found


def _emitted(step: Explanation) -> str:
    if not step.emitted:
        return "nothing: the adjoint is handed on as it is"
    return ", ".join(
        f"{e.id} {kind_words(e.op)}" + (f" (computes {e.again} again)" if e.again else "")
        for e in step.emitted
    )


def _finish(told: Story, finish: Finish) -> Iterator[list[Segment]]:
    name = finish.parameter
    if finish.gradient is None:
        yield [(f"{INDENT}∂{told.cost}/∂{name}: there is none, {finish.reason}", "accent")]
        return
    yield [
        (f"{INDENT}∂{told.cost}/∂{name} = ", "word"),
        (_equation(finish.gradient), "parameter"),
    ]
    if finish.update is not None:
        yield [(f"{INDENT}{name} ← {text(finish.update.value)}", "plain")]
    if not finish.is_same:
        yield [(f"{INDENT}T.grad alone builds another graph for {name}", "accent")]


def _equation(equation: Equation) -> str:
    return f"{equation.name} {'+=' if equation.adds else '='} {text(equation.value)}"
