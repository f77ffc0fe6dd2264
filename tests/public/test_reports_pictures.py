"""Public reports about what a picture or a listing lost, repeated or left unreadable."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy
import pygraphviz
import pytest
from public.reports import checked, scanned, shared, wrong
from stories import story

from xorexplain.api import text
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.tree import tree

pytestmark = pytest.mark.filterwarnings("ignore")


def raw(engine: Engine, *variables: Any) -> Graph:
    source = outputs_source(list(variables), [v.name for v in variables])
    return capture(engine, source, Origin(engine.name, engine.version))


def listed(engine: Engine, *variables: Any) -> str:
    """Return the listing without the lines of its head."""
    return tree(apply_views(raw(engine, *variables), DEFAULT_VIEWS), Look()).partition("\n\n")[2]


def nodes_above(graph: Graph, name: str) -> set[str | None]:
    """Return the names of everything that a variable is computed from."""
    (start,) = [v.id for v in graph.variables if v.name == name]
    seen, stack = set[str](), [start]
    while stack:
        current = stack.pop()
        if current not in seen:
            seen.add(current)
            owner = graph.variable[current].owner
            stack += graph.apply[owner].inputs if owner is not None else ()
    return {graph.variable[v].name for v in seen}


def test_a_box_that_hands_its_input_on_is_connected(engine: Engine) -> None:
    """Theano#5291: the input inside was drawn twice, once as the output, and not connected."""
    v, x = engine.tensor.dvector("v"), engine.tensor.dvector("x")
    y = engine.module.OpFromGraph([v], [v])(x)
    y.name = "y"
    graph = raw(engine, y)
    (inside,) = graph.inner

    assert inside.outputs[0].variable == inside.inputs[0]
    assert len(inside.variables) == 1
    picture = pygraphviz.AGraph(string=dot(graph, Look(raw=True)))
    given, made = (v.id for v in graph.variables)
    touched = {str(end) for edge in picture.edges() for end in edge}
    assert {given, made} <= touched
    # Every edge leads from one to the next: nothing drawn stands alone.
    assert {str(node) for node in picture.nodes()} == touched


@pytest.mark.parametrize("write", [dot, mermaid], ids=["dot", "mermaid"])
def test_carriage_returns_reach_no_picture(
    engine: Engine, write: Callable[[Graph, Look], str]
) -> None:
    """Theano#3426: carriage returns in the text of the graph made the page fail."""
    x = engine.tensor.dscalar("one\r\ntwo")
    written = write(raw(engine, engine.tensor.exp(x)), Look(raw=True))

    assert "\r" not in written
    assert "one" in written
    assert "two" in written


def test_a_loop_with_three_results_is_listed_once(engine: Engine) -> None:
    """pytensor#196: the graph inside was listed once for each result."""
    T = engine.tensor
    x = T.dvector("x")
    made = scanned(engine, lambda v: (T.exp(v), T.log(v), T.cos(v)), sequences=[x])
    written = listed(engine, *made)

    assert written.count("inside scan") == 1
    assert [written.count(op) for op in ("exp  n", "log  n", "cos  n")] == [1, 1, 1]
    headings = re.findall(r"^scan (\S+)  n\d+", written, re.MULTILINE)
    assert len(set(headings)) == 3, "each result of the loop has a name"


def test_a_state_that_is_passed_on_is_listed_once(engine: Engine) -> None:
    """aesara#1034: a loop whose first result is its state as it was, the second a product."""
    T = engine.tensor
    k, A = T.lscalar("k"), T.dvector("A")
    made = scanned(
        engine,
        lambda before, A: (before, before * A),
        outputs_info=[T.ones_like(A), None],
        non_sequences=A,
        n_steps=k,
    )
    written = listed(engine, *made)
    inside = written.partition("inside scan")[2]

    assert written.count("inside scan") == 1
    assert inside.count("multiply") == 1
    assert inside.count("← A") == 1


def test_a_sum_reads_as_a_sum(engine: Engine) -> None:
    """pytensor#313: Elemwise, no_inplace and InplaceDimShuffle hid what is computed."""
    a, b = engine.tensor.dscalar("a"), engine.tensor.dvector("b")
    written = listed(engine, a + engine.tensor.exp(b))

    assert written.split() == (
        ["result", "output", "add", "n2", "├─", "a", "input", "└─", "exp", "n1", "└─", "b", "input"]
    )


def test_branches_are_drawn(engine: Engine) -> None:
    """aesara#1031: with plain bars it is hard to see which branch a node hangs from."""
    x, y = engine.tensor.dvector("x"), engine.tensor.dvector("y")
    lines = listed(engine, engine.tensor.exp(x) * y).splitlines()

    assert [line.split()[0] for line in lines if line.strip()][1:] == ["multiply", "├─", "│", "└─"]


