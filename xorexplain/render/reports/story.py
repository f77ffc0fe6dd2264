"""Write the story of a gradient as text: the forward pass, each step back, the gradients."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.gradients.explain import Equation, Explanation, Finish, Story
from xorexplain.notation.expr import Expr
from xorexplain.notation.latex import latex
from xorexplain.notation.text import TEXT, text
from xorexplain.render.lines import Line
from xorexplain.render.pictures.labels import clip, kind_words

WIDTH = 100
INDENT = "    "
MAX_TITLE = 240
MANY = 12
"""So many names are listed at most."""
_LABEL = 10
_GUIDE = f"{INDENT}│ "
_RUNNING = frozenset({"word", "accent", "heading"})
"""Styles of running text."""

LEGEND = (
    "δx, the adjoint of x, is ∂{cost}/∂x: how {cost} changes with each element of x, in x's shape.",
    "· is the matrix product, ᵀ the transpose; × and ÷ work element by element; ones(x) has x's "
    "shape.",
    "A step tells what arrives at a node, the rule of its op, what its inputs are given, the nodes "
    "T.grad emitted to compute that, and the forward values those use again.",
)
INSIDE = "Inside the node, with the adjoints of its results given:"
WHY = "(`gradient --why` says where and what helps)"
SUMS = "A variable that several nodes read receives the sum of what each of them gives."


def story(told: Story) -> str:
    """Write the story as plain text."""
    return "\n".join("".join(t for t, _ in line) for line in lines(told)) + "\n"


def story_json(told: Story) -> str:
    """Write the story as JSON; each formula as its text and as LaTeX."""
    return json_text(_plain(told))


def _plain(value: Any) -> Any:
    if isinstance(value, Expr):
        return {"text": text(value), "latex": latex(value)}
    if dataclasses.is_dataclass(value):
        # What a fault took away is named where something is missing, and only there.
        found = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {k: _plain(entry) for k, entry in found.items() if k != "missing" or entry}
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def lines(told: Story, width: int = WIDTH) -> Iterator[Line]:
    """Write the story as lines of styled segments, no wider than `width` where they can be."""
    yield from _block("", [words(title(told))], width, "heading")
    for sentence in LEGEND:
        yield from _block("", [words(sentence.format(cost=told.cost))], width, "word")
    yield []
    yield [("Forward", "heading")]
    yield from _block(INDENT, map(pieces, told.forward), width)
    yield []
    yield [(f"Backward, from {told.cost}", "heading")]
    yield [(f"{INDENT}δ{told.cost} = 1", "plain")]
    yield from _steps(told, width)
    if told.sums:
        yield []
        yield [("Sums", "heading")]
        yield from _block("", [words(SUMS)], width, "word")
        yield from _block(INDENT, map(pieces, told.sums), width)
    yield []
    yield [("Gradients", "heading")]
    for finish in told.finishes:
        yield from _finish(told, finish, width)
    if agreement(told):
        yield from _block(INDENT, [words(agreement(told))], width, "word")
    for what in told.missing:
        yield from _block(INDENT, [words(f"missing: {what}")], width, "accent")


def _steps(told: Story, width: int) -> Iterator[Line]:
    for step in told.steps:
        yield []
        yield from _step(step, width)
        if step.inside is not None:
            yield [(_GUIDE.rstrip(), "guide")]
            for line in _inside(step.inside, width - len(_GUIDE)):
                yield [(_GUIDE if line else _GUIDE.rstrip(), "guide"), *line]


def _inside(told: Story, width: int) -> Iterator[Line]:
    """Write the story of the graph inside a node; its names are its own."""
    yield from _block("", [words(INSIDE)], width, "word")
    yield from _block(INDENT, map(pieces, told.forward), width)
    yield from _steps(told, width)
    yield []
    yield from _block(INDENT, map(pieces, told.sums), width)
    yield from _block(INDENT, map(pieces, results(told)), width)


def _step(step: Explanation, width: int) -> Iterator[Line]:
    number, op = f"{step.number}. ", f"   {kind_words(step.op)}  "
    room = width - len(op) - len(step.apply)
    heading = list(_block(number, map(pieces, step.forward), room, "op"))
    yield from heading[:-1]
    yield [*(heading[-1] if heading else [(number, "word")]), (op, "word"), (step.apply, "id")]
    yield from _labelled("arrives", [listed(step.arrives)], width)
    yield from _labelled("rule", [words(sentence(step))], width, "word")
    yield from _labelled("", map(pieces, other_rule(step)), width)
    yield from _labelled("gives", map(pieces, (*step.lets, *step.gives)), width, "formula")
    for name, reason in nothing(step):
        yield from _labelled("", [words(f"{name} receives nothing: {reason}")], width, "word")
    yield from _labelled("emitted", [listed(emitted(step))], width, "word")
    if step.underived:
        yield from _labelled("inside", [words(underived(step))], width, "accent")
    if step.reused:
        yield from _labelled("uses", [listed(step.reused)], width)


def _finish(told: Story, finish: Finish, width: int) -> Iterator[Line]:
    slope = f"∂{told.cost}/∂{finish.parameter}"
    if finish.gradient is None:
        yield from _block(
            INDENT, [words(f"{slope}: there is none, {finish.reason} {WHY}")], width, "accent"
        )
        return
    yield from _block(INDENT, map(pieces, finish.lets), width)
    first, *rest = pieces(finish.gradient)
    yield from _block(INDENT, [[slope, f" = {first}", *rest]], width, "parameter")
    if finish.update is not None:
        first, *rest = TEXT.write([finish.update.value])[0].pieces
        yield from _block(INDENT, [[f"{finish.parameter} ← {first}", *rest]], width)
    if not finish.is_same:
        yield from _block(INDENT, [words(differing(finish))], width, "accent")


def title(told: Story) -> str:
    """Name the story, in a few lines at most."""
    return clip(told.title, MAX_TITLE)


def results(told: Story) -> list[Equation]:
    """Return the gradients of the graph inside a node that are no sum told already."""
    written = {equation.name for equation in told.sums}
    return [
        equation
        for finish in told.finishes
        if finish.gradient is not None and finish.gradient.name not in written
        for equation in (*finish.lets, finish.gradient)
    ]


def other_rule(step: Explanation) -> tuple[Equation, ...]:
    """Return the rule's formulas, none where T.grad wrote the very same."""
    same = [pieces(equation) for equation in step.rule] == [pieces(given) for given in step.gives]
    return () if same else step.rule


