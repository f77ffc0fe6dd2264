"""Tell how two models, or two rewritings, are alike and where they part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from xorexplain.errors.escaping import counted
from xorexplain.graph.stages import REWRITES
from xorexplain.render.pictures.labels import clip, engine_title
from xorexplain.render.reports.document import (
    Block,
    Column,
    Document,
    Inlines,
    Name,
    Table,
    heading,
    inlines,
    paragraph,
)
from xorexplain.rewrites.alignment import Row
from xorexplain.rewrites.comparison import Comparison, Side

MAX_NAME = 60
MAX_LISTED = 12


def comparison(found: Comparison) -> Document:
    """Tell of both sides: nodes and steps beside each other, and what of them is the same."""
    title = f"{found.left.name} against {found.right.name}"
    names = (clip(side.name, MAX_NAME) for side in (found.left, found.right))
    columns = (Column("", style="word"), *(Column(name, "right") for name in names))
    rows = [tuple(map(inlines, row)) for row in facts(found)]
    blocks: list[Block] = [heading(title, level=1), Table(columns, tuple(rows))]
    blocks += [paragraph(words) for words in sentences(found)]
    if found.given:
        given = tuple(_given_row(found))
        blocks.append(Table((Column("given", style="word"), *columns[1:]), given))
    return Document(title, tuple(blocks))


def facts(found: Comparison) -> Iterator[tuple[str, str, str]]:
    """Yield what can be counted of both sides: apply nodes of each stage, steps, phases."""
    sides = (found.left, found.right)
    engines = [_engine(found, side) for side in sides]
    if engines[0] != engines[1]:
        yield "engine", engines[0], engines[1]
    for stage in found.nodes:
        if stage != REWRITES:
            left, right = (str(side.stages[stage].count) for side in sides)
            yield f"apply nodes, {stage}", left, right
    if found.rows is not None:
        one, other = map(_phases, sides)
        yield "steps", str(one.total()), str(other.total())
        for phase in dict.fromkeys([*one, *other]):
            if one[phase] != other[phase]:
                yield f"steps in {phase}", str(one[phase]), str(other[phase])


def sentences(found: Comparison) -> Iterator[str]:
    """Yield what of both sides is the same, and what is not."""
    if found.rows is not None:
        yield _of_steps(found)
    yield _of_nodes(found)
    if (words := _of_results(found)) is not None:
        yield words


def _of_steps(found: Comparison) -> str:
    rows = found.rows or ()
    if found.first is None:
        return f"All {counted(len(rows), 'step')} are the same." if rows else "No side has a step."
    same = sum(row.kind == "same" for row in rows)
    begun = rows.index(found.first)
    start = f"The same until step {begun}: " if begun else "They part at the first step: "
    return f"{start}{row_words(found, found.first)}. {same} of {len(rows)} rows are the same."


def row_words(found: Comparison, row: Row) -> str:
    """Say what each side does in a row."""
    left, right = f"A's {_step(found.left, row.left)}", f"B's {_step(found.right, row.right)}"
    if row.kind == "same":
        return f"{left} and {right} are the same"
    if row.kind == "other":
        return f"{left} and {right} make other nodes of the same values"
    alone, other = (left, "B") if row.kind == "left" else (right, "A")
    if row.elsewhere is not None:
        return f"{alone} is step {row.elsewhere} of {other}"
    return f"{alone} has no step beside it: {other} waits"


def _step(side: Side, number: int) -> str:
    if side.trace is None or not number:
        return "start"
    return f"step {number}, {clip(side.trace.step[number].made_by, MAX_NAME)},"


def _of_nodes(found: Comparison) -> str:
    stage = found.last_stage
    if found.is_same_graph(stage):
        return f"The {stage} graphs are the same, node for node."
    left, right = found.apart(stage)
    if not left and not right:
        return f"The {stage} graphs compute the same values, some of them by other nodes."
    alone = ((left, "A"), (right, "B"))
    told = [f"{counted(len(ids), 'apply node')} of {side}" for ids, side in alone if ids]
    verb = "compute" if len(left) + len(right) > 1 else "computes"
    what = "what the other side is not known to"
    return f"In the {stage} graphs {' and '.join(told)} {verb} {what}."


def _of_results(found: Comparison) -> str | None:
    """Say whether the results are the same; not the same by its nodes is not proved to differ."""
    if not found.results:
        return None
    apart = [result.name for result in found.results if not result.is_same]
    if not apart:
        return "All results are the same formula of what is given."
    names = ", ".join(clip(name, MAX_NAME) for name in apart[:MAX_LISTED])
    more = f" and {len(apart) - MAX_LISTED} more" if len(apart) > MAX_LISTED else ""
    return f"Not the same formula, as far as the rewrites tell: {names}{more}."


def _given_row(found: Comparison) -> Iterator[tuple[Inlines, ...]]:
    for given in found.given[:MAX_LISTED]:
        types = (inlines(type_ or "—") for type_ in (given.left, given.right))
        yield ((Name(clip(given.name, MAX_NAME)),), *types)
    if len(found.given) > MAX_LISTED:
        yield tuple(map(inlines, (f"and {len(found.given) - MAX_LISTED} more", "", "")))


def _engine(found: Comparison, side: Side) -> str:
    origin = side.stages[found.last_stage].origin
    return f"{engine_title(origin.engine)} {origin.version}"


def _phases(side: Side) -> Counter[str]:
    return Counter(step.phase for step in side.trace.steps) if side.trace else Counter()


def plain(found: Comparison) -> dict[str, Any]:
    """Return the comparison as plain data."""
    apart = {stage: found.apart(stage) for stage in found.nodes if stage != REWRITES}
    rows = found.rows
    return {
        "a": found.left.name,
        "b": found.right.name,
        "facts": [list(fact) for fact in facts(found)],
        "sentences": list(sentences(found)),
        "given": [{"name": g.name, "a": g.left, "b": g.right} for g in found.given],
        "results": [{"name": r.name, "same": r.is_same} for r in found.results],
        "only": {stage: {"a": list(a), "b": list(b)} for stage, (a, b) in apart.items()},
        "rows": None if rows is None else [_row(row) for row in rows],
    }


def _row(row: Row) -> dict[str, Any]:
    kind = {"left": "a", "right": "b"}.get(row.kind, row.kind)
    found: dict[str, Any] = {"a": row.left, "b": row.right, "kind": kind}
    return found if row.elsewhere is None else {**found, "elsewhere": row.elsewhere}
