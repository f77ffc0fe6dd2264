"""Lasagne networks through the commands: Theano's own values, names and counts of nodes."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pytest
from public import lasagne_networks
from public.conftest import Call, Told

from xorexplain.engines import Engine, choose
from xorexplain.gradients.check import DIFFERENCES
from xorexplain.gradients.choose import differentiate
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.render.pictures.roles import variable_words
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.record import record

pytestmark = [
    pytest.mark.theano,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not lasagne_networks.is_installed(), reason="needs Lasagne"),
]
NETWORKS = lasagne_networks.NETWORKS
LOOPS = ("recurrent", "gru", "lstm")
"""Networks whose rewriting takes Theano seconds: about 800 to 1,500 steps."""
WITHOUT_NUMPY = {"convolution": "conv2d gradient of filters", **dict.fromkeys(LOOPS, "scan")}
"""Ops that NumPy cannot be asked for."""
COMPILED = ("convolution", "pooling")
"""Networks that Theano cannot run without a compiler."""
STABLE = "crossentropy_to_crossentropy_with_softmax_with_bias"
each = pytest.mark.parametrize("name", NETWORKS)
unrolled = pytest.mark.parametrize("name", [name for name in NETWORKS if name not in LOOPS])


@cache
def made(name: str) -> Model:
    """Build a network once."""
    return as_model(NETWORKS[name]())[1]


@cache
def rewritten(name: str) -> Recording:
    """Record the rewriting of a network's training function once."""
    return record(choose("theano"), made(name))


@pytest.fixture
def tell(call: Call, tmp_path: Path) -> Any:
    """Ask a command about a network, as its user would, and expect success."""
    path = tmp_path / "networks.py"
    path.write_text("from public.lasagne_networks import NETWORKS\nglobals().update(NETWORKS)\n")

    def run(name: str, *arguments: str) -> Told:
        told = call(*arguments, "--model", f"{path}:{name}")
        assert told.status == 0, told.err
        return told

    return run


def names(variables: Any) -> list[str]:
    """Name variables as they are shown: the second of a name has a number."""
    seen: Counter[str] = Counter()
    found = []
    for variable in variables:
        seen[variable.name] += 1
        again = seen[variable.name]
        found.append(variable.name if again == 1 else f"{variable.name}_{again}")
    return found


def theano_nodes(outputs: Any) -> list[Any]:
    """Ask Theano for the apply nodes below some variables."""
    return list(importlib.import_module("theano.gof.graph").io_toposort([], outputs))


def python_mode(rewriter: str | None = "fast_run") -> Any:
    """Make a mode of Theano that compiles nothing."""
    return importlib.import_module("theano.compile.mode").Mode("py", rewriter)


@each
def test_a_stage_has_theano_s_nodes_and_the_names_of_the_parameters(
    engine: Engine, name: str
) -> None:
    network = made(name)
    new = [value for _, value in network.update_pairs]
    slopes = engine.tensor.grad(network.cost, list(network.parameters))
    graphs = {s: view(engine, network, s).graph() for s in ("symbolic", "gradient", "updates")}

    assert len(graphs["symbolic"].applies) == len(theano_nodes([network.cost]))
    assert len(graphs["gradient"].applies) == len(theano_nodes(slopes))
    updates = graphs["updates"]
    assert len(updates.applies) == len(theano_nodes([network.cost, *new]))
    words = {v.name: variable_words(updates, v) for v in updates.variables if v.owner is None}
    assert {n for n, word in words.items() if word == "parameter"} == set(names(network.parameters))
    assert {v.name for v in updates.variables if v.role == "input"} == {*network.data}
    # The random stream of dropout has an update of its own.
    assert len(updates.updated) == len(new) + (name == "dropout")


@each
def test_the_gradient_passes_its_check_and_is_theano_s(
    engine: Engine, tell: Any, name: str
) -> None:
    network = made(name)
    rows = json.loads(tell(name, "gradient", "--check", "--json").out)
    compared = [row for row in rows if row["what"] == DIFFERENCES]

    assert [row for row in rows if row["is_fine"] is False] == []
    assert [row["adjoint"] for row in compared] == [f"δ{p}" for p in names(network.parameters)]
    assert {row["is_fine"] for row in compared} == {True}
    notes = {row["note"] for row in rows if row["is_fine"] is None}
    lost = {note.partition(" has no ")[0] for note in notes if not note.startswith("told")}
    assert lost == ({WITHOUT_NUMPY[name]} if name in WITHOUT_NUMPY else set())


@each
def test_every_gradient_is_told_to_exist(tell: Any, name: str) -> None:
    told = json.loads(tell(name, "gradient", "--why", "--json").out)

    assert [(answer["variable"], answer["state"]) for answer in told] == [
        (parameter, "exists") for parameter in names(made(name).parameters)
    ]


