"""Find the model a user names on the command line and understand whatever it returns."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from xorexplain.engines import Engine, choose, engine_of
from xorexplain.engines.common import toposort
from xorexplain.engines.recursion import call_deep
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.model import Model
from xorexplain.xor import xor

COST_NAMES = ("cost", "loss")


def load_model(spec: str | None, engine_name: str | None = None) -> tuple[Engine, Model]:
    """Return the engine and model of `--model`; the tutorial's XOR network for None.

    `spec` is `pkg.module:callable` or `path/to/file.py:callable`; the callable takes no argument.
    Raise XorexplainError for a spec that cannot be followed, code that fails (its traceback, cut
    to the user's own frames, is in `details`) and a result that is no model.
    """
    if spec is None:
        engine = choose(engine_name)
        return engine, xor(engine)
    location, colon, attribute = spec.rpartition(":")
    if not colon or not location or not attribute:
        raise XorexplainError(
            f"--model {spec!r} names no callable: write pkg.module:callable or file.py:callable"
        )
    is_file = location.endswith(".py")
    module = _import_file(Path(location)) if is_file else _import_module(location)
    if not hasattr(module, attribute):
        public = [name for name in vars(module) if not name.startswith("_")]
        raise XorexplainError(f"{location} has no {attribute!r}: {did_you_mean(attribute, public)}")
    made = getattr(module, attribute)
    if callable(made) and engine_of(made) is None and not isinstance(made, Model):
        made = _call(made, spec)
    engine, model = as_model(made, engine_name)
    return engine, model if model.name else _named(model, attribute)


def as_model(made: Any, engine_name: str | None = None) -> tuple[Engine, Model]:
    """Understand a Model, a variable, a list or dict of variables, or a compiled function."""
    engine = _engine_for(made, engine_name)
    if isinstance(made, Model):
        _check(engine, made)
        return engine, made
    if engine.is_function(made):
        return engine, Model(function=made, name=getattr(made, "name", None))
    if engine.is_variable(made):
        return engine, _from_variable(engine, made)
    if isinstance(made, Mapping):
        return engine, _from_mapping(engine, made)
    if isinstance(made, Sequence) and not isinstance(made, str):
        named = {_name(v, position): v for position, v in enumerate(made)}
        return engine, _from_mapping(engine, named)
    raise XorexplainError(_nonsense(made))


def _engine_for(made: Any, engine_name: str | None) -> Engine:
    """Return the engine the objects belong to; it wins over the engine that was asked for."""
    if isinstance(made, Model):
        parts = [*made.outputs.values(), made.cost, made.function, *made.parameters]
    elif isinstance(made, Mapping):
        parts = list(made.values())
    elif isinstance(made, Sequence) and not isinstance(made, str):
        parts = list(made)
    else:
        parts = [made]
    found = [engine for engine in map(engine_of, parts) if engine is not None]
    if not found:
        if isinstance(made, (Model, Mapping, Sequence)) and not isinstance(made, str):
            if not any(part is not None for part in parts):
                raise XorexplainError("the model is empty: return at least one variable")
            made = next(part for part in parts if part is not None)
        raise XorexplainError(_nonsense(made))
    if engine_name is not None and choose(engine_name) is not found[0]:
        raise XorexplainError(
            f"the model is made of {found[0].title} variables, not {choose(engine_name).title}: "
            "leave --engine out or change the model"
        )
    return found[0]


def _from_variable(engine: Engine, variable: Any) -> Model:
    """Take a scalar float variable as a cost of every float shared variable below it."""
    name = variable.name or "output"
    info = engine.type_of(variable)
    if info.shape != () or not (info.dtype or "").startswith("float"):
        return Model(outputs={name: variable})
    shared = dict.fromkeys(
        v for node in toposort([variable]) for v in node.inputs if engine.role_of(v) == "shared"
    )
    floats = [v for v in shared if (engine.type_of(v).dtype or "").startswith("float")]
    return Model(outputs={name: variable}, cost=variable, parameters=floats)


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


def _check(engine: Engine, model: Model) -> None:
    """Raise XorexplainError for a Model whose fields are not what they should be."""
    try:
        pairs = model.update_pairs
    except (TypeError, ValueError) as error:
        raise XorexplainError(
            "Model.updates must pair shared variables with their new values: [(W, new), ...]"
        ) from error
    fields = [(f"outputs[{key!r}]", v) for key, v in model.outputs.items()]
    fields += [("cost", model.cost)] if model.cost is not None else []
    fields += [(f"parameters[{i}]", v) for i, v in enumerate(model.parameters)]
    fields += [(f"inputs[{i}]", v) for i, v in enumerate(model.inputs)]
    fields += [(f"updates[{i}]", v) for i, pair in enumerate(pairs) for v in pair]
    for field, value in fields:
        if not engine.is_variable(value):
            raise XorexplainError(f"Model.{field}: {_nonsense(value)}")
    if model.function is not None and not engine.is_function(model.function):
        raise XorexplainError(f"Model.function is no compiled function but {_kind(model.function)}")


def _nonsense(made: Any) -> str:
    return (
        f"{_kind(made)} is no model: return an xorexplain.Model, a Theano or PyTensor variable, "
        "a list or dict of variables, or a compiled function"
    )


def _kind(made: Any) -> str:
    text = repr(made)
    return f"{type(made).__name__} {text}" if len(text) < 60 else f"a {type(made).__name__}"


def _name(variable: Any, position: int) -> str:
    return getattr(variable, "name", None) or f"output {position}"


def _named(model: Model, name: str) -> Model:
    return dataclasses.replace(model, name=name)


def _import_module(name: str) -> ModuleType:
    _put_on_path(Path.cwd())
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise XorexplainError(
                f"no module named {error.name!r}: run from the folder that holds it, "
                "or give the file as path/to/file.py:callable"
            ) from error
        raise _failed(name, error) from error
    except (Exception, SystemExit) as error:
        raise _failed(name, error) from error


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise XorexplainError(f"there is no file {path}: check the path given to --model")
    _put_on_path(path.resolve().parent)
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise XorexplainError(f"{path} cannot be read as Python")
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(path.stem, module)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise _failed(str(path), error) from error
    return module


def _put_on_path(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _call(function: Any, spec: str) -> Any:
    """Call the user's callable; what it prints goes to stderr, to keep stdout for our data."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return call_deep(function)
    except XorexplainError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(spec, error) from error


def _failed(what: str, error: BaseException) -> XorexplainError:
    """Report an exception of the user's code with the frames that are theirs."""
    own = str(Path(__file__).resolve().parent)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((own, "<frozen"))
        and "site-packages" not in frame.filename
        and not frame.filename.endswith("importlib/__init__.py")
    ]
    lines = ["Traceback (the model's own frames):\n"] if frames else []
    lines += traceback.format_list(frames)
    lines += traceback.format_exception_only(error)
    summary = f"{type(error).__name__}: {error}".splitlines()[0]
    return XorexplainError(f"the model {what} failed: {summary}", details="".join(lines).rstrip())
