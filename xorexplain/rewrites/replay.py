"""Replay a trace: the graph after each step, built only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from xorexplain.graph.records import Apply, Graph
from xorexplain.rewrites.records import RewriteStep, Trace


@dataclass(frozen=True)
class State:
    """Hold the graph after a step: what its results are and which edges were edited so far.

    Step 0 is the start. What is in the graph is what the results are computed from; an engine
    may forget to say that a node nobody reads any more has left.
    """

    trace: Trace
    number: int
    inputs: dict[str, tuple[str, ...]]
    results: tuple[str, ...]

    @cached_property
    def graph(self) -> Graph:
        """The state as a graph, apply nodes in an order in which they can run."""
        universe = self.trace.universe
        applies = _needed(universe, self.inputs, self.results)
        used = set(self.results)
        for apply in applies:
            used.update(apply.inputs, apply.outputs)
        results = set(self.results)
        return replace(
            universe,
            applies=tuple(applies),
            variables=tuple(
                replace(v, role="output") if v.id in results and v.owner else v
                for v in universe.variables
                if v.id in used
            ),
            inputs=tuple(v for v in universe.inputs if v in used),
            outputs=tuple(
                replace(output, variable=variable)
                for output, variable in zip(self.trace.outputs, self.results, strict=True)
            ),
            parameters=tuple(v for v in universe.parameters if v in used),
        )


def replay(trace: Trace) -> Iterator[tuple[RewriteStep | None, State]]:
    """Yield the start, with no step, then each step with the state after it.

    Applying a step costs as much as the step has edits; a state's graph is built when it is read.
    """
    inputs: dict[str, tuple[str, ...]] = {}
    results = [output.variable for output in trace.outputs]
    yield None, State(trace, 0, {}, tuple(results))
    for step in trace.steps:
        for edit in step.edits:
            if edit.apply is None:
                results[edit.position] = edit.new
            else:
                current = list(inputs.get(edit.apply) or trace.universe.apply[edit.apply].inputs)
                current[edit.position] = edit.new
                inputs[edit.apply] = tuple(current)
        yield step, State(trace, step.number, dict(inputs), tuple(results))


def state_at(trace: Trace, number: int) -> State:
    """Return the state after a step, 0 for the start."""
    for _, state in replay(trace):
        if state.number == number:
            return state
    raise IndexError(number)


def _needed(
    universe: Graph, inputs: dict[str, tuple[str, ...]], results: tuple[str, ...]
) -> list[Apply]:
    """Return the apply nodes below the results, each after those it reads, iteratively."""
    order: list[Apply] = []
    done: set[str] = set()
    stack = [owner for owner in map(universe.owner, reversed(results)) if owner is not None]
    while stack:
        apply = stack[-1]
        if apply.id in done:
            stack.pop()
            continue
        reads = inputs.get(apply.id, apply.inputs)
        owners = [owner for owner in map(universe.owner, reads) if owner is not None]
        waiting = [owner for owner in owners if owner.id not in done]
        if waiting:
            stack.extend(reversed(waiting))
        else:
            done.add(apply.id)
            order.append(apply if reads is apply.inputs else replace(apply, inputs=reads))
            stack.pop()
    return order