@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in COMPILED])
def test_the_gradient_is_that_of_theano_s_function(engine: Engine, name: str) -> None:
    network = made(name)
    derivation = differentiate(engine, network)
    ends = [derivation.variables[result.gradient or ""] for result in derivation.results]
    found = engine.evaluator(ends, network.inputs)(*network.data.values())
    slopes = engine.tensor.grad(network.cost, list(network.parameters))
    function = engine.module.function(
        network.inputs, slopes, no_default_updates=True, mode=python_mode(None)
    )

    for mine, own in zip(found, function(*network.data.values()), strict=True):
        numpy.testing.assert_allclose(mine, own, rtol=1e-12, atol=1e-15)


@unrolled
def test_rewriting_keeps_every_value_and_ends_where_theano_ends(engine: Engine, name: str) -> None:
    network = made(name)
    recording = rewritten(name)
    checks = check_steps(recording, network.data)
    own = engine.module.function(
        network.inputs, network.cost, updates=network.updates, mode=python_mode()
    )

    assert [c for c in checks if c.is_fine is False] == []
    applied = [c for c in checks if recording.trace.step[c.number].verdict == "applied"]
    assert [c for c in applied if c.is_fine is None] == []
    last = recording.trace.last.graph
    assert len(last.applies) == len(own.maker.fgraph.apply_nodes)


def test_a_classifier_s_rewrites_have_theano_s_names(tell: Any) -> None:
    """Case classes: the steps that make the cross-entropy of softmax stable."""
    name = "logistic"
    listed = tell(name, "rewrites").out
    answer = json.loads(tell(name, "rewrites", "why-not", STABLE, "--json").out)

    assert f"{STABLE} " in listed
    assert "local_softmax_grad_to_crossentropy_with_softmax_grad " in listed
    assert answer["verdict"] == "fired"
    (number,) = answer["steps"]
    step = tell(name, "rewrites", str(number)).out
    assert "crossentropy_softmax_argmax1_hot_with_bias" in step
    assert f'mode.excluding("{STABLE}")' in step


def test_a_node_is_traced_to_the_line_of_the_user(tell: Any) -> None:
    (told,) = json.loads(tell("logistic", "rewrites", "origins", "cost", "--json").out)
    (ancestor,) = told["ancestors"]

    assert (ancestor["name"], ancestor["expression"]) == ("cost", "s2 ÷ part1")
    assert ancestor["source"]["file"].endswith("lasagne_networks.py")
    assert ancestor["source"]["code"].startswith("cost = lasagne.objectives.categorical_cross")


def test_velocities_that_have_no_names_are_told_apart(tell: Any) -> None:
    """Nesterov's momentum keeps a velocity for each of six parameters."""
    told = tell("dense", "graph", "--stage", "updates", "--out", "-", "--format", "txt").out
    equations = tell("dense", "gradient").out

    assert [f"x{i} (new)  update" in told for i in range(1, 7)] == [True] * 6
    assert "TensorType" not in told
    assert "t1 = one.W − 0.1 × δone.W" in equations
    assert "one.W ← 0.9 × (0.9 × x1 + t1 − one.W) + t1" in equations
    assert "one.b ← 0.9 × (0.9 × x2 + t2 − one.b) + t2" in equations


def test_the_pages_tell_the_costs_that_theano_computes(
    engine: Engine, tell: Any, tmp_path: Path
) -> None:
    network = NETWORKS["logistic"]()
    function = engine.module.function(
        network.inputs, network.cost, updates=network.updates, mode=python_mode()
    )
    costs = [float(function(*network.data.values())) for _ in range(3)]
    tell("logistic", "pages", "--steps", "2", "--out", "pages")
    told = (tmp_path / "pages" / "training.rst").read_text()

    assert f"from :math:`{costs[0]:.3f}` to :math:`{costs[2]:.3f}` in 2 steps" in told


def test_the_story_has_every_parameter(tell: Any) -> None:
    told = tell("autoencoder", "explore", "--no-compile", "--json").out

    assert set(names(made("autoencoder").parameters)) <= set(texts(json.loads(told)))


def texts(story: Any) -> list[str]:
    """Return every text in the data of a page."""
    found, waiting = [], [story]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, str):
            found.append(thing)
        elif isinstance(thing, dict):
            waiting.extend(thing.values())
        elif isinstance(thing, list):
            waiting.extend(thing)
    return found


def test_tied_weights_are_one_parameter(engine: Engine) -> None:
    graph = view(engine, made("autoencoder"), "symbolic").graph()
    (tied,) = [v for v in graph.variables if v.name == "code.W"]

    assert len(graph.clients[tied.id]) == 2
    assert "back.W" not in {v.name for v in graph.variables}
