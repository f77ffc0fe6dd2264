"""Explain why a call of a compiled function failed, by computing it once more node by node."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.engines import Engine, engine_of
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import counted
from xorexplain.errors.records import dataclass
from xorexplain.runs.arguments import argument_fault
from xorexplain.runs.calls import Bound, bind
from xorexplain.runs.cases import Case
from xorexplain.runs.cures import by_zero, diagnose, of_another_type
from xorexplain.runs.inside import MAX_RUNS, Level, levels
from xorexplain.runs.lines import Where, note_of, where
from xorexplain.runs.own_work import aside
from xorexplain.runs.path import compiled_as
from xorexplain.runs.records import Explanation
from xorexplain.runs.walk import Ran, Walk, given
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written, compiled_of, written_of

MAX_ERROR = 4000
"""Letters of the engine's own message that are kept."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""What colours the messages of compilers."""


@dataclass(frozen=True)
class Failed:
    """Hold the apply node that failed, where it is, and the values around it."""

    ran: Ran
    words: Words
    known: Mapping[Any, Any]
    outermost: Any
    """The apply node of the whole graph that it is, or is inside of."""
    where: Where
    inside: tuple[str, ...] = ()


@aside()
def explanation_of(
    error: BaseException,
    function: Any,
    arguments: Sequence[Any] = (),
    named: Mapping[Any, Any] | None = None,
    written: Written | None = None,
) -> Explanation:
    """Tell why a call of a function with these arguments raised an error.

    `written` is the function's graph as the user wrote it, where the caller knows it. Raise
    XorexplainError for what is no compiled function.
    """
    engine = engine_of(function)
    if engine is None or not engine.is_function(function):
        raise XorexplainError(
            f"{function!r} is no compiled function: give the one whose call failed"
        )
    bound = bind(function, arguments, named or {})
    if bound.fault:
        return argument_fault(engine, function, bound, said(error))
    graph = written or written_of(engine, function)
    return _explained(engine, function, graph, bound, error)


@aside()
def explanation_of_graph(
    error: BaseException | None, engine: Engine, written: Written, values: Mapping[Any, Any]
) -> Explanation:
    """Tell why a graph that nothing was compiled of cannot be computed with some values."""
    failed, notes = first_failure(engine, written, values, error=error)
    words = said(error) if error is not None else ""
    if failed is None:
        return _nothing(words, notes)
    return _node(failed, words or said(failed.ran.error), notes)


def _explained(
    engine: Engine, function: Any, graph: Written, bound: Bound, raised: BaseException
) -> Explanation:
    error = said(raised)
    values = given(graph.inputs, bound.values)
    failed, notes = first_failure(engine, graph, values, bound.numbers, raised)
    if failed is not None:
        return told_of(engine, function, graph, bound, failed, error, notes)
    if not graph.is_written:
        return _nothing(error, notes)
    # The engine's own graph may fail where what was written does not.
    run = compiled_of(function)
    values = given(run.inputs, bound.values)
    failed, more = first_failure(engine, run, values, bound.numbers, raised)
    if failed is None:
        return _nothing(error, (*notes, *more))
    note = "no apply node of the graph as it was written fails: only what the engine made of it"
    compiled = compiled_as(engine, function, run, failed.outermost, bound.values)
    return _node(failed, error, (note, *more), compiled, is_written=False)


def told_of(
    engine: Engine,
    function: Any,
    graph: Written,
    bound: Bound,
    failed: Failed,
    error: str = "",
    notes: Sequence[str] = (),
) -> Explanation:
    """Describe a node of a function's graph that failed, and what the engine made of it."""
    compiled = compiled_as(engine, function, graph, failed.outermost, bound.values)
    return _node(failed, error, notes, compiled, graph.is_written)


def first_failure(
    engine: Engine,
    written: Written,
    values: Mapping[Any, Any],
    numbers: Mapping[int, str] | None = None,
    error: BaseException | None = None,
) -> tuple[Failed | None, tuple[str, ...]]:
    """Return the first apply node that fails alone, and what could not be computed on the way.

    A condition that does not hold comes last, since an engine may take it out; it is first where
    `error` is of its kind.
    """
    walk = Walk(engine, dict(values))
    ran, stray = _failing(engine, walk, written, isinstance(error, ZeroDivisionError))
    said_first = [one for one in walk.asserted if type(one.error) is type(error)]
    ran = next(iter(said_first), ran) or next(iter(walk.asserted), None) or stray
    if ran is None:
        return None, _notes(walk)
    words = Words(engine, written, numbers)
    found = Failed(ran, words, walk.known, ran.apply, where(words, ran.apply))
    return _deepest(found), _notes(walk)


