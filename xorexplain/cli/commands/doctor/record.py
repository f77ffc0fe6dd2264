"""Define what a check finds, and what the checks of one machine share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.engines.setup import Setup

Status = Literal["ok", "missing", "problem"]


@dataclass(frozen=True)
class Check:
    """Report on one thing: what was found, what its absence takes away, what mends it.

    `cure` is a command. `needed` tells whether drawing, printing or training the XOR network
    fails without it.
    """

    name: str
    status: Status
    found: str
    loss: str = ""
    cure: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Finding:
    """Hold the outcome of a check, before it is named."""

    status: Status
    found: str
    loss: str = ""
    cure: str = ""


@dataclass(frozen=True)
class Machine:
    """Hold the engine and what it says of its setup, or the error that came instead.

    `blas_flags` are those that compiled code is linked with, where code is compiled.
    """

    engine: Engine | None = None
    setup: Setup | None = None
    blas_flags: str = ""
    error: Exception | None = None


def first_line(error: Exception | None) -> str:
    """Return the first line of an error's text, after its class where that says something."""
    text = (str(error).strip().splitlines() or [""])[0]
    return text if isinstance(error, XorexplainError) else f"{type(error).__name__}: {text}"


def problem_and_cure(error: XorexplainError) -> tuple[str, str]:
    """Split an error's line into what is wrong and the command that mends it."""
    problem, _, cure = str(error).rpartition(": ")
    return problem, cure.partition(" (")[0]
