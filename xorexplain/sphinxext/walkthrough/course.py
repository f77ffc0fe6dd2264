"""Tell the course of the XOR network's training: flat first, then faster, never done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from xorexplain.models.many import Many, Noted, train_many
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, STEPS
from xorexplain.render.writers.marks import name, spelled, table

EARLY = 1000
"""By then the answers are at one half on average, and the cost is on its plateau."""
FELL = 0.95
"""The plateau is over where the cost is down to this share of what it was at its beginning."""
EVERY = 100


@cache
def the_course() -> Many:
    """Train the tutorial's network as the tutorial does."""
    noted = range(0, STEPS + 1, EVERY)
    return train_many(HIDDEN, [SEED], [LEARNING_RATE], noted)


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
        f"Before the flat part, in the first row, all answers begin near one half, "
        f"{start.outputs[0].mean():.3f} on average, and what is left of the pulls goes into "
        f"bringing that to {flat.outputs[0].mean():.3f}. That tells no case from another. Of the "
        f"costs noted here, one every {EVERY} steps, that of step {flat.step} is the first below "
        "4 · 0.5² = 1, the best for somebody who cannot tell the cases apart. From that step until "
        f"the cost is {100 * (1 - FELL):.0f} % lower it is called *flat* here:"
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
                f"{100 * one.pulls[0]:.0f}\u00a0%",
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
        f"{later.step - over.step} steps, by {_fall(over, later)}. Two cases pull the answer up "
        f"and two down, and the pulls nearly cancel: at step {low.step}, "
        f"{100 * low.pulls[0]:.0f} % of them is left. The neurons differ from each other from the "
        "start, as their weights are random; but what each says of "
        "one case is still too near to what it says of the next. "
        "Until they tell the cases apart, the cost falls only slowly."
    )
    steepest = max(
        (pair for pair in pairwise(many.noted) if pair[0].step >= over.step),
        key=lambda pair: float(pair[0].costs[0] - pair[1].costs[0]),
    )[1]
    yield (
        "**Then faster.** As the neurons come to tell the cases apart, less cancels. After the "
        f"flat part the cost falls fastest near step {steepest.step}: "
        f"{100 * steepest.pulls[0]:.0f} % is left, and "
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
        f"error: from {float((start.outputs[0] * (1 - start.outputs[0])).mean()):.3f} to "
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
