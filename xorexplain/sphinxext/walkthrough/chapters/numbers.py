"""Tell one case's numbers: its values there, its adjoints back, and the sum over all cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy

from xorexplain.gradients.explain import Equation
from xorexplain.gradients.following import Followed
from xorexplain.graph.ops import has
from xorexplain.graph.records import DELTA
from xorexplain.notation.expr import (
    FILL,
    NUMBER,
    SYMBOL,
    number,
    postorder,
    substitute,
    symbols_in,
)
from xorexplain.notation.latex import latex
from xorexplain.render.writers.marks import (
    code,
    escape,
    heading,
    inline,
    is_short,
    listed,
    math,
    name,
    paragraphs,
    table,
)
from xorexplain.sphinxext.walkthrough.cases import of_every_case, sums
from xorexplain.sphinxext.walkthrough.chapters.data import number_words
from xorexplain.sphinxext.walkthrough.keeping import needed_again
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.values import Array, line, short

MAX_ROWS = 24
_LINES = re.compile(r"((?:\S+ ){2}\S+) (?=[^…])")
"""What stands in a line of a box: three numbers."""
AGREES = 1e-3
"""A slope found by nudging is this near to the adjoint, on its scale."""


def page(material: Material) -> Page:
    """Write the page on the numbers."""
    followed = material.followed
    assert followed is not None
    return Page(
        "numbers",
        "The numbers, there and back",
        "One case with its values, adjoints and nudges, then the sum over all of them."
        if followed.cases
        else "Values, adjoints and nudges at every node.",
        paragraphs(
            _opening(material, followed),
            heading("There", 1),
            *_there(material, followed),
            heading("Back", 1),
            *_back(material, followed),
            *_of_every_case(material, followed),
            *sums(material, followed),
            *needed_again(material),
        ),
    )


def by_name(material: Material) -> Mapping[str, tuple[str, ...]]:
    """Return the numbers that a picture of both directions shows at each name."""
    followed, derivation = material.followed, material.derivation
    if followed is None or derivation is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for v, value in followed.values.items():
        if v in derivation.names:
            found[derivation.names[v]] = _narrow(_row(followed, value))
    for v, adjoint in followed.adjoints.items():
        lines = _narrow(_row(followed, adjoint))
        if v in followed.slopes:
            lines += _narrow(_nudged(followed, v), "nudged ")
        found[derivation.adjoint_name(v)] = lines
    return found


def _narrow(row: str, words: str = "") -> tuple[str, ...]:
    """Break a row of numbers, so that two columns of boxes fit beside each other on a page."""
    return tuple((words + _LINES.sub("\\1\n", row)).split("\n"))


def case_words(followed: Followed) -> str:
    """Say which numbers are told: those of a case, or the first of each value."""
    if followed.cases:
        return f"case {followed.case + 1} of {followed.cases}"
    return "the first elements"


def _row(followed: Followed, value: Array) -> str:
    part = followed.part(value)
    return line(part) + _cut(followed, value)


def _nudged(followed: Followed, variable: str) -> str:
    return line(followed.slopes[variable]) + _cut(followed, followed.adjoints[variable])


def _cut(followed: Followed, value: Array) -> str:
    """Return the sign that a value has more elements in this case than are told."""
    own = value[followed.case] if followed.is_of_case(value) else value
    return " …" if followed.part(value).size < numpy.size(own) else ""


def _opening(material: Material, followed: Followed) -> str:
    derivation = material.derivation
    assert derivation is not None
    graph = derivation.graph
    data = [
        f"{code(derivation.names.get(v) or graph.variable[v].name or v)} = "
        f"({_row(followed, value).replace(' ', ', ')})"
        for v, value in followed.values.items()
        if graph.variable[v].owner is None
        and v not in graph.parameters
        and followed.is_of_case(value)
    ]
    told = (
        f"Look at one case, number {followed.case + 1} of {followed.cases}: {listed(data[:3])}. "
        if followed.cases
        else "Look at the first elements of each value. "
    )
    random = (
        f" There was no value for {listed([code(one) for one in followed.drawn[:4]])}; random "
        "numbers stand in."
        if followed.drawn
        else ""
    )
    kept = "" if followed.drawn else "The weights are those of the start. "
    return paragraphs(
        f"{told}{kept.rstrip()}{random}",
        f"{material.since('numbers')}: nothing in the graph; it has numbers now.",
    )


def _there(material: Material, followed: Followed) -> Iterator[str]:
    story = material.story
    assert story is not None
    values = _values(material, followed)
    told = [e for e in story.forward if e.name in values]
    yield table(
        ["Value", "Computed as", "In this case" if followed.cases else "First elements"],
        (
            [name(e.name), _formula(e, values, followed), _cell(followed, values[e.name])]
            for e in told[:MAX_ROWS]
        ),
        "14 46 40",
    )
    yield _more(len(told))


def _more(number: int) -> str:
    return f"and {number - MAX_ROWS} more." if number > MAX_ROWS else ""


def _back(material: Material, followed: Followed) -> Iterator[str]:
    story, derivation = material.story, material.derivation
    assert story is not None
    assert derivation is not None
    values = _values(material, followed)
    rows = []
    by = {derivation.adjoint_name(v): v for v in followed.adjoints}
    start = DELTA + story.cost
    if start in by:
        rows.append([name(start), "the start", "1", "1"])
    for equation in _gives(material):
        if equation.name not in by:
            continue
        variable = by[equation.name]
        rows.append(
            [
                name(equation.name),
                ("adds " if equation.adds else "") + _formula(equation, values, followed),
                _cell(followed, values[equation.name]),
                escape(_nudged(followed, variable)) if variable in followed.slopes else "",
            ]
        )
    yield (
        "An adjoint is the change of the cost for each unit by which the value changes. "
        "The last column checks that without rules: one element is raised and lowered by "
        f"{number_words(followed.nudge)}, and the change of the cost is divided by twice that: a "
        "*finite difference*. (A larger nudge sees how the cost bends, a smaller one rounding.)"
    )
    if any(followed.shares(derivation, result.parameter) for result in derivation.results):
        yield "A weight's is summed over all cases; what each adds stands below."
    header = ["Adjoint", "Computed as", "Adjoint's value", "Nudged"]
    yield table(header, rows[:MAX_ROWS], "14 36 25 25")
    yield _more(len(rows))
    if followed.slopes and followed.worst <= AGREES:
        yield (
            "Both columns agree: the largest gap is "
            f"{number_words(followed.worst)} of the largest adjoint of its value."
        )
    elif followed.slopes:
        yield (
            "The columns do not agree in every row: where the cost has a kink, is rounded to few "
            "digits, or the gradient was changed on purpose, a nudge finds another slope."
        )


def _of_every_case(material: Material, followed: Followed) -> Iterator[str]:
    story = material.story
    assert story is not None
    told = [equation.name for equation in (*story.forward, *_gives(material))]
    return of_every_case(material, followed, _values(material, followed), told)


def _gives(material: Material) -> list[Equation]:
    story = material.story
    assert story is not None
    return [equation for step in story.steps for equation in step.gives]


def _values(material: Material, followed: Followed) -> dict[str, Array]:
    """Return all values by the names that formulas use."""
    derivation = material.derivation
    assert derivation is not None
    found = {derivation.names[v]: x for v, x in followed.values.items() if v in derivation.names}
    for v, x in followed.values.items():
        own = derivation.graph.variable[v].name
        if own:
            found.setdefault(own, x)
    return found | {derivation.adjoint_name(v): x for v, x in followed.adjoints.items()}


def _formula(told: Equation, values: Mapping[str, Array], followed: Followed) -> str:
    """Write a formula, and once more with its numbers where in this case each symbol is one."""
    value = told.value
    if not is_short(value):
        return "see its formula on the page of the gradient"
    symbols = sorted(symbols_in([value]))
    single = [s for s in (*symbols, told.name) if s in values and _is_single(followed, values[s])]
    ops = {current.kind for current in postorder([value])} - {SYMBOL, NUMBER}
    if (
        len(single) <= len(symbols)
        or not ops
        or any(has(op, "reduces") or op == FILL for op in ops)
    ):
        return math(value)
    known = {s: number(_signed(short(followed.part(values[s])[0]))) for s in symbols}
    computed = latex(substitute(value, known)).replace(r"\odot", r"\cdot")
    return f"{math(value)} :math:`=` {inline(computed)}"


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _is_single(followed: Followed, value: Array) -> bool:
    """Tell whether a case has one number of a value."""
    return followed.part(value).size == 1 and followed.is_of_case(value) == (followed.cases > 0)


def _cell(followed: Followed, value: Array) -> str:
    shown = escape(_row(followed, value))
    return shown if followed.is_of_case(value) or not followed.cases else f"{shown} (all cases)"
