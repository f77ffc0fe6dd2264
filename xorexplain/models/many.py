"""Train many XOR networks at once in NumPy: other seeds, numbers of units, learning rates.

They are the tutorial's network, from the same starting values; a test holds them to what an engine
computes. Compiling a function for each would take longer than all of them do here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from xorexplain.errors.records import dataclass
from xorexplain.models.tutorial import INPUTS, TARGETS, start_weights

Array = Any


@dataclass(frozen=True)
class Noted:
    """Hold what networks are after some steps, along the first axis: one after the other.

    `pulls` is what the cases leave of each other's pulls on the weights, on average: 1 where all
    pull one way, 0 where they cancel. `gradient` is its largest element. `hidden` are the
    activations of the hidden layer, a row a case.
    """

    step: int
    costs: Array
    outputs: Array
    pulls: Array
    gradient: Array
    hidden: Array


@dataclass(frozen=True)
class Many:
    """Hold networks after training, with the weights of both layers.

    `noted` are what they were at the steps asked for.
    """

    noted: tuple[Noted, ...]
    first: Array
    second: Array

    @property
    def end(self) -> Noted:
        """What they are at the end."""
        return self.noted[-1]

    def at(self, step: int) -> Noted:
        """What they are after a step that was noted."""
        return next(one for one in self.noted if one.step == step)

    def learned(self) -> list[bool]:
        """Tell of each network whether every answer is on the right side of one half."""
        wanted = numpy.array(TARGETS).ravel() > 0.5
        return [bool(numpy.all((one > 0.5) == wanted)) for one in self.end.outputs]


def train_many(
    hidden: int,
    seeds: Sequence[int],
    rates: Sequence[float],
    noted: Sequence[int],
    *,
    biased: bool = False,
) -> Many:
    """Train a network for each pair of a seed and a rate; note what it is after some steps.

    Both layers are `biased` by a weight that is added, 0 at the start, where asked for.
    """
    x, y = numpy.array(INPUTS, dtype="float64"), numpy.array(TARGETS, dtype="float64")
    starts = [start_weights(hidden, seed) for seed in seeds]
    first, second = (numpy.stack([start[n] for start in starts]) for n in (0, 1))
    rate = numpy.array(rates, dtype="float64").reshape(-1, 1, 1)
    bias2 = numpy.zeros((len(starts), 1, 1))
    if biased:
        # What an input that is always 1 is multiplied by is added whatever the others are.
        x = numpy.hstack([x, numpy.ones((len(x), 1))])
        first = numpy.concatenate([first, numpy.zeros((len(starts), 1, hidden))], axis=1)
    found = []
    wanted, last = set(noted), max(noted)
    with numpy.errstate(over="ignore"):
        for step in range(last + 1):
            a1 = 1 / (1 + numpy.exp(-(x @ first)))
            output = 1 / (1 + numpy.exp(-(a1 @ second + bias2)))
            d1 = output - y
            back2 = 2 * d1 * output * (1 - output)
            back1 = (back2 @ second.transpose(0, 2, 1)) * a1 * (1 - a1)
            if step in wanted:
                found.append(_noted(step, x, a1, d1, output, back1, back2))
            if step < last:
                first = first - rate * (x.T @ back1)
                second = second - rate * (a1.transpose(0, 2, 1) @ back2)
                if biased:
                    bias2 = bias2 - rate * back2.sum(axis=1, keepdims=True)
    return Many(tuple(found), first, second)


def _noted(
    step: int, x: Array, a1: Array, d1: Array, output: Array, back1: Array, back2: Array
) -> Noted:
    one = numpy.einsum("ci,ncj->ncij", x, back1).reshape(len(a1), len(x), -1)
    other = numpy.einsum("nci,ncj->ncij", a1, back2).reshape(len(a1), len(x), -1)
    shares = numpy.concatenate([one, other], axis=2)
    together, apart = numpy.abs(shares.sum(axis=1)), numpy.abs(shares).sum(axis=1)
    return Noted(
        step,
        (d1**2).sum(axis=(1, 2)),
        output[:, :, 0],
        together.sum(axis=1) / numpy.maximum(apart.sum(axis=1), 1e-300),
        together.max(axis=1),
        a1,
    )
