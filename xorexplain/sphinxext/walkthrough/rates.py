"""Tell what the XOR network does at other learning rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy

from xorexplain.models.many import Many, train_many
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, TARGETS
from xorexplain.render.pictures.curve import Point
from xorexplain.render.writers.marks import listed, table
from xorexplain.sphinxext.walkthrough.other_networks import written_case
from xorexplain.sphinxext.walkthrough.values import short

RATES = (LEARNING_RATE, 1.0, 100.0)
RATE_STEPS, EVERY = 3000, 10
LEARNED, SATURATED, PLATEAU = 0.1, 1e-3, 0.9
OFF = 0.01
"""A hidden neuron below this says next to nothing to the second layer."""
LEAPS = 1.5
"""A rate leaps over the valley where the first step makes the cost this many times as large."""


@cache
def each_step() -> Many:
    """Train the tutorial's network at three rates and note every step: a leap may last for one."""
    return train_many(HIDDEN, [SEED] * len(RATES), RATES, range(RATE_STEPS + 1))


def at_rates() -> Many:
    """Return what it is after the steps that are told."""
    many, told = each_step(), {0, 1, *range(0, RATE_STEPS + 1, EVERY)}
    return replace(many, noted=tuple(one for one in many.noted if one.step in told))


def rate_series() -> Mapping[str, Sequence[Point]]:
    """Return the cost at each rate: of every few steps the lowest and the highest."""
    noted = each_step().noted
    series = {}
    for n, rate in enumerate(RATES):
        told = set()
        for start in range(0, len(noted), 2 * EVERY):
            few = sorted(noted[start : start + 2 * EVERY], key=lambda one: float(one.costs[n]))
            told |= {(float(one.step), float(one.costs[n])) for one in (few[0], few[-1])}
        series[f"rate {rate:g}"] = sorted(told)
    return series


def rates_told() -> Iterator[str]:
    """Say the truth about each rate."""
    many = at_rates()
    rows = []
    for n, rate in enumerate(RATES):
        rows.append(
            [
                f"{rate:g}",
                *(f"{many.at(step).costs[n]:.4f}" for step in (1, 100, RATE_STEPS)),
                _truth(many, n),
            ]
        )
    header = ["Rate", "Cost after 1 step", "100", str(RATE_STEPS), "The truth about it"]
    yield table(header, rows, "10 16 12 12 50")
    for n, rate in enumerate(RATES):
        yield from _out_again(many, n, rate)


def _truth(many: Many, n: int) -> str:
    """Say what a rate did, from its costs and answers."""
    start, first, end = many.noted[0], many.at(1), many.end
    slopes = end.outputs[n] * (1 - end.outputs[n])
    wrong = numpy.abs(end.outputs[n] - numpy.array(TARGETS).ravel()) > 1 - LEARNED
    stuck = [case for case in range(len(INPUTS)) if wrong[case] and slopes[case] < SATURATED]
    if first.costs[n] > LEAPS * start.costs[n]:
        words = (
            "too large: the first step leaps over the valley, and the cost rises from "
            f"{start.costs[n]:.2f} to {first.costs[n]:.2f}"
        )
        if stuck:
            cases = listed([written_case(case) for case in stuck])
            words += (
                f"; the answer for {cases} ends at "
                f"{listed([short(round(float(end.outputs[n][c]), 4)) for c in stuck])}, wrong by "
                "nearly 1, where the slope is next to 0: *saturated*"
            )
        return words
    if end.costs[n] > PLATEAU * start.costs[n]:
        return f"safe and slow: after {RATE_STEPS} steps it is still on the plateau"
    if end.costs[n] < LEARNED:
        return "it has learned XOR: the same road in larger steps"
    return "it falls, and has not learned XOR yet"


def _leap_again(n: int, since: int) -> Iterator[str]:
    """Say where the cost leaps up once more, for a step or a few."""
    noted = each_step().noted
    peak = max(noted[since:-1], key=lambda one: float(one.costs[n]))
    if peak.costs[n] < noted[-1].costs[n] + 0.1:
        return
    back = next(
        one
        for one in noted[peak.step + 1 :]
        if one is noted[-1] or one.costs[n] < noted[-1].costs[n] + 0.01
    )
    yield (
        f"Once more it leaps: at step {peak.step} the cost is {peak.costs[n]:.2f}, and at step "
        f"{back.step} {back.costs[n]:.2f} again. Such a step is longer than the valley is wide."
    )


def _out_again(many: Many, n: int, rate: float) -> Iterator[str]:
    """Say how an answer got out of saturation, and what holds it where it came to."""
    start, first, end = many.noted[0], many.at(1), many.end
    if first.costs[n] <= LEAPS * start.costs[n]:
        return
    later = [one for one in many.noted if one.step >= EVERY]
    before, after = max(
        pairwise(later),
        key=lambda pair: float(pair[0].costs[n] - pair[1].costs[n]),
    )
    if before.costs[n] - after.costs[n] < 0.1:
        return
    case = int(numpy.argmax(numpy.abs(after.outputs[n] - before.outputs[n])))
    answers = [float(one.outputs[n][case]) for one in (before, after, end)]
    hidden = [float(one.hidden[n][case].max()) for one in (before, end)]
    yield (
        f"Next to 0 is not 0. At a rate of {rate:g}, the little that gets back adds up: between "
        f"step {before.step} and step {after.step} the answer for {written_case(case)} goes from "
        f"{answers[0]:.5f} to {answers[1]:.3f}, and the cost from {before.costs[n]:.2f} to "
        f"{after.costs[n]:.2f}. At step {end.step} it is {answers[2]:.3f}."
    )
    if hidden[1] < OFF <= hidden[0]:
        yield (
            f"Its slope is {answers[2] * (1 - answers[2]):.2f} there, and yet little moves it: its "
            f"largest hidden neuron was {hidden[0]:.2f} at step {before.step} and is "
            f"{hidden[1]:.5f} now. Each weight of the second layer is multiplied by nearly 0, so "
            "small changes of it do next to nothing for this case; and of what goes on to the "
            "first layer, the slopes of the hidden neurons let next to nothing through. They are "
            "saturated now, as the output was."
        )
    yield from _leap_again(n, after.step + EVERY)
