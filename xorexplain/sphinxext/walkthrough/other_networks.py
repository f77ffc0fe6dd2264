"""Tell the course of the XOR network, and what fewer units and other seeds make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise

import numpy

from xorexplain.models.many import Many, Noted, train_many
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, STEPS, TARGETS
from xorexplain.render.writers.marks import count, heading, listed, name, spelled, table
from xorexplain.sphinxext.walkthrough.values import Array

SEEDS = tuple(range(1, 21))
UNITS = (2, HIDDEN)
FAST, FAST_STEPS = 1.0, 6000
EARLY = 1000
"""By then the answers are at one half on average, and the cost is on its plateau."""
MAX_FAILED = 4
FELL = 0.95
"""The plateau is over where the cost is down to this share of what it was at its beginning."""
EVERY = 100
NEAR = 0.1


@cache
def the_course() -> Many:
    """Train the tutorial's network as the tutorial does."""
    noted = range(0, STEPS + 1, EVERY)
    return train_many(HIDDEN, [SEED], [LEARNING_RATE], noted)


@cache
def with_units(units: int, *, steps: int = FAST_STEPS, biased: bool = False) -> Many:
    """Train networks of so many hidden units from several seeds."""
    return train_many(units, SEEDS, [FAST] * len(SEEDS), [0, steps], biased=biased)


def written_case(case: int) -> str:
    """Write the inputs of a case."""
    return f"({', '.join(map(str, INPUTS[case]))})"


