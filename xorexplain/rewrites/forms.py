"""Know the JSON form of a trace: what each record holds, and that its edits can be made in order.

docs/trace.schema.json says the same of the records; ids and edits are checked here alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from xorexplain.graph import forms as graphforms
from xorexplain.graph.acyclic import Order
from xorexplain.graph.forms import APPLY, GRAPH, VARIABLE, check_output, need
from xorexplain.graph.reading import many, or_none, whole, wrong
from xorexplain.rewrites.trace import Edit, RewriteStep, Trace

_APPLIES = many(APPLY)
_HEAD = ("start", "end", "outputs", "phases", "steps", "rewrites", "stopped", "remarks")
TRACE = replace(
    GRAPH,
    own={
        **GRAPH.own,
        Edit: {"apply": or_none(APPLY), "old": VARIABLE, "new": VARIABLE},
        RewriteStep: {
            "number": whole(1),
            "round": whole(1),
            "added": _APPLIES,
            "removed": _APPLIES,
        },
        Trace: {
            "start": _APPLIES,
            "end": _APPLIES,
            "universe": lambda value, place: graphforms.graph(value, place, is_universe=True),
        },
    },
    always={**GRAPH.always, Trace: (*_HEAD, "universe")},
    rows=(Edit,),
)


def trace(value: Any, place: str = "") -> Trace:
    """Read a trace."""
    found: Trace = TRACE.reader(Trace)(value, place)
    _check_ids(found)
    _check_edits(found)
    return found


def _check_ids(trace: Trace) -> None:
    """Raise ValueError where an id leads nowhere, or steps are not numbered from 1."""
    applies = trace.universe.apply
    listed = [("start", trace.start), ("end", trace.end)]
    for i, step in enumerate(trace.steps):
        if step.number != i + 1:
            raise wrong(f"steps[{i}].number", f"{step.number} in place of {i + 1}: numbered from 1")
        listed += [(f"steps[{i}].added", step.added), (f"steps[{i}].removed", step.removed)]
    for place, ids in listed:
        for j, id_ in enumerate(ids):
            need(id_, applies, f"{place}[{j}]")
    for i, output in enumerate(trace.outputs):
        check_output(output, trace.universe, f"outputs[{i}]")


def _check_edits(trace: Trace) -> None:
    """Make the edits in order; raise ValueError where one does not fit, or closes a circle."""
    universe = trace.universe
    try:
        order = Order(universe)
    except ValueError as error:
        raise wrong("universe.applies", str(error)) from error
    results = [output.variable for output in trace.outputs]
    for i, step in enumerate(trace.steps):
        for j, edit in enumerate(step.edits):
            place = f"steps[{i}].edits[{j}]"
            for k, id_ in ((2, edit.old), (3, edit.new)):
                need(id_, universe.variable, f"{place}[{k}]")
            room = len(results)
            if edit.apply is not None:
                need(edit.apply, universe.apply, f"{place}[0]")
                room = len(universe.apply[edit.apply].inputs)
            if edit.position >= room:
                raise wrong(f"{place}[1]", f"there is no position {edit.position} of {room}")
            if edit.apply is None:
                was = results[edit.position]
            else:
                was = order.read(edit.apply, edit.position)
            if was != edit.old:
                raise wrong(f"{place}[2]", f"{was} is there, not {edit.old}")
            if edit.apply is None:
                results[edit.position] = edit.new
                continue
            try:
                order.edit(edit.apply, edit.position, edit.new)
            except ValueError as error:
                raise wrong(place, str(error)) from error
