"""Names of what a loop gives stay with it where a rewrite arranges its results anew."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.loops import step_of
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import numbered
from xorexplain.rewrites.states import state_at

READ = {
    "m": {"m[t−1]"},
    "P": {"P[t−1]"},
    "R": {"P[t−1]", "R[t−1]"},
    "ll": {"m[t−1]", "P[t−1]", "R[t−1]"},
}
"""Which states a round reads for each result."""


def loop(engine: Engine) -> dict[str, Any]:
    """A loop of three states and one result that no round reads."""
    T = engine.tensor
    x = T.dvector("x")

    def step(x_t: Any, m: Any, P: Any, R: Any) -> list[Any]:
        return [T.tanh(x_t * m), T.exp(-P), R + P, m * P - R]

    a, b, c = (T.constant(start, dtype="float64") for start in (0.25, 1.5, 3.0))
    if engine.name == "theano":
        (m, P, R, ll), _ = engine.module.scan(step, [x], [a, b, c, None])
    else:
        m, P, R, ll = engine.module.scan(step, [x], [a, b, c, None], return_updates=False)
    return {"m": m, "P": P, "R": R, "ll": ll}


def kept() -> list[tuple[str, ...]]:
    """Return the results of which all rounds are kept, one or two of them."""
    return [read for count in (1, 2) for read in combinations(READ, count)]


@pytest.mark.parametrize("read", kept(), ids="-".join)
def test_a_result_has_the_name_of_what_a_round_computes_of_it(
    engine: Engine, read: tuple[str, ...]
) -> None:
    series = loop(engine)
    cost = sum(engine.tensor.sum(series[name]) for name in read)
    cost += engine.tensor.sum(series["ll"][-1])
    graph = view(engine, Model({}, cost, [], []), "optimized").graph()

    (scan,) = (apply for apply in graph.applies if apply.op.kind == "scan")
    step = step_of(graph, scan, intermediate_names(graph))
    assert step is not None
    assert scan.inner is not None
    inner = graph.inner[scan.inner]
    found = {
        name.removesuffix("[t]"): {step.inputs[v] for v in below(inner, end.variable)}
        for name, end in zip(step.outputs, inner.outputs, strict=True)
    }
    states = {name for name in step.inputs.values() if name.endswith("[t−1]")}
    assert {name: given & states for name, given in found.items()} == {
        name: given for name, given in READ.items() if name in found
    }
    assert set(read) <= set(found)


def below(graph: Graph, variable: str) -> set[str]:
    """Return the inputs of a graph that a value is computed of, also within a fused op."""
    apply = graph.owner(variable)
    if apply is None:
        return {variable} & set(graph.inputs)
    given = set(apply.inputs)
    if apply.inner is not None:
        inner = graph.inner[apply.inner]
        end = inner.outputs[apply.outputs.index(variable)]
        read = below(inner, end.variable)
        pairs = zip(inner.inputs, apply.inputs, strict=True)
        given = {outside for inside, outside in pairs if inside in read}
    return {found for outside in given for found in below(graph, outside)}


def test_each_state_of_a_rewriting_calls_a_result_the_same(engine: Engine) -> None:
    series = loop(engine)
    cost = engine.tensor.sum(series["ll"])
    made = numbered(Subject(engine, Model({}, cost, [], [])), ("symbolic", "optimized"))

    assert made.recording is not None
    names, trace = made.names_in("trace"), made.recording.trace
    for number in range(len(trace.steps) + 1):
        (scan,) = (a for a in state_at(trace, number).graph.applies if a.op.kind == "scan")
        # What is named is what the loop computed, and it gives what it began with too.
        assert {names[v].removesuffix("_all") for v in scan.outputs} == set(READ)
