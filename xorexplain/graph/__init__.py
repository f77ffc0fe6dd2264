"""Hold a graph as plain records, know the ops in it, and look at it in several ways."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Return a record by the path it had when this package was one module."""
    # To ask this module for the other would ask this function again, where nothing has loaded it.
    records = import_module("xorexplain.graph.records")
    if name.startswith("_") or not hasattr(records, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import warnings

    warnings.warn(
        f"xorexplain.graph.{name} is now xorexplain.{name}", DeprecationWarning, stacklevel=2
    )
    return getattr(records, name)
