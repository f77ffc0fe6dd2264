"""Have a model's functions be rewritten and compiled in another mode, from Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.modes import asked, under


def in_mode(
    obj: Any,
    mode: Any = None,
    *,
    including: Sequence[str] | str = (),
    excluding: Sequence[str] | str = (),
    backend: str | None = None,
) -> Model:
    """Return a model whose functions are rewritten and compiled in a mode, for all else here.

    `obj` is what `draw` takes. `mode` is the name of one of the engine's modes or a mode, `backend`
    names what runs the functions instead: `c`, `numba`, `jax`, `pytorch` or `mlx` for PyTensor, of
    which those that are not installed show rewrites alone, `c` or `python` for Theano. `including`
    and `excluding` are names and tags of rewrites. Raise XorexplainError for what the engine does
    not have, and for a compiled function, which has its mode.
    """
    engine, model = as_model(obj)
    if model.function is not None:
        raise XorexplainError("a compiled function has its mode: hand over its variables")
    more, fewer = ((word,) if isinstance(word, str) else word for word in (including, excluding))
    return under(model, asked(engine, mode, more, fewer, backend))
