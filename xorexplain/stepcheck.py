"""Check every step of a rewriting by numbers: compute each state on the same inputs.

A value that a step replaces is compared with the one that takes its place, and the results of the
graph with those it had at the start. Each op is run by the engine's own Python code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.gradcheck import fitting_values
from xorexplain.graph import Apply
from xorexplain.replay import state_at
from xorexplain.samples import sample_values
from xorexplain.trace import RewriteStep, Trace
from xorexplain.tracing import Recording

MAX_RUNS = 50_000
"""Runs of ops up to which every state is computed whole; in longer traces what lies behind a
replaced value is computed anew only where the value differs by more than rounding."""

Array = Any


@dataclass(frozen=True)
class Difference:
    """Hold how far two values are apart: the largest difference, absolute and relative.

    `relative` is over the largest absolute value of either side. `new_nan` and `new_inf` count
    elements that are not a number, or infinite, where they were finite before. `reason` says why
    values cannot be compared.
    """

    absolute: float = 0.0
    relative: float = 0.0
    new_nan: int = 0
    new_inf: int = 0
    reason: str = ""

    def fits(self, tolerance: float) -> bool:
        """Tell whether the values are the same but for rounding."""
        return not (self.reason or self.new_nan or self.new_inf) and self.relative <= tolerance


@dataclass(frozen=True)
class StepCheck:
    """Hold what the numbers say of one step.

    `replaced` is the largest difference among the values it replaced, or of what reads them where
    that stays the same; `results` is that of the
    graph's results from those of the start. `is_fine` tells that the step changed neither by more
    than rounding; None where nothing could be computed.
    """

    number: int
    replaced: Difference = Difference()
    results: Difference = Difference()
    is_fine: bool | None = True
    note: str = ""


def check_steps(
    recording: Recording, data: Mapping[str, Any] | None = None, seed: int = 0
) -> tuple[StepCheck, ...]:
    """Compute every state of a recording on the same inputs and compare.

    `data` decides on inputs by name, others are drawn (see `samples.sample_values`). Raise
    XorexplainError where they do not fit the graph.
    """
    engine, trace = recording.engine, recording.trace
    start = state_at(trace, 0).graph
    values = sample_values(engine, start, recording.variables, data or {}, seed)
    for id_ in start.inputs:
        if id_ not in values:
            values[id_] = engine.value_of(recording.variables[id_])
    return _Check(recording, values).run()


class _Check:
    """Hold the current state: inputs of apply nodes, results, and every value known in it."""

    def __init__(self, recording: Recording, given: Mapping[str, Array]) -> None:
        self.engine: Engine = recording.engine
        self.recording = recording
        self.trace: Trace = recording.trace
        self.inputs = {apply.id: list(apply.inputs) for apply in self.trace.universe.applies}
        self.results = [output.variable for output in self.trace.outputs]
        self.values: dict[str, Array] = dict(given)
        self.first: list[Array] = []
        self.latest: list[Array] = []
        self.tolerance = 0.0
        self.broken = 0
        self.is_whole = len(self.trace.steps) * len(self.trace.start) <= MAX_RUNS

    def run(self) -> tuple[StepCheck, ...]:
        with numpy.errstate(all="ignore"):
            with fitting_values():
                self.first = self.latest = [self.value(v) for v in self.results]
            self.tolerance = rounding(self.first)
            return tuple(self._step(step) for step in self.trace.steps)

    def _step(self, step: RewriteStep) -> StepCheck:
        if step.verdict != "applied":
            return StepCheck(step.number, note="changed nothing")
        if self.broken:
            note = f"not computed: step {self.broken} broke the graph"
            return StepCheck(step.number, is_fine=None, note=note)
        try:
            replaced = self._replace(step)
            now = [self.value(v) for v in self.results]
        except NotImplementedError as error:
            return StepCheck(step.number, is_fine=None, note=f"not computed: {error}")
        except (ValueError, TypeError, IndexError, AssertionError) as error:
            self.broken = step.number
            first = str(error).strip().partition("\n")[0]
            return StepCheck(step.number, is_fine=False, note=f"cannot be computed: {first}")
        results = _worst(map(difference, self.first, now))
        changed = _worst(map(difference, self.latest, now))
        is_fine = replaced.fits(self.tolerance) and changed.fits(self.tolerance)
        self.latest = now
        return StepCheck(step.number, replaced, results, is_fine)

    def _replace(self, step: RewriteStep) -> Difference:
        """Make the edits, and compare each replaced value with the one that takes its place."""
        pairs = dict.fromkeys((edit.old, edit.new) for edit in step.edits)
        before = {old: self.value(old) for old, _ in pairs}
        readers = {edit.apply for edit in step.edits if edit.apply is not None}
        outputs = [v for reader in readers for v in self.trace.universe.apply[reader].outputs]
        read = {v: self.values[v] for v in outputs if v in self.values}
        for edit in step.edits:
            if edit.apply is None:
                self.results[edit.position] = edit.new
            else:
                self.inputs[edit.apply][edit.position] = edit.new
        found = {(old, new): difference(before[old], self.value(new)) for old, new in pairs}
        changed = {
            edit.apply
            for edit in step.edits
            if edit.apply is not None
            and not self._is_same(before[edit.old], edit.new, found[edit.old, edit.new])
        }
        self._forget_behind(changed)
        worst = _worst(found.values())
        if not worst.fits(self.tolerance) and read and None not in {e.apply for e in step.edits}:
            # A sum does not mind the order of what it adds: what counts is what is read.
            behind = _worst(difference(value, self.value(v)) for v, value in read.items())
            return behind if behind.fits(self.tolerance) else worst
        return worst

    def _is_same(self, before: Array, new: str, apart: Difference) -> bool:
        """Tell whether what reads a replaced value needs no computing anew."""
        if not self.is_whole:
            return apart.fits(self.tolerance)
        return _are_equal(before, self.values[new])

    def _forget_behind(self, changed: set[str]) -> None:
        """Drop the values of apply nodes, and of all that are computed from them."""
        universe = self.trace.universe
        if not changed:
            return
        readers: dict[str, list[str]] = {}
        for apply, inputs in self.inputs.items():
            for variable in inputs:
                readers.setdefault(variable, []).append(apply)
        stack = list(changed)
        seen = set(changed)
        while stack:
            for output in universe.apply[stack.pop()].outputs:
                self.values.pop(output, None)
                for reader in readers.get(output, ()):
                    if reader not in seen:
                        seen.add(reader)
                        stack.append(reader)

    def value(self, variable: str) -> Array:
        """Return a variable's value in the current state, computing what it needs, iteratively."""
        universe = self.trace.universe
        stack = [variable]
        while stack:
            wanted = stack[-1]
            if wanted in self.values:
                stack.pop()
                continue
            apply = universe.owner(wanted)
            if apply is None:
                self.values[wanted] = self.engine.value_of(self.recording.variables[wanted])
                continue
            missing = [v for v in self.inputs[apply.id] if v not in self.values]
            if missing:
                stack += missing
                continue
            if apply.op.kind == "alloc_empty":
                # Memory that nobody has written yet: any value will do, the same in every state.
                self.values.update(self._blank(apply))
                continue
            names = self.inputs[apply.id]
            computed = self.engine.compute(
                self.recording.applies[apply.id],
                [self.recording.variables[v] for v in names],
                [self.values[v] for v in names],
            )
            self.values.update(zip(apply.outputs, computed, strict=True))
        return self.values[variable]

    def _blank(self, apply: Apply) -> dict[str, Array]:
        lengths = [int(self.values[v]) for v in self.inputs[apply.id]]
        dtype = self.trace.universe.variable[apply.outputs[0]].dtype
        return {apply.outputs[0]: numpy.zeros(lengths, dtype=dtype)}


