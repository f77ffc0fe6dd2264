"""Take the loops of a graph round by round, and say what each round read and computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xorexplain.render.reports.summaries import Summary, summarized
from xorexplain.runs.failing import inner_words
from xorexplain.runs.inside import Level, levels
from xorexplain.runs.walk import Walk, given
from xorexplain.runs.words import Words

MAX_ROUNDS = 100
"""Rounds of a loop that are kept."""


@dataclass(frozen=True)
class RoundValue:
    """Hold a value of a round: what it is, and whether the round gives it to the next."""

    expression: str
    value: Summary | None
    is_result: bool = False


@dataclass(frozen=True)
class Loop:
    """Hold a loop's rounds, the first `MAX_ROUNDS` of `count`; `node` is its apply node."""

    name: str
    count: int
    rounds: tuple[tuple[RoundValue, ...], ...]
    node: str = ""
    moment: str = ""
    case: str = ""


def loops(words: Words, known: Mapping[Any, Any]) -> Iterator[tuple[Loop, Any]]:
    """Yield each loop of a graph whose values are known, with its apply node."""
    engine = words.engine
    for apply in words.written.applies:
        if engine.op_of(apply).kind != "scan":
            continue
        # The room for a state has no value of its own, as most of it is not written yet: the
        # rounds read what has been written of it.
        room = Walk(engine, dict(known))
        for _ in room.run(apply.inputs):
            pass
        if any(v not in room.known for v in apply.inputs):
            continue
        values = [room.known[v] for v in apply.inputs]
        rounds = levels(engine, apply, values)
        if rounds is None:
            continue
        found: list[tuple[RoundValue, ...]] = []
        for level in rounds.levels:
            walk = Walk(engine, given(level.written.inputs, level.values))
            for _ in walk.run(level.written.outputs):
                pass
            if any(v not in walk.known for v in level.written.outputs):
                break
            found.append(tuple(_round(inner_words(words, level, known), level, walk)))
            rounds.results[:] = [walk.known[v] for v in level.written.outputs]
            if len(found) == MAX_ROUNDS:
                break
        name = words.series(apply.outputs[0]) or words.op_name(apply)
        yield Loop(name, int(values[0]), tuple(found)), apply


def _round(words: Words, level: Level, walk: Walk) -> Iterator[RoundValue]:
    """List what a round read of states and sequences, and all that it computed."""
    for position in sorted(level.suffixes):
        variable = level.written.inputs[position]
        if variable in words.ids:
            name = words.expression(variable, opened=False)
            yield RoundValue(name, summarized(walk.known[variable]))
    results = set(level.written.outputs)
    for apply in level.written.applies:
        for variable in apply.outputs:
            if variable in walk.known and variable in words.ids:
                told = words.expression(variable), summarized(walk.known[variable])
                yield RoundValue(*told, variable in results)