def _failing(
    engine: Engine, walk: Walk, written: Written, is_division: bool
) -> tuple[Ran | None, Ran | None]:
    """Return the first node that fails, and the first that gives what its type does not say.

    What reads such a one fails for it, and is not to blame.
    """
    stray = None
    for ran in walk.run(written.outputs):
        told = by_zero(engine, ran) if is_division else ran
        if told.error is not None:
            is_led = stray is not None and not set(stray.apply.outputs).isdisjoint(ran.apply.inputs)
            return (stray if is_led else told), stray
        checked = of_another_type(ran)
        stray = stray or (checked if checked.error is not None else None)
    return None, stray


def _deepest(failed: Failed) -> Failed:
    """Go into the graph inside a node that fails, and into that of one in there, and so on."""
    runs = MAX_RUNS
    while True:
        found = _inside(failed, runs)
        if found is None:
            return failed
        failed = found


def _inside(failed: Failed, runs: int) -> Failed | None:
    engine = failed.words.engine
    rounds = levels(engine, failed.ran.apply, failed.ran.inputs)
    if rounds is None:
        return None
    for level in rounds.levels:
        walk = Walk(engine, given(level.written.inputs, level.values))
        for ran in walk.run(level.written.outputs):
            if ran.error is not None:
                words = inner_words(failed.words, level, failed.known)
                title = level.title or f"the graph inside {failed.words.op_name(failed.ran.apply)}"
                return Failed(
                    ran,
                    words,
                    walk.known,
                    failed.outermost,
                    where(words, ran.apply, failed.where),
                    (*failed.inside, title),
                )
        runs -= len(level.written.applies)
        if runs < 0 or any(v not in walk.known for v in level.written.outputs):
            return None
        rounds.results[:] = [walk.known[v] for v in level.written.outputs]
    return None


def inner_words(outer: Words, level: Level, known: Mapping[Any, Any]) -> Words:
    """Write what is in an inner graph in the names of the variables outside.

    What is an element of one of those, as in a round of a loop, is described by itself.
    """
    numbers, called, fed = {}, {}, {}
    in_step = outer.names_in_step(level.apply)
    for position, source in level.sources.items():
        numbers[position] = outer.came(source)
        if source in outer.ids:
            tap = level.taps.get(position)
            called[position] = (
                outer.expression(outer.behind(source), opened=False)
                if tap is None
                else in_step.get(position)
                or outer.in_round(source, tap)
                or f"input {position + 1} of a round"
            )
            if known.get(source) is level.values[position]:
                fed[position] = outer.value(source, known)
    inner = replace(level.written, is_written=outer.written.is_written)
    return Words(outer.engine, inner, numbers, called, fed)


def _node(
    failed: Failed,
    error: str,
    notes: Sequence[str],
    compiled: Any = None,
    is_written: bool = True,
) -> Explanation:
    """Describe the apply node that failed."""
    words, ran = failed.words, failed.ran
    engine, apply = words.engine, ran.apply
    assert ran.error is not None
    values = tuple(words.value(variable, failed.known) for variable in apply.inputs)
    patterns = [engine.type_of(variable).broadcastable for variable in apply.inputs]
    op = engine.op_of(apply)
    told = diagnose(Case(op, values, ran.inputs, patterns, ran.error))
    notes = (*notes, *note_of(failed.where, is_written=words.written.is_written))
    return Explanation(
        "node",
        told.problem,
        told.sentence,
        words.expression(words.told_by(apply)),
        op.kind,
        failed.where.line,
        tuple(dict.fromkeys(values)),
        told.cure,
        error,
        failed.inside,
        compiled,
        is_written,
        tuple(notes),
        source_of=failed.where.of,
    )


def _nothing(error: str, notes: Sequence[str]) -> Explanation:
    sentence = "every apply node can be computed alone with these values"
    return Explanation("nothing", "other", sentence, "", "", None, (), "", error, notes=(*notes,))


def _notes(walk: Walk) -> tuple[str, ...]:
    """Say what could not be computed for want of code, which is no fault of the values."""
    reasons = dict.fromkeys(
        reason for reason in walk.unknown.values() if "cannot be computed here" in reason
    )
    if not reasons:
        return ()
    first = next(iter(reasons))
    return (f"{counted(len(reasons), 'apply node')} could not be computed: {first}",)


def said(error: BaseException | None) -> str:
    """Return the engine's own message, with the class of the error before it."""
    if error is None:
        return ""
    words = _COLOURS.sub("", str(error)).strip()
    name = type(error).__name__
    return (f"{name}: {words}" if words else name)[:MAX_ERROR]
