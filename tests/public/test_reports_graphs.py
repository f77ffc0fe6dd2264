"""Public reports about pictures, listings, gradients and lost links: what is told here is right."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy
import pygraphviz
import pytest
from stories import latex, story

from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.gradients.why import Answer, explain_why
from xorexplain.graph.json import from_json, to_json
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.models.naming import tell_apart
from xorexplain.models.stages import view
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.tree import tree
from xorexplain.rewrites.questions.origins import with_ancestry
from xorexplain.rewrites.questions.switches import excluding_name
from xorexplain.rewrites.questions.why_not import why_not
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.replay import state_at

RAW = Look(raw=True)


def raw(engine: Engine, *variables: Any) -> Graph:
    source = outputs_source(list(variables), [v.name for v in variables])
    return capture(engine, source, Origin(engine.name, engine.version))


def drawn(graph: Graph, look: Look = RAW) -> pygraphviz.AGraph:
    """Have Graphviz read the picture's text, which fails where a name breaks it."""
    return pygraphviz.AGraph(string=dot(graph, look))


def shared(engine: Engine, value: Any, name: str) -> Any:
    return engine.module.shared(numpy.asarray(value), name=name)


def answer(engine: Engine, cost: Any, variable: Any) -> Answer:
    (found,) = explain_why(engine, Model({}, cost, [variable]))
    return found


def scanned(engine: Engine, step: Any, **named: Any) -> Any:
    options = {} if engine.name == "theano" else {"return_updates": False}
    found = engine.module.scan(step, **named, **options)
    return found[0] if engine.name == "theano" else found


@pytest.mark.parametrize("name", ['a"b', "a:b", "x->y", "{a|b}", "a\\", "<b>", "node", "strict"])
def test_names_do_not_break_the_picture(engine: Engine, name: str) -> None:
    """Theano#1412, Theano#2988, Theano#2819: names and labels were not quoted in DOT."""
    x = engine.tensor.dscalar(name)
    graph = raw(engine, engine.tensor.tanh(x) + 1.0)

    assert len(drawn(graph).nodes()) >= len(graph.applies) + 1
    assert name in tree(graph, RAW)
    assert from_json(to_json(graph)) == graph


def test_equal_nodes_are_not_merged(engine: Engine) -> None:
    """Theano#96: nodes of one label became one node of the picture."""
    x, y = engine.tensor.dscalar("x"), engine.tensor.dscalar("y")
    graph = raw(engine, engine.tensor.exp(x) + engine.tensor.exp(y))

    assert [apply.op.kind for apply in graph.applies].count("exp") == 2
    text = tree(graph, RAW)
    assert text.count("exp ") + text.count("exp\n") >= 2
    assert len({str(node) for node in drawn(graph).nodes()}) == len(drawn(graph).nodes())


def test_an_output_that_is_read_again_is_one_node(engine: Engine) -> None:
    """Theano#3213: a result that another result reads, and an updated shared variable."""
    x, w = engine.tensor.dscalar("x"), shared(engine, 1.0, "w")
    first = engine.tensor.exp(x) * w
    first.name = "first"
    made = Model({"first": first, "second": first + 1}, first, [w], [(w, w - first)], [x])
    graph = view(engine, made, "updates").graph()

    (variable,) = [v for v in graph.variables if v.name == "first"]
    assert sum(variable.id in apply.outputs for apply in graph.applies) == 1
    (update,) = [output for output in graph.outputs if output.updates]
    assert graph.variable[update.updates or ""].name == "w"
    assert update.label == "w (new)"


def test_a_graph_of_one_variable_is_drawn(engine: Engine) -> None:
    """Theano#4510: the page of a valid graph was empty."""
    x = engine.tensor.dvector("x")
    graph = raw(engine, x)

    assert "x" in tree(graph, RAW)
    assert "x" in mermaid(graph, RAW)
    assert [str(node) for node in drawn(graph).nodes()] == [graph.variables[0].id]


def test_a_loop_shows_what_is_inside_and_what_feeds_it(engine: Engine) -> None:
    """Theano#2079 and Theano#2252: the loop's graph, with its inputs tied to the outer ones."""
    T = engine.tensor
    x, w = T.dvector("x"), shared(engine, 0.5, "w")
    h = scanned(engine, lambda i: T.tanh(i * w), sequences=[x])
    text = tree(apply_views(raw(engine, h), DEFAULT_VIEWS), Look())

    assert "tanh" in text
    assert "← w" in text


