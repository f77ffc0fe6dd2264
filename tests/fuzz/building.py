"""Hold the values a random model has so far, with the shapes they will have."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy
from models import HOSTILE_NAMES

from xorexplain.engines import Engine
from xorexplain.models.model import Model

Choose = Callable[[Sequence[Any]], Any]
FLOATS, COMPLEX = ("float32", "float64"), ("complex64", "complex128")
INTEGERS = ("int8", "int64")
DTYPES = (*FLOATS, "float64", "float64", *INTEGERS, "bool", *COMPLEX)

HOSTILE = "one that is hostile"


class NotFittingError(Exception):
    """Say that no value so far is of the kind an op needs."""

    @classmethod
    def ignored(cls) -> AbstractContextManager[None]:
        """Go on where nothing fits."""
        return contextlib.suppress(cls)


@dataclass(frozen=True)
class Item:
    """Pair a symbolic variable with the shape of its value."""

    variable: Any
    shape: tuple[int, ...]

    @property
    def dtype(self) -> str:
        return str(self.variable.dtype)

    @property
    def kind(self) -> str:
        """The kind of number, as NumPy's letter: b, i, f or c."""
        return numpy.dtype(self.dtype).kind

    @property
    def ndim(self) -> int:
        return len(self.shape)


class Builder:
    """Collect values, inputs, parameters and updates of one random model."""

    def __init__(self, engine: Engine, choose: Choose) -> None:
        self.engine, self.choose, self.T = engine, choose, engine.tensor
        self.items: list[Item] = []
        self.inputs: list[Any] = []
        self.parameters: list[Any] = []
        self.updates: list[tuple[Any, Any]] = []
        self.data: dict[str, Any] = {}
        self.random = numpy.random.RandomState(choose(range(100)))

    def pick(self, fits: Callable[[Item], bool] = lambda item: True) -> Item:
        """Choose one of the values that fit."""
        found = [item for item in self.items if fits(item)]
        if not found:
            raise NotFittingError
        return self.choose(found)  # type: ignore[no-any-return]

    def real(self, least: int = 0) -> Item:
        """Choose a value of floats with at least so many dimensions."""
        return self.pick(lambda item: item.kind == "f" and item.ndim >= least)

    def add(self, variable: Any, shape: Sequence[int]) -> Item:
        """Keep a new value."""
        made = Item(variable, tuple(int(n) for n in shape))
        self.items.append(made)
        return made

    def numbers(self, dtype: str, shape: Sequence[int]) -> Any:
        """Return an array of a type, with nothing that is near a kink twice."""
        kind = numpy.dtype(dtype).kind
        if kind == "b":
            return self.random.randint(0, 2, size=shape).astype(bool)
        if kind == "i":
            return self.random.randint(-3, 4, size=shape).astype(dtype)
        values = self.random.uniform(-1, 1, size=shape)
        if kind == "c":
            values = values + 1j * self.random.uniform(-1, 1, size=shape)
        return numpy.asarray(values, dtype=dtype)

    def parameter(self) -> Item:
        """Make a parameter, so that there is something to differentiate for."""
        return self.leaf(("float64", "float64", "float32"), ("shared",))

    def leaf(
        self,
        dtypes: Sequence[str] = DTYPES,
        sorts: Sequence[str] = ("input", "shared", "constant"),
    ) -> Item:
        """Make an input, a shared variable or a constant with a name, of any type and shape."""
        dtype = self.choose(dtypes)
        shape = tuple(self.choose((1, 2, 3)) for _ in range(self.choose((0, 1, 2, 2, 3))))
        value = self.numbers(dtype, shape)
        sort = self.choose(sorts)
        if sort == "constant":
            made = self.T.as_tensor_variable(value)
            made.name = self.choose((None, "y_obs", "k", self.name(HOSTILE)))
        elif sort == "shared":
            flags = {"broadcastable": [n == 1 for n in shape]}
            given = flags if self.engine.name == "theano" else {"shape": shape}
            made = self.engine.module.shared(value, name=self.numbered("W"), **given)
            if dtype in FLOATS:
                self.parameters.append(made)
        else:
            made = self.typed(dtype, shape, self.numbered("x"))
            self.inputs.append(made)
            self.data[made.name] = value
        return self.add(made, shape)

    def name(self, word: str) -> str:
        """Return a name; one that tries to get out of where it is written for `HOSTILE`."""
        return str(self.choose(HOSTILE_NAMES))[:200] if word == HOSTILE else word

    def numbered(self, word: str) -> str:
        """Make a name that nothing else has."""
        return f"{self.name(self.choose((word, word, HOSTILE)))}{len(self.items)}"

    def typed(self, dtype: str, shape: Sequence[int], name: str | None = None) -> Any:
        """Make an input whose axes of one element are known to be so."""
        if self.engine.name == "theano":
            return self.T.TensorType(dtype, [n == 1 for n in shape])(name)
        return self.T.tensor(name, dtype=dtype, shape=[1 if n == 1 else None for n in shape])

    def twin(self, item: Item) -> Item:
        """Choose a value that broadcasts with another, or make a constant that does."""

        def fits(other: Item) -> bool:
            pairs = zip(reversed(axes(item)), reversed(axes(other)), strict=False)
            return all(m == n or 1 in (m, n) for m, n in pairs)

        kinds = "bif" if item.kind != "c" else "bifc"
        return self.pick(lambda other: other.kind in kinds and fits(other))

    def model(self) -> Model:
        """Make a model: several outputs, a cost of what is real, updates of generators.

        A draw that nothing reads need not be made, so without a cost nothing is updated.
        """
        made = [item for item in self.items if item.variable.owner is not None] or self.items
        cost = self.cost(made)
        outputs = {self.numbered(f"out {i} "): v.variable for i, v in enumerate(made[-3:])}
        return Model(
            outputs,
            cost,
            self.used_parameters(made),
            [] if cost is None else self.updates,
            self.inputs,
            "random",
            data=self.used_data(made),
        )

    def cost(self, made: Sequence[Item]) -> Any:
        """Add up what is real, weighed so that nothing cancels; None where nothing is."""
        terms = [item.variable.sum() * (0.5 + i) for i, item in enumerate(made) if item.kind == "f"]
        if not any(self.reads(term, self.parameters) for term in terms):
            return None
        cost = self.T.cast(sum(terms[1:], terms[0]), "float64")
        cost.name = "cost"
        return cost

    def used_parameters(self, made: Sequence[Item]) -> list[Any]:
        """Return the parameters that the cost reads."""
        real = [item.variable for item in made if item.kind == "f"]
        return [W for W in self.parameters if any(self.reads(v, [W]) for v in real)]

    def used_data(self, made: Sequence[Item]) -> dict[str, Any]:
        """Return the data that the model's outputs and cost read."""
        tops = [item.variable for item in made]
        return {
            x.name: self.data[x.name]
            for x in self.inputs
            if any(self.reads(top, [x]) for top in tops)
        }

    def reads(self, top: Any, wanted: Sequence[Any]) -> bool:
        """Tell whether a value is computed from one of several others."""
        waiting, seen = [top], set()
        while waiting:
            variable = waiting.pop()
            if variable in wanted:
                return True
            if variable not in seen and variable.owner is not None:
                waiting.extend(variable.owner.inputs)
            seen.add(variable)
        return False


def axes(item: Item) -> list[int]:
    """Return the lengths of the axes, -1 for one of one element that is not known to be so."""
    known = item.variable.broadcastable
    return [
        n if n > 1 or flag else -1 - i
        for i, (n, flag) in enumerate(zip(item.shape, known, strict=True))
    ]
