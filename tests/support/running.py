"""Run an engine's graph node by node with the engine's own Python code, keeping every value."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy

from xorexplain import engines
from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.common import toposort

INPUTS: dict[str, dict[str, tuple[int, ...]]] = {
    "mlp": {"x": (3, 3), "labels": (3,)},
    "lstm": {"x": (5, 3), "h": (5, 2), "c": (5, 2)},
    "embedding": {"words": (4,)},
    "convolution": {"images": (2, 1, 8, 8)},
    "recurrent": {"sequence": (5, 3)},
    "fused": {"x": (4, 4)},
    "random": {"x": (2, 3)},
    "many_outputs": {"x": (4, 3)},
    "constants": {"x": (3, 2)},
}
"""Shapes for inputs of the gallery's models, by name; the lengths of all others are 2."""


def run(applies: Sequence[Any], values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the value of every variable; `values` are those of the inputs.

    An op that works in place changes the value of its input. What is inside an op would be compiled
    for a single run where there is a compiler, so it is told that there is none.
    """
    storage = {variable: [value] for variable, value in values.items()}
    with without_compiler():
        for node in applies:
            for variable in node.inputs:
                if variable not in storage:
                    storage[variable] = [numpy.copy(variable.data)]
            storage |= {variable: [None] for variable in node.outputs}
            computed = {variable: [True] for variable in (*node.inputs, *node.outputs)}
            node.op.make_thunk(node, storage, computed, [], impl="py")()
    return {variable: cell[0] for variable, cell in storage.items()}


@contextlib.contextmanager
def without_compiler() -> Iterator[None]:
    """Have an engine run what is inside an op in Python, where `~` of a bool is on its way out."""
    engine = engines.choose()
    flags = engine.module if engine.name == "theano" else engine.module.config
    with flags.change_flags(cxx=""), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def nodes(source: Source) -> list[Any]:
    """Return the apply nodes of a stage in the order in which they are recorded."""
    return list(source.applies) if source.applies is not None else toposort(source.outputs)


def run_model(
    engine: Engine, source: Source, inputs: str | Mapping[str, tuple[int, ...]]
) -> dict[Any, Any]:
    """Run a stage of a model with random inputs; `inputs` is a model of the gallery, or shapes."""
    shapes = INPUTS.get(inputs, {}) if isinstance(inputs, str) else inputs
    return run(nodes(source), {v: value(engine, v, shapes.get(v.name)) for v in given(source)})


def given(source: Source) -> list[Any]:
    """Return the variables of a stage that nothing computes."""
    applies = nodes(source)
    computed = {variable for node in applies for variable in node.outputs}
    read = [v for node in applies for v in node.inputs] + list(source.outputs)
    return [v for v in dict.fromkeys(read) if v not in computed]


def value(engine: Engine, variable: Any, shape: tuple[int, ...] | None) -> Any:
    """Return what a variable holds, a random value of a shape where it is an input."""
    container = getattr(variable, "container", None)
    if engine.role_of(variable) == "constant":
        return variable.data
    if engine.role_of(variable) == "shared":
        return variable.get_value()
    if container is not None:
        return numpy.copy(container.storage[0])
    shape = (2,) * variable.ndim if shape is None else shape
    numbers = numpy.random.RandomState(0)
    if variable.dtype.startswith("int"):
        return numpy.asarray(numbers.randint(0, 2, size=shape), dtype=variable.dtype)
    return numpy.asarray(numbers.uniform(0.1, 0.9, size=shape), dtype=variable.dtype)
