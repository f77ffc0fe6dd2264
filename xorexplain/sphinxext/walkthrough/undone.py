"""Rewrite once more without the rewrites of an episode, and count what is another then."""

from __future__ import annotations

from dataclasses import dataclass

from xorexplain.errors import XorexplainError
from xorexplain.graph.lifetimes import bytes_of, new_arrays
from xorexplain.graph.records import Graph
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.modes import in_mode
from xorexplain.render.reports.stored import StoredSubject
from xorexplain.render.writers.marks import code, count, heading, listed, table
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.questions.without import Without, without
from xorexplain.sphinxext.walkthrough.episodes import Told
from xorexplain.sphinxext.walkthrough.material import Material

MAX_STEPS = 150
"""Longer rewritings are not made again for each episode."""
MAX_NAMED = 5


@dataclass(frozen=True)
class Size:
    """Count what a function that runs is made of: apply nodes, arrays, their bytes.

    `size` is None where the shape of an array is not known before the call.
    """

    nodes: int
    arrays: int
    size: int | None


def measured(graph: Graph) -> Size:
    """Count apply nodes and the arrays that a call has to make."""
    known = infer_shapes(graph)
    made = [known.variable[v] for v in new_arrays(known)]
    sizes = [bytes_of(v.shape, v.dtype) for v in made]
    whole = None if None in sizes else sum(size or 0 for size in sizes)
    return Size(len(graph.applies), len(made), whole)


def undone(material: Material, told: Told) -> list[str]:
    """Tell what becomes of the function without an episode; nothing where that cannot be asked."""
    is_over = isinstance(material.subject, StoredSubject)
    if is_over or not material.settings.undone or len(material.explained) > MAX_STEPS:
        return []
    try:
        with in_mode(material.engine, material.model):
            names = _names(material, told)
        if not names:
            return []
        found = without(
            material.engine,
            material.model,
            material.subject.target,
            names,
            is_run=False,
            full=material.subject.recording,
        )
    except XorexplainError:
        # Not every mode is made of named rewrites, and not every one works without some of them.
        return []
    return [heading("If it were not done", 1), *_compared(material, found, told)]


def _names(material: Material, told: Told) -> list[str]:
    """Return the names and tags that exclude the rewrites of an episode."""
    registry = registry_of(material.engine)
    fired = [name for e in told.steps for name in (e.step.members or (e.step.rewrite,))]
    known = [tag for tag in told.episode.tags if tag in registry.tags]
    return known or [name for name in dict.fromkeys(fired) if name in registry.tags]


def _compared(material: Material, found: Without, told: Told) -> list[str]:
    before, after = found.before.last.graph, found.after.last.graph
    one, other = measured(before), measured(after)
    rows = [
        ["apply nodes that run", str(one.nodes), str(other.nodes)],
        ["arrays a call has to make", str(one.arrays), str(other.arrays)],
    ]
    if one.size is not None and other.size is not None:
        rows.append(["their bytes", str(one.size), str(other.size)])
    places = [str(sum(bool(a.destroy_map) for a in g.applies)) for g in (before, after)]
    rows.append(["nodes that work in place", *places])
    steps = [str(len(trace.steps)) for trace in (found.before, found.after)]
    rows.append(["steps of the rewriter", *steps])
    named = listed([code(name) for name in found.names[:MAX_NAMED]])
    more = len(found.names) - MAX_NAMED
    named += f" and {more} more" if more > 0 else ""
    return [
        f"{material.engine.title} rewrote the function once more, without {named}:",
        table(["", "with", "without"], rows, "50 25 25"),
        _meaning(one, other, found, told),
    ]


def _meaning(one: Size, other: Size, found: Without, told: Told) -> str:
    own = {e.step.title for e in told.steps}
    still = sorted({s.title for s in found.after.steps if s.verdict == "applied"} & own)
    instead = found.new[:MAX_NAMED]
    why = ""
    for words, chosen in (
        ("from another place", [n for n in still if n in found.names]),
        ("which was not left out", [n for n in still if n not in found.names]),
    ):
        if chosen:
            who = listed([code(n) for n in chosen[:MAX_NAMED]])
            why += f" {who} still {'fires' if len(chosen) == 1 else 'fire'}, {words}."
    if instead:
        why += f" Instead of what is left out, these fire: {listed([code(n) for n in instead])}."
    if other.nodes > one.nodes:
        words = f"{count(other.nodes - one.nodes, 'more apply node')} would run in every call."
    elif other.arrays > one.arrays:
        words = (
            f"As many apply nodes, but {count(other.arrays - one.arrays, 'more array')} in every "
            "call."
        )
    elif other.nodes < one.nodes:
        words = "Fewer apply nodes: another rewrite could do more with what it found."
    else:
        words = (
            "The function that runs would have as many apply nodes and arrays: what this leaves "
            "undone, other rewrites do by the end."
        )
    return words + why
