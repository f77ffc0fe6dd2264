"""Compute a graph node by node, each with the engine's own code, and see what each one does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import makes_room
from xorexplain.errors import NotComputedError
from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has


@dataclass(frozen=True)
class Ran:
    """Hold what an apply node read and gave, or the error that it raised."""

    apply: Any
    inputs: Sequence[Any]
    results: Sequence[Any] = ()
    error: Exception | None = None


@dataclass
class Walk:
    """Compute what results need, in an order of execution.

    `known` are values by variable, which grow; `unknown` tells why there is no value. Of a lazy
    choice only the branch that is taken is computed.
    """

    engine: Engine
    known: dict[Any, Any]
    unknown: dict[Any, str] = field(default_factory=dict)
    room: float = 0.0
    """What memory holds that nobody has written."""
    asserted: list[Ran] = field(default_factory=list)
    """Conditions that do not hold; what they guard is handed on, as an engine may do that takes
    them out or answers −∞ in their place."""

    def run(self, outputs: Sequence[Any]) -> Iterator[Ran]:
        """Yield each apply node as it is computed; what reads a failed one is not."""
        stack = list(reversed(outputs))
        while stack:
            variable = stack[-1]
            if variable in self.known or variable in self.unknown:
                stack.pop()
                continue
            apply = variable.owner
            if apply is None:
                self._give(variable)
                continue
            needed = self._needed(apply)
            waiting = [v for v in needed if v not in self.known and v not in self.unknown]
            if waiting:
                stack += reversed(waiting)
                continue
            lacking = next((v for v in needed if v in self.unknown), None)
            if lacking is not None:
                self.unknown |= dict.fromkeys(apply.outputs, self.unknown[lacking])
                continue
            ran = self._ran(apply, needed)
            if ran is not None:
                yield ran

    def _give(self, variable: Any) -> None:
        if self.engine.role_of(variable) == "input":
            self.unknown[variable] = f"there is no value for {variable}"
        else:
            self.known[variable] = self.engine.value_of(variable)

    def _needed(self, apply: Any) -> Sequence[Any]:
        """List what an apply node reads: of a lazy choice, the condition, then one branch."""
        count = len(apply.outputs)
        if len(apply.inputs) != 1 + 2 * count or not _is_lazy(self.engine, apply):
            return list(apply.inputs)
        condition = apply.inputs[0]
        if condition not in self.known:
            return [condition]
        start = 1 if numpy.all(self.known[condition]) else 1 + count
        return [condition, *apply.inputs[start : start + count]]

    def _ran(self, apply: Any, needed: Sequence[Any]) -> Ran | None:
        values = [self.known[v] for v in needed]
        if len(needed) != len(apply.inputs):
            self.known.update(zip(apply.outputs, values[1:], strict=True))
            return None
        if makes_room(apply):
            # Memory that nobody has written yet may hold anything, a NaN too.
            self.known[apply.outputs[0]] = _filled(apply.outputs[0], values, self.room)
            return None
        try:
            with numpy.errstate(all="ignore"):
                results = self.engine.compute(apply, list(apply.inputs), values)
        except NotComputedError as error:
            self.unknown |= dict.fromkeys(apply.outputs, str(error))
            return None
        except Exception as error:  # noqa: BLE001 - an op's own code; it is what is looked for
            if has(self.engine.op_of(apply).kind, "passes"):
                self.asserted.append(Ran(apply, values, error=error))
                self.known[apply.outputs[0]] = values[0]
                return None
            self.unknown |= dict.fromkeys(apply.outputs, f"{type(error).__name__}: {error}")
            return Ran(apply, values, error=error)
        self.known.update(zip(apply.outputs, results, strict=True))
        return Ran(apply, values, results)


def given(inputs: Sequence[Any], values: Sequence[Any]) -> dict[Any, Any]:
    """Pair the inputs of a graph with their values."""
    return dict(zip(inputs, values, strict=True))


def _is_lazy(engine: Engine, apply: Any) -> bool:
    return engine.op_of(apply).kind == "if_else" and engine.inner_of(apply) is None


def _filled(variable: Any, lengths: Sequence[Any], value: float) -> Any:
    shape = [int(length) for length in lengths]
    return numpy.full(shape, value).astype(variable.type.dtype)
