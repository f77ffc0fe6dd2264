"""Replay a trace: the graph after each step, built only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from xorexplain.graph import Apply, Graph
from xorexplain.trace import RewriteStep, Trace


@dataclass(frozen=True)
class State:
    """Hold the graph after a step: which apply nodes are in it and what they read.

    Step 0 is the start. `inputs` holds only the apply nodes whose inputs were edited.
    """

    trace: Trace
    number: int
    live: frozenset[str]
    inputs: dict[str, tuple[str, ...]]
    results: tuple[str, ...]

    @cached_property
    def graph(self) -> Graph:
        """The state as a graph, apply nodes in an order in which they can run."""
        universe = self.trace.universe
        applies = [self._apply(universe.apply[id_]) for id_ in self.live]
        used = set(self.results)
        for apply in applies:
            used.update(apply.inputs, apply.outputs)
        outputs = tuple(
            replace(output, variable=variable)
            for output, variable in zip(self.trace.outputs, self.results, strict=True)
        )
        results = set(self.results)
        return replace(
            universe,
            applies=tuple(_ordered(applies)),
            variables=tuple(
                v if (v.role == "output") == (v.id in results) else _with_role(v, v.id in results)
                for v in universe.variables
                if v.id in used
            ),
            inputs=tuple(v for v in universe.inputs if v in used),
            outputs=outputs,
            parameters=tuple(v for v in universe.parameters if v in used),
        )

    def _apply(self, apply: Apply) -> Apply:
        edited = self.inputs.get(apply.id)
        return apply if edited is None else replace(apply, inputs=edited)


def _with_role(variable, is_result):  # type: ignore[no-untyped-def]
    if variable.owner is None:
        return variable
    return replace(variable, role="output" if is_result else "intermediate")


def replay(trace: Trace) -> Iterator[tuple[RewriteStep | None, State]]:
    """Yield the start, with no step, then each step with the state after it.

    Applying a step costs as much as the step has edits; a state's graph is built when it is read.
    """
    live = set(trace.start)
    inputs = {a.id: a.inputs for a in trace.universe.applies}
    edited: dict[str, tuple[str, ...]] = {}
    results = [output.variable for output in trace.outputs]
    yield None, State(trace, 0, frozenset(live), {}, tuple(results))
    for step in trace.steps:
        for edit in step.edits:
            if edit.apply is None:
                results[edit.position] = edit.new
            else:
                current = list(inputs[edit.apply])
                current[edit.position] = edit.new
                inputs[edit.apply] = edited[edit.apply] = tuple(current)
        live.difference_update(step.removed)
        live.update(step.added)
        yield step, State(trace, step.number, frozenset(live), dict(edited), tuple(results))


def state_at(trace: Trace, number: int) -> State:
    """Return the state after a step, 0 for the start."""
    for _, state in replay(trace):
        if state.number == number:
            return state
    raise IndexError(number)


def _ordered(applies: list[Apply]) -> list[Apply]:
    """Order apply nodes so that each comes after those it reads, as close to id order as can be."""
    owner = {output: apply for apply in applies for output in apply.outputs}
    done: set[str] = set()
    order: list[Apply] = []
    stack: list[Apply] = []
    for root in sorted(applies, key=lambda apply: int(apply.id[1:])):
        stack.append(root)
        while stack:
            apply = stack[-1]
            if apply.id in done:
                stack.pop()
                continue
            waiting = [owner[v] for v in apply.inputs if v in owner and owner[v].id not in done]
            if waiting:
                stack.extend(reversed(waiting))
            else:
                done.add(apply.id)
                order.append(apply)
                stack.pop()
    return order
