"""Ask an engine for something, and report in one line what it finds wrong with a user's graph."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Adjoint, Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.models.naming import name_of

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

MAX_LINES, MAX_CHARACTERS = 40, 300
"""How much of an engine's error is shown."""


@contextlib.contextmanager
def reporting(engine: Engine, task: str, cure: str = "") -> Iterator[None]:
    """Report an engine's exception in one line, the rest of its text in details."""
    try:
        yield
    except XorexplainError:
        raise
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name:
            cure = f"pip install {error.name}, or see --stage optimized, which needs no backend"
        raise in_one_line(error, f"{engine.title} cannot {task}", cure) from error


def in_one_line(error: Exception, failed: str, cure: str = "") -> XorexplainError:
    """Report an exception of somebody else's in one line, the rest of its text in details."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    message = f"{failed}: {lines[0][:MAX_CHARACTERS]}"
    message += f": {cure}" if cure else ""
    return XorexplainError(message, details="\n".join(lines[1:MAX_LINES]))


@contextlib.contextmanager
def rewriting(engine: Engine, recorder: Recorder) -> Iterator[None]:
    """Report an engine's exception while it rewrites, and the rewrite that failed before it.

    A rewrite that is taken back may leave a graph of which a later one, or the engine, makes no
    sense any more.
    """
    try:
        with reporting(engine, "rewrite the graph"):
            yield
    except XorexplainError as error:
        failed = [firing for firing in recorder.firings if firing.verdict == "failed"]
        if not failed:
            raise
        first = failed[0]
        words = f"after {first.rewrite} failed ({first.message[:MAX_CHARACTERS]}): exclude that"
        raise XorexplainError(f"{error}, {words}", details=error.details) from error


def is_float(engine: Engine, variable: Any) -> bool:
    """Tell whether a variable is of floating-point or complex numbers."""
    return (engine.type_of(variable).dtype or "").startswith(("float", "complex"))


@contextlib.contextmanager
def differentiating(engine: Engine, cost: Any, wrt: Sequence[Any]) -> Iterator[None]:
    """Report which variable an engine finds no gradient for, and who explains it.

    Raise XorexplainError for variables of integers, and in place of the engine's exceptions.
    """
    for variable in wrt:
        if not is_float(engine, variable):
            info = engine.type_of(variable)
            raise XorexplainError(
                f"{_name(variable)} is {info.dtype or info.text}, which has no gradient: "
                f"make it a float, or see {_explainer(variable)}"
            )
    task = f"differentiate {name_of(cost) or 'the cost'}"
    with reporting(engine, task, "see `gradient --why`"):
        try:
            yield
        except Exception:
            need_gradients(cost, wrt, engine.adjoints(cost, list(wrt)))
            raise


def need_gradients(cost: Any, wrt: Sequence[Any], found: Sequence[Adjoint]) -> None:
    """Raise XorexplainError, naming the variable, where there is no gradient for one."""
    for variable, adjoint in zip(wrt, found, strict=True):
        if adjoint.variable is None:
            name, whole = _name(variable), name_of(cost) or "the cost"
            problem = f"has no gradient for {name}, it is {adjoint.missing}"
            if variable not in {v for node in toposort([cost]) for v in node.inputs}:
                problem = f"does not read {name}"
            raise XorexplainError(f"{whole} {problem}: see {_explainer(variable)}")


def _name(variable: Any) -> str:
    return str(name_of(variable) or variable)


def _explainer(variable: Any) -> str:
    return f"`gradient --why --wrt {variable.name}`" if variable.name else "`gradient --why`"
