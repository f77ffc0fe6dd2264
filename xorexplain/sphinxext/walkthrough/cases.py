"""Tell of every case: its numbers, and what it adds to the gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy

from xorexplain.gradients.following import Followed
from xorexplain.graph.records import DELTA
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.writers.marks import (
    code,
    escape,
    formulas,
    heading,
    listed,
    name,
    spelled,
    table,
)
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.values import Array, line, matrix, short

MAX_CASES = 8
MAX_GIVEN = 3
"""So many numbers of what is given tell a case by them."""
MAX_ROWS = 24


def of_every_case(
    material: Material, followed: Followed, values: Mapping[str, Array], told: Sequence[str]
) -> Iterator[str]:
    """Tell what is one number in each case, and what is given with it, of every case.

    `values` are all values by name, `told` the names that are told of one case.
    """
    if not 1 < followed.cases <= MAX_CASES:
        return
    names = list(_given(material, followed))
    own, titles = _titles(material, followed)
    rows: dict[str, list[str]] = {}
    titled: dict[str, str] = {}
    for one in dict.fromkeys([*(n for n in names if n != own), *told]):
        value = values.get(one)
        if value is None or not followed.is_of_case(value) or not value[0].size:
            continue
        is_long = value[0].size > (1 if one in told else MAX_GIVEN)
        if is_long and (one.startswith(DELTA) or one not in told):
            continue
        row = [
            escape(line(numpy.ravel(case)[:1] if is_long else numpy.ravel(case))) for case in value
        ]
        if row not in rows.values() and len({*row}) > 1:
            rows[one] = row
            titled[one] = f"{name(one)}, the first" if is_long else name(one)
    if rows.keys() - names:
        by = f", with its {name(own)}" if own else ""
        yield f"Every case{by}:"
        yield table(["", *titles], [[titled[one], *row] for one, row in rows.items()][:MAX_ROWS])


def _given(material: Material, followed: Followed) -> dict[str, Array]:
    """Return the values of the data by name."""
    derivation = material.derivation
    assert derivation is not None
    graph = derivation.graph
    return {
        derivation.names.get(v) or graph.variable[v].name or v: followed.values[v]
        for v in graph.inputs
        if v in followed.values and v not in graph.parameters
    }


def _titles(material: Material, followed: Followed) -> tuple[str, list[str]]:
    """Return the name of what tells the cases apart by few numbers, and the titles of the cases."""
    titles = [f"case {n}" for n in range(1, followed.cases + 1)]
    for own, value in _given(material, followed).items():
        if followed.is_of_case(value) and value[0].size <= MAX_GIVEN:
            told = [line(numpy.ravel(case)).replace(" ", ",\u00a0") for case in value]
            if len({*told}) == len(told):
                return own, [f"{title} ({by})" for title, by in zip(titles, told, strict=True)]
    return "", titles


def sums(material: Material, followed: Followed) -> Iterator[str]:
    """Show what each case adds to the gradients that are products."""
    derivation = material.derivation
    assert derivation is not None
    if not 0 < followed.cases <= MAX_CASES:
        return
    yield_heading = True
    for parameter in (result.parameter for result in derivation.results):
        parts = followed.shares(derivation, parameter)
        if not parts or matrix(followed.adjoints[parameter]) is None:
            continue
        if yield_heading:
            yield heading(f"The sum over the {spelled(followed.cases, '')}", 1)
            yield (
                "The matrix product that makes a gradient sums over the cases: each adds what it "
                "wants."
            )
            yield_heading = False
        adjoint = derivation.adjoint_name(parameter)
        yield from _summed(adjoint, parts, followed.adjoints[parameter])
        idle = [str(n) for n, part in enumerate(parts, 1) if not numpy.any(part)]
        if idle:
            yield (
                f"Case {listed(idle)} adds nothing to {name(derivation.adjoint_name(parameter))}: "
                "the weights are multiplied by 0 there."
            )


def _summed(adjoint: str, parts: Sequence[Array], total: Array) -> Iterator[str]:
    """Show what the cases add, and the sum: as matrices, or as rows where they are columns."""
    if total.shape[1] > 1:
        lines = [
            (rf"\text{{case {number_}}}", f": {matrix(part + 0.0)}")  # no negative zeros
            for number_, part in enumerate(parts, 1)
        ]
        yield formulas([*lines, (symbol_latex(adjoint), f"= {matrix(total)}")])
        return
    yield f"{name(adjoint)}, each case in a line:"
    rows = [[f"case {n}", *map(_number, part[:, 0])] for n, part in enumerate(parts, 1)]
    rows.append([f"{name(adjoint)}, the sum", *map(_number, total[:, 0])])
    own = adjoint.removeprefix(DELTA)
    yield table(["", *(code(f"{own}[{n}]") for n in range(len(total)))], rows)


def _number(value: float) -> str:
    return escape(short(value + 0.0).replace("-", "−"))
