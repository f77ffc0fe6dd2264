"""Take the loops of a graph round by round, and say what each round read and computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph
from xorexplain.graph.views.inner import simplified
from xorexplain.graph.views.loops import UNNAMED
from xorexplain.graph.views.names import called
from xorexplain.notation.build import express
from xorexplain.notation.shorten import shortened
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import calls
from xorexplain.render.reports.summaries import Summary, summarized
from xorexplain.runs.failing import inner_words
from xorexplain.runs.inside import Level, levels
from xorexplain.runs.walk import Walk, given
from xorexplain.runs.words import Words

MAX_ROUNDS = 1000
"""Rounds of a loop that are computed."""
MOST = 40
"""Symbols of what a round computes that are written."""


@dataclass(frozen=True)
class RoundValue:
    """Hold a value of a round: what it is, and whether the round gives it to the next.

    `name` is what the user's function for a round calls it, or what the loop calls its result.
    """

    expression: str
    value: Summary | None
    is_result: bool = False
    name: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All that it may be asked for by."""
        return tuple(filter(None, (self.name, self.expression)))


@dataclass(frozen=True)
class Loop:
    """Hold a loop's rounds, `first` and those after it; `count` is how many it has.

    More than `MAX_ROUNDS` are not computed. `node` is the loop's apply node.
    """

    name: str
    count: int
    rounds: tuple[tuple[RoundValue, ...], ...]
    node: str = ""
    moment: str = ""
    case: str = ""
    first: int = 1

    def only(self, number: int) -> Loop:
        """Return one round of the loop; raise XorexplainError for one that it does not have."""
        last = self.first + len(self.rounds) - 1
        if not self.first <= number <= last:
            told = f"there is no round {number} of the loop {self.name}"
            kept = f", of which {last:,} are computed" if last < self.count else ""
            raise XorexplainError(
                f"{told}: it has {self.count:,}{kept}: give a number from {self.first} to {last}"
            )
        return replace(self, rounds=(self.rounds[number - self.first],), first=number)

    def about(self, name: str) -> Loop | None:
        """Return the rounds of one value that is printed so, None where there is no such value."""
        words = [word for row in self.rounds[:1] for entry in row for word in entry.words]
        printed = called(name, words)
        if printed is None:
            return None
        rounds = (tuple(e for e in row if printed in e.words) for row in self.rounds)
        return replace(self, rounds=tuple(rounds))


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
        told: _Told | None = None
        for level in rounds.levels:
            walk = Walk(engine, given(level.written.inputs, level.values))
            for _ in walk.run(level.written.outputs):
                pass
            if any(v not in walk.known for v in level.written.outputs):
                break
            told = told or _told(words, level, known)
            found.append(tuple(_round(told, walk)))
            rounds.results[:] = [walk.known[v] for v in level.written.outputs]
            if len(found) == MAX_ROUNDS:
                break
        name = words.series(apply.outputs[0]) or words.op_name(apply)
        yield Loop(name, int(values[0]), tuple(found)), apply


@dataclass(frozen=True)
class _Told:
    """Hold what is told of each round of a loop: its variables with a name, an expression, or both.

    These are the same in all rounds.
    """

    read: tuple[tuple[Any, str], ...]
    made: tuple[tuple[Any, str, str], ...]
    results: frozenset[Any]


def _told(outer: Words, level: Level, known: Mapping[Any, Any]) -> _Told:
    """Choose what is told of a round: what a picture shows of the graph in the loop."""
    words = inner_words(outer, level, known)
    variables = {id_: variable for variable, id_ in words.ids.items()}
    shown = simplified(words.graph)
    inputs = [level.written.inputs[position] for position in sorted(level.taps)]
    read = tuple((v, words.expression(v, opened=False)) for v in inputs if v in words.ids)
    _, step = outer.step(level.apply)
    results = zip(level.written.outputs, step.outputs if step else (), strict=False)
    given = {v: name for v, name in results if not name.startswith(UNNAMED)}
    made = []
    for apply in shown.applies:
        for id_ in apply.outputs:
            if id_ in variables:
                variable = variables[id_]
                name = given.get(variable) or words.names.get(id_, "")
                made.append((variable, name, _expression(shown, id_, words.names)))
    return _Told(read, tuple(made), frozenset(level.written.outputs))


def _expression(graph: Graph, id_: str, names: Mapping[str, str]) -> str:
    return calls(shortened(simplify(express(graph, id_, names, (id_,))), MOST))


def _round(told: _Told, walk: Walk) -> Iterator[RoundValue]:
    """List what a round read of states and sequences, and all that it computed."""
    for variable, name in told.read:
        yield RoundValue(name, summarized(walk.known[variable]))
    for variable, name, expression in told.made:
        if variable in walk.known:
            value = summarized(walk.known[variable])
            yield RoundValue(expression, value, variable in told.results, name)
