"""Choose what is meant in a file that was run: the only model, or the one that is named."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Iterator, Sequence
from functools import partial
from types import ModuleType
from typing import Any

from xorexplain.engines import engine_of
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.models.files.outline import Outline, needed, outline
from xorexplain.models.files.running import failed
from xorexplain.models.files.spec import STDIN, Spec
from xorexplain.models.model import Model
from xorexplain.models.pymc.recognized import is_pymc, unwrapped

COST_NAMES = ("cost", "loss")
MAX_NAMED = 12


@dataclass(frozen=True)
class Candidate:
    """Hold a name that may be a model, and what it is.

    A part, as a function that another calls or a variable where there is a whole model, is taken
    only where nothing else is there.
    """

    name: str
    kind: str
    is_part: bool = False


class SeveralModelsError(XorexplainError):
    """Tell that the file `location` holds several models; `first` is the name of one."""

    def __init__(self, problem: str, details: str, location: str, first: str) -> None:
        super().__init__(f"{problem}: name one, as {location}:{first}", details)
        self.problem = problem
        self.location = location
        self.first = first


def outline_of(spec: Spec) -> Outline:
    """Read the outline of a file before it is run; that of a module or of stdin is empty.

    Raise XorexplainError for a name that is not in the file, and where nothing is.
    """
    if not spec.is_file or spec.location == STDIN:
        return Outline(())
    try:
        known = outline(spec.path.read_text("utf-8"), spec.location)
    except (SyntaxError, ValueError) as error:
        raise failed(spec.location, error) from error
    except OSError as error:
        raise XorexplainError(f"cannot read {spec.path}: {error.strerror}: check it") from error
    if spec.name is None and not known.bound and not known.is_open:
        raise XorexplainError(f"{spec.location} defines nothing: {_ADVICE}")
    if spec.name is not None and spec.name not in known.bound and not known.is_open:
        names = dict.fromkeys((*known.kinds(), *sorted(known.bound - known.imported)))
        raise XorexplainError(_unknown(spec, list(names)))
    return known


def pick(spec: Spec, module: ModuleType, known: Outline) -> str:
    """Return the name that is meant; raise XorexplainError, listing all, where that is open."""
    if spec.name is not None:
        if not hasattr(module, spec.name):
            public = [name for name in vars(module) if not name.startswith("_")]
            raise XorexplainError(_unknown(spec, public))
        return spec.name
    # Of what is no file the text is known only now.
    known = known if known.statements else _outline_after(module)
    found = candidates(module, known)
    wholes = [candidate for candidate in found if not candidate.is_part] or found
    if len(wholes) == 1:
        return wholes[0].name
    if found:
        raise _several(spec, found)
    raise XorexplainError(f"{spec.location} holds no model{_lacking(known)}: {_ADVICE}")


def _outline_after(module: ModuleType) -> Outline:
    """Read the outline of a module that was run; one that is not of Python is empty."""
    try:
        return outline("".join(linecache.getlines(module.__file__ or "")))
    except SyntaxError:
        return Outline(())


def candidates(module: ModuleType, known: Outline) -> list[Candidate]:
    """List what may be a model among the names of a module that was run, without running more."""
    own = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in known.imported
    }
    wholes = [Candidate(name, kind) for name, value in own.items() if (kind := _kind(value))]
    functions = [
        Candidate(name, "function", name in known.helpers)
        for name, value in own.items()
        if _gives(name, value, module, known)
    ]
    has_whole = bool(wholes) or not all(function.is_part for function in functions)
    variables = [Candidate(name, "variable", has_whole) for name in _results(own)]
    order = {name: position for position, name in enumerate(own)}
    found = sorted((*wholes, *functions), key=lambda candidate: order[candidate.name])
    if variables and not has_whole:
        return [*variables, *found]
    return [*found, *variables]


def need_no_arguments(function: Any, where: str) -> None:
    """Raise XorexplainError for a function that cannot be called without arguments."""
    names = _required(function)
    if names:
        raise XorexplainError(
            f"{where} needs arguments ({', '.join(names)}): name a function that needs none, "
            "as one that calls it"
        )


_ADVICE = "write a function that returns a model, or give a graph a name at the top of the file"


def _kind(value: Any) -> str | None:
    """Say what a value is, where it is a whole model."""
    if isinstance(value, Model):
        return "model"
    if is_pymc(value):
        return "PyMC model"
    value = unwrapped(value)
    engine = None if isinstance(value, ModuleType | type) else engine_of(value)
    if engine is None:
        return None
    if engine.is_function(value):
        return "compiled function"
    return "graph" if engine.is_graph(value) else None


def _gives(name: str, value: Any, module: ModuleType, known: Outline) -> bool:
    """Tell whether a function of a module may give a model, by its text where that is known.

    What a decorator made of one is one too, as are some arguments put in place.
    """
    if isinstance(value, partial):
        made = value.func
        name, home = getattr(made, "__name__", ""), getattr(made, "__module__", "")
        is_written = name in known.functions and known.returns_model(name)
    else:
        home = getattr(value, "__module__", "")
        is_written = name in known.functions and known.gives(name)
    return is_written and callable(value) and home == module.__name__ and not _required(value)


def _required(function: Any) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    named = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.default is p.empty and p.kind not in named]


def _results(own: dict[str, Any]) -> Iterator[str]:
    """Yield the names of computed variables that no other of them is computed from."""
    named = {
        name: value
        for name, value in own.items()
        if (engine := engine_of(value)) is not None
        and engine.is_variable(value)
        and engine.role_of(value) == "intermediate"
    }
    costs = {id(value) for name, value in named.items() if name in COST_NAMES}
    # A gradient is computed from the cost, and is no other model.
    wholes = {
        name: value
        for name, value in named.items()
        if id(value) in costs or not costs & _read([value])
    }
    read = _read(list(wholes.values())) - costs
    seen: set[int] = set()
    for name, value in wholes.items():
        if id(value) not in read and id(value) not in seen:
            seen.add(id(value))
            yield name


def _read(variables: Sequence[Any]) -> set[int]:
    """Return what the apply nodes of some variables read."""
    return {id(v) for node in toposort(variables) for v in node.inputs}


def _unknown(spec: Spec, names: Sequence[str]) -> str:
    return f"{spec.location} has no {spec.name!r}: {did_you_mean(spec.name or '', names)}"


def _several(spec: Spec, found: Sequence[Candidate]) -> XorexplainError:
    named = [f"{spec.location}:{candidate.name}" for candidate in found]
    room = max(map(len, named))
    listed = [f"  {name:<{room}}  {c.kind}" for name, c in zip(named, found, strict=True)]
    names = ", ".join(candidate.name for candidate in found[:MAX_NAMED])
    more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
    return SeveralModelsError(
        f"{spec.location} holds {len(found)} models ({names}{more})",
        "\n".join(listed),
        spec.location,
        found[0].name,
    )


def _lacking(known: Outline) -> str:
    """Name the functions that would give a model, were it not for their arguments."""
    with_arguments = {name: needed(function) for name, function in known.functions.items()}
    shown = [f"{name}({', '.join(names)})" for name, names in with_arguments.items() if names]
    return f" that needs no argument, only {', '.join(shown[:MAX_NAMED])}" if shown else ""
