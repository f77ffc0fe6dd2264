"""Tell which rewriting somebody means by a function, a graph or a result of one."""

from __future__ import annotations

from typing import Any


def unwrapped(function: Any) -> Any:
    """Return the compiled function inside an object that calls one, as PyMC's `PointFunc` does."""
    inside = getattr(function, "f", None)
    return inside if not hasattr(function, "maker") and hasattr(inside, "maker") else function


def is_of(graph: Any, made: Any) -> bool:
    """Tell whether a function runs a graph, or something is that graph or a result of it."""
    fgraph = getattr(getattr(made, "maker", None), "fgraph", made)
    return fgraph is graph or any(fgraph is output for output in graph.outputs)
