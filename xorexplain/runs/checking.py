"""Check the answer of a call: compute it once more node by node, and compare.

A backend may check no bounds and answer with foreign memory, a rewrite may change a value, an op
may write where it must not: none of that is an error the program would see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from xorexplain.engines import Engine, engine_of
from xorexplain.engines.shared.common import makes_room
from xorexplain.errors import XorexplainError
from xorexplain.graph.difference import Difference, difference
from xorexplain.graph.precision import rounding_of_each
from xorexplain.runs.arguments import argument_fault
from xorexplain.runs.arrays import value_text
from xorexplain.runs.calls import Bound, answer_of, bind, shared_values, with_values
from xorexplain.runs.failing import first_failure, told_of
from xorexplain.runs.finite import largest
from xorexplain.runs.own_work import aside
from xorexplain.runs.path import changed_by
from xorexplain.runs.records import CallCheck
from xorexplain.runs.unwritten_memory import settled
from xorexplain.runs.walk import Walk, given
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written, compiled_of, written_of


@aside()
def check_call(
    function: Any,
    arguments: Sequence[Any] = (),
    named: Mapping[Any, Any] | None = None,
    written: Written | None = None,
) -> CallCheck:
    """Call a function and compare its answer with its graph, computed node by node.

    The shared variables keep the values they have. A node that cannot be computed, as an index
    outside of its array, is told without calling the function. Raise XorexplainError for what is no
    compiled function.
    """
    engine = engine_of(function)
    if engine is None or not engine.is_function(function):
        raise XorexplainError(f"{function!r} is no compiled function: give one with its arguments")
    answer = partial(_answer, engine, function, arguments, named or {})
    return check_answer(function, arguments, named or {}, answer, written)


@aside()
def check_answer(
    function: Any,
    arguments: Sequence[Any],
    named: Mapping[str, Any],
    answer: Callable[[], Mapping[int, Any]],
    written: Written | None = None,
) -> CallCheck:
    """Compare what a function answered, as `answer_of` gives it, with its graph.

    The shared variables have the values that they had before the call.
    """
    engine = engine_of(function)
    assert engine is not None
    bound = bind(function, arguments, named)
    if bound.fault:
        told = argument_fault(engine, function, bound, "")
        return CallCheck("fails", told.sentence, failure=told)
    graph = written or written_of(engine, function)
    values = given(graph.inputs, bound.values)
    failed, notes = first_failure(engine, graph, values, bound.numbers)
    if failed is not None:
        told = told_of(engine, function, graph, bound, failed)
        return CallCheck(
            "fails", told.sentence, expression=told.expression, source=told.source, failure=told
        )
    walk = _computed(engine, graph, values)
    words = Words(engine, graph, bound.numbers)
    unfit = _overwriting(engine, words, walk) or _unwritten(engine, words, walk, values)
    if unfit is not None:
        return unfit
    return _compared(engine, function, words, walk, bound, answer(), notes)


def _computed(engine: Engine, graph: Written, values: Mapping[Any, Any]) -> Walk:
    walk = Walk(engine, dict(values))
    for _ in walk.run(graph.outputs):
        pass
    return walk


def _answer(
    engine: Engine, function: Any, arguments: Sequence[Any], named: Mapping[str, Any]
) -> dict[int, Any]:
    """Call a function, and return its results and the new values, by their numbers in the graph."""
    with with_values(function, shared_values(function)):
        return answer_of(engine, function, function(*arguments, **named))


def _compared(
    engine: Engine,
    function: Any,
    words: Words,
    walk: Walk,
    bound: Bound,
    answer: Mapping[int, Any],
    notes: tuple[str, ...],
) -> CallCheck:
    graph = words.written
    apart = _apart(words, walk, answer, _drawn(engine, graph))
    wrong = [n for n, (found, fits) in apart.items() if not fits]
    if not wrong:
        relative = max((found.relative for found, _ in apart.values()), default=0.0)
        absolute = max((found.absolute for found, _ in apart.values()), default=0.0)
        return CallCheck(
            "", "the answer is what the graph says", len(apart), (), absolute, relative, notes=notes
        )
    first = wrong[0]
    variable, (found, _) = graph.outputs[first], apart[first]
    # What the engine made of the graph, computed with the same code as what was written.
    run = compiled_of(function)
    other = _computed(engine, run, given(run.inputs, bound.values))
    made = other.known.get(run.outputs[first])
    by_rewrite = graph.is_written and not difference(walk.known[variable], made).fits(
        _rounding(words, variable)
    )
    step = changed_by(engine, function, graph, bound.values) if by_rewrite else None
    sentence = _blame(words.expression(variable, opened=False), found, by_rewrite, step)
    return CallCheck(
        "rewrite" if by_rewrite else "backend",
        sentence,
        len(apart),
        tuple(n + 1 for n in wrong),
        found.absolute,
        found.relative,
        words.expression(variable),
        words.source(variable),
        value_text(walk.known[variable]),
        value_text(answer[first]),
        step,
        notes=notes,
    )


def _blame(name: str, found: Difference, by_rewrite: bool, step: tuple[int, str] | None) -> str:
    apart = ", ".join(found.changes) or found.reason or f"it is off by {found.relative:.2g} of it"
    if step is not None:
        return f"{name} is not what the graph says, {apart}: rewrite {step[1]} changed it"
    if by_rewrite:
        return f"{name} is not what the graph says, {apart}: a rewrite changed it"
    return (
        f"{name} is not what the graph says, {apart}: no rewrite changed it, so it is the code "
        "of the backend"
    )


def _apart(
    words: Words, walk: Walk, answer: Mapping[int, Any], drawn: set[Any]
) -> dict[int, tuple[Difference, bool]]:
    """Compare each result that is known on both sides; tell whether rounding explains it."""
    found = {}
    for number, variable in enumerate(words.written.outputs):
        if number not in answer or variable not in walk.known or variable in drawn:
            continue
        read = variable.owner.inputs if variable.owner is not None else ()
        scale = max((largest(walk.known.get(v)) for v in read), default=0.0)
        apart = difference(walk.known[variable], answer[number], scale)
        found[number] = apart, apart.fits(_rounding(words, variable))
    return found


def _rounding(words: Words, variable: Any) -> float:
    return rounding_of_each(words.graph)[words.ids[variable]]


def _drawn(engine: Engine, graph: Written) -> set[Any]:
    """Return what depends on draws, which a backend may make in a way of its own."""
    found: set[Any] = set()
    for apply in graph.applies:
        if engine.op_of(apply).family == "random" or not found.isdisjoint(apply.inputs):
            found.update(apply.outputs)
    return found


def _overwriting(engine: Engine, words: Words, walk: Walk) -> CallCheck | None:
    """Look for an op of the user's own that writes into what it reads without saying so."""
    for apply in words.written.applies:
        if type(apply.op).__module__.partition(".")[0] == engine.name:
            continue
        if any(v not in walk.known for v in apply.inputs):
            continue
        written = engine.overwrites(apply, apply.inputs, [walk.known[v] for v in apply.inputs])
        if written:
            name = words.expression(words.behind(apply.inputs[written[0]]), opened=False)
            return CallCheck(
                "overwritten",
                f"{type(apply.op).__name__} writes into {name}, which others may still read: its "
                "destroy_map does not say so",
                expression=words.expression(apply.outputs[0]),
                source=words.source(apply.outputs[0]),
            )
    return None


def _unwritten(
    engine: Engine, words: Words, walk: Walk, values: Mapping[Any, Any]
) -> CallCheck | None:
    """Look for a result that depends on memory that nobody has written."""
    graph = words.written
    empty = [apply for apply in graph.applies if makes_room(apply)]
    if not empty:
        return None
    kept = settled(engine, values, graph.outputs, first=walk.known)
    for number, variable in enumerate(graph.outputs, 1):
        if variable in walk.known and variable not in kept:
            lines = (words.source(v) for v in (*(a.outputs[0] for a in empty), variable))
            return CallCheck(
                "memory",
                f"{words.expression(variable, opened=False)} depends on memory that nobody has "
                "written: it may be another number in each call",
                results=(number,),
                expression=words.expression(variable),
                source=next((line for line in lines if line is not None), None),
            )
    return None