def course_told() -> Iterator[str]:
    """Say why training is flat first and never done."""
    many = the_course()
    start, early, end = many.noted[0], many.at(EARLY), many.end
    flat, over = _flat(many)
    yield (
        "Each case alone would give each weight a gradient: its *pull*. A weight's gradient is the "
        f"sum of its {spelled(len(INPUTS), '')} pulls. Add up the absolute values of the gradients "
        "of all weights, and divide by those of all pulls: that says how much is *left of the "
        "pulls*, 100 % where all cases pull the same way, 0 % where they cancel."
    )
    yield (
        f"The first row is another matter than the rest: all answers begin near one half, "
        f"{start.outputs[0].mean():.3f} on average, and what is left of the pulls goes into "
        f"bringing that to {early.outputs[0].mean():.3f}, by step {early.step}. That is soon done, "
        "and tells no case from another."
    )
    rows = []
    told = {EARLY, STEPS // 12, *range(0, STEPS + 1, STEPS // 6)}
    for one in (one for one in many.noted if one.step in told):
        slopes = one.outputs[0] * (1 - one.outputs[0])
        is_flat = flat.step <= one.step <= over.step
        mark = " (start)" if not one.step else " (flat)" if is_flat else ""
        rows.append(
            [
                f"{one.step}{mark}",
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
    yield table(header, rows, "18 14 22 24 22")
    low = min(many.noted, key=lambda one: float(one.pulls[0]))
    later = many.at(min(2 * over.step - flat.step, end.step))
    yield (
        f"**Flat first.** From step {flat.step} to step {over.step} the cost falls by "
        f"{_fall(flat, over)} only, from {flat.costs[0]:.3f} to {over.costs[0]:.3f}; in the next "
        f"{later.step - over.step} steps, by {_fall(over, later)}. The cost is near 4 · 0.5² = 1, "
        "the best for somebody who cannot tell the cases apart. Two cases pull the answer up and "
        f"two down, and the pulls nearly cancel: at step {low.step}, {100 * low.pulls[0]:.0f} % of "
        "them is left. The neurons differ from each other from the start, as their weights are "
        "random; but what each says of one case is still too near to what it says of the next. "
        "Until they tell the cases apart, the cost falls only slowly."
    )
    steepest = max(
        (pair for pair in pairwise(many.noted) if pair[0].step >= over.step),
        key=lambda pair: float(pair[0].costs[0] - pair[1].costs[0]),
    )[1]
    yield (
        "**Then faster.** As the neurons come to tell the cases apart, less cancels. The cost "
        f"falls fastest near step {steepest.step}: {100 * steepest.pulls[0]:.0f} % is left, and "
        "the largest element of the gradients is "
        f"{steepest.gradient[0] / early.gradient[0]:.1f} times that of step {early.step}. Most "
        "still cancels, to the end. That the gradients shrink again is not cancelling: it is the "
        "slopes."
    )
    late = many.at(STEPS - STEPS // 12)
    yield (
        "**Never 0.** In real numbers, an answer is 1 only where :math:`z_{2}` is infinite. On the "
        "way back each "
        "error is multiplied by the slope s(1 − s) of its answer, which shrinks together with the "
        f"error: from {float((start.outputs[0] * (1 - start.outputs[0])).mean()):.2f} to "
        f"{float((end.outputs[0] * (1 - end.outputs[0])).mean()):.3f}. In the last "
        f"{end.step - late.step} of {end.step} steps the cost fell from {late.costs[0]:.4f} to "
        f"{end.costs[0]:.4f}: the better, the slower, for ever."
    )


def _flat(many: Many) -> tuple[Noted, Noted]:
    """Return where the plateau begins and ends: below the cost of four halves, and 5 % lower."""
    level = len(INPUTS) * 0.25
    first = next(one for one in many.noted if one.costs[0] <= level)
    last = next(one for one in many.noted if one.costs[0] <= FELL * first.costs[0])
    return first, last


def _fall(before: Noted, after: Noted) -> str:
    return f"{100 * (1 - float(after.costs[0] / before.costs[0])):.0f} %"


def other_networks() -> Iterator[str]:
    """Compare two units with five, over several seeds, and say why some do not learn."""
    yield heading("Two neurons or five, and other seeds", 1)
    yield (
        f"The start is drawn at random, by a *seed*. {len(SEEDS)} seeds (1 to {SEEDS[-1]}), "
        f"{FAST_STEPS} steps at a rate of {FAST:g}, which gets as far as "
        f"{int(FAST_STEPS * FAST / LEARNING_RATE)} steps at {LEARNING_RATE:g} if no step is too "
        "large (*learned*: each answer is on the right side of one half):"
    )
    rows = []
    for units in UNITS:
        many = with_units(units)
        learned = many.learned()
        failed = [str(seed) for seed, fine in zip(SEEDS, learned, strict=True) if not fine]
        rows.append([str(units), f"{sum(learned)} of {len(SEEDS)}", ", ".join(failed) or "none"])
    yield table(["Hidden neurons", "Learned XOR", "Seeds that fail"], rows, "20 25 55")
    yield from _failures(with_units(UNITS[0]), UNITS[0])
    before = with_units(UNITS[0]).learned()
    learned = with_units(UNITS[0], biased=True).learned()
    pairs = list(zip(SEEDS, before, learned, strict=True))
    helped = [str(seed) for seed, was, fine in pairs if fine and not was]
    harmed = [str(seed) for seed, was, fine in pairs if was and not fine]
    yield (
        f"With a bias in both layers, 0 at the start, {sum(learned)} of {len(SEEDS)} networks with "
        f"{count(UNITS[0], 'neuron')} learn it. Of the {before.count(False)} that failed, "
        f"{len(helped)} do now ({', '.join(helped)}): (0, 0) need not be 0.5 in the hidden layer."
    )
    if harmed:
        yield (
            f"Of those that learned without one, seeds {', '.join(harmed)} fail now: "
            "from the same start the biases lead another way."
        )


def _failures(many: Many, units: int) -> Iterator[str]:
    learned = many.learned()
    failed = [n for n, fine in enumerate(learned) if not fine]
    if not failed:
        return
    rows = []
    for n in failed[:MAX_FAILED]:
        pair, gap = nearest(many.end.hidden[n])
        rows.append(
            [
                str(SEEDS[n]),
                " ".join(f"{value:.2f}" for value in many.end.outputs[n]),
                f"{listed([written_case(case) for case in pair])}: {gap:.2f}",
                f"{many.end.gradient[n]:.4f}",
            ]
        )
    cases = " ".join(written_case(case) for case in range(len(INPUTS)))
    yield (
        f"Why? The first {spelled(len(rows), '')} of the failures with {count(units, 'neuron')}:"
        if len(rows) > 1
        else f"Why? The first of the failures with {count(units, 'neuron')}:"
    )
    header = [
        "Seed",
        f"Answers for {cases}",
        "Nearest in the hidden layer of those that should differ",
        "Largest element of its gradients at the end",
    ]
    yield table(header, rows, "10 34 32 24")
    gaps = [nearest(many.end.hidden[n])[1] for n in range(len(learned))]
    close = sum(gaps[n] < NEAR for n in failed)
    fine = [gap for gap, is_fine in zip(gaps, learned, strict=True) if is_fine]
    largest = max(float(many.end.gradient[n]) for n in failed)
    start = max(float(many.noted[0].gradient[n]) for n in failed)
    beside = f" Where it learned, they are at least {min(fine):.2f} apart." if fine else ""
    longer = with_units(units, steps=2 * FAST_STEPS).learned()
    rest = _between(many, [n for n in failed if gaps[n] >= NEAR])
    yield (
        f"The second layer sees only what the hidden neurons say. In {close} of {len(failed)} "
        f"failures two cases that should differ are less than {NEAR:g} apart there (the length of "
        "the difference): the second layer cannot answer them differently, and settles for a "
        f"compromise.{rest}"
        f"{beside} No element of the failures' gradients is larger than "
        f"{largest:.4f} any more; at the start one was {start:.4f}. After twice as many steps "
        f"{'still ' if longer == learned else ''}{sum(longer)} of {len(longer)} have learned it"
        f"{': the failures are stuck' if longer == learned else ''}. "
        f"{_apart_from_the_start(many)}"
    )


def _apart_from_the_start(few: Many) -> str:
    """Say how near cases that should differ are at the start, of few neurons and of more."""
    many = with_units(UNITS[-1])
    start = [
        float(numpy.median([nearest(hidden)[1] for hidden in one.noted[0].hidden]))
        for one in (few, many)
    ]
    end = min(nearest(hidden)[1] for hidden in many.end.hidden)
    return (
        f"With {count(UNITS[-1], 'neuron')} the two nearest begin {start[1]:.2f} apart (median) "
        f"instead of {start[0]:.2f}, and end at least {end:.2f} apart: of more "
        "neurons some are likelier to differ."
    )


def _between(many: Many, failed: Sequence[int]) -> str:
    """Say of failures whether a case is told halfway between two that should be answered else."""
    found = {n: halfway(many.end.hidden[n]) for n in failed}
    cases = set(found.values())
    if not failed:
        return ""
    if len(cases - {None}) != 1 or None in cases:
        return " In the others it is not that simple."
    case, one, other = next(c for c in cases if c is not None)
    seeds = f"seed{'' if len(failed) == 1 else 's'} {listed([str(SEEDS[n]) for n in failed])}"
    return (
        f" In the others ({seeds}) the hidden neurons say of {written_case(case)} what is halfway "
        f"between what they say of {written_case(one)} and {written_case(other)}, so its "
        ":math:`z_{2}` is the mean of theirs: its answer lies between two others, and should be "
        "on the other side of one half than both."
    )


def halfway(hidden: Array) -> tuple[int, int, int] | None:
    """Return a case whose activations are the mean of those of two cases of the other target."""
    wanted = numpy.array(TARGETS).ravel()
    for case in range(len(wanted)):
        rest = [other for other in range(len(wanted)) if wanted[other] != wanted[case]]
        for one, other in combinations(rest, 2):
            gap = numpy.linalg.norm(hidden[case] - (hidden[one] + hidden[other]) / 2)
            if gap < NEAR:
                return case, one, other
    return None


def nearest(hidden: Array) -> tuple[tuple[int, int], float]:
    """Return the two cases of different targets whose activations are nearest, and how near."""
    wanted = numpy.array(TARGETS).ravel()
    pairs = [p for p in combinations(range(len(wanted)), 2) if wanted[p[0]] != wanted[p[1]]]
    gaps = [float(numpy.linalg.norm(hidden[a] - hidden[b])) for a, b in pairs]
    return pairs[int(numpy.argmin(gaps))], min(gaps)
