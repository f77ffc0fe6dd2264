"""Tell what the optimizer did as a whole: how many steps of which kinds, and which to look at."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from xorexplain.notation.build import express
from xorexplain.notation.latex import symbol_latex
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.pages.chart import curve
from xorexplain.pages.firing import UNKNOWN, aim, change, changes_formula, kind_of
from xorexplain.pages.material import Material, default_function
from xorexplain.pages.network import symbols
from xorexplain.pages.page import Page
from xorexplain.pages.phase_words import purpose
from xorexplain.pages.pictures import FOLDER, THEMES, show
from xorexplain.pages.renaming import rename
from xorexplain.pages.writing import (
    bullets,
    code,
    count,
    directive,
    equations,
    escape,
    heading,
    is_short,
    page_link,
    paragraphs,
    sentence,
    spelled,
    table,
)
from xorexplain.provenance import provenance
from xorexplain.render.labels import op_words
from xorexplain.replay import state_at
from xorexplain.steps import Told
from xorexplain.views.names import intermediate_names

NAME = "rewrites"
MAX_TOLD = 8
MAX_ROWS = 60
AXES = "[None"
"""Stands in a formula for a number that is given axes of length 1."""
MAX_NAMES = 80
# In the order in which a reader should care; what is not named comes after these.
_WEIGHT = (
    "stabilize",
    "canonicalize",
    "specialize",
    "BLAS",
    "linear algebra",
    "fusion",
    "in-place",
)
_UPKEEP = ("bookkeeping", UNKNOWN)


@dataclass(frozen=True)
class Phase:
    """Hold the steps of a phase of the rewriter and the size of the graph around it."""

    name: str
    steps: tuple[Told, ...]
    before: int
    after: int

    @property
    def page(self) -> str:
        """The name of its page."""
        safe = "".join(c if c.isalnum() else "-" for c in self.name.lower()).strip("-")
        return f"{NAME}-{safe or 'phase'}"


def phases(told: Sequence[Told], start: int) -> list[Phase]:
    """Group steps by phase, in order; each phase once."""
    groups: dict[str, list[Told]] = {}
    for entry in told:
        groups.setdefault(entry.step.phase, []).append(entry)
    found, nodes = [], start
    for phase, steps in groups.items():
        found.append(Phase(phase, tuple(steps), nodes, steps[-1].nodes))
        nodes = steps[-1].nodes
    return found


def page(material: Material) -> Page:
    """Write the page on the rewriting as a whole."""
    trace = material.trace
    assert trace is not None
    told, before, after = material.told, len(trace.start), len(trace.end)
    chosen = examples(told)
    points = [(0.0, float(before)), *((float(t.step.number), float(t.nodes)) for t in told)]
    pictures = {
        f"{FOLDER}/rewrites-{theme}.svg": curve(
            points, "Apply nodes after each step", "step", "nodes", theme
        )
        for theme in THEMES
    }
    steps = count(len(told), "step")
    lead = f"{before} apply nodes become {after} in {steps}."
    found = phases(told, before)
    return Page(
        NAME,
        "What the optimizer did",
        lead,
        paragraphs(
            _opening(material, before, after, steps, found),
            *_examples(material, chosen),
            heading("Phase by phase", 1),
            _phases(found),
            _curve_words(points) if told else "",
            show("rewrites", f"The number of apply nodes after each of {steps}.") if told else "",
            _checked(material),
            *_origins(material),
            *_names(material),
        ),
        pictures if told else {},
    )


def _opening(
    material: Material, before: int, after: int, steps: str, found: Sequence[Phase]
) -> str:
    function = default_function(material.model)
    engine = material.engine.title
    if not material.told:
        return (
            f"{engine} looked at the graph of the {code(function)} function and found nothing to "
            f"do: its {count(after, 'apply node')} are as they were written."
        )
    return paragraphs(
        "Look at one step at a time. Each is small enough to check by hand, and each leaves the "
        "results as they are; only together do they make another graph of it.",
        f"{material.since('rewrites')}: {engine} turned {count(before, 'apply node')} of the "
        f"{code(function)} function into {after}, in {steps} and "
        f"{count(len(found), 'phase')}. A *rewrite* is a rule that recognises a pattern and "
        "replaces it with something of the same value: fewer nodes, a faster op, fewer rounding "
        "errors, or less memory.",
    )


def examples(told: Sequence[Told]) -> list[Told]:
    """Choose one step of each kind that shows best what the kind does.

    That is a step that changed a formula, one short enough to be read, and rather one that left
    fewer nodes behind; the first of equals.
    """
    best: dict[str, tuple[tuple[bool, bool, bool, int], Told]] = {}
    nodes: int | None = None
    for entry in told:
        fewer = 0 if nodes is None else nodes - entry.nodes
        nodes = entry.nodes
        if entry.step.verdict != "applied" or not entry.replacements:
            continue
        kind = kind_of(entry)
        if kind in _UPKEEP:
            continue
        worth = (changes_formula(entry), not _is_padding(entry), _is_legible(entry), fewer)
        if kind not in best or worth > best[kind][0]:
            best[kind] = (worth, entry)
    ranked = sorted(best, key=lambda kind: _WEIGHT.index(kind) if kind in _WEIGHT else 99)
    return sorted((best[k][1] for k in ranked[:MAX_TOLD]), key=lambda entry: entry.step.number)


def _is_legible(entry: Told) -> bool:
    """Tell whether both formulas of a step fit a line."""
    first = entry.replacements[0]
    return is_short(first.before) and is_short(first.after)


def _is_padding(entry: Told) -> bool:
    """Tell whether a step is about nothing but the axes of a number."""
    return AXES in text(entry.replacements[0].before)


def _examples(material: Material, chosen: Sequence[Told]) -> list[str]:
    told = material.told
    if not chosen:
        return []
    counted = Counter(map(kind_of, told))
    many = len(told) > len(chosen)
    first = (
        f"{sentence(spelled(len(chosen), 'step'))[:-1]} of the {len(told)} "
        f"{'is' if len(chosen) == 1 else 'are'} enough to understand what happened, one of each "
        "kind; the others do the same in other places."
        if many
        else "These are the steps, one of each kind:"
    )
    lines = []
    for entry in chosen:
        kind = kind_of(entry)
        lines.append(
            paragraphs(
                f"**{escape(kind)}** ({count(counted[kind], 'step')}). {escape(aim(kind))}",
                f"Step {entry.step.number}, {material.rewrite(entry.step.title)}: "
                f"{change(entry, entry.replacements[0])}",
            )
        )
    return [heading("The steps that matter", 1), first, "\n".join(bullets([one]) for one in lines)]


def _phases(found: Sequence[Phase]) -> str:
    if not found:
        return "No phase did anything."
    rows = [
        [
            page_link(phase.page, phase.name),
            str(len(phase.steps)),
            f"{phase.before} → {phase.after}",
            escape(purpose(phase.name)),
        ]
        for phase in found
    ]
    return table(["Phase", "Steps", "Nodes", "What it is for"], rows, "24 10 16 50")


def _curve_words(points: Sequence[tuple[float, float]]) -> str:
    most = max(y for _, y in points)
    grown = most > points[0][1] or any(b > a for (_, a), (_, b) in itertools.pairwise(points))
    return "The curve shows the number of apply nodes after each step." + (
        " Where it rises, a rewrite wrote something longer that another one can do more with."
        if grown
        else ""
    )


def _checked(material: Material) -> str:
    """Say whether numbers agree with the claim that no step changes a value."""
    checks = [check for check in material.step_checks if check.is_fine is not None]
    if not checks or not all(check.is_fine for check in checks):
        return ""
    worst = max(check.results.relative for check in checks)
    size = "to the last digit" if worst == 0 else f"to within {worst:.1e} of their size"
    return (
        "Is each of them really harmless? The graph was computed after every step, on the same "
        f"values: {count(len(checks), 'time')} the results were those of the start, {size}."
    )


def _origins(material: Material) -> list[str]:
    """Trace each node of the end to what it was made from."""
    trace = material.trace
    if trace is None or not material.told:
        return []
    start, end = (state_at(trace, number).graph for number in (0, len(trace.steps)))
    names = intermediate_names(start)
    found = provenance(trace)
    rows = []
    for apply in end.applies[:MAX_ROWS]:
        entries = [found[v] for v in apply.outputs]
        sources = dict.fromkeys(v for entry in entries for v in entry.sources if v in names)
        steps = sorted({number for entry in entries for number in entry.steps})
        own = [material.renamings.get(names[v], names[v]) for v in sources]
        rows.append(
            [
                material.op(apply.op.kind, op_words(apply)),
                symbols(own, 6) or "what is given",
                ", ".join(map(str, steps[:8])) + (", …" if len(steps) > 8 else "") or "none",
            ]
        )
    return [
        heading("Where each node of the result comes from", 1),
        "No node falls from the sky. Each one that is left computes what some nodes of the start "
        "computed, and certain steps led to it; a node that is told of no step is as it was "
        "written.",
        table(["Node in the end", "Computes what was", "By steps"], rows, "30 40 30"),
    ]


def _names(material: Material) -> list[str]:
    """Say what the names in the steps stand for, each as the start computes it."""
    trace = material.trace
    if not material.told or trace is None:
        return []
    graph = state_at(trace, 0).graph
    names = intermediate_names(graph)
    entries = []
    for apply in graph.applies:
        for variable in apply.outputs:
            if variable in names:
                value = simplify(express(graph, variable, names, (variable,)))
                own = material.renamings.get(names[variable], names[variable])
                entries.append((symbol_latex(own), "=", rename(value, material.renamings)))
    more = len(entries) - MAX_NAMES
    return [
        heading("What the names stand for", 1),
        "Names last through the rewriting: a value that takes the place of another takes its name, "
        "since it is the same value. "
        + ("Adjoints have the names of the gradient page. " if material.renamings else "")
        + "A number behind a name, as in :math:`a_{2}` beside :math:`a_{1}`, may well stand for "
        "the same thing computed twice; merging them is part of the work."
        + (
            " An index of ``None`` is NumPy's: it gives a number an axis of length 1."
            if any(AXES in text(value) for _, _, value in entries)
            else ""
        ),
        directive(
            "opened",
            f"All {len(entries)} names, as they are computed before the first step",
            body=paragraphs(
                equations(entries[:MAX_NAMES]), f"and {more} more." if more > 0 else ""
            ),
        ),
    ]
