"""Follow the slope of a power through the rewriting, from how it was written to what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply
from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr
from xorexplain.notation.text import text
from xorexplain.render.reports.step_rows import leading
from xorexplain.render.writers.marks import bullets, count, heading, math, name, page_link
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.steps import ExplainedStep, names_at
from xorexplain.rewrites.trace import RewriteStep, Trace
from xorexplain.sphinxext.walkthrough.chapters.rewrites import APPENDIX
from xorexplain.sphinxext.walkthrough.episodes import episode_of, told_episodes
from xorexplain.sphinxext.walkthrough.firing import bare, change
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.renaming import rename

MIN_STEPS, MAX_STEPS = 2, 20
FILL, AXES = "fill", "axes"


@dataclass(frozen=True)
class _Way:
    """Hold a product that a power is a factor of: its own parts, and the value it is part of.

    `parts` are the variables of the start that are followed, `leaves` those of the forward pass,
    at which a formula ends, and `seed` the adjoint of the cost.
    """

    power: str
    whole: str
    parts: frozenset[str]
    leaves: frozenset[str]
    seed: str


@dataclass(frozen=True)
class _Passed:
    entry: ExplainedStep
    deed: str
    before: Expr
    after: Expr


def why_not_at_once(material: Material, entry: ExplainedStep) -> str:
    """Say why no step does all at once, and where the whole way is told."""
    if _found(material, entry) is None:
        return ""
    return (
        "**Why not at once?** A rewrite knows one small pattern, whatever is around it, and each "
        "step is valid by itself. What one leaves is what the next one looks for: the power may go "
        f"only once its exponent is a constant 1. The {page_link(APPENDIX, 'appendix')} has the "
        "whole way in words, also of the other factors."
    )


def whole_way(material: Material) -> Iterator[str]:
    """Tell step by step what became of the product that has the power an episode is about."""
    for told in told_episodes(material):
        found = _found(material, told.example)
        if found is not None:
            yield heading("The whole way of a power", 1)
            yield from _steps(material, *found)
            return


def _found(material: Material, entry: ExplainedStep) -> tuple[_Way, list[_Passed]] | None:
    """Find the way of the power that a step is about, for its page and for the appendix."""
    return material.once(f"way at {entry.step.number}", partial(_find, material, entry))


def _find(material: Material, entry: ExplainedStep) -> tuple[_Way, list[_Passed]] | None:
    way = _begin(material, entry)
    passed = [] if way is None else _passed(material, way, entry)
    return (way, passed) if way and MIN_STEPS <= len(passed) <= MAX_STEPS else None


def _steps(material: Material, way: _Way, passed: Sequence[_Passed]) -> Iterator[str]:
    assert material.trace is not None
    names = intermediate_names(material.trace.first.graph)
    whole = material.renamings.get(names[way.whole], names[way.whole])
    yield (
        "``T.grad`` computes nothing, and its rule is one for any exponent and any adjoint; so, "
        f"fills and axes left out, {name(whole)} is {math(passed[0].before)} before step "
        f"{passed[0].entry.step.number}, where {name(names[way.seed])} is 1. The value is the same "
        "after each step:"
    )
    seen: set[str] = set()
    yield bullets([_told(one, material, whole, seen) for one in passed])


def _told(one: _Passed, material: Material, whole: str, seen: set[str]) -> str:
    episode = episode_of(one.entry)
    where = ""
    if episode is not None and episode.page not in seen:
        seen.add(episode.page)
        where = f" ({page_link(episode.page, episode.title)})"
    now = "" if text(one.before) == text(one.after) else f". Now {name(whole)} is {math(one.after)}"
    step = one.entry.step
    return f"step {step.number}, {material.rewrite(step.title)}{where}: {one.deed}{now}."


def _begin(material: Material, entry: ExplainedStep) -> _Way | None:
    """Find the product that reads the power which a step is about, as it was written."""
    trace = material.trace
    assert trace is not None
    start = trace.first.graph
    first = leading(entry)
    found = [e.old for e in entry.step.edits[entry.replacements.index(first) :]]
    power = found[0] if found else ""
    names = intermediate_names(start)
    own = set(material.names.values())
    leaves = frozenset(v for v, called in names.items() if called in own)
    seeds = [v for v, called in names.items() if called.startswith("δ") and called[1:] in own]
    made = start.owner(power) if power in names else None
    clients = start.clients.get(power, ())
    if made is None or made.op.kind != "pow" or len(clients) != 1 or clients[0][0].op.kind != "mul":
        return None
    product = clients[0][0].outputs[0]
    parts, whole = _below(trace, 0, product, leaves), product
    while len(above := start.clients.get(whole, ())) == 1 and _is_elementwise(above[0][0]):
        whole = above[0][0].outputs[0]
        parts.add(whole)
    seed = next((v for v in seeds if v in parts), None)
    if seed is None or whole not in names:
        return None
    return _Way(power, whole, frozenset(parts), leaves, seed)


def _is_elementwise(apply: Apply) -> bool:
    return apply.op.family == "elementwise"


def _below(trace: Trace, number: int, variable: str, leaves: Iterable[str]) -> set[str]:
    """Return what a variable is computed from after a step, down to some leaves."""
    state, stop = state_at(trace, number), set(leaves)
    found: set[str] = set()
    left = [variable]
    while left:
        current = left.pop()
        if current in found or current in stop:
            continue
        found.add(current)
        owner = trace.universe.owner(current)
        left += () if owner is None else state.inputs(owner.id)
    return found


def _passed(material: Material, way: _Way, shown: ExplainedStep) -> list[_Passed]:
    """Return the steps of the phase of the one shown, and before it, that change the product."""
    trace = material.trace
    assert trace is not None
    parts, leaves, seeds, whole = set(way.parts), set(way.leaves), {way.seed}, way.whole
    seed = name(names_at(trace, 0)[way.seed])
    phases = [e.step.phase for e in material.explained]
    last = len(phases) - phases[::-1].index(shown.step.phase)
    found = []
    for entry in material.explained[:last]:
        step = entry.step
        if step.verdict != "applied":
            continue
        read = _below(trace, step.number - 1, whole, leaves)
        was = whole
        edits = [edit for edit in step.edits if edit.old in read & parts]
        for edit in step.edits:
            leaves |= {edit.new} if edit.old in leaves else set()
            seeds |= {edit.new} if edit.old in seeds else set()
            whole = edit.new if edit.old == whole else whole
        if step.is_noise or not edits:
            continue
        parts |= _added(trace, step, [edit.new for edit in edits])
        seeds |= {v for v in read if _reads(trace, v, seeds)}
        is_gone = bool(seeds & read) and not seeds & _below(trace, step.number, whole, leaves)
        parts -= seeds if is_gone else set()
        deed = _deed(trace, entry)
        deed += f", and the factor {seed}, which is 1, is left out" if is_gone else ""
        before = _formula(material, was, step.number - 1)
        found.append(_Passed(entry, deed, before, _formula(material, whole, step.number)))
    return found


def _reads(trace: Trace, variable: str, seeds: set[str]) -> bool:
    """Tell whether a variable is one of some others with axes."""
    owner = trace.universe.owner(variable)
    return owner is not None and has(owner.op.kind, "adds axes") and owner.inputs[0] in seeds


def _added(trace: Trace, step: RewriteStep, came: Iterable[str]) -> set[str]:
    """Return what came, and what a step added below it."""
    found, left = set(came), list(came)
    while left:
        owner = trace.universe.owner(left.pop())
        if owner is not None and owner.id in step.added:
            left += set(owner.inputs) - found
            found |= {v for v in owner.inputs if _is_added(trace, step, v)}
    return found


def _is_added(trace: Trace, step: RewriteStep, variable: str) -> bool:
    owner = trace.universe.owner(variable)
    return owner is not None and owner.id in step.added


def _formula(material: Material, variable: str, number: int) -> Expr:
    """Write a value after a step on what the forward pass computes, without axes and fills."""
    trace = material.trace
    assert trace is not None
    own = set(material.names.values())
    names = {v: called for v, called in names_at(trace, number).items() if called in own}
    graph = state_at(trace, number).graph
    return rename(bare(express(graph, variable, names, (variable,))), material.renamings)


def _deed(trace: Trace, entry: ExplainedStep) -> str:
    """Say in words what a step did, by the ops that left and came."""
    left, came = (_kinds(trace, ids) for ids in (entry.step.removed, entry.step.added))
    fewer = left[FILL] - came[FILL]
    if left["pow"] > came["pow"]:
        words = "the exponent is a constant 1, so the power goes and its base is left"
        words += ", in a fill for the shape of both" if came[FILL] else ""
    elif left["sub"] > came["sub"]:
        words = "the difference in the exponent is computed"
        fills = count(came[FILL], "fill")
        words += f", with {fills} for the axes that both numbers have got" if came[FILL] else ""
    elif left["mul"] > came["mul"]:
        words = f"{left['mul']} products become {came['mul']}"
    elif left["mul"] and fewer:
        words = "the fill goes, as the product itself repeats a number"
    elif left["mul"] and left[FILL]:
        words = "the fill goes outward, so that it is multiplied first and then repeated"
    elif left["mul"]:
        words = "the numbers in the product are multiplied"
    elif fewer:
        words = "a fill goes, as what it fills has that shape already"
    elif left[AXES] > came[AXES]:
        words = f"a number and its axes become one constant, {math(leading(entry).after)}"
    else:
        words = change(entry)
    return words


def _kinds(trace: Trace, ids: Iterable[str]) -> Counter[str]:
    kinds = [trace.universe.apply[id_].op.kind for id_ in ids]
    return Counter(
        FILL if has(k, "fills") and has(k, "reads shape") else AXES if has(k, "adds axes") else k
        for k in kinds
    )
