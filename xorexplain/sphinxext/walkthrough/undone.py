"""Rewrite once more without the rewrites of an episode, and count what is another then."""

from __future__ import annotations

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.lifetimes import bytes_of, new_arrays
from xorexplain.graph.records import Graph
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.work import moved, operations, times
from xorexplain.models.modes import in_mode
from xorexplain.render.reports.stored import StoredSubject
from xorexplain.render.writers.marks import count, heading, listed, table
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.questions.without import Without, without
from xorexplain.rewrites.trace import Trace
from xorexplain.sphinxext.walkthrough.episodes import Told
from xorexplain.sphinxext.walkthrough.material import Material

MAX_STEPS = 150
"""Longer rewritings are not made again for each episode."""
MAX_NAMED = 5


@dataclass(frozen=True)
class Size:
    """Count what a function that runs is made of: apply nodes, arrays, their bytes.

    `size` is None where the shape of an array is not known before the call; `in_place` counts the
    apply nodes that write over an argument. `operations` are those on numbers, and `sigmoids` the
    elements for which a sigmoid is computed: None where shapes or ops do not tell.
    """

    nodes: int
    arrays: int
    size: int | None
    in_place: int
    operations: int | None
    sigmoids: int | None


def measured(graph: Graph) -> Size:
    """Count apply nodes and the arrays that a call has to make."""
    known = infer_shapes(graph)
    made = [known.variable[v] for v in new_arrays(known)]
    sizes = [bytes_of(v.shape, v.dtype) for v in made]
    whole = None if None in sizes else sum(size or 0 for size in sizes)
    in_place = sum(bool(apply.destroy_map) for apply in graph.applies)
    work = [operations(known, apply) for apply in known.applies]
    total = None if None in work else sum(one or 0 for one in work)
    return Size(len(graph.applies), len(made), whole, in_place, total, times(known, "sigmoid"))


def around_fusion(trace: Trace) -> tuple[int, int] | None:
    """Count the apply nodes before the first step that fuses, and how many less fusing leaves.

    None where no step fuses.
    """
    nodes, before, fewer = len(trace.start), None, 0
    for step in trace.steps:
        if step.verdict != "applied":
            continue
        law = lookup(trace.universe.origin.engine, step.made_by)
        change = len(step.added) - len(step.removed)
        if law is not None and law.kind == "fusion":
            before = nodes if before is None else before
            fewer -= change
        nodes += change
    return None if before is None else (before, fewer)


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
    """Return the names and tags that exclude the rewrites of an episode, and nothing else."""
    registry = registry_of(material.engine)
    fired = [name for e in told.steps for name in (e.step.members or (e.step.rewrite,))]
    everything = registry.selected()
    known = [tag for tag in told.episode.tags if tag in registry.tags]
    # What this mode leaves out anyway is not named as if it were left out here.
    known = [tag for tag in known if registry.selected((tag,)) != everything]
    # What no tag leaves out is named, or what holds nothing else: none excludes constant_folding.
    left = [entry for entry in registry.selected(known) if not {*fired}.isdisjoint(entry.names)]
    named = [e.name for e in left if e.name in registry.tags and {*e.names} <= {e.name, *fired}]
    return [*known, *dict.fromkeys(named)]


def _compared(material: Material, found: Without, told: Told) -> list[str]:
    before, after = found.before.last.graph, found.after.last.graph
    one, other = measured(before), measured(after)
    rows = [
        ["apply nodes that run", str(one.nodes), str(other.nodes)],
        ["arrays a call has to make", str(one.arrays), str(other.arrays)],
    ]
    if one.size is not None and other.size is not None:
        rows.append(["bytes of these arrays", str(one.size), str(other.size)])
    rows.append(["nodes that work in place", str(one.in_place), str(other.in_place)])
    if one.operations is not None and other.operations is not None:
        rows.append(["operations on numbers", str(one.operations), str(other.operations)])
    if one.sigmoids and other.sigmoids:
        rows.append(["of these, sigmoids", str(one.sigmoids), str(other.sigmoids)])
    fusing = [around_fusion(trace) for trace in (found.before, found.after)]
    if fusing[0] is not None and fusing[1] is not None:
        rows.append(["apply nodes just before fusion", str(fusing[0][0]), str(fusing[1][0])])
    steps = [str(len(trace.steps)) for trace in (found.before, found.after)]
    rows.append(["steps of the rewriter", *steps])
    named = listed([material.rewrite(name) for name in found.names[:MAX_NAMED]])
    more = len(found.names) - MAX_NAMED
    named += f" and {more} more" if more > 0 else ""
    return [
        f"{material.engine.title} rewrote the function once more, without {named}:",
        table(["", "with", "without"], rows, "50 25 25"),
        _meaning(material, one, other, found, told),
        _memory(after, one, other, told),
    ]


