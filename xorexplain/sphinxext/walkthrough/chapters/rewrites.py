"""Tell what the optimizer did as a whole: how many steps, in which episodes, and play it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from xorexplain.render.writers.marks import (
    bullets,
    code,
    count,
    escape,
    heading,
    listed,
    page_link,
    paragraphs,
    table,
)
from xorexplain.rewrites.check import StepCheck
from xorexplain.sphinxext.walkthrough.episodes import Told, others, told_episodes
from xorexplain.sphinxext.walkthrough.firing import change, kind_of
from xorexplain.sphinxext.walkthrough.material import Material, default_function
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw_curve, show
from xorexplain.sphinxext.walkthrough.player import player
from xorexplain.sphinxext.walkthrough.trials import Size, apart_briefly, measured

NAME = "rewrites"
APPENDIX = "rewrites-appendix"
MAX_UNKNOWN = 6
MAX_KINDS = 9


def page(material: Material) -> Page:
    """Write the page on the rewriting as a whole."""
    trace = material.trace
    assert trace is not None
    told, before, after = material.explained, len(trace.start), len(trace.end)
    points = [(0.0, float(before)), *((float(t.step.number), float(t.nodes)) for t in told)]
    budget = material.settings.budget
    pictures = draw_curve(
        points, "rewrites", "Apply nodes after each step", "step", "nodes", budget
    )
    steps = count(len(told), "step")
    lead = f"{before} apply nodes become {after} in {steps}."
    found = told_episodes(material)
    shown, files = player(material)
    return Page(
        NAME,
        "What the optimizer did",
        lead,
        paragraphs(
            _opening(material, before, after, steps),
            *_episodes(material, found),
            *shown,
            heading("The number of nodes", 1) if told else "",
            _curve_words(points) if told else "",
            _kinds(material) if told else "",
            show("rewrites", f"The number of apply nodes after each of {steps}.", is_chart=True)
            if told
            else "",
            _checked(material),
            _more() if told else "",
        ),
        {**pictures, **files} if told else {},
    )


def _opening(material: Material, before: int, after: int, steps: str) -> str:
    function = default_function(material.subject)
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
        f"{code(function)} function into {after}, in {steps}. A *rewrite* is a rule that "
        "recognises a pattern and replaces it with something of the same value: fewer nodes, a "
        "faster op, or less memory. (Elsewhere one may also be rounded less; whether any is here "
        "is said at the end of this page.)",
    )


def _episodes(material: Material, told: Sequence[Told]) -> Iterator[str]:
    """Table the episodes, and say what belongs to none."""
    if not told:
        return
    rows = [
        [
            f"{number}. {page_link(one.episode.page, one.episode.title)}",
            str(len(one.steps)),
            f"{one.left} / {one.came}",
            *([_without(material, one)] if material.trials else []),
            change(one.example),
        ]
        for number, one in enumerate(told, 1)
    ]
    yield heading("The episodes", 1)
    yield (
        "The rewriter goes to and fro between a few ideas. Sorted by idea, a page each, they are "
        "easier to follow than in the order of its phases:"
    )
    yield (
        ":math:`z` is a matrix product, :math:`a` an activation, :math:`d` a difference, "
        ":math:`q` a power, :math:`m` a product, :math:`s` a sum or another reduction, a "
        "function has its own name (:math:`\\mathrm{log}_{1}`); δ is an adjoint. "
        ":math:`a_{1,2}` is no pair of indices: it is :math:`a_{1}` computed again, or reshaped, "
        "and :math:`1[\\mathrm{None}, \\mathrm{None}]` the number 1 with two axes of length 1; "
        ":math:`\\mathbf{1}_{x}` is an array of ones in the shape of :math:`x`. *(and 1 "
        "more)* says that one value more was replaced in the same step. Each episode ends with "
        "what its names stand for."
    )
    header = ["Episode", "Steps", "Nodes removed / added", "For example"]
    if not material.trials:
        yield table(header, rows, "32 10 18 40")
    else:
        header.insert(3, "Run without it")
        yield table(header, rows, "25 8 12 25 30")
        yield _compared_with(material)
    rest = others(material)
    if rest:
        kinds = Counter(map(kind_of, rest))
        counted = listed([f"{number} of the kind *{escape(k)}*" for k, number in kinds.items()])
        yield f"{count(len(rest), 'step')} more belong to none of these: {counted}."


def _without(material: Material, told: Told) -> str:
    """Measure what would run without an episode."""
    trial = material.trials.get(told.episode.page)
    if trial is None:
        return "not tried"
    values = apart_briefly(trial.run)
    size = _size(measured(trial.after.last.graph))
    return f"{size}; results {values}" if values else size


def _compared_with(material: Material) -> str:
    """Measure what runs, and say why the nodes that a kind removes are not what it saves."""
    found = next(iter(material.trials.values()))
    return (
        f"What runs with all of them: {_size(measured(found.before.last.graph))}. What a kind "
        "saves shows where it is left out, not in the nodes it removes: others do part of its work "
        "then, or have more to do. Bytes are those of the arrays that a call makes; results are "
        "computed node by node, by the Python code of each op."
    )


def _size(found: Size) -> str:
    """Write how many nodes run, and the operations and bytes where they are known."""
    known = (
        f"{found.operations} operations" if found.operations is not None else "",
        f"{found.size} bytes" if found.size is not None else "",
    )
    return ", ".join([count(found.nodes, "node"), *filter(None, known)])


def _more() -> str:
    return (
        f"What each phase did in its order, step by step, and where each node of the result comes "
        f"from, is in the {page_link(APPENDIX, 'appendix')}."
    )


def _curve_words(points: Sequence[tuple[float, float]]) -> str:
    most = max(y for _, y in points)
    grown = most > points[0][1] or any(b > a for (_, a), (_, b) in itertools.pairwise(points))
    return "The curve shows the number of apply nodes after each step." + (
        " Where it rises, a rewrite wrote something longer that another one can do more with."
        if grown
        else ""
    )


def _kinds(material: Material) -> str:
    """Count the apply nodes by what they do, before and after."""
    trace = material.trace
    assert trace is not None
    return " ".join(
        f"{when}: {material.kinds([trace.universe.apply[id_] for id_ in ids], MAX_KINDS)}."
        for when, ids in (("Before the first step", trace.start), ("After the last", trace.end))
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
    size = (
        "to the last digit, so none was rounded otherwise"
        if worst == 0
        else f"to within {worst:.1e} of their size"
    )
    return (
        "Is each of them really harmless? The graph was computed after every step, on the same "
        f"values: {count(len(checks), 'time')} the results were those of the start, {size}."
    )
