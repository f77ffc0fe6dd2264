"""Set the rows that two engines run beside each other, by the values they compute.

A value that one engine alone has as an array is inside a row of the other: the one that computes
what is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xorexplain.graph.ops import kind_words
from xorexplain.graph.records import Graph
from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.render.writers.marks import code, count, escape, listed
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.questions.provenance import provenance, together
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.steps import names_at
from xorexplain.rewrites.trace import Trace

TELLING = ("fusion", "BLAS")
"""Kinds of rewrites that make one row of several, or call a library."""
AGAIN = "as above"
Row = Mapping[str, Any]
Facts = Mapping[str, Any]


def rows_that_run(graph: Graph, trace: Trace) -> list[dict[str, Any]]:
    """Record each row of a function: what it computes, of what, and which rewrites made it."""
    names = intermediate_names(graph)
    made = _makers(trace)
    rows = []
    for apply in graph.applies:
        own = [names[v] for v in apply.outputs if v in names]
        formulas = {
            names[v]: text(simplify(express(graph, v, dict(names), (v,))))
            for v in apply.outputs
            if v in names
        }
        rows.append(
            {
                "kind": apply.op.kind,
                "formulas": formulas,
                "reads": [names[v] for v in apply.inputs if v in names],
                "over": {
                    _called(graph, names, apply.outputs[place]): _called(
                        graph, names, apply.inputs[over[0]]
                    )
                    for place, over in apply.destroy_map
                },
                "by": list(dict.fromkeys(title for name in own for title in made.get(name, ()))),
            }
        )
    return rows


def _called(graph: Graph, names: Mapping[str, str], variable: str) -> str:
    return names.get(variable) or graph.variable[variable].name or variable


def _makers(trace: Trace) -> dict[str, list[str]]:
    """Name the rewrites that led to each value of the end."""
    names, found = names_at(trace, len(trace.steps)), provenance(trace)
    made: dict[str, list[str]] = {}
    for apply in trace.last.graph.applies:
        steps = sorted(together(found, apply.outputs).steps)
        titles = [trace.steps[n - 1].title for n in steps]
        titles = [title for title in titles if _kind(trace, title) in TELLING]
        made.update(dict.fromkeys((names[v] for v in apply.outputs if v in names), titles))
    return made


def _kind(trace: Trace, title: str) -> str | None:
    law = lookup(trace.universe.origin.engine, title)
    return law.kind if law is not None else None


def taken_in(trace: Trace) -> dict[str, str]:
    """Name the rewrite after which a value was no array any more, of each that is none at the end.

    An op that it was put into may compute it all the same.
    """
    found: dict[str, str] = {}
    before: set[str] = set()
    for number in range(len(trace.steps) + 1):
        names = names_at(trace, number)
        graph = state_at(trace, number).graph
        now = {names[v] for apply in graph.applies for v in apply.outputs if v in names}
        found |= dict.fromkeys(sorted(before - now), trace.steps[number - 1].title)
        before = now
    return {name: title for name, title in sorted(found.items()) if name not in before}


def beside(one: Facts, other: Facts) -> Iterator[list[str]]:
    """Yield a row of cells for each group of rows that compute the same values."""
    sides = (one["runs"], other["runs"])
    group = _groups(sides)
    told: set[str] = set()
    for number in dict.fromkeys(group.values()):
        rows = [
            [r for i, r in enumerate(side) if group[n, i] == number] for n, side in enumerate(sides)
        ]
        reason = _reason(rows, (one, other))
        yield [*(_cell(found) for found in rows), AGAIN if reason in told else reason]
        told |= {reason} - {""}


def over_beside(one: Facts, other: Facts) -> Iterator[list[str]]:
    """Yield a row of cells for each array that is written over: by what in each engine, and why."""
    both = (one, other)
    sides = [{old: row for row in s["runs"] for old in row["over"].values()} for s in both]
    for old in dict.fromkeys(name for side in sides for name in side):
        rows = [side.get(old) for side in sides]
        cells = [code(_over(row, old)) if row is not None else "" for row in rows]
        yield [code(old), *cells, _why_over(old, rows, both)]


def _over(row: Row, old: str) -> str:
    return next(new for new, own in row["over"].items() if own == old)


def _why_over(old: str, rows: Sequence[Row | None], both: tuple[Facts, Facts]) -> str:
    """Say why one engine alone writes over an array, or each another value."""
    for n, row in enumerate(rows):
        own, other = both[n], both[1 - n]
        if row is None:
            arrays = _arrays(own)
            return (
                f"{code(old)} is no array in {own['title']}"
                if old not in arrays
                else f"it is read once more in {own['title']}"
            )
        new = _over(row, old)
        if new not in _arrays(other) and rows[1 - n] is not None:
            instead = code(_over(rows[1 - n] or {}, old))
            return f"{code(new)} is no array in {other['title']}; its loop goes on to {instead}"
    return ""


def _arrays(facts: Facts) -> set[str]:
    return {name for row in facts["runs"] for name in row["formulas"]}


def _groups(sides: tuple[Sequence[Row], Sequence[Row]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Put rows into groups, each known by its first row, in the order of the first engine."""
    group = {(n, i): (n, i) for n, side in enumerate(sides) for i in range(len(side))}
    for n, side in enumerate(sides):
        for i, row in enumerate(side):
            for name in row["formulas"]:
                home = _home(name, side, sides[1 - n])
                if home is not None:
                    old, new = sorted((group[n, i], group[1 - n, home]), reverse=True)
                    group = {key: new if first == old else first for key, first in group.items()}
    return group


