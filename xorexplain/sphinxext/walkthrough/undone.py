"""Tell what is another where an episode of the rewriting is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xorexplain.graph.lifetimes import overwritten
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.work import times_in
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.render.writers.marks import code, count, heading, is_short, listed, math, table
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.questions.without import Without
from xorexplain.sphinxext.walkthrough.episode_tables import called, never_written, result_names
from xorexplain.sphinxext.walkthrough.episodes import Told
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.trials import Size, apart, around_fusion, measured

MAX_NAMED = 5
SIGMOID = "sigmoid"


def undone(material: Material, told: Told) -> list[str]:
    """Tell what becomes of the function without an episode; nothing where that is not known."""
    found = material.trials.get(told.episode.page)
    if found is None:
        return []
    return [heading("If it were not done", 1), *_compared(material, found, told)]


def _compared(material: Material, found: Without, told: Told) -> list[str]:
    before, after = found.before.last.graph, found.after.last.graph
    one, other = measured(before), measured(after)
    fuses = "fusion" in told.episode.kinds
    differs = one != other
    computes_again = one.sigmoids != other.sigmoids
    rows = [
        [words, str(with_it), str(without_it)]
        for words, with_it, without_it in (
            ("apply nodes that run", one.nodes, other.nodes),
            *((("arrays a call has to make", one.arrays, other.arrays),) if differs else ()),
            *((("bytes of these arrays", one.size, other.size),) if differs else ()),
            *((("nodes that work in place", one.in_place, other.in_place),) if differs else ()),
            *((("bytes that nodes read", one.read, other.read),) if fuses else ()),
            *((("bytes that they write", one.written, other.written),) if fuses else ()),
            ("operations on numbers", one.operations, other.operations),
            *((("of these, sigmoids", one.sigmoids, other.sigmoids),) if computes_again else ()),
        )
        if with_it is not None and without_it is not None
    ]
    fusing = [around_fusion(trace) for trace in (found.before, found.after)]
    if fusing[0] is not None and fusing[1] is not None:
        counts = [str(len(one[0])) for one in fusing if one is not None]
        rows.append(["apply nodes just before fusion", *counts])
    steps = [str(len(trace.steps)) for trace in (found.before, found.after)]
    rows.append(["steps of the rewriter", *steps])
    if values := apart(found.run):
        rows.append(["results, node by node", "", values])
    named = listed([material.rewrite(name) for name in found.names[:MAX_NAMED]])
    more = len(found.names) - MAX_NAMED
    named += f" and {more} more" if more > 0 else ""
    verdict, why = _meaning(material, one, other, found, told)
    return [
        verdict,
        f"Rewritten without {named}{_in_a_mode(material, found, told)}:",
        table(["", "with", "without"], rows, "50 25 25"),
        why.strip(),
        _memory(material, one, other, told),
    ]


def _in_a_mode(material: Material, found: Without, told: Told) -> str:
    """Say which steps a mode leaves out by a name that is not theirs."""
    fired = [name for entry in told.steps for name in (entry.step.members or (entry.step.rewrite,))]
    fewer = {count.name for count in found.firings if count.after < count.before}
    theirs = [n for n in dict.fromkeys(fired) if n in fewer and n not in found.names]
    names = [n for n in found.names if n not in fired]
    if not theirs or not names:
        return ""
    more = len(theirs) - MAX_NAMED
    called = [*map(material.rewrite, theirs[:MAX_NAMED]), *([f"{more} more"] if more > 0 else [])]
    return f" (by {listed(list(map(code, names)))} a mode leaves out {listed(called)})"


def _meaning(
    material: Material, one: Size, other: Size, found: Without, told: Told
) -> tuple[str, str]:
    """Say in a sentence what would be another, and then what else would be and why."""
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
        who = listed([f"{material.rewrite(n)}{_algebra(material, n)}" for n in instead])
        fires = "this fires" if len(instead) == 1 else "these fire"
        why += f" Instead of what is left out, {fires}: {who}."
    swallowed = _swallowed(material, one, other, found, told)
    again = _again(material, one, other, found)
    if other.nodes > one.nodes:
        more = count(other.nodes - one.nodes, "more apply node")
        words = f"{more} would run{_of_their_own(material, one, other, found, told)}."
    elif other.arrays > one.arrays:
        nodes = "Fewer" if other.nodes < one.nodes else "As many"
        words = (
            f"{nodes} apply nodes, but {count(other.arrays - one.arrays, 'more array')} in every "
            f"call{_not_over(material, found)}."
        )
    elif other.nodes < one.nodes:
        words = "Fewer apply nodes: another rewrite could do more with what it found."
    else:
        work = " and operations" if one.operations == other.operations else ""
        words = (
            f"The function that runs would have as many apply nodes, arrays{work}: what this "
            "leaves undone, other rewrites do by the end."
        )
        return words + swallowed, why + again
    return words, why + swallowed + again


def _algebra(material: Material, rewrite: str) -> str:
    """Write the formula of a rewrite that has one alone, since a reader meets what it makes."""
    law = lookup(material.engine.name, rewrite)
    formulas = () if law is None else law.formulas
    if len(formulas) != 1 or formulas[0].where or formulas[0].condition is not None:
        return ""
    return f" ({math(formulas[0].left)} :math:`=` {math(formulas[0].right)})"


def _of_their_own(material: Material, one: Size, other: Size, found: Without, told: Told) -> str:
    """Say which nodes run besides, where they are those of what fusing ate."""
    if "fusion" not in told.episode.kinds:
        return ""
    graph, gone = found.before.last.graph, never_written(material, told)
    several = [apply for apply in graph.applies if len(apply.outputs) > 1]
    apart = sum(len(apply.outputs) - 1 for apply in several)
    if other.nodes - one.nodes != len(gone) + apart:
        return ""
    names = intermediate_names(graph)
    parted = listed([result_names(material, graph, names, apply) for apply in several])
    return f": one for each of the {count(len(gone), 'eaten result')}" + (
        f", and {apart} more, as {parted} share one now" if several else ""
    )


def _swallowed(material: Material, one: Size, other: Size, found: Without, told: Told) -> str:
    """Say why as many nodes are left as with an episode, where fusion took what is more in."""
    with_it, without_it = around_fusion(found.before), around_fusion(found.after)
    if with_it is None or without_it is None or one.nodes < other.nodes:
        return ""
    more = len(without_it[0]) - len(with_it[0])
    if more <= 0 or without_it[1] - with_it[1] < more:
        return ""
    return _gone_anyway(material, told, with_it[0], without_it[0]) + (
        f" Just before fusion there would be {count(more, 'node')} more; fusion takes "
        f"{'it' if more == 1 else 'them'} into its loops along with the rest, so no more are left. "
        "A fused node hides what is computed twice, or by a roundabout way."
    )


def _gone_anyway(
    material: Material, told: Told, before: Sequence[Apply], after: Sequence[Apply]
) -> str:
    """Say which of the nodes that an episode removed other rewrites remove as well without it.

    `before` and `after` are those just before fusion, with the episode and without.
    """
    assert material.trace is not None
    apply = material.trace.universe.apply
    lasting = [entry.step for entry in told.steps if entry.step.verdict == "applied"]
    gone = [apply[a] for step in lasting for a in step.removed]
    kinds = Counter(a.op.kind for a in gone)
    stay = Counter(a.op.kind for a in after)
    stay.subtract(a.op.kind for a in before)
    anyway = [a for a in gone if not stay[a.op.kind]]
    rest = [a for a in gone if stay[a.op.kind]]
    is_known = all(stay[kind] in (0, number) for kind, number in kinds.items())
    if told.came or not is_known or not anyway or not rest:
        return ""
    return (
        f" Of the {len(gone)} nodes removed here, other rewrites would remove {len(anyway)} as "
        f"well, {material.kinds(anyway)}; the rest is {material.kinds(rest)}."
    )


def _not_over(material: Material, found: Without) -> str:
    """Say which result has no place any more since what it was written over is read again."""
    before, after = (infer_shapes(trace.last.graph) for trace in (found.before, found.after))
    names = intermediate_names(after)
    kept = set(_places(material, before)) - set(_places(material, after))
    own = intermediate_names(before)
    read = {
        (_named(material, before, apply), called(material, before, own, variable))
        for apply in before.applies
        for variable in apply.inputs
    }
    for apply in after.applies:
        for variable in apply.inputs:
            place = (
                result_names(material, after, names, apply),
                called(material, after, names, variable),
            )
            later = [a for a in after.applies if variable in a.inputs and a is not apply]
            reading = {(_named(material, after, a), place[1]) for a in later}
            if place in kept and not reading <= read:
                readers = listed([result_names(material, after, names, a) for a in later])
                return f", as {place[0]} is not written over {place[1]}: {readers} reads that again"
    return ""


def _places(material: Material, graph: Graph) -> list[tuple[str, str]]:
    """Pair what is written with what it is written over."""
    names = intermediate_names(graph)
    return [
        (result_names(material, graph, names, apply), called(material, graph, names, variable))
        for apply in graph.applies
        for variable in overwritten(apply)
    ]


def _again(material: Material, one: Size, other: Size, found: Without) -> str:
    """Say how many sigmoids more a call computes where as many nodes run, and in which nodes."""
    if not one.sigmoids or not other.sigmoids or other.sigmoids <= one.sigmoids:
        return ""
    return (
        f" A call would compute {other.sigmoids - one.sigmoids} more sigmoids, each an exponential "
        f"and a division: {_where(material, found)}. Within one loop equal ones are computed once "
        "all the same."
    )


def _where(material: Material, found: Without) -> str:
    """Say of each node that computes more sigmoids how many, and of one that is gone its own."""
    before, after = (infer_shapes(trace.last.graph) for trace in (found.before, found.after))
    known = {_named(material, before, a): times_in(before, a, SIGMOID) or 0 for a in before.applies}
    names = intermediate_names(after)
    told = []
    for apply in after.applies:
        more = (times_in(after, apply, SIGMOID) or 0) - known.pop(_named(material, after, apply), 0)
        if more > 0:
            last = apply.outputs[-1]
            value = simplify(express(after, last, dict(names), (last,)))
            formula = f" :math:`=` {math(value)}" if is_short(value) else ""
            told.append(f"{more} in {called(material, after, names, last)}{formula}")
    gone = [f"{n} in {who}, which has no node of its own then" for who, n in known.items() if n]
    return listed(told) + "".join(f"; less {one}" for one in gone)


def _named(material: Material, graph: Graph, apply: Apply) -> str:
    return result_names(material, graph, intermediate_names(graph), apply)


def _timed(material: Material) -> str:
    """Lead to the page on which a call is timed with and without fusion."""
    if not material.is_xor or material.settings.taught is None:
        return ""
    return f" {material.topic('times', 'How long both take')}."


def _memory(material: Material, one: Size, other: Size, told: Told) -> str:
    """Say what the arrays have to do with the bytes that are told elsewhere on these pages."""
    if one.size is None or other.size is None or one.written is None or other.written is None:
        return ""
    if "fusion" in told.episode.kinds and other.in_place > one.in_place and other.size > one.size:
        saved, fewer = other.written - one.written, other.size - one.size
        return (
            f"The {saved} bytes that are not written are more than the {fewer} of arrays: without "
            f"fusion {other.in_place} nodes, not {one.in_place}, work in place."
            f"{_timed(material)}"
        )
    if other.in_place or not one.in_place or other.written != other.size:
        return ""
    return (
        f"With nothing in place, the {other.size} bytes of arrays are then all that the nodes "
        "write."
    )
