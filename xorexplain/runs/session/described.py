"""Describe a compiled function and a failure in plain words that can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.models.naming import name_of

MAX_TEXT, MAX_LINE = 2000, 200
MAX_NAMED = 40
"""How many inputs, results and updates of a function are named."""


def described(engine: Engine, maker: Any, written: Sequence[Any] = ()) -> dict[str, Any]:
    """Name what a maker's function takes, gives and updates, and in which mode it runs.

    `written` is what its graph gave before it was rewritten, where that was recorded.
    """
    graph = maker.fgraph
    updated = dict(engine.updates_of(maker))
    pairs = zip(graph.inputs, maker.inputs, strict=False)
    given = [v for v, spec in pairs if not getattr(spec, "shared", False)]
    results = [v for position, v in enumerate(graph.outputs) if position not in updated]
    told = [getattr(spec, "variable", v) for spec, v in zip(maker.outputs, results, strict=False)]
    own = [v for position, v in enumerate(written) if position not in updated] or told
    mode, backend = engine.mode_words(maker)
    return {
        "inputs": [_named(v) for v in given[:MAX_NAMED]],
        "results": [
            {**_named(v), "name": _name(was) or _name(v)}
            for v, was in list(zip(results, own, strict=False))[:MAX_NAMED]
        ],
        "updates": [_name(v) or str(v.type) for v in list(updated.values())[:MAX_NAMED]],
        "mode": mode,
        "backend": backend,
        "runs": len(graph.apply_nodes),
    }


def _named(variable: Any) -> dict[str, Any]:
    return {"name": _name(variable), "type": str(variable.type)}


def _name(variable: Any) -> str | None:
    name = name_of(variable)
    return None if name is None else name[:200]


def ending_words(error: BaseException) -> str:
    """Say which exception ended a program, by its kind and the first line of its message."""
    return ending_words_of(*failure_words(error))


def ending_words_of(kind: str, message: str) -> str:
    """Say an exception in one line, by its kind and its message."""
    first, *_ = message.splitlines() or [""]
    told = first if len(first) <= MAX_LINE else f"{first[: MAX_LINE - 1]}…"
    return f"{kind}: {told}" if told else kind


def failure_words(error: BaseException) -> tuple[str, str]:
    """Return the kind of an exception and its message, shortened.

    An engine begins with where it was and ends with what is wrong: the middle is left out.
    """
    try:
        message = str(error).strip()
    except Exception:  # noqa: BLE001 - an exception of the user's own may not be printable
        message = ""
    if len(message) > MAX_TEXT:
        message = f"{message[: MAX_TEXT // 2]} … {message[-MAX_TEXT // 2 :]}"
    return type(error).__name__, message
