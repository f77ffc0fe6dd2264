"""Any state of a trace is read without those before it, and is what replaying the edits gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from graphs import graph
from hypothesis import given, settings
from hypothesis import strategies as st

from xorexplain.graph.records import Graph
from xorexplain.rewrites.replay import replay, state_at
from xorexplain.rewrites.trace import Edit, RewriteStep, Trace

SIZE = 20
"""Apply nodes of a random trace; `n3` computes `v5` and reads any of `v0` to `v4`."""


class Counted(dict[Any, Any]):
    """Count how often something is looked up."""

    looked_up = 0

    def __getitem__(self, key: Any) -> Any:
        Counted.looked_up += 1
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        Counted.looked_up += 1
        return super().get(key, default)


def random_trace(steps: int, chance: random.Random, size: int = SIZE) -> Trace:
    """Return a trace of which each step edits one edge or a few, results among them."""
    lines = [f"x{i + 2} = add(x{i}, x{i + 1})" for i in range(size)]
    universe = graph(*lines, outputs=[f"x{size + 1}", f"x{size}"])
    now: dict[tuple[str | None, int], str] = {
        (apply.id, n): v for apply in universe.applies for n, v in enumerate(apply.inputs)
    }
    now |= {(None, n): output.variable for n, output in enumerate(universe.outputs)}
    found = []
    for number in range(1, steps + 1):
        edits = []
        for edge in chance.choices(list(now), k=chance.randint(1, 3)):
            below = size + 1 if edge[0] is None else int(edge[0][1:]) + 1
            new = f"v{chance.randint(0, below)}"
            edits.append(Edit(*edge, now[edge], new))
            now[edge] = new
        found.append(RewriteStep(number, "phase", "rewrite", "applied", tuple(edits)))
    ids = tuple(apply.id for apply in universe.applies)
    return Trace(universe, ids, ids, universe.outputs, tuple(found), ())


def naive(trace: Trace) -> Iterator[Graph]:
    """Make every edit in order, on a copy of everything, and keep what the results need."""
    universe = trace.universe
    inputs = {apply.id: list(apply.inputs) for apply in universe.applies}
    results = [output.variable for output in trace.outputs]
    yield _part(universe, inputs, results)
    for step in trace.steps:
        for edit in step.edits:
            (results if edit.apply is None else inputs[edit.apply])[edit.position] = edit.new
        yield _part(universe, inputs, results)


def _part(universe: Graph, inputs: dict[str, list[str]], results: list[str]) -> Graph:
    used, waiting = set(results), list(results)
    while waiting:
        owner = universe.owner(waiting.pop())
        for variable in inputs[owner.id] if owner else ():
            if variable not in used:
                used.add(variable)
                waiting.append(variable)
    applies = [a for a in universe.applies if used.intersection(a.outputs)]
    used.update(v for apply in applies for v in apply.outputs)
    return replace(
        universe,
        applies=tuple(replace(a, inputs=tuple(inputs[a.id])) for a in applies),
        variables=tuple(
            replace(v, role="output") if v.id in results and v.owner else v
            for v in universe.variables
            if v.id in used
        ),
        inputs=tuple(v for v in universe.inputs if v in used),
        outputs=tuple(
            replace(output, variable=v) for output, v in zip(universe.outputs, results, strict=True)
        ),
    )


def in_one_order(state: Graph) -> Graph:
    return replace(state, applies=tuple(sorted(state.applies, key=lambda a: int(a.id[1:]))))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.randoms(use_true_random=False))
def test_every_state_is_that_of_a_naive_replay(steps: int, chance: random.Random) -> None:
    trace = random_trace(steps, chance, size=6)
    expected = list(naive(trace))

    assert [in_one_order(state.graph) for _, state in replay(trace)] == expected
    for number in chance.sample(range(steps + 1), steps + 1):
        state = state_at(trace, number)
        assert in_one_order(state.graph) == expected[number]
        for variable in state.graph.variables:
            readers = {apply.id for apply, _ in state.graph.clients[variable.id]}
            assert readers == {a for a in state.readers(variable.id) if a in state.graph.apply}


def work(trace: Trace, numbers: range | list[int], with_graphs: bool = True) -> int:
    """Count what is looked up to read some states of a trace that nobody has read yet."""
    fresh = replace(trace, universe=replace(trace.universe))
    for kind in ("variable", "apply"):
        fresh.universe.__dict__[kind] = Counted(getattr(fresh.universe, kind))
    fresh.__dict__["edited"] = Counted(
        {apply: Counted(edges) for apply, edges in fresh.edited.items()}
    )
    Counted.looked_up = sum(len(step.edits) for step in trace.steps)
    for number in numbers:
        state = state_at(fresh, number)
        assert state.graph.outputs if with_graphs else state.results
    return Counted.looked_up


@pytest.mark.parametrize("with_graphs", [False, True])
def test_twice_the_steps_cost_twice_the_work(with_graphs: bool) -> None:
    once, twice = (random_trace(steps, random.Random(3)) for steps in (300, 600))

    assert work(twice, range(601), with_graphs) <= 2.2 * work(once, range(301), with_graphs)


def test_a_state_of_a_long_trace_costs_little() -> None:
    trace = random_trace(1_000, random.Random(4))
    whole = work(trace, range(1_001))

    for number in (1, 500, 999):
        assert work(trace, [number]) < whole / 10


def test_first_and_last_state_are_made_once() -> None:
    trace = random_trace(5, random.Random(5))

    assert state_at(trace, 0).graph is trace.first.graph
    assert state_at(trace, 5).graph is trace.last.graph
    for number in (-1, 6):
        with pytest.raises(IndexError):
            state_at(trace, number)
