"""Compute the values of one state of a rewriting, and go from it to the next.

What a step does not change is not computed again. What cannot be computed is `Unknown`, with the
reason, and so is all that is computed from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import NotComputedError
from xorexplain.graph.difference import Unknown
from xorexplain.graph.precision import rounding_of_each
from xorexplain.graph.records import Apply
from xorexplain.models.samples import sample_values
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.trace import RewriteStep, Trace

Array = Any


class Values:
    """Hold the current state, and every value known in it."""

    def __init__(self, recording: Recording, given: Mapping[str, Array]) -> None:
        self.recording = recording
        self.universe = recording.trace.universe
        self.state = recording.trace.first
        self.known: dict[str, Array] = dict(given)

    def edit(self, step: RewriteStep) -> None:
        """Go to the state after a step; the values stay until they are forgotten."""
        self.state = state_at(self.recording.trace, step.number)

    def forget_behind(self, changed: Collection[str]) -> None:
        """Drop the values of apply nodes, and of all that are computed from them."""
        stack = list(changed)
        seen = set(changed)
        while stack:
            for output in self.universe.apply[stack.pop()].outputs:
                self.known.pop(output, None)
                for reader in self.state.readers(output):
                    if reader not in seen:
                        seen.add(reader)
                        stack.append(reader)

    def value(self, variable: str) -> Array:
        """Return a variable's value in the current state, computing what it needs, iteratively."""
        stack = [variable]
        while stack:
            wanted = stack[-1]
            if wanted in self.known:
                stack.pop()
                continue
            apply = self.universe.owner(wanted)
            if apply is None:
                self.known[wanted] = self._given(wanted)
                continue
            missing = [v for v in self._needed(apply) if v not in self.known]
            if missing:
                stack += missing
            else:
                computed = self._computed(apply)
                self.known.update(zip(apply.outputs, computed, strict=True))
        return self.known[variable]

    def used(self) -> set[str]:
        """Return what the results were computed from: nothing of a branch that was not taken."""
        found: set[str] = set()
        stack = list(self.state.results)
        while stack:
            variable = stack.pop()
            if variable in found:
                continue
            found.add(variable)
            apply = self.universe.owner(variable)
            stack += self._needed(apply) if apply is not None else ()
        return found

    def _given(self, variable: str) -> Array:
        try:
            return self.recording.engine.value_of(self.recording.variables[variable])
        except AttributeError:
            return Unknown("a value is not given")

    def _needed(self, apply: Apply) -> Sequence[str]:
        """List what an apply node reads: of a choice, the branch that is taken alone."""
        inputs = self.state.inputs(apply.id)
        if not _is_choice(apply):
            return inputs
        condition = self.known.get(inputs[0])
        if condition is None or isinstance(condition, Unknown):
            return inputs[:1]
        return [inputs[0], *_branch(apply, inputs, condition)]

    def _computed(self, apply: Apply) -> Sequence[Array]:
        names = self.state.inputs(apply.id)
        needed = self._needed(apply)
        unknown = next((self.known[v] for v in needed if isinstance(self.known[v], Unknown)), None)
        if unknown is not None:
            return [unknown] * len(apply.outputs)
        if _is_choice(apply):
            return [self.known[v] for v in needed[1:]]
        if apply.op.kind == "alloc_empty":
            # Memory that nobody has written yet: any value will do, the same in every state.
            lengths = [int(self.known[v]) for v in names]
            return [numpy.zeros(lengths, dtype=self.universe.variable[apply.outputs[0]].dtype)]
        try:
            return self.recording.engine.compute(
                self.recording.applies[apply.id],
                [self.recording.variables[v] for v in names],
                [self.known[v] for v in names],
            )
        except NotComputedError as error:
            return [Unknown(str(error), lacks_code=True)] * len(apply.outputs)
        except Exception as error:  # noqa: BLE001 - an op's own code may raise anything
            words = (str(error).strip() or type(error).__name__).partition("\n")[0]
            return [Unknown(f"{apply.op.kind} cannot be computed: {words}")] * len(apply.outputs)


def start_values(
    recording: Recording,
    data: Mapping[str, Any],
    seed: int = 0,
    elsewhere: Collection[str] = (),
) -> dict[str, Array]:
    """Return a value for each input of the first state, by id.

    They are those of `samples.sample_values`; shared variables that hold no array keep their own.
    Raise XorexplainError where data name what is neither there nor `elsewhere` in the model.
    """
    engine, start = recording.engine, recording.trace.first.graph
    values = sample_values(engine, start, recording.variables, data, seed, elsewhere)
    for id_ in start.inputs:
        if id_ not in values:
            values[id_] = _own_value(engine, recording.variables[id_])
    return values


def _own_value(engine: Engine, variable: Any) -> Array:
    """Return the value of a shared variable; an input that is no array has none to draw."""
    if engine.role_of(variable) == "input":
        return Unknown(f"the input {variable.name or 'of no name'} is no array: no value is drawn")
    return engine.value_of(variable)


def last_results(recording: Recording, given: Mapping[str, Array]) -> list[Array]:
    """Compute the results of what runs, node by node; `given` are the values of its inputs."""
    values = Values(recording, given)
    values.state = recording.trace.last
    with numpy.errstate(all="ignore"):
        return [values.value(variable) for variable in values.state.results]


def _is_choice(apply: Apply) -> bool:
    """Tell whether an op computes one of two lists of inputs, by the first input."""
    is_lazy = apply.op.kind == "if_else" and apply.inner is None
    return is_lazy and len(apply.inputs) == 1 + 2 * len(apply.outputs)


def _branch(apply: Apply, inputs: Sequence[str], condition: Array) -> Sequence[str]:
    count = len(apply.outputs)
    return inputs[1 : 1 + count] if numpy.all(condition) else inputs[1 + count :]


def roundings(trace: Trace) -> dict[str, float]:
    """Return what rounding makes of each variable, by the least precise op on the way in any state.

    A variable that takes another's place is on the way where that was.
    """
    places: list[tuple[str, str]] = []
    for step in trace.steps:
        for edit in step.edits:
            places += [(edit.old, edit.new), (edit.new, edit.old)]
            if edit.apply is not None:
                places += [(edit.new, v) for v in trace.universe.apply[edit.apply].outputs]
    return rounding_of_each(trace.universe, places)
