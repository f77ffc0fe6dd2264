"""Ask an engine once for each gradient of a model's cost, however many stages show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.protocol import Adjoint
from xorexplain.models.model import Model


def adjoints_once(
    engine: Engine, model: Model, wrt: Sequence[Any], *, named: bool = False
) -> list[Adjoint]:
    """Return the adjoints of variables in the cost of a model, from one gradient call.

    Where the same are asked for again they are the same variables. `named` has the engine name
    them as its own gradients are named.
    """
    # In which order they are asked for changes none of them.
    task = frozenset(wrt), named
    if task not in model.gradients:
        found = engine.adjoints(model.cost, wrt, named=named)
        model.gradients[task] = dict(zip(wrt, found, strict=True))
    known = model.gradients[task]
    return [known[variable] for variable in wrt]
