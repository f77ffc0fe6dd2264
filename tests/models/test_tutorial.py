"""The tutorial's network is the one the blog post describes, and learns."""

from __future__ import annotations

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, TARGETS, xor

Weights = tuple[numpy.ndarray, numpy.ndarray]


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    return 1 / (1 + numpy.exp(-x))


def forward(X: numpy.ndarray, W1: numpy.ndarray, W2: numpy.ndarray) -> numpy.ndarray:
    """Compute the output with numpy alone."""
    return sigmoid(sigmoid(X @ W1) @ W2)


def step(X: numpy.ndarray, y: numpy.ndarray, weights: Weights, rate: float) -> Weights:
    """Go one step of gradient descent with the formulas of backpropagation."""
    W1, W2 = weights
    hidden = sigmoid(X @ W1)
    output = sigmoid(hidden @ W2)
    at_output = 2 * (output - y) * output * (1 - output)
    at_hidden = (at_output @ W2.T) * hidden * (1 - hidden)
    return W1 - rate * X.T @ at_hidden, W2 - rate * hidden.T @ at_output


X, y = numpy.array(INPUTS, dtype="float64"), numpy.array(TARGETS, dtype="float64")


def test_the_posts_numbers() -> None:
    assert (HIDDEN, LEARNING_RATE, SEED) == (5, 0.01, 1234)
    assert INPUTS == [[0, 1], [1, 0], [0, 0], [1, 1]]
    assert [[a != b] for a, b in INPUTS] == TARGETS


def test_the_model_names_its_parts(engine: Engine) -> None:
    model = xor(engine)

    assert model.name == "xor"
    assert list(model.outputs) == ["output"]
    assert model.cost.name == "cost"
    assert [parameter.name for parameter in model.parameters] == ["W1", "W2"]
    assert [shared.name for shared, _ in model.update_pairs] == ["W1", "W2"]
    assert list(model.inputs) == []


def test_data_and_weights_are_shared_variables(engine: Engine) -> None:
    nodes = toposort([xor(engine).cost])
    shared = {
        v.name: engine.value_of(v) for n in nodes for v in n.inputs if engine.role_of(v) == "shared"
    }
    rng = numpy.random.RandomState(1234)

    assert set(shared) == {"X", "y", "W1", "W2"}
    numpy.testing.assert_array_equal(shared["X"], X)
    numpy.testing.assert_array_equal(shared["y"], y)
    numpy.testing.assert_array_equal(shared["W1"], rng.uniform(-1.0, 1.0, (2, 5)))
    numpy.testing.assert_array_equal(shared["W2"], rng.uniform(-1.0, 1.0, (5, 1)))
    assert {value.dtype.name for value in shared.values()} == {"float64"}


@pytest.mark.parametrize("hidden", [1, 5, 17])
def test_the_hidden_layer_has_any_size(engine: Engine, hidden: int) -> None:
    W1, W2 = (engine.value_of(parameter) for parameter in xor(engine, hidden=hidden).parameters)

    assert (W1.shape, W2.shape) == ((2, hidden), (hidden, 1))


def test_the_seed_decides_the_weights(engine: Engine) -> None:
    first, same, other = (
        engine.value_of(xor(engine, seed=seed).parameters[0]) for seed in (1, 1, 2)
    )

    numpy.testing.assert_array_equal(first, same)
    assert (first != other).all()


def test_two_networks_share_nothing(engine: Engine) -> None:
    one, two = xor(engine), xor(engine)

    one.parameters[0].set_value(numpy.zeros((2, 5)))

    assert engine.value_of(two.parameters[0]).any()


def test_the_output_and_the_cost(engine: Engine) -> None:
    model = xor(engine)
    W1, W2 = (parameter.get_value() for parameter in model.parameters)

    output, cost = engine.compile([], [model.outputs["output"], model.cost], [])()

    numpy.testing.assert_allclose(output, forward(X, W1, W2), rtol=1e-12)
    numpy.testing.assert_allclose(cost, ((forward(X, W1, W2) - y) ** 2).sum(), rtol=1e-12)


@pytest.mark.parametrize("rate", [0.01, 0.5])
def test_training_is_gradient_descent(engine: Engine, rate: float) -> None:
    model = xor(engine, hidden=3, learning_rate=rate, seed=7)
    W1, W2 = (parameter.get_value() for parameter in model.parameters)
    train = engine.compile([], model.cost, model.update_pairs)

    costs = []
    for _ in range(20):
        costs.append(((forward(X, W1, W2) - y) ** 2).sum())
        numpy.testing.assert_allclose(train(), costs[-1], rtol=1e-10)
        W1, W2 = step(X, y, (W1, W2), rate)

    for parameter, expected in zip(model.parameters, (W1, W2), strict=True):
        numpy.testing.assert_allclose(parameter.get_value(), expected, rtol=1e-9)
    assert costs[-1] < costs[0]
