"""Rewrite once more without the rewrites of each episode, and measure both functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.difference import NONE, Difference
from xorexplain.graph.lifetimes import bytes_of, new_arrays
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.work import moved, operations, times
from xorexplain.models.modes import in_mode
from xorexplain.render.reports.stored import StoredSubject
from xorexplain.render.writers.marks import count, listed, name
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.questions.without import Comparison, Without, without
from xorexplain.rewrites.trace import Trace
from xorexplain.sphinxext.walkthrough.chapters.data import number_words
from xorexplain.sphinxext.walkthrough.episodes import Told, told_episodes
from xorexplain.sphinxext.walkthrough.material import Material

MAX_NAMED = 4
MAX_UNITS = 8
MAX_STEPS = 150
"""Longer rewritings are not made again for each episode."""


@dataclass(frozen=True)
class Size:
    """Count what a function that runs is made of: apply nodes, arrays, their bytes.

    `in_place` counts the apply nodes that write over an argument. `operations` are those on
    numbers, `sigmoids` the elements for which a sigmoid is computed, `read` and `written` the bytes
    that the nodes move. What shapes or ops do not tell is None.
    """

    nodes: int
    arrays: int
    size: int | None
    in_place: int
    operations: int | None
    sigmoids: int | None
    read: int | None
    written: int | None


def measured(graph: Graph) -> Size:
    """Count apply nodes, the arrays that a call has to make, and what the nodes have to do."""
    known = infer_shapes(graph)
    made = [known.variable[v] for v in new_arrays(known)]
    bytes_moved = [moved(known, apply) for apply in known.applies]
    return Size(
        len(graph.applies),
        len(made),
        _sum([bytes_of(v.shape, v.dtype) for v in made]),
        sum(bool(apply.destroy_map) for apply in graph.applies),
        _sum([operations(known, apply) for apply in known.applies]),
        times(known, "sigmoid"),
        _sum([read for read, _ in bytes_moved]),
        _sum([written for _, written in bytes_moved]),
    )


def around_fusion(trace: Trace) -> tuple[list[Apply], int] | None:
    """Return the apply nodes before the first step that fuses, and how many less fusing leaves.

    None where no step fuses.
    """
    nodes, before, fewer = set(trace.start), None, 0
    for step in trace.steps:
        if step.verdict != "applied":
            continue
        law = lookup(trace.universe.origin.engine, step.made_by)
        if law is not None and law.kind == "fusion":
            before = nodes.copy() if before is None else before
            fewer += len(step.removed) - len(step.added)
        nodes.difference_update(step.removed)
        nodes.update(step.added)
    return None if before is None else ([trace.universe.apply[a] for a in before], fewer)


def apart(run: Comparison) -> str:
    """Say how far the results are apart with and without; empty where that is not known."""
    if run.is_same is None:
        return ""
    if not run.is_same:
        return "not the same values"
    rounded = [(what, one) for what, one in run.values if one != NONE]
    if not rounded:
        return "the same bits"
    told = [
        f"{name(what)} by {number_words(one.absolute)} at most{_unit(one)}"
        for what, one in rounded[:MAX_NAMED]
    ]
    rest = "; the rest the same bits" if len(rounded) < len(run.values) else ""
    return f"rounded otherwise: {listed(told)}{rest}"


def _unit(one: Difference) -> str:
    """Say how many units of the last digit a difference is, where no element has more."""
    units = float(one.absolute / numpy.spacing(one.near))
    if not 1 <= one.units == units <= MAX_UNITS:
        return ""
    return f", {count(int(units), 'unit')} in the last binary digit of {number_words(one.near)}"


def apart_briefly(run: Comparison) -> str:
    """Say so in a few words, the largest difference of all results."""
    if not run.is_same:
        return apart(run)
    worst = max((one.absolute for _, one in run.values), default=0.0)
    return f"the same but for {number_words(worst)}" if worst else "the same bits"


def _sum(counts: Sequence[int | None]) -> int | None:
    return None if None in counts else sum(count or 0 for count in counts)


def trials(material: Material) -> Mapping[str, Without]:
    """Return by page what becomes of the function without an episode, where that can be asked."""
    is_over = isinstance(material.subject, StoredSubject)
    if is_over or not material.settings.undone or len(material.explained) > MAX_STEPS:
        return {}
    return _made(material, told_episodes(material), _names)


def alone(material: Material) -> Mapping[str, Without]:
    """Return the same by page without one rewrite: that of the step which the page shows.

    What fuses is all of an episode as good as alone.
    """
    several = {page for page, trial in material.trials.items() if len(trial.names) > 1}
    told = (told for told in told_episodes(material) if told.episode.page in several)
    return _made(material, (one for one in told if "fusion" not in one.episode.kinds), _shown)


def _made(
    material: Material, told: Iterable[Told], named: Callable[[Material, Told], list[str]]
) -> Mapping[str, Without]:
    found = {one.episode.page: _trial(material, one, named) for one in told}
    return {page: trial for page, trial in found.items() if trial is not None}


def _trial(
    material: Material, told: Told, named: Callable[[Material, Told], list[str]]
) -> Without | None:
    try:
        with in_mode(material.engine, material.model):
            names = named(material, told)
        if not names:
            return None
        return without(
            material.engine,
            material.model,
            material.subject.target,
            names,
            is_compiled=False,
            full=material.subject.recording,
        )
    except XorexplainError:
        # Not every mode is made of named rewrites, and not every one works without some of them.
        return None


def _shown(material: Material, told: Told) -> list[str]:
    """Return the name of the rewrite that is shown, where a mode can leave out that alone."""
    name = told.example.step.made_by
    return [name] if name in registry_of(material.engine).tags else []


def _names(material: Material, told: Told) -> list[str]:
    """Return the names and tags that exclude the rewrites of an episode, and nothing else."""
    registry = registry_of(material.engine)
    fired = [name for e in told.steps for name in (e.step.members or (e.step.rewrite,))]
    everything = registry.usual
    known = [tag for tag in told.episode.tags if tag in registry.tags]
    # What this mode leaves out anyway is not named as if it were left out here.
    known = [tag for tag in known if registry.selected((tag,)) != everything]
    # What no tag leaves out is named, or what holds nothing else: none excludes constant_folding.
    left = [entry for entry in registry.selected(known) if not {*fired}.isdisjoint(entry.names)]
    named = [e.name for e in left if e.name in registry.tags and {*e.names} <= {e.name, *fired}]
    return [*known, *dict.fromkeys(named)]
