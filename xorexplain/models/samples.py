"""Choose values for what a graph is given, to compute it with."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import plain
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.lengths import lengths
from xorexplain.models.failures import reporting
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.targets import function_inputs

STORED = 0.5
"""How many of the elements of a sparse matrix are drawn, the others being zero."""


def sample_values(
    engine: Engine,
    graph: Graph,
    variables: Mapping[str, Any],
    data: Mapping[str, Any],
    seed: int = 0,
    elsewhere: Collection[str] = (),
    like: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return an array for each given variable of a graph, by id.

    `data` decides by name. Else a parameter is drawn from -1 to 1 and other shared variables keep
    their values; an input is drawn too, floats from 0 to 1, integers from 0 and 1, with lengths
    that fit the graph; a sparse matrix stores half of its elements. A random state that is an input
    begins at the seed. What else is no dense array keeps its value and is left out, unless `data`
    has one for it. `elsewhere` are names that data may have, though the graph does not read them;
    `like` gives inputs the shape of another value, by id.
    """
    data = {plain(name): value for name, value in data.items()}
    random = numpy.random.default_rng(seed)
    shapes = lengths(graph)
    values: dict[str, Any] = {}
    for id_ in graph.inputs:
        variable = graph.variable[id_]
        if not _is_dense(variable, variables[id_], shapes.get(id_)):
            values |= _foreign(id_, variable, variables[id_], shapes.get(id_), data, seed)
        elif variable.name is not None and variable.name in data:
            values[id_] = as_array(variable.name, data[variable.name], variable.dtype)
        elif variable.role == "shared" and id_ not in graph.parameters:
            values[id_] = engine.value_of(variables[id_])
        else:
            low = -1.0 if id_ in graph.parameters else 0.0
            values[id_] = _drawn(random, variable, shapes[id_], low)
    for id_, other in (like or {}).items():
        if id_ in values and other in values and graph.variable[id_].name not in data:
            values[id_] = _drawn(random, graph.variable[id_], numpy.shape(values[other]), 0.0)
    known = {v.name for v in graph.variables} | set(elsewhere)
    unknown = [name for name in data if name not in known]
    if unknown:
        raise XorexplainError(f"Model.data names {unknown[0]!r}, which the graph does not read")
    return values


