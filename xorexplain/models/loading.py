"""Find the model a user names on the command line and understand whatever it returns."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine, choose, engine_of
from xorexplain.engines.releases import fork
from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.keeping import keep_frames
from xorexplain.errors import XorexplainError
from xorexplain.models.costs_and_givens import settled
from xorexplain.models.failures import is_float
from xorexplain.models.files.candidates import COST_NAMES, need_no_arguments, outline_of, pick
from xorexplain.models.files.running import call, run
from xorexplain.models.files.spec import is_tutorial, spec_of
from xorexplain.models.model import Model, ModelSource
from xorexplain.models.naming import name_of, tell_apart
from xorexplain.models.pymc.recognized import (
    holds_function,
    is_pymc,
    pymc_model,
    unwrapped,
)
from xorexplain.models.tutorial import xor

_PLACE = re.compile(r"\.py:\d+$|^<.*>:\d+$")
_DATA = re.compile(
    r"(^|[_\W\d])(data|obs(erv\w*)?|inputs?|targets?|labels?|features?|samples?|batch\w*|"
    r"train\w*|valid\w*|test\w*)($|[_\W\d])|^[xy]($|[_\d])",
    re.IGNORECASE,
)
"""Names of data, by convention: `X`, `y`, `x_train`, `data`, `y_obs`, `targets`."""


def load_model(spec: str | None, engine_name: str | None = None) -> tuple[Engine, Model]:
    """Return the engine and model that are named; the tutorial's XOR network for None and `xor`.

    `spec` is `net.py`, `pkg.module` or `-`, which is stdin, with `:name` where several models are
    there. What is named is a model in any form, or a function without arguments that returns one.
    Raise XorexplainError for a spec that cannot be followed, code that fails (its traceback, cut
    to the user's own frames, is in `details`) and a result that is no model.
    """
    if spec is None or is_tutorial(spec):
        engine = choose(engine_name)
        return engine, xor(engine)
    named = spec_of(spec)
    known = outline_of(named)
    # Before the user's own `import theano`, which then finds it imported with the settings that
    # newer releases of Python and NumPy need.
    engine = choose(engine_name)
    keep_frames(engine.module.config)
    engine.keep_inner_lines()
    with engine.walking():
        module = run(named)
        name = pick(named, module, known)
        made = getattr(module, name)
        if callable(made) and engine_of(unwrapped(made)) is None and not isinstance(made, Model):
            need_no_arguments(made, f"{named.location}:{name}")
            made = call(made, f"{named.location}:{name}")
    return as_model(made, engine_name, name)


def as_model(
    made: Any, engine_name: str | None = None, name: str | None = None
) -> tuple[Engine, Model]:
    """Understand a Model, one of PyMC, a variable, a list or dict of them, a function or its graph.

    A function that was recorded is understood as well.

    Variables that share a name are told apart. A model without a name has that which is given, else
    that of the variable it is made of.
    """
    made = pymc_model(made)
    if is_pymc(made):
        from xorexplain.models.pymc.as_model import from_pymc  # no other model needs it

        made = from_pymc(made)
    if isinstance(made, ModelSource):
        made = made.as_model()
    engine, model = _understood(unwrapped(made), engine_name)
    if holds_function(made):
        given = [spec.variable for spec in model.function.maker.inputs if not spec.shared]
        model = dataclasses.replace(model, parameters=[v for v in given if is_float(engine, v)])
    model = settled(engine, model)
    tell_apart(engine, model)
    if not model.name:
        own = unwrapped(made)
        found = name_of(own) if engine.is_variable(own) else None
        model = dataclasses.replace(model, name=name or found)
    return engine, model


def _understood(made: Any, engine_name: str | None) -> tuple[Engine, Model]:
    if made is None:
        raise XorexplainError(_nonsense(made))
    engine = _engine_for(made, engine_name)
    if isinstance(made, Model):
        _check(engine, made)
        return engine, made
    if engine.is_function(made) or engine.is_graph(made):
        return engine, Model(function=made, name=_given_name(made))
    if engine.is_variable(made):
        return engine, _from_variable(engine, made)
    if isinstance(made, Mapping):
        return engine, _from_mapping(engine, made)
    if _is_list(made):
        return engine, _from_mapping(engine, _numbered(made))
    raise XorexplainError(_nonsense(made))


def _given_name(function: Any) -> str | None:
    """Return the name of a function; where it was compiled, which an engine says, is none."""
    name = getattr(function, "name", None)
    return None if name is None or _PLACE.search(name) else str(name)


def _engine_for(made: Any, engine_name: str | None) -> Engine:
    """Return the engine the objects belong to; it wins over the engine that was asked for."""
    parts = [part for part in _parts(made) if part is not None]
    found = [engine for engine in map(engine_of, parts) if engine is not None]
    if not found:
        if parts:
            raise XorexplainError(_nonsense(parts[0]))
        raise XorexplainError("the model is empty: return at least one variable")
    if engine_name is not None and choose(engine_name) is not found[0]:
        raise XorexplainError(
            f"the model is made of {found[0].title} variables, not {choose(engine_name).title}: "
            "leave --engine out or change the model"
        )
    return found[0]


def _parts(made: Any) -> list[Any]:
    """List what may tell the engine of whatever a user returned."""
    if isinstance(made, Model):
        _check_collections(made)
        updated = [shared for shared, _ in _update_pairs(made)]
        several = (told[0] if isinstance(told, tuple) else told for told in made.costs.values())
        costs = [made.cost, *several]
        return [*made.outputs.values(), *costs, made.function, *made.parameters, *updated]
    if isinstance(made, Mapping):
        return list(made.values())
    return list(made) if _is_list(made) else [made]


def _is_list(made: Any) -> bool:
    return isinstance(made, Sequence) and not isinstance(made, (str, bytes))


def _from_variable(engine: Engine, variable: Any) -> Model:
    """Take a scalar float variable as a cost, and guess its parameters.

    They are the float shared variables below it whose name does not say that they are data, else
    the float inputs of which the same holds, else whatever floats there are, inputs first.
    """
    name = name_of(variable) or "output"
    info = engine.type_of(variable)
    if info.shape != () or not (info.dtype or "").startswith("float"):
        return Model(outputs={name: variable})
    read = dict.fromkeys([*(v for node in toposort([variable]) for v in node.inputs), variable])
    floats = [v for v in read if (engine.type_of(v).dtype or "").startswith("float")]
    shared = [v for v in floats if engine.role_of(v) == "shared" and not _keeps_itself(v)]
    inputs = [v for v in floats if engine.role_of(v) == "input"]
    likely = (
        [v for v in group if not _DATA.search(name_of(v) or "")] for group in (shared, inputs)
    )
    parameters = next((found for found in (*likely, inputs, shared) if found), [])
    return Model(outputs={name: variable}, cost=variable, parameters=parameters)


def _keeps_itself(shared: Any) -> bool:
    """Tell whether a shared variable has an update of its own, as random states and counters do."""
    return getattr(shared, "default_update", None) is not None


def _from_mapping(engine: Engine, variables: Mapping[Any, Any]) -> Model:
    for key, variable in variables.items():
        if not engine.is_variable(variable):
            raise XorexplainError(f"entry {key!r}: {_nonsense(variable)}")
    outputs = {str(key): variable for key, variable in variables.items()}
    cost = next((outputs[name] for name in COST_NAMES if name in outputs), None)
    if cost is None:
        return Model(outputs=outputs)
    parameters = _from_variable(engine, cost).parameters
    return Model(outputs=outputs, cost=cost, parameters=parameters)


def _numbered(variables: Sequence[Any]) -> dict[str, Any]:
    """Name the variables of a list, each by a name of its own."""
    named: dict[str, Any] = {}
    for position, variable in enumerate(variables):
        name = str(getattr(variable, "name", None) or f"output {position}")
        named[name if name not in named else f"{name} ({position})"] = variable
    return named


def _check_collections(model: Model) -> None:
    """Raise XorexplainError for a Model whose fields are no lists and dicts."""
    if model.name is not None and not isinstance(model.name, str):
        raise XorexplainError(f"Model.name is {_kind(model.name)}: it must be text")
    for field in ("outputs", "data", "costs"):
        if not isinstance(getattr(model, field), Mapping):
            raise XorexplainError(f"Model.{field} must be a dict: {{'name': variable, ...}}")
        for key in getattr(model, field):
            if not isinstance(key, str):
                raise XorexplainError(f"Model.{field} has the name {_kind(key)}: it must be text")
    for field in ("parameters", "inputs", "consider_constant"):
        if not _is_list(getattr(model, field)):
            raise XorexplainError(f"Model.{field} must be a list of variables: [W1, W2]")


def _update_pairs(model: Model) -> list[tuple[Any, Any]]:
    try:
        return model.update_pairs
    except (TypeError, ValueError) as error:
        raise XorexplainError(
            "Model.updates must pair shared variables with their new values: [(W, new), ...]"
        ) from error


def _check(engine: Engine, model: Model) -> None:
    """Raise XorexplainError for a Model that holds what is no variable of the engine."""
    fields = [(f"outputs[{key!r}]", v) for key, v in model.outputs.items()]
    fields += [("cost", model.cost)] if model.cost is not None else []
    fields += [(f"parameters[{i}]", v) for i, v in enumerate(model.parameters)]
    fields += [(f"inputs[{i}]", v) for i, v in enumerate(model.inputs)]
    fields += [(f"updates[{i}]", v) for i, pair in enumerate(model.update_pairs) for v in pair]
    for field, value in fields:
        if not engine.is_variable(value):
            raise XorexplainError(
                f"Model.{field} is {_kind(value)}: it must be a {engine.title} variable"
            )
    for i, (shared, _) in enumerate(model.update_pairs):
        if engine.role_of(shared) != "shared":
            raise XorexplainError(f"Model.updates[{i}] changes {shared}, which must be shared")
    for i, variable in enumerate(model.inputs):
        if engine.role_of(variable) in ("shared", "constant"):
            raise XorexplainError(f"Model.inputs[{i}] has a value of its own: leave it out")
    function = model.function
    if function is not None and not (engine.is_function(function) or engine.is_graph(function)):
        raise XorexplainError(f"Model.function is {_kind(function)}, no compiled function")


def _nonsense(made: Any) -> str:
    older = fork(type(made).__module__.partition(".")[0])
    return older or (
        f"{_kind(made)} is no model: return an xorexplain.Model, a Theano or PyTensor variable, "
        "a list or dict of variables, or a compiled function"
    )


def _kind(made: Any) -> str:
    """Say in a few words what an object is."""
    if made is None:
        return "None"
    text = repr(made)
    is_short = len(text) < 60 and "\n" not in text
    return f"{type(made).__name__} {text}" if is_short else f"a {type(made).__name__}"
