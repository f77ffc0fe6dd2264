"""Take a PyMC model's starting point for the values of its variables, once somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.pymc.refusals import refusing


class StartingPoint(Mapping[str, Any]):
    """Hold what `initial_point()` gives, by the names of the value variables.

    PyMC compiles a function for it, so it is not asked before a value is.
    """

    def __init__(self, theirs: Any) -> None:
        self._theirs = theirs
        self._names = tuple(str(variable.name) for variable in theirs.value_vars)

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<the starting point of {', '.join(self._names) or 'no variables'}>"

    @cached_property
    def values_by_name(self) -> dict[str, Any]:
        """The point itself."""
        with refusing(self._theirs, "choose a starting point", "give its variables an initval"):
            found = self._theirs.initial_point()
        return {name: numpy.asarray(found[name]) for name in self._names}


def need_finite(engine: Engine, theirs: Any, point: Mapping[str, Any]) -> None:
    """Raise XorexplainError, naming the terms, where logp is not finite at the starting point."""
    terms = [*theirs.basic_RVs, *theirs.potentials]
    if not terms or not point:
        return
    with refusing(theirs, "compute logp at its starting point"):
        logps = theirs.logp(terms, sum=False)
        inputs = theirs.value_vars
        found = engine.evaluator(logps, inputs)(*(point[str(v.name)] for v in inputs))
    worst = {
        str(term.name): float(numpy.sum(value))
        for term, value in zip(terms, found, strict=True)
        if not numpy.isfinite(numpy.sum(value))
    }
    if worst:
        told = ", ".join(f"{name} is {value}" for name, value in worst.items())
        raise XorexplainError(
            f"logp is not finite at PyMC's starting point, its term of {told}: "
            "give the variables an initval at which the data are possible"
        )