def given_values(
    engine: Engine, graph: Graph, variables: Mapping[str, Any], data: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return an array for each given variable, by id, and what was drawn as nothing gives it.

    `data` decides by name, as in `sample_values`; else shared variables keep their values, those
    of parameters too.
    """
    values = sample_values(engine, graph, variables, data)
    drawn: list[str] = []
    for id_ in values:
        variable = graph.variable[id_]
        if variable.name in data:
            continue
        if variable.role == "shared":
            values[id_] = numpy.array(engine.value_of(variables[id_]))
        else:
            drawn.append(variable.name or id_)
    return values, drawn


def _is_dense(variable: Variable, own: Any, shape: tuple[int, ...] | None) -> bool:
    """Tell whether a variable holds arrays, as far as the engine's own type takes one."""
    if variable.dtype is None or variable.shape is None or shape is None:
        return False
    # A sparse type makes a sparse matrix of an array.
    taken = _taken(own, numpy.zeros(shape, dtype=variable.dtype))
    return taken is not None and numpy.asarray(taken).dtype != object


def _taken(own: Any, value: Any) -> Any:
    """Return what the engine's type of a variable makes of a value, None where it refuses it."""
    try:
        return own.type.filter(value)
    except (TypeError, ValueError, AttributeError, NotImplementedError):
        return None


def _foreign(
    id_: str,
    variable: Variable,
    own: Any,
    shape: tuple[int, ...] | None,
    data: Mapping[str, Any],
    seed: int,
) -> dict[str, Any]:
    """Return the value of what holds no dense array, by id; none where there is none."""
    if variable.name is not None and variable.name in data:
        value = data[variable.name]
        if _taken(own, value) is None:
            raise XorexplainError(
                f"the value of {variable.name!r} is a {type(value).__name__}: "
                f"give one of {variable.type}"
            )
        return {id_: value}
    if variable.role != "shared" and shape is not None:
        # A sparse type makes a sparse matrix of an array.
        random = numpy.random.default_rng(seed)
        stored = random.random(shape) < STORED
        matrix = _taken(own, numpy.where(stored, _drawn(random, variable, shape, 0.0), 0))
        if hasattr(matrix, "toarray"):
            return {id_: matrix}
    if variable.role == "shared" or _taken(own, object()) is not None:
        # What takes anything asks for no random state.
        return {}
    for stream in (numpy.random.default_rng(seed), numpy.random.RandomState(seed)):
        if _taken(own, stream) is not None:
            return {id_: stream}
    return {}


def own_value(engine: Engine, variable: Any, data: Mapping[str, Any]) -> Any:
    """Return a shared variable's own value, or the sample of an input; None where there is none."""
    if engine.role_of(variable) in ("shared", "constant"):
        return engine.value_of(variable)
    name = str(name_of(variable))
    return as_array(name, data[name], engine.type_of(variable).dtype) if name in data else None


def own_values(engine: Engine, model: Model, inputs: Sequence[Any]) -> list[Any]:
    """Return a model's own values of inputs; raise XorexplainError where one lacks."""
    values = [own_value(engine, variable, model.data) for variable in inputs]
    for variable, value in zip(inputs, values, strict=True):
        name = name_of(variable)
        if value is None and not name:
            raise XorexplainError(
                f"an input, {variable}, has no name to give a sample by: name it, and return "
                "xorexplain.Model(..., data={name: array, ...})"
            )
        if value is None:
            raise XorexplainError(
                f"there is no sample of the input {name}: "
                f"return xorexplain.Model(..., data={{{str(name)!r}: array, ...}})"
            )
    return values


def parameter_values(model: Model) -> dict[str, Any]:
    """Return copies of the values of the parameters that have a name and a value."""
    named = [p for p in model.parameters if getattr(p, "name", None) and hasattr(p, "get_value")]
    return {str(p.name): p.get_value(borrow=False) for p in named}


def answering(engine: Engine, model: Model) -> Callable[[], list[Any]]:
    """Make a function that computes a model's cost, if it has one, and its outputs.

    It takes the model's own data, and the weights as they are when it is called. Raise
    XorexplainError for an input without a sample.
    """
    results = [*([] if model.cost is None else [model.cost]), *model.outputs.values()]
    inputs = function_inputs(engine, model, results, [])
    values = own_values(engine, model, inputs)
    functions: list[Any] = []

    def answer() -> list[Any]:
        with reporting(engine, "compute the model on its data"):
            functions[:] = functions or [engine.evaluator(results, inputs)]
            try:
                found = functions[0](*values)
            except NotComputedError:
                # What has no Python code is compiled.
                functions[:] = [engine.compile(inputs, results, [])]
                found = functions[0](*values)
        # An engine hands out its own memory for what it views.
        return list(map(copy.deepcopy, found))

    return answer


def as_array(name: str, value: Any, dtype: str | None) -> Any:
    """Return the value that somebody gave for a variable as an array of its type.

    What has no dtype, such as a random state, is returned as it is.

    Raise XorexplainError for what holds no numbers, and for numbers that the type cannot hold.
    """
    if dtype is None:
        return value
    if hasattr(value, "toarray"):
        # A sparse matrix, for a variable of that type or of its dense elements.
        return value.astype(dtype)
    try:
        given = numpy.asarray(value)
    except ValueError as error:
        raise XorexplainError(f"the value of {name!r} is no array: give one of {dtype}") from error
    if given.dtype.kind not in "biufc":
        raise XorexplainError(
            f"the value of {name!r} holds {given.dtype}, no numbers: give an array of {dtype}"
        )
    kind = numpy.dtype(dtype).kind
    if given.dtype.kind == "c" and kind != "c" and numpy.any(given.imag):
        raise XorexplainError(
            f"the value of {name!r} has an imaginary part, which {dtype} cannot hold: leave it out"
        )
    real = given.real if given.dtype.kind == "c" and kind != "c" else given
    with numpy.errstate(all="ignore"):
        cast = real.astype(dtype)
    if kind in "iub" and not numpy.array_equal(cast, real):
        raise XorexplainError(f"the value of {name!r} has numbers that {dtype} cannot hold")
    return cast


def _drawn(
    random: numpy.random.Generator, variable: Variable, shape: tuple[int, ...], low: float
) -> Any:
    kind = numpy.dtype(variable.dtype or "float64").kind
    if kind in "iub":
        return random.integers(0, 2, size=shape).astype(variable.dtype)
    return random.uniform(low, 1.0, size=shape).astype(variable.dtype)
