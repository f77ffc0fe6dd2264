"""Each node of the rewritten graph is told by expressions, rules, lines and rewrites."""

from __future__ import annotations

import json

import pytest
from models import model

from xorexplain import snapshot
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.json import from_json, to_json
from xorexplain.graph.records import Graph
from xorexplain.render.reports import origins as report
from xorexplain.render.writers.terminal import plain
from xorexplain.rewrites.questions.origins import (
    counterpart,
    descendants,
    find_apply,
    find_given,
    gradient_rules,
    readers,
    with_ancestry,
)
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.trace import Trace


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


@pytest.fixture(scope="module")
def graph(engine: Engine, trace: Trace) -> Graph:
    return with_ancestry(trace, gradient_rules(engine, model(engine, "xor"), trace))


def test_every_apply_node_has_an_ancestry(graph: Graph) -> None:
    assert [entry.apply for entry in graph.ancestry] == [apply.id for apply in graph.applies]
    assert all(entry.ancestors for entry in graph.ancestry)


def test_forward_nodes_carry_the_users_line_and_no_rule(trace: Trace, graph: Graph) -> None:
    entry = next(e for e in graph.ancestry if e.apply == find_apply(trace, "z1"))

    assert [(a.name, a.expression, a.rule) for a in entry.ancestors] == [("z1", "X · W1", "")]
    assert entry.ancestors[0].source is not None
    assert entry.ancestors[0].source.file == "xorexplain/models/tutorial.py"


def test_gradient_nodes_carry_the_rule_that_made_them(graph: Graph) -> None:
    rules = {a.name: a.rule for entry in graph.ancestry for a in entry.ancestors}

    assert rules["δW1"] == "dot at z1"
    assert rules["δW2"] == "dot at z2"
    assert rules["X.T"] == "dot at z1"
    assert rules["cost"] == ""
    written = {a.name: a.expression for entry in graph.ancestry for a in entry.ancestors}
    assert written["q2"] == "d1 ^ (2 − 1)", "as it was written, not what it comes to"


@pytest.mark.parametrize("stage", ["updates", "optimized"])
def test_an_id_that_a_stage_shows_leads_to_the_same_node(
    engine: Engine, trace: Trace, stage: str
) -> None:
    shown = snapshot(model(engine, "xor"), stage)

    known = {a.id: trace.universe.apply[counterpart(trace, shown, a.id)] for a in shown.applies}
    assert [known[a.id].op for a in shown.applies] == [a.op for a in shown.applies]
    assert any(one != other.id for one, other in known.items()), "which is why it is asked"
    with pytest.raises(XorexplainError, match=f"{stage} has no node 'n999'"):
        counterpart(trace, shown, "n999")


def test_what_is_given_is_told_with_its_readers(trace: Trace, graph: Graph) -> None:
    given = find_given(trace, "X")
    assert given is not None
    read = readers(trace, given)
    written = plain(report.readers(trace, graph, given, read))

    assert read
    assert all(given in trace.last.graph.apply[apply.id].inputs for apply in read)
    assert written.startswith(f"X  given, read by {len(read)} node")
    assert json.loads(report.readers_json(trace, given, read))["name"] == "X"
    assert find_given(trace, "z1") is None


def test_rewrites_are_those_of_the_trace(trace: Trace, graph: Graph) -> None:
    for entry in graph.ancestry:
        for number, name in entry.rewrites:
            assert trace.step[number].rewrite == name


def test_the_json_form_holds_ancestry(graph: Graph) -> None:
    assert from_json(to_json(graph)) == graph


def test_what_became_of_a_node_before(trace: Trace, graph: Graph) -> None:
    made = descendants(trace, trace.universe.variable[_cost(trace)].owner or "")

    assert {apply.id for apply in made} <= set(trace.end)
    assert made


def _cost(trace: Trace) -> str:
    return trace.outputs[0].variable


def test_a_model_without_a_gradient_has_no_rules(engine: Engine) -> None:
    made = model(engine, "identity")

    assert gradient_rules(engine, made, record_rewriting(engine, made)) == {}


def test_an_unknown_node_is_told_with_the_closest(trace: Trace) -> None:
    with pytest.raises(XorexplainError, match=r"no node is called 'z11'.*z1"):
        find_apply(trace, "z11")