def _home(name: str, own: Sequence[Row], others: Sequence[Row]) -> int | None:
    """Return the row of the other engine that computes a value, or what is made of it."""
    wanted = [name]
    for one in wanted:
        for i, row in enumerate(others):
            if one in row["formulas"]:
                return i
        wanted += [n for row in own if one in row["reads"] for n in row["formulas"]]
    return None


def _cell(rows: Sequence[Row]) -> str:
    told = []
    for row in rows:
        formulas = "; ".join(code(f"{name} = {value}") for name, value in row["formulas"].items())
        told.append(f"{escape(kind_words(row['kind']))} {formulas}")
    # A line for each, in the column of the cell; one alone needs no mark.
    return told[0] if len(told) == 1 else "\n       ".join(f"| {line}" for line in told)


def _reason(rows: list[list[Row]], both: tuple[Facts, Facts]) -> str:
    kinds = [[row["kind"] for row in found] for found in rows]
    if kinds[0] == kinds[1]:
        return "nothing but the fused formula" if _formulas(rows[0]) != _formulas(rows[1]) else ""
    if len(kinds[0]) == len(kinds[1]):
        n = next(n for n in (0, 1) if kinds[n] != kinds[1 - n] and _own(rows, both, n))
        return f"The same values by another op. {_made(rows, both, n)}"
    n = 0 if len(kinds[0]) < len(kinds[1]) else 1
    inside = [name for name in _names(rows[1 - n]) if name not in _names(rows[n])]
    arrays = f"{listed([code(i) for i in inside])} {'is' if len(inside) == 1 else 'are'}"
    return (
        f"{both[n]['title']} does it in {count(len(kinds[n]), 'op')}: {arrays} no "
        f"{'array' if len(inside) == 1 else 'arrays'} there. {_took(inside, both[n])}"
        f"{_made(rows, both, n)}"
    )


def _took(inside: Sequence[str], facts: Facts) -> str:
    """Say which rewrite put which of the values into an op, where several did."""
    by: dict[str, list[str]] = {}
    for name in inside:
        by.setdefault(facts["taken in"].get(name, ""), []).append(code(name))
    if len(by) < 2 or "" in by:
        return ""
    told = [f"{code(title)} took in {listed(names)}" for title, names in by.items()]
    return f"{'; '.join(told)}. "


def _made(rows: list[list[Row]], both: tuple[Facts, Facts], n: int) -> str:
    """Say why an engine may do it its way, and by which rewrite that the other has not."""
    own = _own(rows, both, n)
    if not own:
        return ""
    law = lookup(_engine(both[n]), own[-1])
    reason = escape(law.sentence) if law is not None else ""
    return f"{reason} ({code(own[-1])}, which {both[1 - n]['title']} does not apply.)".strip()


def _engine(facts: Facts) -> str:
    return str(facts["title"]).lower()


def _own(rows: list[list[Row]], both: tuple[Facts, Facts], n: int) -> list[str]:
    """Name the rewrites that made rows of an engine and not of the other, the last one last."""
    by = dict.fromkeys(title for row in rows[n] for title in row["by"])
    return [title for title in by if title not in both[1 - n]["fired"]]


def _names(rows: Sequence[Row]) -> list[str]:
    return [name for row in rows for name in row["formulas"]]


def _formulas(rows: Sequence[Row]) -> list[Mapping[str, str]]:
    return [row["formulas"] for row in rows]
