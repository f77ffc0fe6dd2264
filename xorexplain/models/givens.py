"""Have a model's functions read other variables in the place of its inputs, as a mini-batch is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.models.failures import reporting
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.replacing import replaced

Pairs = Sequence[tuple[Any, Any]]


def with_givens(
    model: Model, outputs: Sequence[Any], updates: Pairs
) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """Return the results and updates of a function that computes them of what is given."""
    pairs = dict(model.given_pairs)
    made = replaced([*outputs, *(new for _, new in updates)], pairs)
    new_values = made[len(outputs) :]
    shared = [variable for variable, _ in updates]
    return made[: len(outputs)], list(zip(shared, new_values, strict=True))


class GivenData(Mapping[str, Any]):
    """Hold a model's data, and for each input that something is given for, the value of that.

    A number of a mini-batch that has no value is 0, for the first of them. Nothing is computed
    before a value is asked for.
    """

    def __init__(self, engine: Engine, model: Model) -> None:
        self._engine = engine
        self._own = dict(model.data)
        self._given: dict[str, Any] = {}
        self._inputs: dict[Any, Any] = {}
        for variable, new in model.given_pairs:
            name = name_of(variable)
            read = self._read(new)
            if name is not None and name not in self._own and read is not None:
                self._given[name] = new
                self._inputs.update(read)
        numbers = {name_of(v): value for v, value in self._inputs.items()}
        self.counted = [str(name) for name in numbers if name not in self._own]
        self._own = {**{str(k): v for k, v in numbers.items()}, **self._own}

    def _read(self, new: Any) -> dict[Any, Any] | None:
        """Return the inputs that something given reads, with their values; None without one."""
        engine = self._engine
        below = [new, *(v for node in toposort([new]) for v in node.inputs)]
        values: dict[Any, Any] = {}
        for variable in dict.fromkeys(below):
            if engine.role_of(variable) != "input":
                continue
            name, info = name_of(variable), engine.type_of(variable)
            is_number = info.shape == () and str(info.dtype).startswith(("int", "uint"))
            if name is None or not (name in self._own or is_number):
                return None
            values[variable] = self._own.get(name, 0)
        return values

    @cached_property
    def _computed(self) -> dict[str, Any]:
        inputs = list(self._inputs)
        with reporting(self._engine, "compute what is given for the inputs"):
            compute = self._engine.evaluator(list(self._given.values()), inputs)
            found = compute(*self._inputs.values())
        return dict(zip(self._given, found, strict=True))

    def __getitem__(self, name: str) -> Any:
        return self._own[name] if name in self._own else self._computed[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._own, *self._given])

    def __len__(self) -> int:
        return len(self._own) + len(self._given)

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._given
