"""Read the dimensions of a PyMC model: which axes are called after them, and how long they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAX_TOLD = 8
"""How many lengths are told."""


def dims_of(theirs: Any) -> Mapping[str, Sequence[str]]:
    """Return the dimensions of variables by their names, and of what stands for them in logp.

    A transform may change an axis, as that of a simplex does: what it leaves as long keeps its
    name.
    """
    found: dict[str, Sequence[str]] = {}
    for name, dims in theirs.named_vars_to_dims.items():
        named = tuple("" if dim is None else str(dim) for dim in dims)
        found[str(name)] = named
        variable = theirs.named_vars[name]
        value = theirs.rvs_to_values.get(variable)
        if value is not None and _keeps_axes(theirs, variable, value):
            found[str(value.name)] = named
    return found


def _keeps_axes(theirs: Any, variable: Any, value: Any) -> bool:
    """Tell whether what stands for a variable surely has the variable's axes."""
    transform = theirs.rvs_to_transforms.get(variable)
    if transform is None:
        return True
    if value.type.ndim != variable.type.ndim:
        return False
    return getattr(transform, "name", "") in ("log", "logodds", "interval", "log_exp_m1", "ordered")


def lengths_told(theirs: Any) -> Sequence[str]:
    """Say how long each dimension is that axes are called after: one that is an identifier."""
    dims = dict.fromkeys(dim for dims in dims_of(theirs).values() for dim in dims)
    used = [dim for dim in dims if dim.isidentifier()]
    known = [(dim, theirs.coords.get(dim)) for dim in used]
    told = [f"{dim} = {len(labels)}" for dim, labels in known if labels is not None]
    more = [f"{len(told) - MAX_TOLD} more dimensions"] if len(told) > MAX_TOLD else []
    return [f"dimensions: {', '.join([*told[:MAX_TOLD], *more])}"] if told else []
