"""Build models whose reports are wide; each is named on the command line, `wide_models:softmax`."""

from __future__ import annotations

from models import deep_chain, descent, mlp, shared

from xorexplain.engines import choose
from xorexplain.models.model import Model


def softmax() -> Model:
    """The classifier of the gallery."""
    return mlp(choose())


def long_names() -> Model:
    """Four layers, whose names are longer than a column of a table has room for."""
    engine = choose()
    T = engine.tensor
    hidden = observed = T.dmatrix("observations_of_the_second_experiment")
    weights = []
    for layer in range(4):
        weights.append(shared(engine, (4, 4), f"weights_of_layer_{layer}_of_the_encoder", layer))
        hidden = engine.sigmoid(T.dot(hidden, weights[-1])) * 2 / 3 + hidden
        hidden.name = f"activations_of_layer_{layer}_of_the_encoder"
    cost = T.sum(hidden**2)
    cost.name = "cost"
    updates = descent(engine, cost, weights)
    name = (
        "an encoder of the second experiment, four layers deep, that is named at length by its user"
    )
    return Model({"hidden": hidden}, cost, weights, updates, [observed], name)


def deep() -> Model:
    """A chain that is deeper than a tree goes in one block."""
    return deep_chain(choose(), 30)
