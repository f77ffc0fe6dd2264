"""Write the models that people have, as they write them: without names for what stands between.

The names of hidden values are those of the assignments below. `MODELS` holds a function of the
engine for each; `benchmarks/readability.py` draws them.
"""

from __future__ import annotations

from typing import Any

import numpy

from xorexplain import Model
from xorexplain.engines import Engine


def weights(engine: Engine, name: str, *shape: int) -> Any:
    """Return a shared variable with reproducible values."""
    values = numpy.random.RandomState(len(name) + sum(shape)).normal(0, 0.1, shape)
    return engine.module.shared(values, name=name)


def descent(engine: Engine, cost: Any, parameters: list[Any], rate: float) -> list[Any]:
    """Return the updates of gradient descent."""
    gradients = engine.grad(cost, parameters)
    return [(p, p - rate * g) for p, g in zip(parameters, gradients, strict=True)]


def mlp(engine: Engine) -> Model:
    """A classifier of digits: a hidden layer, softmax, cross-entropy of integer labels."""
    T = engine.tensor
    softmax = T.nnet.softmax if engine.name == "theano" else lambda z: T.special.softmax(z, axis=-1)
    x, y = T.dmatrix("x"), T.lvector("y")
    W1, b1 = weights(engine, "W1", 784, 100), weights(engine, "b1", 100)
    W2, b2 = weights(engine, "W2", 100, 10), weights(engine, "b2", 10)
    h = T.tanh(T.dot(x, W1) + b1)
    p = softmax(T.dot(h, W2) + b2)
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    parameters = [W1, b1, W2, b2]
    updates = descent(engine, cost, parameters, 0.1)
    return Model({"p": p}, cost, parameters, updates, [x, y], "mlp")


def vae(engine: Engine) -> Model:
    """A variational autoencoder: a noisy code, the binary cross-entropy and the KL divergence."""
    T = engine.tensor
    x, noise = T.dmatrix("x"), T.dmatrix("noise")
    We, be = weights(engine, "We", 784, 50), weights(engine, "be", 50)
    Wm, Ws = weights(engine, "Wm", 50, 2), weights(engine, "Ws", 50, 2)
    Wd, bd = weights(engine, "Wd", 2, 50), weights(engine, "bd", 50)
    Wx, bx = weights(engine, "Wx", 50, 784), weights(engine, "bx", 784)
    hidden = T.tanh(T.dot(x, We) + be)
    mean = T.dot(hidden, Wm)
    log_variance = T.dot(hidden, Ws)
    code = mean + T.exp(log_variance / 2) * noise
    decoded = T.tanh(T.dot(code, Wd) + bd)
    image = engine.sigmoid(T.dot(decoded, Wx) + bx)
    reconstruction = -T.sum(x * T.log(image) + (1 - x) * T.log(1 - image), axis=1)
    divergence = -0.5 * T.sum(1 + log_variance - mean**2 - T.exp(log_variance), axis=1)
    cost = T.mean(reconstruction + divergence)
    parameters = [We, be, Wm, Ws, Wd, bd, Wx, bx]
    updates = descent(engine, cost, parameters, 0.01)
    return Model({"image": image}, cost, parameters, updates, [x, noise], "vae")


def adam(engine: Engine) -> Model:
    """Logistic regression trained by Adam: two moments a parameter and a step counter."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")
    w, b = weights(engine, "w", 20), engine.module.shared(0.0, name="b")
    p = engine.sigmoid(T.dot(x, w) + b)
    cost = -T.mean(y * T.log(p) + (1 - y) * T.log(1 - p))
    parameters = [w, b]
    t = engine.module.shared(0.0, name="t")
    t_next = t + 1
    rate = 0.001 * T.sqrt(1 - 0.999**t_next) / (1 - 0.9**t_next)
    updates = [(t, t_next)]
    for parameter, gradient in zip(parameters, engine.grad(cost, parameters), strict=True):
        start = parameter.get_value() * 0.0
        m = engine.module.shared(start, name=f"m_{parameter.name}")
        v = engine.module.shared(start, name=f"v_{parameter.name}")
        m_next = 0.9 * m + 0.1 * gradient
        v_next = 0.999 * v + 0.001 * gradient**2
        step = rate * m_next / (T.sqrt(v_next) + 1e-8)
        updates += [(m, m_next), (v, v_next), (parameter, parameter - step)]
    return Model({"p": p}, cost, parameters, updates, [x, y], "adam")


def rnn(engine: Engine) -> Model:
    """A recurrent network over a sequence, its last state read out by a softmax."""
    T = engine.tensor
    softmax = T.nnet.softmax if engine.name == "theano" else lambda z: T.special.softmax(z, axis=-1)
    x, y = T.dtensor3("x"), T.lvector("y")
    W, U, b = (
        weights(engine, "W", 10, 30),
        weights(engine, "U", 30, 30),
        weights(engine, "b", 30),
    )
    V, c = weights(engine, "V", 30, 5), weights(engine, "c", 5)

    def step(x_t: Any, h_prev: Any, W: Any, U: Any, b: Any) -> Any:
        return T.tanh(T.dot(x_t, W) + T.dot(h_prev, U) + b)

    options = {} if engine.name == "theano" else {"return_updates": False}
    start = T.zeros((x.shape[1], 30))
    made = engine.module.scan(step, [x], [start], [W, U, b], strict=True, **options)
    states = made[0] if engine.name == "theano" else made
    last = states[-1]
    p = softmax(T.dot(last, V) + c)
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    parameters = [W, U, b, V, c]
    updates = descent(engine, cost, parameters, 0.05)
    return Model({"p": p}, cost, parameters, updates, [x, y], "rnn")


def deep(engine: Engine) -> Model:
    """A network of twelve equal layers with biases, its cost the mean squared error."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dmatrix("y")
    parameters = []
    h = x
    for layer in range(1, 13):
        W, b = weights(engine, f"W{layer}", 32, 32), weights(engine, f"b{layer}", 32)
        h = T.tanh(T.dot(h, W) + b)
        parameters += [W, b]
    cost = T.mean((h - y) ** 2)
    updates = descent(engine, cost, parameters, 0.01)
    return Model({"h": h}, cost, parameters, updates, [x, y], "deep")


MODELS = {"mlp": mlp, "vae": vae, "adam": adam, "rnn": rnn, "deep": deep}
