"""Models that other libraries build on PyTensor; each function needs its library.

`--model tests/support/builders.py:bambi` takes them, where they are installed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy

Y = numpy.array([0.5, -1.0, 2.0, 1.5, 0.25, -0.75])


def marginalized() -> Any:
    """A mixture of pymc-extras whose labels are summed out."""
    pm, extras = import_module("pymc"), import_module("pymc_extras")
    with pm.Model() as model:
        chance = pm.Beta("chance", 2, 2)
        label = pm.Bernoulli("label", chance, shape=len(Y))
        means = pm.Normal("means", 0, 3, shape=2)
        pm.Normal("y_obs", means[label], 1, observed=Y)
    return extras.marginalize(model, [label])


def state_space() -> Any:
    """A local level of pymc-extras: a Kalman filter over four observations."""
    pm, T = import_module("pymc"), import_module("pytensor.tensor")
    structural = import_module("pymc_extras.statespace").structural
    level = structural.LevelTrend(order=1, innovations_order=1, name="level")
    filtered = level.build(name="level", verbose=False)
    with pm.Model(coords=filtered.coords) as model:
        pm.Deterministic("P0", T.eye(filtered.k_states) * 10.0, dims=filtered.param_dims["P0"])
        pm.Normal("initial_level", 0, 1, dims=filtered.param_dims["initial_level"])
        pm.Exponential("sigma_level", 1, dims=filtered.param_dims["sigma_level"])
        filtered.build_statespace_graph(Y[:4, None])
    return model


def bambi() -> Any:
    """A regression with a formula; Bambi builds the model of PyMC."""
    data = import_module("pandas").DataFrame({"y": Y, "x": Y[::-1], "g": list("aabbcc")})
    return import_module("bambi").Model("y ~ x + (1|g)", data)


def sympytensor() -> Any:
    """An expression of SymPy as a variable of PyTensor."""
    sympy = import_module("sympy")
    x, y = sympy.symbols("x y")
    written = sympy.sin(x) * sympy.exp(-(y**2)) + sympy.log(1 + x**2)
    return import_module("sympytensor").as_tensor(written)


def pytensor_ml() -> Any:
    """A network of two layers of pytensor-ml, and a squared error."""
    layers = import_module("pytensor_ml.layers")
    relu = import_module("pytensor_ml.activations").ReLU()
    first, last = layers.Linear("fc1", n_in=4, n_out=5), layers.Linear("top", n_in=5, n_out=3)
    output = layers.Sequential(first, relu, last)(layers.Input("X_in", shape=(None, 4)))
    return ((output - 1) ** 2).mean()


BUILDERS: dict[str, tuple[str, Callable[[], Any]]] = {
    "marginalized": ("pymc_extras", marginalized),
    "state_space": ("pymc_extras", state_space),
    "bambi": ("bambi", bambi),
    "sympytensor": ("sympytensor", sympytensor),
    "pytensor_ml": ("pytensor_ml", pytensor_ml),
}
"""What each model needs, and the model."""