def test_a_graph_inside_is_listed_once(engine: Engine) -> None:
    """aesara#953: the graph of an op that is used twice was printed twice."""
    T = engine.tensor
    a, x, y = T.dscalar("a"), T.dscalar("x"), T.dscalar("y")
    op = engine.module.OpFromGraph([a], [T.tanh(a) * 2.0])
    graph = raw(engine, op(x) + op(y))

    assert len(graph.inner) == 1
    assert [apply.inner for apply in graph.applies if apply.inner is not None] == [0, 0]
    assert tree(graph, RAW).count("tanh") == 1


def test_shapes_are_told(engine: Engine) -> None:
    """pytensor#1191 and pytensor#1236: what is the shape of each value?"""
    T = engine.tensor
    X, W = shared(engine, numpy.ones((4, 3)), "X"), shared(engine, numpy.ones((3, 5)), "W")
    z = T.dot(X, W)
    z.name = "z"
    graph = infer_shapes(raw(engine, T.sum(z, axis=1)))

    assert {v.name: v.shape for v in graph.variables if v.name} == {
        "X": (4, 3),
        "W": (3, 5),
        "z": (4, 5),
    }
    assert graph.variable[graph.outputs[0].variable].shape == (4,)


def test_a_flowchart_for_markdown(engine: Engine) -> None:
    """pytensor#1488: draw a graph as Mermaid."""
    x = engine.tensor.dscalar("x")
    text = mermaid(raw(engine, engine.tensor.tanh(x)), RAW)

    assert text.startswith(("flowchart", "---"))
    assert "tanh" in text
    assert "-->" in text


def test_formulas_stop_at_named_variables(engine: Engine) -> None:
    """pytensor#2381 and Theano#2784: read a graph as mathematics, down to the names."""
    T = engine.tensor
    x = T.dscalar("x")
    inner = T.exp(x) + 1.0
    inner.name = "inner"
    cost = inner**2
    cost.name = "cost"
    told = tell(differentiate(engine, Model({}, cost, [x])))

    assert "cost = inner²" in story(told)
    assert "inner = a1 + 1" in story(told)
    assert "a1 = exp(x)" in story(told)
    assert r"\mathrm{inner}^{2}" in latex(told) or r"{inner}^{2}" in latex(told)


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda T, x: T.sum(T.cast(T.floor(x), "float64") * 0 + T.arange(3)), "zero"),
        (lambda T, x: T.sum(T.ones_like(x)), "disconnected"),
        (lambda T, x: T.sum(x**2), "exists"),
        (lambda T, x: T.sum(T.argmax(x) * 1.0), "zero"),
    ],
)
def test_missing_gradients_are_told_apart(engine: Engine, make: Any, state: str) -> None:
    """pytensor#1827, Theano#1063, Theano#894 and Theano#1084: zero, disconnected or there?"""
    x = shared(engine, numpy.ones(3), "x")
    cost = make(engine.tensor, x)
    found = answer(engine, cost, x)

    assert found.state == state
    (adjoint,) = engine.adjoints(cost, [x])
    assert (adjoint.variable is None) == (state == "disconnected")


def test_an_integer_parameter_is_told(engine: Engine) -> None:
    """pymc#336 and pymc#379: a discrete variable has no gradient, and which one it is."""
    n, w = shared(engine, 3, "n"), shared(engine, 2.0, "w")
    assert answer(engine, w * n, n).state == "integer"
    assert answer(engine, w * n, w).state == "exists"


def test_the_gradient_of_a_box_is_told_inside(engine: Engine) -> None:
    """pytensor#1 and pytensor#723: gradients of an OpFromGraph failed deep inside."""
    T = engine.tensor
    a, b, x = T.dscalar("a"), T.dscalar("b"), shared(engine, 0.3, "x")
    op = engine.module.OpFromGraph([a, b], [a * T.exp(b), a + b])
    first, second = op(x, x**2)
    derivation = differentiate(engine, Model({}, first * second, [x]))

    assert len(derivation.inside) == 1
    assert derivation.underived == {}
    assert derivation.results[0].gradient is not None