def sentence(step: Explanation) -> str:
    """Say the rule of a step in words, and where it is from."""
    return step.sentence + (f" ({step.source})" if step.source else "")


def nothing(step: Explanation) -> list[tuple[str, str]]:
    """Return which inputs receive nothing, and why; constants need no mention."""
    return [(name, reason) for name, reason in step.nothing if reason != "a constant"]


def underived(step: Explanation) -> str:
    """Say why the graph inside a node is not derived, empty where it is or where there is none."""
    return f"the graph inside is not derived here: {step.underived}" if step.underived else ""


def differing(finish: Finish) -> str:
    """Say of a gradient that the engine builds another graph when asked for it alone."""
    return f"T.grad alone builds another graph for {finish.parameter}."


def emitted(step: Explanation) -> list[str]:
    """Name the nodes T.grad made for a step, and the forward values some of them compute again."""
    named = [
        f"{e.id} {kind_words(e.op)}" + (f" ({e.again} again)" if e.again else "")
        for e in step.emitted
    ]
    return named or ["nothing: the adjoint is handed on as it is"]


def agreement(told: Story) -> str:
    """Say which gradients T.grad builds the same when asked for them alone."""
    same = [f.parameter for f in told.finishes if f.gradient is not None and f.is_same]
    if not same:
        return ""
    if len(same) > MANY:
        same = [same[0], "…", same[-1]]
    return f"T.grad({told.cost}, [{', '.join(same)}]) by itself builds the same computation."


def pieces(equation: Equation) -> list[str]:
    """Write an equation in pieces between which a line may be broken."""
    first, *rest = TEXT.write([equation.value])[0].pieces
    return [f"{equation.name} {'+=' if equation.adds else '='} {first}", *rest]


def words(running: str) -> list[str]:
    """Cut running text into pieces between which a line may be broken."""
    first, *rest = running.split(" ")
    return [first, *(f" {word}" for word in rest)]


def listed(entries: Sequence[str]) -> list[str]:
    """Write a list in pieces, one for each entry."""
    commas = [f"{entry}," for entry in entries[:-1]] + list(entries[-1:])
    return [f" {entry}" if position else entry for position, entry in enumerate(commas)]


def rows(parts: Iterable[str], width: int, length: Callable[[str], int] = len) -> list[str]:
    """Fill rows with pieces, as many as fit each."""
    found = [""]
    for part in parts:
        if found[-1] and length(found[-1]) + length(part) > width:
            found.append(part.lstrip(" "))
        else:
            found[-1] += part
    return found


def _labelled(
    label: str, entries: Iterable[Sequence[str]], width: int, style: str = "plain"
) -> Iterator[Line]:
    return _block(f"{INDENT}{label:<{_LABEL}}", entries, width, style)


def _block(
    start: str, entries: Iterable[Sequence[str]], width: int, style: str = "plain"
) -> Iterator[Line]:
    """Write entries below each other behind a start; rows of a broken formula are indented."""
    hanging = "" if style in _RUNNING else INDENT
    for entry in entries:
        for position, row in enumerate(rows(entry, width - len(start) - len(hanging))):
            yield [(start + hanging * (position > 0), "word"), (row, style)]
            start = " " * len(start)
