"""Tell how training goes, and what the model answers before and after."""

from __future__ import annotations

import math as mathematics
from collections.abc import Iterator, Mapping

import numpy

from xorexplain.models.training import Trained
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.writers.marks import (
    code,
    count,
    formulas,
    heading,
    paragraphs,
    table,
)
from xorexplain.sphinxext.walkthrough.chapters.data import (
    TARGET,
    engine_variables,
    givens,
    number_words,
    role_of,
)
from xorexplain.sphinxext.walkthrough.course import course_told
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.other_networks import written_case
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw_curve, draw_curves, show
from xorexplain.sphinxext.walkthrough.rates import RATE_STEPS, rate_series, rates_told
from xorexplain.sphinxext.walkthrough.values import Array, array_of, matrix, numbers, short, summary

ROWS = 12
MAX_CASES = 16


def page(material: Material) -> Page:
    """Write the page on training."""
    run = material.run
    assert run is not None
    points = [(float(n), c) for n, c in run.costs]
    budget = material.settings.budget
    pictures = draw_curve(points, "training", "Cost over training", "step", "cost", budget)
    return Page(
        "training",
        "Training",
        f"{count(run.steps, 'call')} of the function: the cost falls to {short(run.cost)}."
        if run.cost <= run.costs[0][1]
        else f"{count(run.steps, 'call')} of the function: the cost ends at {short(run.cost)}.",
        paragraphs(
            _opening(material, run),
            heading("The cost", 1),
            _course(run),
            show(
                "training",
                f"The cost falls from {short(run.costs[0][1])} to {short(run.cost)}.",
                is_chart=True,
            ),
            *(_more(material) if material.is_xor else _table(run)),
        ),
        {**pictures, **(_rates(budget) if material.is_xor else {})},
    )


def _table(run: Trained) -> Iterator[str]:
    yield table(
        ["Step", "Cost at its start"],
        ([str(number), short(cost)] for number, cost in _some(run)),
        "50 50",
    )


def _more(material: Material) -> Iterator[str]:
    """Tell of the tutorial's network why it learns as it does."""
    yield heading("Flat first, never done", 1)
    yield from course_told()
    yield heading("Three learning rates", 1)
    yield (
        f"The same start, {RATE_STEPS} steps, at three rates, in NumPy "
        f"({material.topic('steps', 'the loop')} is shown there):"
        if material.settings.taught
        else f"The same start, {RATE_STEPS} steps, at three rates, in NumPy:"
    )
    yield show("rates", "The cost at three learning rates.", is_chart=True)
    yield from rates_told()


def _rates(budget: float) -> Mapping[str, bytes]:
    return draw_curves(rate_series(), "rates", "Cost at three rates", "step", "cost", budget)


def _opening(material: Material, run: Trained) -> str:
    return paragraphs(
        "Look at the numbers now; the graphs are done. Training is nothing but calling the "
        f"function of the {material.link('compiled', 'last page')} again and again: each call "
        "returns the cost and replaces the parameters by their next values."
        if "compiled" in material.pages
        else "Training is nothing but calling the train function again and again.",
        f"What changed since then: only values. The function has been called {run.steps} times "
        "while this page was written, "
        + (
            "with the data of the shared variables."
            if not material.model.data
            else "each time on the same samples, those of ``Model.data``."
        ),
    )


def _course(run: Trained) -> str:
    first, last = run.costs[0][1], run.cost
    if not mathematics.isfinite(last):
        return "The cost became infinite or nan, from which no step recovers: take smaller steps."
    if last > first:
        return (
            f"The cost did not fall: it was {number_words(first)} and is {number_words(last)}. "
            "Take smaller steps, or more of them."
        )
    half = next((place for place, (_, cost) in enumerate(run.costs) if 0 < cost <= first / 2), 0)
    slow = (
        f" It is halved between step {run.costs[half - 1][0]} and step {run.costs[half][0]}."
        if run.costs[half][0] > run.steps // 50
        else ""
    )
    return (
        f"The cost falls from {number_words(first)} to {number_words(last)} in "
        f"{count(run.steps, 'step')}.{slow}"
    )


