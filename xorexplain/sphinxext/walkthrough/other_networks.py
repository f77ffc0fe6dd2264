"""Tell what fewer units and other seeds make of the XOR network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from math import floor

import numpy

from xorexplain.models.many import Many, train_many
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, TARGETS
from xorexplain.render.writers.marks import bullets, count, heading, listed, spelled, table
from xorexplain.sphinxext.walkthrough.values import Array

SEEDS = tuple(range(1, 21))
UNITS = (2, HIDDEN)
FAST, FAST_STEPS = 1.0, 6000
NEAR = 0.1
SAME = 0.01
"""Cases that are less than this apart in the hidden layer get the same answer, to two digits."""


@cache
def with_units(units: int, *, steps: int = FAST_STEPS, biased: bool = False) -> Many:
    """Train networks of so many hidden units from several seeds."""
    return train_many(units, SEEDS, [FAST] * len(SEEDS), [0, steps], biased=biased)


def written_case(case: int) -> str:
    """Write the inputs of a case."""
    return f"({', '.join(map(str, INPUTS[case]))})"


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
        f"{len(helped)} do now: (0, 0) need not be 0.5 in the hidden layer."
    )
    if harmed:
        yield (f"Of those that learned without one, seeds {', '.join(harmed)} fail now.")


def _failures(many: Many, units: int) -> Iterator[str]:
    learned = many.learned()
    failed = [n for n, fine in enumerate(learned) if not fine]
    if not failed:
        return
    gaps = [nearest(hidden)[1] for hidden in many.end.hidden]
    alike = {n: same_cases(many.end.hidden[n]) for n in failed if gaps[n] < SAME}
    sorts = (
        *([n for n in alike if len(alike[n]) == number] for number in (2, 3, 4)),
        [n for n in failed if SAME <= gaps[n] < NEAR],
        [n for n in failed if gaps[n] >= NEAR],
    )
    rows = []
    for n in (group[0] for group in sorts if group):
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
    yield f"Why? One of each sort of failure with {count(units, 'neuron')}:"
    header = [
        "Seed",
        f"Answers for {cases}",
        "Nearest in the hidden layer of those that should differ",
        "Largest element of its gradients at the end",
    ]
    yield table(header, rows, "10 34 32 24")
    fine = [gap for gap, is_fine in zip(gaps, learned, strict=True) if is_fine]
    largest = max(float(many.end.gradient[n]) for n in failed)
    start = max(float(many.noted[0].gradient[n]) for n in failed)
    longer = with_units(units, steps=2 * FAST_STEPS).learned()
    yield (
        "The second layer sees only what the hidden neurons say. How far apart two cases are there "
        "(the length of the difference) sorts the failures:"
    )
    *same, apart, between = sorts
    yield bullets([*_the_same(many, same), *_apart(many, apart), *_between(many, between)])
    beside = (
        f"Where it was learned, cases that should differ are at least {_floor(min(fine))} apart. "
        if fine
        else ""
    )
    yield (
        f"{beside}No element of the failures' gradients is larger than {largest:.4f}; at "
        f"the start the largest was {start:.4f}. After twice as many steps "
        f"{'still ' if longer == learned else ''}{sum(longer)} of {len(longer)} have learned it"
        f"{': the failures are stuck' if longer == learned else ''}. "
        f"{_apart_from_the_start(many)}"
    )


def _floor(number: float) -> str:
    """Write a number with three digits, never larger than it is."""
    return f"{floor(1000 * number) / 1000:.3f}"


def _seeds(failed: Sequence[int]) -> str:
    seeds = listed([str(SEEDS[n]) for n in failed])
    return f"Seed{'' if len(failed) == 1 else 's'} {seeds}"


def _the_same(many: Many, groups: Sequence[Sequence[int]]) -> Iterator[str]:
    """Say of failures that two cases, or three, are the same to the second layer."""
    again = False
    for failed in filter(None, groups):
        cases = same_cases(many.end.hidden[failed[0]])
        answer = float(numpy.mean(many.end.outputs[failed[0]][list(cases)]))
        told = f"{_seeds(failed)}: {spelled(len(cases), '')} "
        told += "are so" if again else f"cases of both targets are less than {SAME:g} apart"
        mean = float(numpy.mean([TARGETS[case] for case in cases]))
        whose = "the mean of their targets" if abs(answer - mean) < SAME else "one answer"
        yield f"{told}, and get {whose}, {answer:.2f}."
        again = True


def _apart(many: Many, failed: Sequence[int]) -> Iterator[str]:
    """Say of failures how far apart the two nearest cases are, and what they are answered."""
    if not failed:
        return
    found = [nearest(many.end.hidden[n]) for n in failed]
    gap = float(numpy.median([gap for _, gap in found]))
    told = [
        sorted(many.end.outputs[n][[*pair]]) for n, (pair, _) in zip(failed, found, strict=True)
    ]
    low, high = numpy.median(told, axis=0)
    yield (
        f"{_seeds(failed)}: the two nearest are about {gap:.2f} apart, and get different answers, "
        f"about {high:.3f} and {low:.3f}."
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
        f"With {count(UNITS[-1], 'neuron')} the two nearest begin {start[1]:.2f} apart "
        f"(median) instead of {start[0]:.2f}, and end {_floor(end)} or more apart: of "
        "more neurons some are likelier to differ."
    )


def _between(many: Many, failed: Sequence[int]) -> Iterator[str]:
    """Say of failures whether a case is told halfway between two that should be answered else."""
    if not failed:
        return
    cases = {halfway(many.end.hidden[n]) for n in failed}
    if len(cases - {None}) != 1 or None in cases:
        yield f"{_seeds(failed)}: it is not that simple."
        return
    case, one, other = next(c for c in cases if c is not None)
    yield (
        f"{_seeds(failed)}: {written_case(case)} is halfway between {written_case(one)} and "
        f"{written_case(other)} in the hidden layer, so its answer lies between theirs, but "
        "belongs on the other side of one half."
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


def same_cases(hidden: Array) -> tuple[int, ...]:
    """Return the cases whose activations are as good as those of one of the two nearest."""
    one = hidden[nearest(hidden)[0][0]]
    return tuple(case for case, own in enumerate(hidden) if numpy.linalg.norm(own - one) < SAME)


def nearest(hidden: Array) -> tuple[tuple[int, int], float]:
    """Return the two cases of different targets whose activations are nearest, and how near."""
    wanted = numpy.array(TARGETS).ravel()
    pairs = [p for p in combinations(range(len(wanted)), 2) if wanted[p[0]] != wanted[p[1]]]
    gaps = [float(numpy.linalg.norm(hidden[a] - hidden[b])) for a, b in pairs]
    return pairs[int(numpy.argmin(gaps))], min(gaps)
