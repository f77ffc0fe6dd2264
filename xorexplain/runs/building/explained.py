"""Explain an error of building a graph or of compiling a function, as a record."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import ENGINES, Engine, load
from xorexplain.engines.shared.common import plain
from xorexplain.models.pymc.failed import observed_within
from xorexplain.runs.building import compiling, differentiating, functions, graphs, parts, symbolic
from xorexplain.runs.building.faults import Building, Fault, building_of
from xorexplain.runs.building.late import explanation_of_late
from xorexplain.runs.building.stack import Asked, asked_of
from xorexplain.runs.failing import explanation_of, said
from xorexplain.runs.records import Explanation

MAX_OPERANDS = 12
UNKNOWN = "what it was given could not be found in the frames of the traceback"
NO_LINE = "the engine kept no line of the user's for this node: it was made while rewriting"
_COMPILING = ("prepare_fgraph", "create", "make_thunk", "make_all", "rewrite", "optimize")


def explanation_of_building(error: BaseException) -> Explanation | None:
    """Tell why a graph was not built, or a function not compiled; None for any other error.

    What is told is read from the frames of the traceback: nothing is computed.
    """
    for engine in _imported():
        asked = asked_of(engine, error)
        if asked is not None:
            return _explained(asked, error)
    return None


def explanation_of_call(
    error: BaseException, function: Any, arguments: Sequence[Any], named: Mapping[Any, Any]
) -> Explanation:
    """Tell why a call failed: at a node, or before, where a backend compiles at the first call."""
    late = explanation_of_late(error, function, arguments, named)
    return late or explanation_of(error, function, arguments, named)


def _imported() -> Sequence[Engine]:
    """Return the engines that the program has imported; a folder of the name is none."""
    names = (n for n in ENGINES if getattr(sys.modules.get(n), "__version__", None) is not None)
    return [load(name) for name in names]


def _explained(asked: Asked, error: BaseException) -> Explanation | None:
    built = building_of(asked)
    if _is_compiling(asked):
        found = next((told for rule in compiling.rules() if (told := rule(built))), None)
        if found is not None:
            return _uncompiled(built, found, said(error))
    for rules in (symbolic, differentiating, functions, parts, graphs):
        for rule in rules.rules():
            fault = rule(built)
            if fault is not None:
                return _unbuilt(built, fault, said(error))
    if not asked.frames:
        # Python refused something that need not be the engine's.
        return None
    words = built.words or said(asked.error)
    return _unbuilt(built, Fault("other", words, "", built.given or None), said(error))


def _is_compiling(asked: Asked) -> bool:
    return any(frame.name in _COMPILING for frame in asked.frames)


def _unbuilt(built: Building, fault: Fault, error: str) -> Explanation:
    asked = built.asked
    values = list(fault.values or ())[:MAX_OPERANDS]
    observed = observed_within(asked.error, [v for v in values if hasattr(v, "name")])
    line = None if observed is None else built.engine.source_line(observed)
    return Explanation(
        "building",
        fault.problem,
        fault.sentence,
        asked.code,
        "",
        line or asked.user.source,
        (),
        fault.cure,
        error,
        notes=(UNKNOWN,) if fault.values is None else (),
        operands=built.operands.listed(values),
        asked=None if line is None else asked.user.source,
    )


def _uncompiled(built: Building, found: compiling.Uncompiled, error: str) -> Explanation:
    line, expression, kind = None, "", ""
    notes: tuple[str, ...] = ()
    inputs: Sequence[Any] = ()
    if found.node is not None:
        words = built.operands.words
        line = words.source(found.node.outputs[0]) or words.nearest_source(found.node)
        expression = words.expression(found.node.outputs[0])
        kind, inputs = built.engine.op_of(found.node).kind, found.node.inputs
        notes = () if line is not None else (NO_LINE,)
    return Explanation(
        "compiling",
        found.problem,
        found.sentence,
        expression or plain(built.asked.code),
        kind,
        line or built.asked.user.source,
        (),
        found.cure,
        error,
        notes=notes,
        operands=built.operands.listed(inputs),
        asked=built.asked.user.source,
        rewrite=found.rewrite,
        generated=found.generated,
    )