def _some(run: Trained) -> list[tuple[int, float]]:
    last = len(run.costs) - 1
    every = max(1, -(-last // ROWS))
    return [run.costs[place] for place in sorted({*range(0, last, every), last})]


def predictions(material: Material) -> Page:
    """Write the page on what the model answers."""
    run = material.run
    assert run is not None
    return Page(
        "predictions",
        "What it has learned",
        "The outputs before and after training.",
        paragraphs(
            f"Look at the same cases twice: what the model answered with the weights it started "
            f"from, and after {count(run.steps, 'step')}.",
            f"What changed since the {material.link('network', 'network page')}: the values of the "
            "parameters, and nothing else. The function that gives these answers is the output of "
            "the network by itself; it has no updates, so calling it teaches nothing.",
            *_outputs(material, run),
            _verdict(material, run),
        ),
    )


def _outputs(material: Material, run: Trained) -> Iterator[str]:
    wanted = targets(material)
    for output, value in run.after.items():
        before, after = numbers(run.before[output]), numbers(value)
        yield heading(code(output), 1)
        if before is None or after is None:
            yield "It holds no dense array of numbers, so there is nothing to compare."
        elif after.ndim in (1, 2) and after.shape[0] <= MAX_CASES and after.size == after.shape[0]:
            yield _cases(material, before, after, wanted)
        elif (written := matrix(after)) is not None and (start := matrix(before)) is not None:
            symbol = symbol_latex(output)
            yield formulas(
                [
                    (rf"{symbol}_{{\text{{before}}}}", f"= {start}"),
                    (rf"{symbol}_{{\text{{after}}}}", f"= {written}"),
                ]
            )
        else:
            yield f"Before: {summary(before)}. After: {summary(after)}."


def targets(material: Material) -> dict[str, Array]:
    """Return the targets that have values."""
    graph = material.forward
    assert graph is not None
    own = {getattr(v, "name", None): v for v in engine_variables(material)}
    found = {}
    for variable in givens(graph):
        if role_of(material, variable) == TARGET and variable.name in own:
            value = array_of(material.engine, own[variable.name], material.model.data)
            if value is not None:
                found[str(variable.name)] = value
    return found


def _cases(material: Material, before: Array, after: Array, targets: dict[str, Array]) -> str:
    """Write a row for each case: what went in, where that is short, target, before and after."""
    number = after.shape[0]
    data = _data(material, number)
    wanted = {name: v.reshape(-1) for name, v in targets.items() if v.size == number}
    header = [*(code(one) for one in data), *(f"target {code(one)}" for one in wanted)]
    rows = []
    for case in range(number):
        row = ["  ".join(short(n) for n in numpy.ravel(value[case])) for value in data.values()]
        row += [short(value[case]) for value in wanted.values()]
        rows.append([*row, *(f"{float(v.reshape(-1)[case]):.4f}" for v in (before, after))])
    return table([*header, "before", "after"], rows)


def _data(material: Material, cases: int) -> dict[str, Array]:
    graph = material.network
    assert graph is not None
    own = {getattr(v, "name", None): v for v in engine_variables(material)}
    found = {}
    for variable in givens(graph):
        if variable.id in graph.parameters or variable.name not in own:
            continue
        value = array_of(material.engine, own[variable.name], material.model.data)
        if value is not None and value.ndim and value.shape[0] == cases and value.size <= 6 * cases:
            found[str(variable.name)] = value
    return found


def _verdict(material: Material, run: Trained) -> str:
    wanted = list(targets(material).values())
    answers = [found for found in map(numbers, run.after.values()) if found is not None]
    if len(wanted) != 1 or len(answers) != 1 or wanted[0].size != answers[0].size:
        return ""
    off = numpy.abs(wanted[0].reshape(-1) - answers[0].reshape(-1))
    if material.is_xor and float(off.max()) < 0.5:
        return (
            "Before training all four answers are close to one half: the network knows nothing. "
            f"Afterwards the largest error is {number_words(float(off.max()))}, that of "
            f"{written_case(int(off.argmax()))}, and each answer is "
            "on the right side of one half: it has learned XOR. Why none is 0 or 1: "
            f"{material.topic('steps', 'it is never done')}."
        )
    return f"The largest error is {number_words(float(off.max()))}."