@pytest.mark.usefixtures("usual_recursion_limit")
def test_a_deep_graph_needs_no_recursion(engine: Engine) -> None:
    """Theano#689, Theano#3341, Theano#5295 and pymc#879: long chains exceeded the recursion."""
    limit = sys.getrecursionlimit()
    v = x = engine.tensor.dscalar("x")
    for _ in range(3 * limit):
        v = engine.tensor.tanh(v)
    graph = raw(engine, v)

    assert len(graph.applies) == 3 * limit
    assert len(from_json(to_json(graph)).applies) == 3 * limit
    assert graph.variable[graph.applies[0].inputs[0]].name == x.name
    assert sys.getrecursionlimit() == limit


def test_a_pattern_that_another_rewrite_destroyed_is_told(engine: Engine) -> None:
    """pytensor#1476: a rewrite did not fire since an earlier one changed what it looks for."""
    x = engine.tensor.dvector("x")
    made = Model({"y": (x * 2.0) * 3.0}, inputs=[x])
    trace = record_rewriting(engine, made)
    fired = {step.rewrite for step in trace.steps if step.verdict == "applied"}
    found = why_not(engine, made, None, "local_add_canonizer")

    assert "local_mul_canonizer" in fired
    assert "local_add_canonizer" not in fired
    assert found.verdict != "fired"
    assert found.tries == found.hits == 0
    assert any(op.lower().startswith(("add", "elemwise{add")) for op in found.tracks or ("add",))


def test_the_name_that_excludes_is_the_name_that_works(engine: Engine) -> None:
    """pytensor#247: the printed name of a rewrite was not the name to exclude."""
    x = engine.tensor.dvector("x")
    made = Model({"y": (x * 2.0) * 3.0}, inputs=[x])
    found = excluding_name(engine, made, None, "local_mul_canonizer")

    assert found.verified
    assert found.names


def test_a_fused_node_leads_back_to_the_lines(engine: Engine) -> None:
    """Theano#3073, Theano#3018 and aesara#1431: where does a node that runs come from?"""
    x = engine.tensor.dvector("x")
    tanh = engine.tensor.tanh(x)
    tanh.name = "squashed"
    made = Model({"y": engine.tensor.exp(tanh) * 2.0 + 1.0}, inputs=[x])
    graph = with_ancestry(record_rewriting(engine, made), {})

    ancestors = [a for entry in graph.ancestry for a in entry.ancestors]
    assert "squashed" in {a.name for a in ancestors}
    lines = [a.source for a in ancestors if a.source is not None]
    assert lines
    assert {line.file.rsplit("/", 1)[-1] for line in lines} == {"test_reports_graphs.py"}


def test_a_rewriting_is_stepped_through_both_ways(engine: Engine) -> None:
    """pytensor#874 and pytensor#187: go back and forth through the rewriting, state by state."""
    x = engine.tensor.dvector("x")
    trace = record_rewriting(engine, Model({"y": (x * 2.0) * 3.0 + 0.0 * x}, inputs=[x]))
    count = len(trace.steps)
    there = [len(state_at(trace, n).graph.applies) for n in range(count + 1)]
    back = [len(state_at(trace, n).graph.applies) for n in reversed(range(count + 1))]

    assert there == back[::-1]
    assert there[0] > there[-1]


def test_two_weights_of_one_name_are_two(engine: Engine) -> None:
    """pytorch-summary#37: a weight that is used twice is counted once, two of a name twice."""
    T = engine.tensor
    x, W, other = T.dvector("x"), shared(engine, 0.5, "W"), shared(engine, 0.7, "W")
    made = Model({"y": T.tanh(x * W) * W + other}, None, [W, other])
    tell_apart(engine, made)
    graph = view(engine, made, "symbolic").graph()

    assert [v.name for v in graph.variables if v.role == "shared"] == ["W", "W_2"]


def test_a_constant_is_told_with_its_value(engine: Engine) -> None:
    """pymc#7826: what does the graph compute, and with which numbers?"""
    x = engine.tensor.dvector("x")
    bounds = engine.tensor.constant(numpy.array([0.25, 4.0]), name="bounds")
    text = tree(raw(engine, engine.tensor.clip(x, 0.125, 8.0) * bounds), RAW)

    assert "0.125" in text
    assert "8.0" in text
    assert "bounds" in text
    assert "[0.25, 4.0]" in text


def test_the_graph_is_data(engine: Engine) -> None:
    """pymc#7538: get the nodes of a graph as data for another program."""
    x = engine.tensor.dvector("x")
    data = json.loads(to_json(raw(engine, engine.tensor.exp(x) + 1.0)))

    assert [apply["op"]["kind"] for apply in data["applies"]][-1] == "add"
    assert {v.get("name") for v in data["variables"]} >= {"x"}
