"""Tell each episode of the rewriting: one step in pictures, its law, its numbers, the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr, substitute
from xorexplain.notation.latex import latex, symbol_latex
from xorexplain.notation.text import text
from xorexplain.render.reports.step_rows import leading
from xorexplain.render.writers.marks import (
    code,
    count,
    escape,
    heading,
    inline,
    is_short,
    listed,
    math,
    name,
    page_link,
    paragraphs,
    sentence,
    table,
)
from xorexplain.rewrites.laws.corners import holds_at_corners
from xorexplain.rewrites.laws.fitting import fitting
from xorexplain.rewrites.steps import ExplainedStep, Replacement
from xorexplain.sphinxext.walkthrough.alone import without_it_alone
from xorexplain.sphinxext.walkthrough.axes_of_numbers import axes_of_numbers
from xorexplain.sphinxext.walkthrough.depends_on import (
    on_a_later_step,
    on_the_exponent,
    repeated_since,
)
from xorexplain.sphinxext.walkthrough.episode_tables import computed, eaten, written_over
from xorexplain.sphinxext.walkthrough.episodes import Told, told_episodes
from xorexplain.sphinxext.walkthrough.firing import bare, change
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.merging import merged
from xorexplain.sphinxext.walkthrough.origins import used_names
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw_step
from xorexplain.sphinxext.walkthrough.renaming import rename
from xorexplain.sphinxext.walkthrough.taken_back import taken_back
from xorexplain.sphinxext.walkthrough.undone import undone
from xorexplain.sphinxext.walkthrough.whole_way import why_not_at_once

NAME = "rewrites"
MAX_ROWS = 12
"""So many steps of an episode are listed; the appendix has them all."""
MAX_PHASES = 5


def pages(material: Material) -> Iterator[Page]:
    """Write a page for each episode that the rewriting has."""
    found = told_episodes(material)
    for position, told in enumerate(found):
        after = found[position + 1] if position + 1 < len(found) else None
        yield _page(material, told, position + 1, after)


def _page(material: Material, told: Told, number: int, after: Told | None) -> Page:
    shown, files = draw_step(
        material.subject.trace, told.example, told.episode.page, material.settings.budget
    )
    return Page(
        told.episode.page,
        f"{number}. {told.episode.title}",
        f"{count(len(told.steps), 'step')}: {balance(told)}.",
        paragraphs(
            _opening(material, told),
            f".. index:: {', '.join(f'! {word}' for word in told.episode.words)}",
            told.episode.idea,
            heading("One step, before and after", 1),
            _step(material, told.example),
            shown,
            heading("Why it may", 1),
            *_law(told.example),
            repeated_since(material, told.example),
            on_the_exponent(material, told, _as_written(material, told.example)),
            *on_a_later_step(material, told.example),
            why_not_at_once(material, told.example),
            *computed(material, leading(told.example)),
            *(eaten(material, told) if "fusion" in told.episode.kinds else ()),
            _caveats(material, told),
            *(written_over(material, told) if "in-place" in told.episode.kinds else ()),
            *_all(material, told),
            _in_phases(told),
            *(axes_of_numbers(material) if "constant folding" in told.episode.kinds else ()),
            *taken_back(material, told),
            *used_names(material, told.steps),
            *undone(material, told),
            without_it_alone(material, told),
            material.next_page(
                None if after is None else (after.episode.page, after.episode.title), "episode"
            ),
        ),
        files,
        parent=NAME,
    )


def balance(told: Told) -> str:
    """Say how many apply nodes an episode took away and brought."""
    left, came = told.left, told.came
    if left == came:
        return "as many apply nodes, of other ops" if left else "the same apply nodes"
    return f"{count(abs(left - came), 'apply node')} {'fewer' if left > came else 'more'}"


def _opening(material: Material, told: Told) -> str:
    entry = told.example
    first = leading(entry)
    what = name(first.name) if first.is_named else "the value that is replaced"
    if first.is_named and re.search(r"_\d", first.name):
        what += f" (in the picture {code(first.name)})"
    many = len(told.steps)
    return paragraphs(
        f"Look at {what} in step {entry.step.number}, before and after.",
        f"Of the {count(len(material.explained), 'step')} of {page_link(NAME, 'the rewriting')} "
        f"{many} {'is' if many == 1 else 'are'} of this sort. {count(told.left, 'apply node')} "
        f"{'was' if told.left == 1 else 'were'} removed and {told.came} added: {balance(told)}.",
    )


def _step(material: Material, entry: ExplainedStep) -> str:
    return (
        f"Step {entry.step.number}, {material.rewrite(entry.step.title)}: {change(entry)}. "
        f"{_written(entry, _as_written(material, entry))}A plus marks what is new, a minus what "
        "goes; places mean nothing."
    )


def _written(entry: ExplainedStep, as_written: Expr | None) -> str:
    """Say how a value was written before any step, where that is another formula."""
    told = leading(entry)
    if as_written is None or text(as_written) in (text(bare(told.before)), text(bare(told.after))):
        return ""
    return f"As written it was {math(as_written)}. " if is_short(as_written) else ""


def _as_written(material: Material, entry: ExplainedStep) -> Expr | None:
    """Return how a value was written before any step, where its law is told by a formula."""
    assert material.trace is not None
    told = leading(entry)
    if fitting(entry.law, told.before, told.after) is None:
        return None
    start = material.trace.first.graph
    names = intermediate_names(start)
    own = {material.renamings.get(n, n): v for v, n in names.items()}
    if told.name not in own:
        return None
    variable = own[told.name]
    return rename(bare(express(start, variable, names, (variable,))), material.renamings)


def _law(entry: ExplainedStep) -> Iterator[str]:
    """Say why the step is valid: the law, and the law for what it was applied to."""
    law, first = entry.law, leading(entry)
    if law is None:
        yield "No law is written for this rewrite yet; the numbers below are what is known of it."
        return
    yield sentence(escape(law.sentence))
    found = fitting(law, first.before, first.after)
    if found is not None:
        formula, bindings = found
        letters = listed(
            [f"{inline(letter)} = {math(value)}" for letter, value in bindings.items()]
        )
        holds = f", {escape(formula.where)}" if formula.where else ""
        if formula.condition is not None:
            holds += f", where {math(formula.condition)}"
        yield (
            f"As algebra: {math(formula.left)} :math:`=` {math(formula.right)}{holds}. Here "
            f"{letters}, so"
        )
        left = latex(substitute(formula.left, bindings))
        yield f".. math::\n\n   {_start(first)}{left} = {latex(first.after)}\n"
        if holds_at_corners(formula):
            yield (
                "The law has no condition: it holds for every number. Both sides are the same for "
                "0, negative numbers, infinity and NaN too, as was computed for this page."
            )
    elif not first.is_alike:
        yield "Here:"
        yield f".. math::\n\n   {_start(first)}{latex(first.before)} = {latex(first.after)}\n"
    if law.caveat:
        yield escape(law.caveat)


def _caveats(material: Material, told: Told) -> str:
    """Say what the laws of the other steps do not promise."""
    if "fusion" not in told.episode.kinds:
        return ""
    found = {
        material.rewrite(e.step.title): e.law.caveat
        for e in told.steps
        if e.law is not None and e.law.caveat and e.law is not told.example.law
    }
    return " ".join(f"Of {name}: {escape(caveat)}" for name, caveat in found.items())


def _start(told: Replacement) -> str:
    return f"{symbol_latex(told.name)} = " if told.is_named else ""


def _all(material: Material, told: Told) -> Iterator[str]:
    steps = told.steps
    if len(steps) == 1:
        return
    yield heading(f"All {len(steps)} steps", 1)
    rows = []
    for entry in steps[:MAX_ROWS]:
        step = entry.step
        words = merged(material, entry) or "nothing"
        if step.verdict != "applied":
            words = f"{step.verdict}: {words}"
        rows.append(
            [
                str(step.number),
                material.rewrite(step.title),
                words,
            ]
        )
    yield table(["Step", "Rewrite", "What changed"], rows, "10 35 55")
    if len(steps) > MAX_ROWS:
        yield f"and {len(steps) - MAX_ROWS} more."


def _in_phases(told: Told) -> str:
    """Say which phases of the rewriter made the steps, where they were several."""
    phases: dict[str, list[int]] = {}
    for entry in told.steps:
        phases.setdefault(entry.step.phase, []).append(entry.step.number)
    if not 1 < len(phases) <= MAX_PHASES:
        return ""
    made = listed([f"{code(phase)} made {numbered(steps)}" for phase, steps in phases.items()])
    return f"By phase: {made}."


def numbered(steps: Sequence[int]) -> str:
    """Write the numbers of steps; of three or more in a row, the first and the last."""
    runs: list[list[int]] = []
    for step in steps:
        if runs and step == runs[-1][-1] + 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(one) for one in run]
    return f"step{'' if len(steps) == 1 else 's'} {listed(words)}"