def difference(before: Array, after: Array) -> Difference:
    """Measure how far two values are apart; what is no array of numbers is not compared."""
    one, other = numpy.asarray(before), numpy.asarray(after)
    if one.dtype.kind not in "biufc" or other.dtype.kind not in "biufc":
        return Difference()
    if one.shape != other.shape:
        return Difference(reason=f"shape {one.shape} became {other.shape}")
    if not one.size:
        return Difference()
    # Differences of bytes and of truth values would wrap around.
    one, other = (a if a.dtype.kind == "c" else a.astype("float64") for a in (one, other))
    was_finite, is_finite = numpy.isfinite(one), numpy.isfinite(other)
    new_nan = int((numpy.isnan(other) & ~numpy.isnan(one)).sum())
    new_inf = int((numpy.isinf(other) & was_finite).sum())
    both = was_finite & is_finite
    if not both.any():
        return Difference(new_nan=new_nan, new_inf=new_inf)
    absolute = float(numpy.abs(one[both] - other[both]).max())
    scale = float(max(numpy.abs(one[both]).max(), numpy.abs(other[both]).max()))
    return Difference(absolute, absolute / scale if scale else 0.0, new_nan, new_inf)


def _are_equal(before: Array, after: Array) -> bool:
    one, other = numpy.asarray(before), numpy.asarray(after)
    if one.dtype.kind not in "biufc" or one.shape != other.shape or one.dtype != other.dtype:
        return False
    return bool(numpy.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))


def _worst(found: Iterable[Difference]) -> Difference:
    """Return the largest of each measure."""
    entries = list(found)
    return Difference(
        max((d.absolute for d in entries), default=0.0),
        max((d.relative for d in entries), default=0.0),
        sum(d.new_nan for d in entries),
        sum(d.new_inf for d in entries),
        next((d.reason for d in entries if d.reason), ""),
    )


def rounding(results: Iterable[Array]) -> float:
    """Return what rounding makes of the results' precision: 1e-9, or 1e-4 for float32."""
    arrays = [numpy.asarray(result) for result in results]
    sizes = [array.dtype.itemsize for array in arrays if array.dtype.kind in "fc"]
    return 1e-9 if min(sizes, default=8) >= 8 else 1e-4
