"""Go into the graphs inside ops: a round of a loop, a graph of the user's own, what was fused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy

from xorexplain.engines import Engine, Inner
from xorexplain.engines.shared.common import toposort
from xorexplain.errors.records import dataclass
from xorexplain.graph.ops.rounds import Tap, rounds_of
from xorexplain.runs.written import Written

MAX_RUNS = 20_000
"""Apply nodes that are computed inside loops at most."""


@dataclass(frozen=True)
class Level:
    """Hold one computation of an inner graph: what it is, and the values of its inputs.

    `apply` is the apply node it is in, `sources` are the variables outside that inputs of the graph
    are fed from, by position.
    """

    title: str
    apply: Any
    written: Written
    values: Sequence[Any]
    sources: Mapping[int, Any]
    taps: Mapping[int, int] = field(default_factory=dict)
    """How many rounds away what an input is of its source is, by position."""


@dataclass
class Rounds:
    """Take a loop round by round; `take` is told the results of each before the next."""

    levels: Iterator[Level]
    results: list[Any] = field(default_factory=list)


def levels(engine: Engine, apply: Any, values: Sequence[Any]) -> Rounds | None:
    """Return the computations of the graph inside an apply node, None where it has none.

    Of a loop there is one a round; whoever computes a level puts the values of its outputs into
    `results` before asking for the next one.
    """
    inner = engine.inner_of(apply)
    if inner is None:
        return None
    op = engine.op_of(apply)
    if op.kind == "scan":
        rounds = Rounds(iter(()))
        rounds.levels = _rounds(engine, apply, inner, values, rounds.results)
        return rounds
    if op.kind == "if_else" or any(feed is None for feed in inner.feeds):
        return None
    fed = [values[feed] for feed in inner.feeds if feed is not None]
    return Rounds(iter([Level("", apply, _written(inner), fed, _sources(apply, inner))]))


def _written(inner: Inner) -> Written:
    applies = list(inner.applies) if inner.applies is not None else toposort(inner.outputs)
    return Written(inner.inputs, inner.outputs, applies)


def _sources(apply: Any, inner: Inner) -> dict[int, Any]:
    return {
        position: apply.inputs[feed]
        for position, feed in enumerate(inner.feeds)
        if feed is not None and feed < len(apply.inputs)
    }


def _rounds(
    engine: Engine, apply: Any, inner: Inner, values: Sequence[Any], results: list[Any]
) -> Iterator[Level]:
    """Feed each round of a loop what the engine would: elements, states, what stays the same."""
    rounds = rounds_of(engine.op_of(apply))
    if rounds is None or len(rounds.inputs) > len(inner.inputs):
        return
    taps = [*rounds.inputs, *[Tap()] * (len(inner.inputs) - len(rounds.inputs))]
    states = _states(taps, inner, values)
    written, sources = _written(inner), _sources(apply, inner)
    read = {n: tap.tap for n, tap in enumerate(taps) if tap.tap is not None}
    count = int(numpy.asarray(values[0]))
    # A sequence that is shorter than the loop ends it, for which the loop itself is to blame.
    lengths = [
        len(values[feed])
        for tap, feed in zip(taps, inner.feeds, strict=False)
        if feed is not None and tap.is_of_sequence
    ]
    for number in range(min([count, *lengths])):
        fed = []
        for position, tap in enumerate(taps):
            feed = inner.feeds[position]
            if feed is None:
                return
            if tap.state is not None:
                fed.append(states[tap.state].read(number, tap.tap or 0))
            elif tap.tap is None:
                fed.append(values[feed])
            else:
                fed.append(values[feed][number])
        title = f"round {number + 1} of the {count} of a loop"
        yield Level(title, apply, written, fed, sources, read)
        if len(results) != len(rounds.outputs):
            return
        for tap, result in zip(rounds.outputs, results, strict=True):
            if tap.state is None:
                if numpy.all(result):
                    return
            elif tap.state in states:
                states[tap.state].write(number, tap.tap or 0, result)


@dataclass
class _State:
    """Hold what a loop keeps of a state from round to round, as the engine's buffer does."""

    start: int
    buffer: list[Any]
    is_array: bool

    def read(self, number: int, tap: int) -> Any:
        return self.buffer[self._place(number, tap)]

    def write(self, number: int, tap: int, value: Any) -> None:
        self.buffer[self._place(number, tap)] = value

    def _place(self, number: int, tap: int) -> int:
        return (self.start + number + tap) % len(self.buffer) if self.is_array else 0


def _states(taps: Sequence[Tap], inner: Inner, values: Sequence[Any]) -> dict[int, _State]:
    least: dict[int, int] = {}
    feeds: dict[int, int] = {}
    for position, tap in enumerate(taps):
        feed = inner.feeds[position]
        if tap.state is not None and feed is not None:
            least[tap.state] = min(least.get(tap.state, 0), tap.tap or 0)
            feeds[tap.state] = feed
    found = {}
    for state, feed in feeds.items():
        value, variable = values[feed], inner.inputs[_first(taps, state)]
        is_array = numpy.ndim(value) == getattr(variable.type, "ndim", 0) + 1
        found[state] = _State(-least[state], list(value) if is_array else [value], is_array)
    return found


def _first(taps: Sequence[Tap], state: int) -> int:
    return next(position for position, tap in enumerate(taps) if tap.state == state)
