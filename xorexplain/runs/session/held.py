"""Compute what every node of a call held, in the order in which its function was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors.records import dataclass
from xorexplain.runs.calls import bind
from xorexplain.runs.unwritten_memory import settled
from xorexplain.runs.walk import given
from xorexplain.runs.written import written_of

MAX_TOLD = 20_000
"""Values of a function's calls that are told in all: of a large function fewer calls."""


@dataclass(frozen=True)
class Held:
    """Hold the inputs of a function in their order, and what each of its apply nodes computed.

    None stands for a value that is not known.
    """

    inputs: Sequence[Any]
    applies: Sequence[Sequence[Any]]


def held_in(
    engine: Engine, function: Any, arguments: Sequence[Any], named: Mapping[Any, Any]
) -> Held | None:
    """Compute a call node by node as it was written; None where that is not known."""
    bound, graph = bind(function, arguments, named), written_of(engine, function)
    if bound.fault or not graph.is_written:
        return None
    with numpy.errstate(all="ignore"):
        known = settled(engine, given(graph.inputs, bound.values), graph.outputs)
    return Held(
        [known.get(v) for v in graph.inputs],
        [[known.get(v) for v in apply.outputs] for apply in graph.applies],
    )
