"""Tell what else the XOR network might have been: other rates, fewer units, other seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy

from xorexplain.models.many import Many, Noted, train_many
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, STEPS, TARGETS
from xorexplain.render.pictures.curve import Point
from xorexplain.render.writers.marks import count, heading, listed, name, spelled, table
from xorexplain.sphinxext.walkthrough.values import Array, short

SEEDS = tuple(range(1, 21))
UNITS = (2, HIDDEN)
FAST, FAST_STEPS = 1.0, 6000
RATES = (LEARNING_RATE, 1.0, 100.0)
RATE_STEPS = 3000
EARLY = 1000
"""By then the answers are at one half on average, and the cost is on its plateau."""
MAX_FAILED = 4
LEARNED, SATURATED, PLATEAU = 0.1, 1e-3, 0.9
NEAR = 0.1


@cache
def at_rates() -> Many:
    """Train the tutorial's network at three rates."""
    noted = sorted({0, 1, 10, 30, *range(0, RATE_STEPS + 1, 100)})
    return train_many(HIDDEN, [SEED] * len(RATES), RATES, noted)


@cache
def the_course() -> Many:
    """Train the tutorial's network as the tutorial does."""
    noted = [0, EARLY, *(STEPS * n // 12 for n in range(1, 13))]
    return train_many(HIDDEN, [SEED], [LEARNING_RATE], noted)


@cache
def with_units(units: int) -> Many:
    """Train networks of so many hidden units from several seeds."""
    return train_many(units, SEEDS, [FAST] * len(SEEDS), [0, FAST_STEPS])


def rate_series() -> Mapping[str, Sequence[Point]]:
    """Return the cost over the steps at each rate."""
    many = at_rates()
    return {
        f"rate {rate:g}": [(float(one.step), float(one.costs[n])) for one in many.noted]
        for n, rate in enumerate(RATES)
    }


def rates_told() -> Iterator[str]:
    """Say the truth about each rate."""
    many = at_rates()
    rows = []
    for n, rate in enumerate(RATES):
        rows.append(
            [
                f"{rate:g}",
                *(f"{_at(many, step).costs[n]:.4f}" for step in (1, 100, RATE_STEPS)),
                _truth(many, n),
            ]
        )
    header = ["Rate", "Cost after 1 step", "100", str(RATE_STEPS), "The truth about it"]
    yield table(header, rows, "10 16 12 12 50")


def _at(many: Many, step: int) -> Noted:
    return next(one for one in many.noted if one.step == step)


def _truth(many: Many, n: int) -> str:
    """Say what a rate did, from its costs and answers."""
    start, first, end = many.noted[0], _at(many, 1), many.end
    slopes = end.outputs[n] * (1 - end.outputs[n])
    wrong = numpy.abs(end.outputs[n] - numpy.array(TARGETS).ravel()) > 1 - LEARNED
    stuck = [case for case in range(len(INPUTS)) if wrong[case] and slopes[case] < SATURATED]
    if first.costs[n] > 1.5 * start.costs[n]:
        words = (
            "too large: the first step leaps over the valley, and the cost rises from "
            f"{start.costs[n]:.2f} to {first.costs[n]:.2f}"
        )
        if stuck:
            cases = listed([_case(case) for case in stuck])
            words += (
                f"; the answer for {cases} ends at "
                f"{listed([short(round(float(end.outputs[n][c]), 4)) for c in stuck])}, wrong by "
                "nearly 1, where the slope is next to 0: *saturated*, so nothing pulls it back"
            )
        return words
    if end.costs[n] > PLATEAU * start.costs[n]:
        return f"safe and slow: after {RATE_STEPS} steps it is still on the plateau"
    if end.costs[n] < LEARNED:
        return "it has learned XOR: the same road in larger steps"
    return "it falls, and has not learned XOR yet"


def _case(case: int) -> str:
    return f"({', '.join(map(str, INPUTS[case]))})"


def course_told() -> Iterator[str]:
    """Say why training is flat first and never done."""
    many = the_course()
    rows = []
    told = {EARLY, STEPS // 12, *range(0, STEPS + 1, STEPS // 6)}
    for one in (one for one in many.noted if one.step in told):
        slopes = one.outputs[0] * (1 - one.outputs[0])
        rows.append(
            [
                str(one.step),
                f"{one.costs[0]:.4f}",
                f"{100 * one.pulls[0]:.0f} %",
                f"{one.gradient[0]:.4f}",
                f"{slopes.mean():.3f}",
            ]
        )
    header = [
        "Step",
        "Cost",
        "Left of the pulls",
        "Largest element of the gradients",
        f"Mean slope of the {name('output')}",
    ]
    yield table(header, rows, "14 16 22 26 22")
    yield (
        "*Left of the pulls*: each case alone would give each weight a gradient, its pull; the "
        "gradient is their sum. Its size, divided by the sum of the sizes of the pulls, says how "
        "much is left: 100 % where all cases pull the same way, 0 % where they cancel."
    )
    start, early, end = many.noted[0], many.noted[1], many.end
    low = min(many.noted, key=lambda one: float(one.pulls[0]))
    yield (
        "**Flat first.** Each case pulls at each weight, and the gradient is the sum. At the start "
        f"all answers are near one half: the cost is {start.costs[0]:.2f}, near 4 · 0.5² = 1, the "
        "best for somebody who cannot tell the cases apart. The answers are "
        f"{start.outputs[0].mean():.3f} on average, and what is left of the pulls goes into "
        f"bringing that to one half: at step {early.step} it is {early.outputs[0].mean():.3f}. "
        "Then two cases pull up and two down, and the pulls nearly cancel: at step "
        f"{low.step}, {100 * low.pulls[0]:.0f} % of them is left. Until the hidden "
        "neurons differ, there is no way out but slowly."
    )
    steepest = max(many.noted[2:], key=lambda one: float(one.gradient[0]))
    yield (
        "**Then faster.** As the neurons come to differ, less cancels: at step "
        f"{steepest.step}, {100 * steepest.pulls[0]:.0f} % is left, and the largest element of the "
        f"gradients is {steepest.gradient[0] / early.gradient[0]:.1f} times that of step "
        f"{early.step}. Most still cancels, to the end. That the gradients shrink again is not "
        "cancelling: it is the slopes."
    )
    late = many.noted[-2]
    yield (
        "**Never 0.** In real numbers, an answer is 1 only where :math:`z_{2}` is infinite. On the "
        "way back each "
        "error is multiplied by the slope s(1 − s) of its answer, which shrinks together with the "
        f"error: from {float((start.outputs[0] * (1 - start.outputs[0])).mean()):.2f} to "
        f"{float((end.outputs[0] * (1 - end.outputs[0])).mean()):.3f}. In the last "
        f"{end.step - late.step} of {end.step} steps the cost fell from {late.costs[0]:.4f} to "
        f"{end.costs[0]:.4f}: the better, the slower, for ever."
    )


def other_networks() -> Iterator[str]:
    """Compare two units with five, over several seeds, and say why some do not learn."""
    yield heading("Two neurons or five, and other seeds", 1)
    yield (
        f"The start is drawn at random, by a *seed*. {len(SEEDS)} seeds (1 to {SEEDS[-1]}), "
        f"{FAST_STEPS} steps at a rate of {FAST:g}, which gets as far as "
        f"{int(FAST_STEPS * FAST / LEARNING_RATE)} steps at {LEARNING_RATE:g} if no step is too "
        "large:"
    )
    rows = []
    for units in UNITS:
        many = with_units(units)
        learned = many.learned()
        failed = [str(seed) for seed, fine in zip(SEEDS, learned, strict=True) if not fine]
        rows.append([str(units), f"{sum(learned)} of {len(SEEDS)}", ", ".join(failed) or "none"])
    yield table(["Hidden neurons", "Learned XOR", "Seeds that fail"], rows, "20 25 55")
    yield from _failures(with_units(UNITS[0]), UNITS[0])


def _failures(many: Many, units: int) -> Iterator[str]:
    learned = many.learned()
    failed = [n for n, fine in enumerate(learned) if not fine]
    if not failed:
        return
    rows = []
    for n in failed[:MAX_FAILED]:
        pair, gap = nearest(many.hidden[n])
        rows.append(
            [
                str(SEEDS[n]),
                " ".join(f"{value:.2f}" for value in many.end.outputs[n]),
                f"{listed([_case(case) for case in pair])}: {gap:.2f}",
                f"{many.end.gradient[n]:.4f}",
            ]
        )
    cases = " ".join(_case(case) for case in range(len(INPUTS)))
    yield (
        f"Why? The first {spelled(len(rows), '')} of the failures with {count(units, 'neuron')}:"
        if len(rows) > 1
        else f"Why? The first of the failures with {count(units, 'neuron')}:"
    )
    header = [
        "Seed",
        f"Answers for {cases}",
        "Nearest in the hidden layer of those that should differ",
        "Largest element of the gradients",
    ]
    yield table(header, rows, "10 34 32 24")
    gaps = [nearest(many.hidden[n])[1] for n in range(len(learned))]
    close = sum(gaps[n] < NEAR for n in failed)
    fine = [gap for gap, is_fine in zip(gaps, learned, strict=True) if is_fine]
    largest = max(float(many.end.gradient[n]) for n in failed)
    start = max(float(many.noted[0].gradient[n]) for n in failed)
    beside = f" Where it learned, they are at least {min(fine):.2f} apart." if fine else ""
    rest = " In the others it is not that simple." if close < len(failed) else ""
    yield (
        f"The second layer sees only what the hidden neurons say. In {close} of {len(failed)} "
        f"failures two cases that should differ are less than {NEAR:g} apart there: the second "
        f"layer cannot answer them differently, and settles for a compromise.{rest}"
        f"{beside} No element of the failures' gradients is larger than "
        f"{largest:.4f} any more; at the start one was {start:.4f}. So more steps help little. "
        f"Of {count(UNITS[-1], 'neuron')} some are likelier to differ enough from the start. And "
        "as there is no bias, the line of each neuron has to go through (0, 0), which leaves two "
        "neurons less room."
    )


def nearest(hidden: Array) -> tuple[tuple[int, int], float]:
    """Return the two cases of different targets whose activations are nearest, and how near."""
    wanted = numpy.array(TARGETS).ravel()
    pairs = [p for p in combinations(range(len(wanted)), 2) if wanted[p[0]] != wanted[p[1]]]
    gaps = [float(numpy.linalg.norm(hidden[a] - hidden[b])) for a, b in pairs]
    return pairs[int(numpy.argmin(gaps))], min(gaps)
