"""Tell what the optimizer did as a whole: how many steps of which kinds, and which to look at."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from xorexplain.notation.text import text
from xorexplain.render.writers.marks import (
    bullets,
    code,
    count,
    escape,
    heading,
    is_short,
    page_link,
    paragraphs,
    sentence,
    spelled,
    table,
)
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.steps import ExplainedStep
from xorexplain.sphinxext.walkthrough.firing import (
    AXES,
    UNKNOWN,
    aim,
    change,
    changes_formula,
    kind_of,
)
from xorexplain.sphinxext.walkthrough.material import Material, default_function
from xorexplain.sphinxext.walkthrough.origins import meanings, origins
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.phase_words import purpose
from xorexplain.sphinxext.walkthrough.pictures import draw_curve, show
from xorexplain.sphinxext.walkthrough.player import player

NAME = "rewrites"
MAX_TOLD = 8
MAX_UNKNOWN = 6
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
    steps: tuple[ExplainedStep, ...]
    before: int
    after: int

    @property
    def page(self) -> str:
        """The name of its page."""
        safe = "".join(c if c.isalnum() else "-" for c in self.name.lower()).strip("-")
        return f"{NAME}-{safe or 'phase'}"


def phases(told: Sequence[ExplainedStep], start: int) -> list[Phase]:
    """Group steps by phase, in order; each phase once."""
    groups: dict[str, list[ExplainedStep]] = {}
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
    told, before, after = material.explained, len(trace.start), len(trace.end)
    chosen = examples(told)
    points = [(0.0, float(before)), *((float(t.step.number), float(t.nodes)) for t in told)]
    budget = material.settings.budget
    pictures = draw_curve(
        points, "rewrites", "Apply nodes after each step", "step", "nodes", budget
    )
    steps = count(len(told), "step")
    lead = f"{before} apply nodes become {after} in {steps}."
    found = phases(told, before)
    shown, files = player(material)
    return Page(
        NAME,
        "What the optimizer did",
        lead,
        paragraphs(
            _opening(material, before, after, steps, found),
            *_examples(material, chosen),
            *shown,
            heading("Phase by phase", 1),
            _phases(found),
            _curve_words(points) if told else "",
            show("rewrites", f"The number of apply nodes after each of {steps}.") if told else "",
            _checked(material),
            *origins(material),
            *meanings(material),
        ),
        {**pictures, **files} if told else {},
    )


def _opening(
    material: Material, before: int, after: int, steps: str, found: Sequence[Phase]
) -> str:
    function = default_function(material.model)
    engine = material.engine.title
    if not material.explained:
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


def examples(told: Sequence[ExplainedStep]) -> list[ExplainedStep]:
    """Choose one step of each kind that shows best what the kind does.

    That is a step that changed a formula, one short enough to be read, and rather one that left
    fewer nodes behind; the first of equals.
    """
    best: dict[str, tuple[tuple[bool, bool, bool, int], ExplainedStep]] = {}
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


def _is_legible(entry: ExplainedStep) -> bool:
    """Tell whether both formulas of a step fit a line."""
    first = entry.replacements[0]
    return is_short(first.before) and is_short(first.after)


def _is_padding(entry: ExplainedStep) -> bool:
    """Tell whether a step is about nothing but the axes of a number."""
    return AXES in text(entry.replacements[0].before)


def _examples(material: Material, chosen: Sequence[ExplainedStep]) -> list[str]:
    told = material.explained
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
                f"{change(entry.replacements[0])}",
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
    unknown = [check for check in material.step_checks if check.is_fine is None]
    return paragraphs(_agreeing(checks), _unknown(unknown))


def _unknown(checks: Sequence[StepCheck]) -> str:
    """Say of which steps the numbers say nothing, and why."""
    if not checks:
        return ""
    lines = [f"step {check.number}: {escape(check.note)}" for check in checks[:MAX_UNKNOWN]]
    lines += [f"and {len(checks) - MAX_UNKNOWN} more"] if len(checks) > MAX_UNKNOWN else []
    return paragraphs(f"The numbers say nothing of {count(len(checks), 'step')}:", bullets(lines))


def _agreeing(checks: Sequence[StepCheck]) -> str:
    if not checks or not all(check.is_fine for check in checks):
        return ""
    worst = max(check.results.relative for check in checks)
    size = "to the last digit" if worst == 0 else f"to within {worst:.1e} of their size"
    return (
        "Is each of them really harmless? The graph was computed after every step, on the same "
        f"values: {count(len(checks), 'time')} the results were those of the start, {size}."
    )