def test_a_constant_with_a_name_shows_name_and_value(engine: Engine) -> None:
    """aesara#719: the name of a constant was not written.

    Theano keeps one constant for each number, under its first name: 1.5 may have had none.
    """
    z, a = engine.tensor.constant(1.40625, name="z"), engine.tensor.dscalar("a")

    assert "z = 1.40625  constant" in listed(engine, z + a)


def test_an_element_reads_as_one(engine: Engine) -> None:
    """Theano#5388: writing x[1] as a formula failed, and gradients of it too."""
    x = engine.tensor.dvector("x")
    told = story(tell(differentiate(engine, Model({}, x[1] ** 2, [x]))))

    assert "part1 = x[1]" in told
    assert "δx = add_at(zeros(x)[1], δpart1)" in told


def test_a_fused_op_reads_as_its_formula(engine: Engine) -> None:
    """Theano#2134: a choice of products, each op a function of its own in the name."""
    T = engine.tensor
    p, q, r = T.dvector("p"), T.dvector("q"), T.dvector("r")
    made = Model({"y": T.switch(T.gt(p, 0), p / q * r, r - p)}, inputs=[p, q, r])
    written = text(made, stage="optimized")

    assert "p ÷ q × r if p > 0 else r − p" in written


def test_a_function_is_written_too(engine: Engine) -> None:
    """Theano#5925: pretty printing a function raised AttributeError."""
    x, w = engine.tensor.dvector("x"), shared(engine, [1.0, 2.0], "w")
    function = engine.module.function([x], x * w + 1.0)
    written = text(function)

    assert "compiled" in written
    assert "x  input" in written
    assert "w  " in written


def test_a_last_layer_that_is_linear(engine: Engine) -> None:
    """Theano#4559: a network of sigmoids with a linear end could be listed, not written."""
    T = engine.tensor
    x = T.dmatrix("x")
    W, V = shared(engine, numpy.ones((2, 3)), "W"), shared(engine, numpy.ones((3, 1)), "V")
    cost = T.sum(T.dot(engine.sigmoid(T.dot(x, W)), V))
    told = story(tell(differentiate(engine, Model({}, cost, [W, V]))))

    for line in ("z1 = x · W", "a1 = σ(z1)", "z2 = a1 · V"):
        assert line in told


def observed_scaled(pm: Any) -> set[str]:
    """pymc#7722: data are scaled before they are observed."""
    target = pm.Data("target", numpy.array([1.0, 2.0, 4.0]))
    pm.Normal("seen", pm.Normal("mu"), 1.0, observed=target / 4.0)
    return {"mu", "target"}


def observed_integers_as_truth(pm: Any) -> set[str]:
    """pymc#5795: data become another type on the way to what observes them."""
    data = pm.Data("labels", numpy.array([0, 0, 1, 1]))
    pm.Bernoulli("seen", pm.Normal("p") * 0.0 + 0.5, observed=data)
    return {"p", "labels"}


def observed_integers(pm: Any) -> set[str]:
    """pymc#6019: data that are integers, observed by a distribution of floats."""
    data = pm.Data("counts", numpy.array([10, 20, 30]))
    pm.Normal("seen", pm.Normal("mu"), 1.0, observed=data)
    return {"mu", "counts"}


@pytest.mark.pytensor
@pytest.mark.parametrize("build", [observed_scaled, observed_integers_as_truth, observed_integers])
def test_observed_data_are_tied_to_the_density(
    engine: Engine, build: Callable[[Any], set[str]]
) -> None:
    pm: Any = pytest.importorskip("pymc", reason="needs PyMC")
    with pm.Model() as model:
        names = build(pm)
    logp = model.logp()
    logp.name = "logp"

    assert names <= nodes_above(raw(engine, logp), "logp")


@pytest.mark.pytensor
def test_a_parent_of_a_deterministic_is_tied_to_it(engine: Engine) -> None:
    """pymc#6460: a transposed ZeroSumNormal, whose edge to what is made of it was missing."""
    pm: Any = pytest.importorskip("pymc", reason="needs PyMC")
    with pm.Model() as model:
        free = pm.ZeroSumNormal("free", n_zerosum_axes=1, shape=(2, 4))
        pm.Deterministic("beta", free.T)
    graph = raw(engine, model["beta"])

    assert "free" in nodes_above(graph, "beta")
    assert "free" in tree(graph, Look(raw=True))


@pytest.mark.pytensor
def test_a_largest_value_in_a_density_has_a_gradient(engine: Engine) -> None:
    """pymc#7251: the mean is the largest of two variables; its own slope and that of the prior."""
    pm: Any = pytest.importorskip("pymc", reason="needs PyMC")
    with pm.Model() as model:
        x = pm.Normal("x", shape=(2,))
        pm.Normal("seen", x.max(), 1.0, observed=3.0)
    point = {"x": numpy.array([0.5, 1.0])}
    found, rows = checked(engine, model.logp(), model.value_vars, point)

    # The prior gives -x, the observation 3 - 1 to the larger.
    assert numpy.asarray(found[0]).tolist() == [-0.5, 1.0]
    assert wrong(rows) == []
