"""Build small models of every kind, once for all engines: written against `engine.module`.

A model here is what a user may write, so each is a function of the engine alone. `GALLERY` holds
them all, and `each_model` runs a test for each.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import STAGES
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.models.tutorial import xor

HOSTILE_NAMES = (
    "double \" and single ' quote",
    "<b>&amp;</b> <script>alert(1)</script>",
    "back\\slash \\n \\l \\N",
    "two\nlines\r\nand\ta tab",
    "🧠 Σ ∂ кошка 猫",
    "escape \x1b[31m bell \x07 \u2028",
    "${W} %s {0} $(ls) `ls`",
    "x" * 10_000,
    "loss_",
    "*loss",
    "|loss|",
    "`loss` ``loss`` :ref:`loss`",
    "loss\n\n.. raw:: html\n\n   <script>window.broken = 1</script>\n",
    ".. raw:: html",
    "%%{init: {'theme': 'dark'}}%% %% $$x^2$$ fa:fa-car",
    "bidi \u202e override \u2066 \u200f",
    "C1 \x9b31m \x85 \x90",
    "</title></script><img src=x onerror='window.broken = 1'>",
    "{{ 7 * 7 }} {% raw %} @@DATA@@ ]]> -->",
    "\\end{document} \\input{x} $ ^ ~ #{}",
)


def shared(engine: Engine, shape: tuple[int, ...], name: str, seed: int = 0) -> Any:
    """Return a float64 shared variable with reproducible values."""
    values = numpy.random.RandomState(seed).uniform(-1, 1, size=shape)
    return engine.module.shared(values, name=name)


def descent(engine: Engine, cost: Any, parameters: list[Any]) -> list[tuple[Any, Any]]:
    """Return one step of gradient descent as updates."""
    gradients = engine.grad(cost, parameters)
    return [(W, W - 0.1 * dW) for W, dW in zip(parameters, gradients, strict=True)]


def mlp(engine: Engine) -> Model:
    """A classifier with biases: tanh, softmax, cross-entropy of integer labels."""
    T = engine.tensor
    softmax = T.nnet.softmax if engine.name == "theano" else T.special.softmax
    x, labels = T.dmatrix("x"), T.lvector("labels")
    W1, b1 = shared(engine, (3, 4), "W1"), shared(engine, (4,), "b1", 1)
    W2, b2 = shared(engine, (4, 2), "W2", 2), shared(engine, (2,), "b2", 3)
    hidden = T.tanh(T.dot(x, W1) + b1)
    hidden.name = "hidden"
    logits = T.dot(hidden, W2) + b2
    chances = softmax(logits) if engine.name == "theano" else softmax(logits, axis=-1)
    cost = -T.mean(T.log(chances)[T.arange(labels.shape[0]), labels])
    cost.name = "cost"
    parameters = [W1, b1, W2, b2]
    updates = descent(engine, cost, parameters)
    return Model({"chances": chances}, cost, parameters, updates, [x, labels], "mlp")


def lstm(engine: Engine) -> Model:
    """One step of an LSTM cell: four gates sliced from one product."""
    T = engine.tensor
    x, h, c = T.dmatrix("x"), T.dmatrix("h"), T.dmatrix("c")
    W, U, b = shared(engine, (3, 8), "W"), shared(engine, (2, 8), "U", 1), shared(engine, (8,), "b")
    gates = T.dot(x, W) + T.dot(h, U) + b
    i, f, o = (engine.sigmoid(gates[:, 2 * k : 2 * k + 2]) for k in range(3))
    new_c = f * c + i * T.tanh(gates[:, 6:])
    new_h = o * T.tanh(new_c)
    new_h.name, new_c.name = "h'", "c'"
    cost = (new_h**2).sum()
    return Model({"h'": new_h, "c'": new_c}, cost, [W, U, b], [], [x, h, c], "lstm")


def embedding(engine: Engine) -> Model:
    """Rows of a table picked by integers, and a column set in place."""
    T = engine.tensor
    words = T.lvector("words")
    table = shared(engine, (7, 3), "table")
    picked = table[words]
    marked = picked[:, 0] + picked[-1, 1:].sum()
    replaced = T.set_subtensor(picked[:, 0], marked)
    cost = (replaced**2).mean()
    cost.name = "cost"
    updates = descent(engine, cost, [table])
    return Model({"picked": picked}, cost, [table], updates, [words], "embedding")


def convolution(engine: Engine) -> Model:
    """An abstract two-dimensional convolution (Theano)."""
    T = engine.tensor
    images = T.dtensor4("images")
    filters = shared(engine, (2, 1, 3, 3), "filters")
    features = T.nnet.relu(T.nnet.conv2d(images, filters, input_shape=(None, 1, 8, 8)))
    cost = features.mean()
    return Model({"features": features}, cost, [filters], [], [images], "convolution")


def recurrent(engine: Engine) -> Model:
    """A recurrent network: Scan over a sequence, with its gradient through time."""
    T = engine.tensor
    sequence = T.dmatrix("sequence")
    W, U = shared(engine, (3, 2), "W"), shared(engine, (2, 2), "U", 1)

    def step(x: Any, h: Any, W: Any, U: Any) -> Any:
        return T.tanh(T.dot(x, W) + T.dot(h, U))

    states = scan(engine, step, [sequence], [T.zeros((2,))], [W, U])
    states.name = "states"
    cost = (states[-1] ** 2).sum()
    cost.name = "cost"
    return Model({"states": states}, cost, [W, U], [], [sequence], "recurrent")


def scan(
    engine: Engine, step: Any, sequences: list[Any], start: list[Any], constant: list[Any]
) -> Any:
    """Return the outputs of a Scan without updates."""
    options = {} if engine.name == "theano" else {"return_updates": False}
    made = engine.module.scan(step, sequences, start, constant, strict=True, **options)
    return made[0] if engine.name == "theano" else made


def op_from_graph(engine: Engine) -> Model:
    """One OpFromGraph used twice, with its arguments swapped."""
    T = engine.tensor
    make = engine.module.OpFromGraph
    a, b = T.dmatrices("a", "b")
    distance = make([a, b], [T.sqrt((a - b) ** 2 + 1.0), a * b])
    x, W = T.dmatrix("x"), shared(engine, (2, 2), "W")
    there, product = distance(x, W)
    back, other = distance(W, x)
    cost = (there * other + back * product).sum()
    cost.name = "cost"
    return Model({"there": there, "back": back}, cost, [W], [], [x], "op_from_graph")


def fused(engine: Engine) -> Model:
    """Elementwise work and reductions that the rewriters fuse into inner graphs."""
    T = engine.tensor
    x, W = T.dmatrix("x"), shared(engine, (4, 4), "W")
    y = T.exp(-((x - W) ** 2) / 2.0) + T.cos(x) * W
    cost = (y * T.tanh(y)).sum(axis=1).mean()
    cost.name = "cost"
    return Model({"y": y}, cost, [W], descent(engine, cost, [W]), [x], "fused")


def branching(engine: Engine) -> Model:
    """A conditional of which only one branch is computed."""
    homes = {"theano": "theano.ifelse", "pytensor": "pytensor.conditional.op"}
    ifelse = importlib.import_module(homes[engine.name]).ifelse
    T = engine.tensor
    x, W = T.dmatrix("x"), shared(engine, (2, 2), "W")
    cost = ifelse(T.gt(x.sum(), 0.0), T.exp(T.dot(x, W)).sum(), (W**2).sum())
    cost.name = "cost"
    return Model({"y": cost}, cost, [W], [], [x], "branching")


def random_ops(engine: Engine) -> Model:
    """Noise from a random generator, whose state is a shared variable that holds no array."""
    T = engine.tensor
    x = T.dmatrix("x")
    if engine.name == "theano":
        streams = importlib.import_module("theano.tensor.shared_randomstreams")
        stream = streams.RandomStreams(seed=7)
        noise = stream.normal((2, 3))
        updates = stream.updates()
    else:
        state = T.random.shared_rng(seed=7)
        new_state, noise = state.normal(0, 1, size=(2, 3))
        updates = [(state, new_state)]
    noise.name = "noise"
    return Model({"noisy": x + noise}, (x * noise).sum(), [], updates, [x], "random")


def deep_chain(engine: Engine, layers: int) -> Model:
    """`layers` layers of sigmoid(dot(h, W)), 4 x 4 weights each, and the sum as cost."""
    T = engine.tensor
    hidden = shared(engine, (4, 4), "x")
    weights = [shared(engine, (4, 4), f"W{i}", i) for i in range(layers)]
    for W in weights:
        hidden = engine.sigmoid(T.dot(hidden, W))
    cost = T.sum(hidden)
    cost.name = "cost"
    return Model({"output": hidden}, cost, weights, (), (), f"{layers} layers")


def few_layers(engine: Engine) -> Model:
    """A chain of three layers."""
    return deep_chain(engine, 3)


def hostile_names(engine: Engine) -> Model:
    """Names that hold what JSON, DOT, HTML and terminals give a meaning to."""
    T = engine.tensor
    variables = [T.dscalar(name) for name in HOSTILE_NAMES]
    total = T.sqr(variables[0])
    for variable in variables[1:]:
        total = total + T.sqr(variable)
        total.name = f"sum up to {variable.name}"
    return Model({"total": total}, None, [], [], variables, 'hostile <names> & "more"\n')


def twins(engine: Engine) -> Model:
    """Two inputs, two shared variables and two intermediate results of the same name."""
    T = engine.tensor
    x1, x2 = T.dmatrix("x"), T.dmatrix("x")
    W1, W2 = shared(engine, (2, 2), "W"), shared(engine, (2, 2), "W", 1)
    h1, h2 = T.dot(x1, W1), T.dot(x2, W2)
    h1.name = h2.name = "h"
    cost = (h1 * h2).sum()
    cost.name = "x"
    return Model({"h": h1, "g": h2}, cost, [W1, W2], descent(engine, cost, [W1, W2]), [x1, x2])


def identity(engine: Engine) -> Model:
    """Outputs that nothing computes: an input, a shared variable and a constant."""
    T = engine.tensor
    x, W = T.dvector("x"), shared(engine, (2,), "W")
    outputs = {"x": x, "W": W, "one": T.as_tensor_variable(1.0), "again": x}
    return Model(outputs, None, [], [], [x], "identity")


def many_outputs(engine: Engine) -> Model:
    """Several outputs, one of them read by another, one given twice, one op with two outputs."""
    T = engine.tensor
    x = T.dmatrix("x")
    high, where = T.max(x, axis=1), T.argmax(x, axis=1)
    scaled = x / high.dimshuffle(0, "x")
    outputs = {"high": high, "where": where, "scaled": scaled, "again": scaled}
    return Model(outputs, None, [], [], [x], "many_outputs")


def constants(engine: Engine) -> Model:
    """Constants of many sizes and types."""
    T = engine.tensor
    x = T.dmatrix("x")
    small = T.as_tensor_variable(numpy.array([[1.5, -2.0], [0.1, numpy.nan]]))
    large = T.as_tensor_variable(numpy.arange(10_000.0).reshape(100, 100))
    odd = T.as_tensor_variable(numpy.array([True, False]))
    numbers = T.as_tensor_variable(numpy.array([[1, 2]], dtype="int8"))
    empty = T.as_tensor_variable(numpy.zeros((0, 2)))
    y = T.dot(x, small) + T.switch(odd, numbers, 3) + large.sum() + empty.sum()
    return Model({"y": y}, None, [], [], [x], "constants")


GALLERY: dict[str, Callable[[Engine], Model]] = {
    "xor": xor,
    "mlp": mlp,
    "lstm": lstm,
    "embedding": embedding,
    "convolution": convolution,
    "recurrent": recurrent,
    "op_from_graph": op_from_graph,
    "fused": fused,
    "branching": branching,
    "random": random_ops,
    "few_layers": few_layers,
    "hostile_names": hostile_names,
    "twins": twins,
    "identity": identity,
    "many_outputs": many_outputs,
    "constants": constants,
}


each_model = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.theano] if name == "convolution" else [])
        for name in GALLERY
    ],
)
"""Run a test for each model; the abstract convolution is an op of Theano alone."""


@cache
def model(engine: Engine, name: str) -> Model:
    """Build a model of the gallery, once for all tests."""
    return GALLERY[name](engine)


@cache
def record(engine: Engine, name: str, stage: str) -> Graph:
    """Record a stage of a model of the gallery, once for all tests.

    Theano gives the same function whether C or Python will run it. To make the C takes seconds, so
    it does for the network of the tutorial alone.
    """
    is_run_by_python = engine.name == "theano" and stage == "compiled" and name != "xor"
    with _run_by_python() if is_run_by_python else nullcontext():
        return view(engine, model(engine, name), stage).graph()


@contextmanager
def _run_by_python() -> Iterator[None]:
    """Have Theano's default mode run Python; it keeps the mode that it made at the first use."""
    modes = importlib.import_module("theano.compile.mode")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modes, "instantiated_default_mode", modes.Mode("py"))
        yield


def stages(engine: Engine, name: str) -> list[str]:
    """Name the stages a model of the gallery has."""
    made = model(engine, name)
    has_gradient = made.cost is not None and made.parameters
    lacking = {
        "gradient" if not has_gradient else "",
        "updates" if not made.update_pairs else "",
    }
    return [stage for stage in STAGES if stage not in lacking]
