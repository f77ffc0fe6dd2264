"""Explain a failing call from Python, and have every uncaught error explained."""

from __future__ import annotations

import atexit
import contextlib
import sys
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Any

from xorexplain.api.report import Report
from xorexplain.engines import choose, engine_of
from xorexplain.engines.shared.keeping import keep_frames
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import visible
from xorexplain.errors.faults import fault_of
from xorexplain.models.loading import as_model
from xorexplain.render.reports.call_checks import call_check, call_check_json
from xorexplain.render.reports.failures import failure, failure_json
from xorexplain.render.reports.nonfinite import nonfinite, nonfinite_json
from xorexplain.render.writers import terminal
from xorexplain.runs import checking, written
from xorexplain.runs.building.explained import explanation_of_call
from xorexplain.runs.by_rewrites import find_nan_with_rewrites
from xorexplain.runs.calls import call_of
from xorexplain.runs.failing import explanation_of_graph
from xorexplain.runs.models import find_in_values, graph_of
from xorexplain.runs.records import Explanation, Finding
from xorexplain.runs.uncalled import explanation_of_uncalled

_ON = contextlib.ExitStack()
"""What is turned on, to be turned off again."""
# Else it is closed when Python has emptied the modules, and what ends it finds nothing there.
atexit.register(_ON.close)
_STATE: dict[str, bool] = {"on": False}


def explain(error: BaseException, function: Any = None, *arguments: Any, **named: Any) -> Report:
    """Explain why a call of a compiled function failed, in a report that a notebook shows.

    Or why a graph could not be built, or a function not compiled: by an error alone, as `T.dot` or
    `function` raised it. Told are the line, what stands there, its operands with their types and
    where each came from, and the cure; read from the traceback, and nothing is computed.

    Of a call, `error` is what it raised, `function` with its `arguments` the call; without them it
    is found in the error's traceback. The values are computed once more node by node, as the graph
    was written: the first apply node that fails alone is told with its line, what went into it,
    what the engine made of it, and the cure.

    `function` may be a model too, in any form that `draw` takes: its own data are used, and what is
    named beside. PyTensor keeps no graph as it was written, unless `explain_errors` was on when the
    function was compiled; without it the compiled graph is told.

    Raise XorexplainError where there is no call to explain.
    """
    told = explained(error, function, arguments, named)
    return Report(failure(told), partial(failure_json, told))


def explained(
    error: BaseException, function: Any, arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> Explanation:
    """Explain the call that is given, or what an error came out of."""
    if function is None:
        call = call_of(error)
        told = explanation_of_uncalled(error) if call is None else None
        if told is not None:
            return told
        if call is None:
            raise XorexplainError(
                "the error came out of no compiled function, and the engine built nothing when it "
                "arose: give the function and its arguments"
            )
        return explanation_of_call(error, call.function, call.arguments, call.named)
    function, arguments, named = unwrapped(function, arguments, named)
    engine = engine_of(function)
    if engine is not None and engine.is_function(function):
        return explanation_of_call(error, function, arguments, named)
    return _of_model(error, function, arguments, named)


def _of_model(
    error: BaseException, made: Any, arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> Explanation:
    engine, model = as_model(made)
    if model.function is not None and not model.results:
        return explanation_of_call(error, model.function, arguments, named)
    graph, values = graph_of(engine, model, arguments, named)
    return explanation_of_graph(error, engine, graph, values)


def find_nan(function: Any, *arguments: Any, **named: Any) -> Report | None:
    """Find where a NaN or an infinity began, in a report; None where every result is finite.

    `function` is a compiled function, called with these arguments and the values that the shared
    variables have now, or a model in any form that `draw` takes, with its own data and what is
    named beside. Told is the first node, in the order of execution, whose result has one while its
    inputs have none: its line, the rule that made it, the elements, the cure; for a gradient also
    whether the cost itself is finite. Which rewrites hide or make it is seen by rewriting without
    them; what only the rewriter made is found as well.
    """
    function, arguments, given = unwrapped(function, arguments, named)
    engine = engine_of(function)
    if engine is not None and engine.is_function(function):
        found = find_nan_with_rewrites(function, arguments, given)
    else:
        engine, model = as_model(function)
        if model.function is not None and not model.results:
            found = find_nan_with_rewrites(model.function, arguments, given)
        else:
            found = find_in_values(engine, model, *graph_of(engine, model, arguments, given))
    return None if found is None else nan_report(found)


def check_call(function: Any, *arguments: Any, **named: Any) -> Report:
    """Check the answer of a compiled function, in a report: is it what its graph says?

    The graph is computed once more node by node, with bounds, shapes and dtypes checked, and
    compared with what the function answers to these arguments. Told is an index outside of its
    array, for which a backend that checks no bounds answers with foreign memory; memory that is
    read and that nobody has written; an op that writes into what it reads; a rewrite that changed
    a value beyond rounding. The shared variables keep their values. What is drawn at random is
    not compared.
    """
    found = checking.check_call(*unwrapped(function, arguments, named))
    return Report(call_check(found), partial(call_check_json, found))


def unwrapped(
    function: Any, arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> tuple[Any, tuple[Any, ...], Mapping[str, Any]]:
    """Return the compiled function inside PyMC's, which takes a point as one dictionary."""
    inside = getattr(function, "f", None)
    engine = engine_of(inside)
    if engine is None or not engine.is_function(inside):
        return function, arguments, named
    if len(arguments) == 1 and isinstance(arguments[0], Mapping):
        return inside, (), {**arguments[0], **named}
    return inside, arguments, named


def nan_report(found: Finding | None) -> Report:
    """Hold what was found of NaN and infinity as a report."""
    return Report(nonfinite(found), partial(nonfinite_json, found))


def explain_errors(on: bool = True) -> None:
    """Have every uncaught error of the engine explained, below its traceback.

    That is of a call of a compiled function, and while a graph is built or a function compiled.

    Works in a script, Python's prompt and IPython. Functions that are compiled from now on keep
    their graph as it was written, so that the explanation names the line; nothing else of the
    program changes, and calls are as fast as before. `explain_errors(False)` turns it off.
    """
    if on == _STATE["on"]:
        return
    _STATE["on"] = on
    if not on:
        _ON.close()
        return
    engine = choose()
    keep_frames(engine.module.config)
    engine.keep_inner_lines()
    _ON.enter_context(engine.listening(written.keep))
    before = sys.excepthook

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        sys.stderr.write(explanation_text(error))

    sys.excepthook = told
    _ON.callback(setattr, sys, "excepthook", before)
    _in_notebook()


def explanation_text(error: BaseException) -> str:
    """Write the explanation of an error, below what Python says; empty where there is none.

    A fault of this package's own is one line.
    """
    if not isinstance(error, Exception):
        return ""
    try:
        if call_of(error) is not None:
            told: Explanation | None = explained(error, None, (), {})
        else:
            told = explanation_of_uncalled(error)
        return "" if told is None else "\n" + visible(terminal.plain(failure(told)))
    except XorexplainError as mistake:
        return f"\nxorexplain: {mistake}\n"
    except Exception as fault:  # noqa: BLE001 - the program's own error is what counts
        return f"\nxorexplain: {fault_of(fault, 'the explanation').line}\n"


def _in_notebook() -> None:
    """Have IPython, where it runs, show the explanation after the traceback."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return

    def told(
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        text = explanation_text(error)
        if text:
            sys.stderr.write(text)

    shell.set_custom_exc((Exception,), told)
    _ON.callback(shell.set_custom_exc, (), None)
