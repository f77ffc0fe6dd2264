"""Choose the engine.

An engine is an object that provides the functions of the `Engine` protocol; the folder of its name
is the only importer of the library. Nothing here imports one before it is chosen.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xorexplain.engines.names import ENGINES, INSTALL, TITLES, VARIABLE
from xorexplain.engines.protocol import Adjoint, Engine, Inner, Missing, Source, TypeInfo
from xorexplain.engines.releases import fork, misfit
from xorexplain.errors import XorexplainError, did_you_mean

__all__ = [
    "ENGINES",
    "INSTALL",
    "TITLES",
    "VARIABLE",
    "Adjoint",
    "Engine",
    "Inner",
    "Missing",
    "Source",
    "TypeInfo",
    "choose",
    "engine_of",
    "installed",
    "load",
]


def installed() -> tuple[str, ...]:
    """Return the names of the engines that can be imported here, the preferred one first."""
    return tuple(name for name in ENGINES if _is_installed(name))


def load(name: str) -> Engine:
    """Import an engine by name; raise XorexplainError for an unknown or missing one."""
    if name not in ENGINES:
        raise XorexplainError(f"unknown engine {name!r}: {did_you_mean(name.lower(), ENGINES)}")
    if not _is_installed(name):
        raise XorexplainError(f"{TITLES[name]} is not installed: {INSTALL[name]}")
    try:
        with _uncollected():
            return _LOADERS[name]()
    except (ImportError, AttributeError) as error:
        why = misfit(name)
        if why is None:
            raise
        raise XorexplainError(why) from error


def _theano() -> Engine:
    from xorexplain.engines.theano.adapter import engine

    return engine


def _pytensor() -> Engine:
    from xorexplain.engines.pytensor.adapter import engine

    return engine


_LOADERS: Mapping[str, Callable[[], Engine]] = {"theano": _theano, "pytensor": _pytensor}


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Spare an import the garbage collector, which finds nothing: a fifth of Theano's time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def choose(name: str | None = None) -> Engine:
    """Return the engine named, else that of XOREXPLAIN_ENGINE, else whichever is installed."""
    name = name or os.environ.get(VARIABLE) or None
    if name is not None:
        return load(name)
    available = installed()
    if not available:
        preferred = "theano" if sys.version_info < (3, 12) else "pytensor"
        older = fork("aesara")
        raise XorexplainError(older or f"no engine is installed: {INSTALL[preferred]}")
    return load(available[0])


def engine_of(obj: Any) -> Engine | None:
    """Return the engine an object belongs to, None for an object of no engine."""
    for cls in type(obj).__mro__:
        root = cls.__module__.partition(".")[0]
        if root in ENGINES:
            return load(root)
    return None


def _is_installed(name: str) -> bool:
    """Tell whether there is a package of that name, and not just a folder without code."""
    specification = importlib.util.find_spec(name)
    return specification is not None and specification.origin is not None