def _meaning(material: Material, one: Size, other: Size, found: Without, told: Told) -> str:
    own = {e.step.title for e in told.steps}
    still = sorted({s.title for s in found.after.steps if s.verdict == "applied"} & own)
    instead = found.new[:MAX_NAMED]
    why = ""
    for words, chosen in (
        ("from another place", [n for n in still if n in found.names]),
        ("which was not left out", [n for n in still if n not in found.names]),
    ):
        if chosen:
            who = listed([material.rewrite(n) for n in chosen[:MAX_NAMED]])
            why += f" {who} still {'fires' if len(chosen) == 1 else 'fire'}, {words}."
    if instead:
        who = listed([material.rewrite(n) for n in instead])
        fires = "this fires" if len(instead) == 1 else "these fire"
        why += f" Instead of what is left out, {fires}: {who}."
    why += _swallowed(one, other, found) + _again(one, other)
    if other.nodes > one.nodes:
        words = f"{count(other.nodes - one.nodes, 'more apply node')} would run in every call."
    elif other.arrays > one.arrays:
        nodes = "Fewer" if other.nodes < one.nodes else "As many"
        words = (
            f"{nodes} apply nodes, but {count(other.arrays - one.arrays, 'more array')} in every "
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


def _swallowed(one: Size, other: Size, found: Without) -> str:
    """Say why as many nodes are left as with an episode, where fusion took what is more in."""
    with_it, without_it = around_fusion(found.before), around_fusion(found.after)
    if with_it is None or without_it is None or one.nodes < other.nodes:
        return ""
    more = without_it[0] - with_it[0]
    if more <= 0 or without_it[1] - with_it[1] < more:
        return ""
    return (
        f" Just before fusion there would be {count(more, 'node')} more; fusion takes "
        f"{'it' if more == 1 else 'them'} into its loops along with the rest, so no more are left. "
        "A fused node hides what is computed twice, or by a roundabout way."
    )


def _again(one: Size, other: Size) -> str:
    """Say how many sigmoids more a call computes where as many nodes run."""
    if not one.sigmoids or not other.sigmoids or other.sigmoids <= one.sigmoids:
        return ""
    return (
        f" A call would compute {other.sigmoids - one.sigmoids} more sigmoids, each an exponential "
        "and a division: where the value of one is not kept, it is computed again. Within one loop "
        "equal ones are computed once all the same."
    )


def _memory(after: Graph, one: Size, other: Size, told: Told) -> str:
    """Say what the arrays have to do with the bytes that are told elsewhere on these pages."""
    if one.size is None or other.size is None:
        return ""
    if "fusion" in told.episode.kinds and other.in_place > one.in_place and other.size > one.size:
        return (
            f"What fusion keeps from being written can be more than the {other.size - one.size} "
            f"bytes between the two: {other.in_place} nodes work in place without it rather than "
            f"{one.in_place}, and what is written over an argument needs no array of its own."
        )
    known = infer_shapes(after)
    written = [moved(known, apply)[1] or 0 for apply in known.applies]
    if other.in_place or not one.in_place or sum(written) != other.size:
        return ""
    return (
        "When no node works in place, each result that is written has an array of its own: the "
        f"{other.size} bytes of arrays are then all the bytes that the nodes write."
    )
