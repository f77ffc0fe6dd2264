"""Tell values that hold memory which nobody has written: they are other numbers in each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import makes_room, toposort
from xorexplain.runs.walk import Ran, Walk

FILLS = (0.0, 1.0)
"""What memory that nobody has written holds, in two computations whose results are compared."""


def alike(first: Any, second: Any) -> bool:
    """Tell whether two values are the same to the last bit; a NaN is the same as a NaN."""
    if not isinstance(first, (numpy.ndarray, numpy.generic)):
        return bool(numpy.all(first == second))
    floats = first.dtype.kind in "fc"
    return bool(numpy.array_equal(first, second, equal_nan=floats))


def settled(
    engine: Engine,
    given: Mapping[Any, Any],
    outputs: Sequence[Any],
    failed: Callable[[Ran], None] = lambda ran: None,
    first: Mapping[Any, Any] | None = None,
) -> Mapping[Any, Any]:
    """Compute what outputs need, and return the values that no unwritten memory is in.

    `failed` is told of each apply node that raises. `first` are the values of a walk, where one was
    made: it fills with the first of `FILLS`, as walks do unless told otherwise.
    """
    applies = toposort(list(outputs))
    if first is None:
        first = _filled(engine, given, outputs, FILLS[0], failed)
    if not any(map(makes_room, applies)):
        return first
    other = _filled(engine, given, outputs, FILLS[1], failed)
    room = {v for apply in applies if makes_room(apply) for v in apply.outputs}
    return {
        v: value
        for v, value in first.items()
        if v not in room and v in other and alike(value, other[v])
    }


def _filled(
    engine: Engine,
    given: Mapping[Any, Any],
    outputs: Sequence[Any],
    room: float,
    failed: Callable[[Ran], None],
) -> Mapping[Any, Any]:
    walk = Walk(engine, dict(given), room=room)
    for ran in walk.run(outputs):
        if ran.error is not None:
            failed(ran)
    return walk.known
