"""Check every step of a rewriting by numbers: compute each state on the same inputs.

A value that a step replaces is compared with the one that takes its place, and the results of the
graph with those they were. What counts is the results: a sum does not mind the order of what it
adds. Each op is run by the engine's own Python code.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import numpy

from xorexplain.errors.faults import made_or
from xorexplain.errors.records import dataclass
from xorexplain.graph.difference import NONE, Difference, Unknown, are_equal, difference, worst
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.states import Values, roundings, start_values
from xorexplain.rewrites.trace import Edit, RewriteStep

MAX_RUNS = 50_000
"""Runs of ops up to which every state is computed whole; in longer traces what lies behind a
replaced value is computed anew only where the value differs by more than rounding."""

Array = Any


@dataclass(frozen=True)
class StepCheck:
    """Hold what the numbers say of one step.

    `replaced` is the largest difference among the values it replaced; `results` is that of the
    graph's results from those of the start. `is_fine` tells that the step changed the results by
    no more than rounding; None where nothing was changed or could be computed, and `note` says
    why. It also says that only what lies on the way differs, as the order of what is summed.
    """

    number: int
    replaced: Difference = NONE
    results: Difference = NONE
    is_fine: bool | None = True
    note: str = ""


def check_steps(
    recording: Recording,
    data: Mapping[str, Any] | None = None,
    seed: int = 0,
    elsewhere: Collection[str] = (),
) -> tuple[StepCheck, ...]:
    """Compute every state of a recording on the same inputs and compare.

    `data` decides on inputs by name, others are drawn (see `samples.sample_values`). What cannot
    be computed leaves the steps it concerns without an answer. Raise XorexplainError where data
    name what is neither there nor `elsewhere` in the model.
    """
    return _Check(recording, start_values(recording, data or {}, seed, elsewhere)).run()


class _Check:
    """Take the steps in order, and compare each state with the one before."""

    def __init__(self, recording: Recording, given: Mapping[str, Array]) -> None:
        self.trace = recording.trace
        self.values = Values(recording, given)
        self.rounding = roundings(self.trace)
        self.first: list[Array] = []
        self.latest: list[Array] = []
        self.apart: list[Difference] = []
        """How far each result is from what it was at the start."""
        self.is_whole = len(self.trace.steps) * len(self.trace.start) <= MAX_RUNS

    def run(self) -> tuple[StepCheck, ...]:
        with numpy.errstate(all="ignore"):
            self.first = self.latest = self._results()
            self.apart = list(map(difference, self.first, self.latest))
            return tuple(
                made_or(
                    f"the check of step {step.number}",
                    partial(self._step, step),
                    partial(StepCheck, step.number, NONE, NONE, None),
                )
                for step in self.trace.steps
            )

    def _results(self) -> list[Array]:
        return [self.values.value(v) for v in self.values.state.results]

    def _step(self, step: RewriteStep) -> StepCheck:
        if step.verdict != "applied":
            note = f"{step.verdict}: the graph is as it was before"
            return StepCheck(step.number, is_fine=None, note=note)
        replaced, is_same = self._replace(step)
        before, self.latest = self.latest, self._results()
        tolerances = [
            self._tolerance(output.variable, now)
            for output, now in zip(self.trace.outputs, self.values.state.results, strict=True)
        ]
        changed = list(map(difference, before, self.latest))
        # In a deep network most steps leave most of many results as they are, object by object.
        self.apart = [
            known if was is now else difference(first, now)
            for known, first, was, now in zip(
                self.apart, self.first, before, self.latest, strict=True
            )
        ]
        results = worst(self.apart)
        lost = [
            now.reason
            for was, now in zip(before, self.latest, strict=True)
            if isinstance(now, Unknown) and not (isinstance(was, Unknown) or now.lacks_code)
        ]
        # A function of which one result fails gives none: fused with it, another fails as well.
        if lost and not any(isinstance(was, Unknown) for was in before):
            return StepCheck(step.number, replaced, results, False, lost[0])
        keeps = all(d.fits(t) for d, t in zip(changed, tolerances, strict=True))
        unknown = next((d.uncompared for d in changed if d.uncompared), "")
        if keeps and not is_same:
            note = "values on the way differ, the results do not"
            note = (
                f"values on the way differ, not all results are known: {unknown}"
                if unknown
                else note
            )
            return StepCheck(step.number, replaced, results, None if unknown else True, note)
        if keeps and replaced.uncompared:
            used = self.values.used()
            is_used = any(edit.apply is None or edit.new in used for edit in step.edits)
            reason = replaced.uncompared if is_used else "it is on a branch that is not taken"
            return StepCheck(step.number, replaced, results, None, f"not compared: {reason}")
        return StepCheck(step.number, replaced, results, is_same and keeps)

    def _replace(self, step: RewriteStep) -> tuple[Difference, bool]:
        """Make the edits; compare each replaced value with the one that takes its place.

        Also tell whether all are the same but for rounding.
        """
        pairs = list(dict.fromkeys((edit.old, edit.new) for edit in step.edits))
        before = {old: self.values.value(old) for old, _ in pairs}
        self.values.edit(step)
        found = {pair: difference(before[pair[0]], self.values.value(pair[1])) for pair in pairs}
        fits = [d.fits(self._tolerance(*pair)) for pair, d in found.items()]
        changed = {
            edit.apply
            for edit in step.edits
            if edit.apply is not None
            and not self._is_same(before[edit.old], edit, found[edit.old, edit.new])
        }
        self.values.forget_behind(changed)
        return worst(found.values()), all(fits)

    def _tolerance(self, old: str, new: str) -> float:
        return max(self.rounding[old], self.rounding[new])

    def _is_same(self, before: Array, edit: Edit, apart: Difference) -> bool:
        """Tell whether what reads a replaced value needs no computing anew."""
        if not self.is_whole:
            return apart.fits(self._tolerance(edit.old, edit.new)) and not apart.uncompared
        return are_equal(before, self.values.known[edit.new])
