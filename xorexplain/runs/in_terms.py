"""Tell a NaN of a PyMC model by the user's own lines: PyMC writes logp itself, and anew.

So most of its nodes have a line inside PyMC or none. Of a term that is not finite the variable,
what it is drawn from, its value and its line are known all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.engines import engine_of
from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.frames import is_library
from xorexplain.models.pymc.failed import Point, in_logp, parameters_of
from xorexplain.runs.finite import elements_of, has
from xorexplain.runs.nan import DEAD_BRANCH, find_in_graph
from xorexplain.runs.records import Bad, Finding
from xorexplain.runs.terms import bad_term
from xorexplain.runs.written import Written


def by_term(found: Finding, at: Point) -> Finding:
    """Tell a finding by the first term of logp that is not finite, whose line is the user's.

    Where all terms are finite it is in the gradient, and that of a parameter is looked at. What the
    user wrote to compute a term, as the logp of a CustomDist, has lines of its own.
    """
    line = found.source
    is_own = line is not None and not is_library(line.file)
    bad = bad_term(at)
    if bad is None:
        return _by_parameter(found, at) if found.in_gradient else found
    if bad.is_own and is_own and not found.in_gradient:
        return found
    kind: Bad = "NaN" if has(bad.logp, "NaN") else "infinity"
    return replace(
        found,
        bad=kind,
        rule=bad.words,
        example="",
        expression=bad.told,
        kind=bad.kind,
        source=bad.source,
        elements=elements_of(bad.logp, kind),
        values=bad.values,
        cure=bad.cure,
        inside=(),
        position=0,
        in_gradient=False,
        is_forward_finite=False,
        gradient_of="",
        before=None,
        notes=tuple(note for note in found.notes if note != DEAD_BRANCH),
        source_of="",
    )


def _by_parameter(found: Finding, at: Point) -> Finding:
    """Tell a finding in the gradient by that of the parameter in which it arises."""
    inputs = list(at.theirs.value_vars)
    for term, given in _drawn_from(at):
        for parameter in given:
            below = set(toposort([parameter]))
            read = [v for v in inputs if any(v in apply.inputs for apply in below)]
            told = _in_gradient(at, parameter, [v for v in read if v.dtype.startswith("float")])
            if told is not None and told.in_gradient:
                note = f"it arises in the term of {term.name}"
                return replace(told, position=0, results=found.results, notes=(*told.notes, note))
    return found


def simplified_away(at: Point) -> Finding | None:
    """Find a NaN in what variables are drawn from, which PyMC leaves out where it writes logp."""
    for _, given in _drawn_from(at):
        found = _found(at, given)
        if found is not None and found.kind and found.bad == "NaN":
            return found
    return None


def _drawn_from(at: Point) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield the terms of a model, and what each is drawn from or computed of, as it is in logp."""
    for term in (*at.theirs.basic_RVs, *at.theirs.potentials):
        given = [term] if term in at.theirs.potentials else parameters_of(term)
        yield term, in_logp(at.theirs, given)


def _in_gradient(at: Point, value: Any, wrt: Sequence[Any]) -> Finding | None:
    engine = engine_of(value)
    if engine is None or not wrt:
        return None
    try:
        gradients = engine.grad(value.sum(), wrt)
    except Exception:  # noqa: BLE001 - an op without a gradient has none that is not finite
        return None
    return _found(at, [value, *gradients])


def _found(at: Point, outputs: Sequence[Any]) -> Finding | None:
    """Look for what is not finite in variables that are computed of a model's own."""
    inputs = list(at.theirs.value_vars)
    engine = engine_of(outputs[0]) if outputs else None
    if engine is None:
        return None
    values = {v: at.point[str(v.name)] for v in inputs}
    return find_in_graph(engine, Written(inputs, outputs, toposort(outputs)), values)
