"""Find the values that hold memory nobody has written: they are other numbers in each run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import makes_room, toposort
from xorexplain.errors import NotComputedError
from xorexplain.errors.records import dataclass
from xorexplain.render.reports.numbering import Numbered
from xorexplain.runs.unwritten_memory import FILLS, alike

Array = Any
UNFIT = (
    *(ValueError, IndexError, TypeError, AssertionError, NotImplementedError),
    NotComputedError,
)
"""What the code of an op raises where it cannot be computed with the values that it is given."""


@dataclass(frozen=True)
class Run:
    """Hold an apply node with the numbers of what it reads and makes."""

    apply: Any
    inputs: Sequence[int]
    outputs: Sequence[int]


def suspects(material: Numbered) -> Sequence[Run]:
    """List all apply nodes, each after what it reads; none where no memory is left unwritten."""
    runs = list(_runs(material))
    return runs if any(makes_room(run.apply) for run in runs) else ()


def unwritten(engine: Engine, runs: Sequence[Run], values: Mapping[int, Array]) -> set[int]:
    """Return the numbers of `values` that are other ones where unwritten memory holds others.

    What reads such memory is computed twice, with two fills of it; where that cannot be done it
    counts as unwritten too.
    """
    filled: dict[int, tuple[Array, ...]] = {}
    lost: set[int] = set()
    known: set[int] = set()
    for run in runs:
        fresh = [n for n in run.outputs if n in values and n not in known]
        known.update(run.outputs)
        if makes_room(run.apply):
            filled |= {n: tuple(numpy.full_like(values[n], fill) for fill in FILLS) for n in fresh}
        elif fresh and not lost.isdisjoint(run.inputs):
            lost.update(fresh)
        elif fresh and not filled.keys().isdisjoint(run.inputs):
            try:
                each = [
                    _computed(engine, run, values, filled, side) for side, _ in enumerate(FILLS)
                ]
            except UNFIT:
                lost.update(fresh)
                continue
            pairs = zip(run.outputs, zip(*each, strict=True), strict=True)
            filled |= {n: pair for n, pair in pairs if n in fresh and not alike(*pair)}
    return lost | filled.keys()


def _runs(material: Numbered) -> Iterator[Run]:
    """Yield what was written, then what the rewriter made, each after what it reads."""
    of = material.number_of
    for apply in toposort(list(material.every)):
        yield Run(apply, [of[v] for v in apply.inputs], [of[v] for v in apply.outputs])
    if material.recording is not None:
        numbers, applies = material.numbers["trace"], material.recording.applies
        for record in material.recording.trace.universe.applies:
            inputs, outputs = ([numbers[v] for v in vs] for vs in (record.inputs, record.outputs))
            yield Run(applies[record.id], inputs, outputs)


def _computed(
    engine: Engine,
    run: Run,
    values: Mapping[int, Array],
    filled: Mapping[int, tuple[Array, ...]],
    side: int,
) -> list[Array]:
    given = []
    for variable, number in zip(run.apply.inputs, run.inputs, strict=True):
        if number in filled:
            given.append(filled[number][side])
        elif number in values:
            given.append(values[number])
        else:
            raise NotComputedError(f"{variable} has no value")
    return engine.compute(run.apply, list(run.apply.inputs), given)
