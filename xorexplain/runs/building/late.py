"""Tell what a backend could not compile at the first call, by compiling node by node."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine, engine_of
from xorexplain.runs.building.compiling import said_first
from xorexplain.runs.calls import bind, chain
from xorexplain.runs.failing import said
from xorexplain.runs.lines import note_of, where
from xorexplain.runs.own_work import aside
from xorexplain.runs.records import Explanation
from xorexplain.runs.walk import Walk, given
from xorexplain.runs.words import Words
from xorexplain.runs.written import compiled_of

MAX_COMPILED = 25
"""Nodes that are compiled alone at most, to find the one that cannot be."""
_LATE = {"numba": "Numba", "jax": "JAX"}


@aside()
def explanation_of_late(
    error: BaseException, function: Any, arguments: Sequence[Any], named: Mapping[Any, Any]
) -> Explanation | None:
    """Tell which node a backend that compiles at the first call has refused; None for other errors.

    Each node of the compiled graph is compiled alone, with what went into it, until one fails.
    """
    engine = engine_of(function)
    backend = _backend(error)
    if engine is None or not backend or not engine.is_function(function):
        return None
    bound = bind(function, arguments, named)
    if bound.fault:
        return None
    run = compiled_of(function)
    walk = Walk(engine, given(run.inputs, bound.values))
    words = Words(engine, run, bound.numbers)
    tried, guilty = 0, None
    for ran in walk.run(run.outputs):
        if tried == MAX_COMPILED or ran.error is not None:
            break
        tried += 1
        if not _compiles(engine, function, ran.apply, ran.inputs, backend):
            guilty = ran.apply
            break
    first = next(e for e in chain(error) if _is_of(e, backend))
    title = _LATE[backend]
    cure = (
        "compile in another mode: mode='CVM', or FAST_COMPILE; mend what compiles the op "
        "where it is your own, else report it to the engine"
    )
    if guilty is None:
        note = f"none of the first {tried} nodes fails alone" if tried else "no node was tried"
        told = f"{title} could not compile the function: {said_first(first)}"
        return Explanation(
            "compiling",
            "failed compiler",
            told,
            "",
            "",
            None,
            (),
            cure,
            said(error),
            is_written=False,
            notes=(note,),
        )
    line = where(words, guilty)
    name = words.expression(guilty.outputs[0])
    return Explanation(
        "compiling",
        "failed compiler",
        f"{title} could not compile {name}: {said_first(first)}",
        name,
        engine.op_of(guilty).kind,
        line.line,
        tuple(dict.fromkeys(words.value(v, walk.known) for v in guilty.inputs)),
        cure,
        said(error),
        is_written=False,
        notes=note_of(line, is_written=False),
        source_of=line.of,
    )


def _backend(error: BaseException) -> str:
    """Name the library that was compiling when an error arose, empty for none."""
    return next((b for b in _LATE for e in chain(error) if _is_of(e, b)), "")


def _is_of(error: BaseException, backend: str) -> bool:
    """Tell whether a library's own compiler raised an error."""
    if type(error).__module__.startswith(f"{backend}."):
        return True
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    homes = [str(frame.f_globals.get("__name__", "")) for frame in frames]
    return (
        bool(homes) and homes[-1].startswith(f"{backend}.") and any("compiler" in h for h in homes)
    )


def _compiles(
    engine: Engine, function: Any, apply: Any, values: Sequence[Any], backend: str
) -> bool:
    """Compile one node alone with a function's linker, and call it."""
    inputs = [v.type() for v in apply.inputs]
    mode = function.maker.mode
    alone = type(mode)(linker=mode.linker, optimizer=None)
    made = apply.clone_with_new_inputs(inputs)
    try:
        engine.module.function(
            inputs, list(made.outputs), mode=alone, on_unused_input="ignore", accept_inplace=True
        )(*values)
    except Exception as error:  # noqa: BLE001 - whatever a compiler raises; only its own counts
        return _backend(error) != backend
    return True
