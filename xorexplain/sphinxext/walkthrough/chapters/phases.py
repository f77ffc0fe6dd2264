"""Tell the rewriting in its own order: a page for each phase, with every rewrite and its law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.render.reports import step_rows
from xorexplain.render.writers.marks import (
    code,
    count,
    escape,
    heading,
    listed,
    page_link,
    paragraphs,
    sentence,
    table,
)
from xorexplain.render.writers.rst import line
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.steps import ExplainedStep
from xorexplain.rewrites.trace import RewriteStep
from xorexplain.sphinxext.walkthrough.chapters.network import left_out
from xorexplain.sphinxext.walkthrough.chapters.rewrites import APPENDIX, NAME
from xorexplain.sphinxext.walkthrough.firing import aim, kind_of, opened, why
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.origins import meanings, origins
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.phase_words import purpose
from xorexplain.sphinxext.walkthrough.pictures import draw
from xorexplain.sphinxext.walkthrough.whole_way import whole_way

MAX_FIRINGS = 6
"""So many places are told for each rewrite; the command line lists them all."""
MAX_REWRITES = 40


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
    """Write the appendix: the phases, and where each node of the result comes from."""
    trace = material.trace
    assert trace is not None
    found = phases(material.explained, len(trace.start))
    return Page(
        APPENDIX,
        "Appendix: the rewriting in its own order",
        f"{count(len(material.explained), 'step')} in {count(len(found), 'phase')}.",
        paragraphs(
            "Look here for what the episodes leave out: every step, in the order in which it was "
            "made, on a page for each phase. The rewriter works in phases; each goes over the "
            "graph as often as it finds something to do.",
            _phases(found),
            *whole_way(material),
            *origins(material),
            *meanings(material),
        ),
        parent=NAME,
    )


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


def pages(material: Material) -> Iterator[Page]:
    """Write a page for each phase that did something."""
    trace = material.trace
    assert trace is not None
    found = phases(material.explained, len(trace.start))
    for position, phase in enumerate(found):
        before = found[position - 1] if position else None
        after = found[position + 1] if position + 1 < len(found) else None
        yield _page(material, phase, before, after)


def _page(material: Material, phase: Phase, before: Phase | None, after: Phase | None) -> Page:
    assert material.trace is not None
    last = phase.steps[-1].step.number
    graph = state_at(material.trace, last).graph
    drawn = draw(
        graph,
        phase.page,
        f"The graph of {material.title} after the phase {phase.name}.",
        material.settings.budget,
    )
    groups = by_rewrite(phase.steps)
    return Page(
        phase.page,
        escape(phase.name),
        f"{count(len(phase.steps), 'step')}, {phase.before} → {phase.after} apply nodes",
        paragraphs(
            _opening(material, phase, groups, before),
            *_groups(material, groups),
            _more(len(groups)),
            heading("The graph after this phase", 1),
            f"It has {count(len(graph.applies), 'apply node')}: {material.kinds(graph.applies)}.",
            drawn.rst,
            left_out(drawn, graph, material, phase.page),
            _checked(material, phase),
            material.next_page(None if after is None else (after.page, after.name), "phase"),
        ),
        drawn.files,
        parent=APPENDIX,
    )


def by_rewrite(steps: Sequence[ExplainedStep]) -> dict[str, list[ExplainedStep]]:
    """Group steps by the rewrite that fired, in the order in which each fired first."""
    groups: dict[str, list[ExplainedStep]] = {}
    for entry in steps:
        groups.setdefault(entry.step.title, []).append(entry)
    return groups


def _opening(
    material: Material, phase: Phase, groups: dict[str, list[ExplainedStep]], before: Phase | None
) -> str:
    words = purpose(phase.name)
    names = [material.rewrite(one) for one in list(groups)[:4]]
    names += [f"{len(groups) - 4} more"] if len(groups) > 4 else []
    first = f"This phase is there to {escape(words)}. " if words else ""
    since = f" since {page_link(before.page, before.name)}" if before is not None else ""
    difference = phase.before - phase.after
    size = (
        f"{count(abs(difference), 'apply node')} {'fewer' if difference > 0 else 'more'}: "
        f"{phase.after} instead of {phase.before}"
        if difference
        else f"not the number of apply nodes, which is still {phase.after}, but which ops they are"
    )
    return paragraphs(
        f"{first}Look for {listed(names)} below: why {'it' if len(groups) == 1 else 'each'} is "
        "valid comes first, then every place where it was made.",
        f"What changed{since}: {size}.",
    )


def _groups(material: Material, groups: Mapping[str, Sequence[ExplainedStep]]) -> Iterator[str]:
    """Write what is told of each rewrite; what a kind is for, once."""
    said: set[str] = set()
    for rewrite, steps in list(groups.items())[:MAX_REWRITES]:
        kind = kind_of(steps[0])
        words = escape(aim(kind))
        yield heading(material.rewrite(rewrite), 1)
        if words and kind not in said:
            yield f"*{sentence(escape(kind))[:-1]}.* {words}"
        said.add(kind)
        yield paragraphs(why(steps[0].law), _code(material, steps[0].step))
        yield from _firings(steps)


def _firings(steps: Sequence[ExplainedStep]) -> Iterator[str]:
    """Write the steps of a rewrite, those that repeat but for names once."""
    left = MAX_FIRINGS
    for entries, again in step_rows.once(steps):
        yield from (opened(entry) for entry in entries[:left])
        if left >= len(entries) and again:
            yield sentence(line(again))
        left = max(0, left - len(entries))
    told = sum(len(entries) for entries, _ in step_rows.once(steps))
    if told > MAX_FIRINGS:
        yield f"and {told - MAX_FIRINGS} more."


def _code(material: Material, step: RewriteStep) -> str:
    """Say where a rewrite is written."""
    trace = material.trace
    assert trace is not None
    known = trace.rewrite.get(step.title) or trace.rewrite.get(step.rewrite)
    return f"Its code is in {code(known.where)}." if known is not None and known.where else ""


def _more(number: int) -> str:
    left = number - MAX_REWRITES
    return f"{left} more rewrites fired in this phase." if left > 0 else ""


def _checked(material: Material, phase: Phase) -> str:
    """Say what the numbers say of the phase's steps."""
    numbers = {entry.step.number for entry in phase.steps}
    checks = [c for c in material.step_checks if c.number in numbers and c.is_fine is not None]
    if not checks:
        return ""
    worst = max(check.results.relative for check in checks)
    bad = [check.number for check in checks if not check.is_fine]
    if bad:
        return (
            f"Computed on the same values, the results after step {bad[0]} are not those of "
            f"before: they differ by {worst:.1e}. ``xorexplain rewrites {bad[0]}`` tells more."
        )
    size = "to the last digit" if worst == 0 else f"but for rounding, at most {worst:.1e} of them"
    return f"Computed on the same values, the results are still those of the start, {size}."
