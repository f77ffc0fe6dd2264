"""Test which layer each node of a network is found to belong to."""

from __future__ import annotations

import models

from xorexplain.engines import Engine
from xorexplain.explorer.layers import layers
from xorexplain.models.model import Model
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import numbered

PARTS = ("symbolic", "gradient", "updates")


def placed(engine: Engine, name: str, stage: str) -> dict[str, set[str]]:
    """Return the names of values by the title of their layer."""
    material = numbered(Subject(engine, models.model(engine, name)), PARTS)
    found, graph = layers(material), material.graphs[stage]
    names = material.names_in(stage)
    titles: dict[str, set[str]] = {}
    for apply, place in found.of(graph, material.numbers[stage]).items():
        name = names.get(graph.apply[apply].outputs[0], "")
        titles.setdefault(found.titles[place], set()).add(name)
    return titles


def test_forward(engine: Engine) -> None:
    found = placed(engine, "xor", "symbolic")

    assert found["layer 1"] == {"z1", "a1"}
    assert found["layer 2"] == {"z2", "output"}
    assert {"d1", "cost"} <= found["loss"]


def test_backward_mirrors_forward(engine: Engine) -> None:
    found = placed(engine, "xor", "gradient")

    assert {"δz1", "δW1"} <= found["layer 1 back"]
    assert {"δz2", "δW2", "δa1"} <= found["layer 2 back"]
    assert {"δcost", "δoutput"} <= found["loss back"]


def test_updates_stand_apart(engine: Engine) -> None:
    assert {"W1 (new)", "W2 (new)"} <= placed(engine, "xor", "updates")["updates"]


def test_a_bias_belongs_to_the_layer_of_its_weights(engine: Engine) -> None:
    found = placed(engine, "mlp", "symbolic")

    assert "hidden" in found["layer 1"]
    assert {"z3", "logits"} <= found["layer 2"]
    assert "cost" in found["loss"]


def test_a_model_without_parameters_has_no_layers(engine: Engine) -> None:
    material = numbered(Subject(engine, models.model(engine, "many_outputs")), ("symbolic",))

    assert "layer 1" not in layers(material).titles


def test_layers_have_the_names_that_their_parameters_begin_with(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    W, b = models.shared(engine, (3, 4), "hidden.W"), models.shared(engine, (4,), "hidden.b")
    V, U = models.shared(engine, (4, 2), "top/kernel"), models.shared(engine, (2, 2), "V")
    output = T.dot(T.dot(T.tanh(T.dot(x, W) + b), V), U)
    cost = (output**2).sum()
    model = Model({"output": output}, cost, [W, b, V, U])
    found = layers(numbered(Subject(engine, model), PARTS))

    assert found.titles[:5] == ("inputs", "hidden", "top", "layer 3", "loss")
    assert "hidden back" in found.titles


def test_a_name_of_two_layers_names_none(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    W, V = models.shared(engine, (3, 4), "one.W"), models.shared(engine, (4, 2), "one.V")
    output = T.dot(T.dot(x, W), V)
    model = Model({"output": output}, (output**2).sum(), [W, V])
    found = layers(numbered(Subject(engine, model), PARTS))

    assert found.titles[1:3] == ("layer 1", "layer 2")


def test_a_layer_that_has_no_product_has_its_name_where_it_begins(engine: Engine) -> None:
    """Batch normalization: Keras's `norm` was a part of the layer before it."""
    T = engine.tensor
    x = T.dmatrix("x")
    W, b = (
        models.shared(engine, (3, 4), "hidden/kernel"),
        models.shared(engine, (4,), "hidden/bias"),
    )
    scale, shift = (
        models.shared(engine, (4,), "norm/gamma"),
        models.shared(engine, (4,), "norm/beta"),
    )
    V = models.shared(engine, (4, 2), "top/kernel")
    z = T.dot(x, W) + b
    normal = (z - z.mean(axis=0)) / T.sqrt(z.var(axis=0) + 0.01) * scale + shift
    output = T.dot(T.tanh(normal), V)
    model = Model({"output": output}, (output**2).sum() + (scale**2).sum(), [W, b, scale, shift, V])
    made = numbered(Subject(engine, model), ("symbolic",))
    found = layers(made)
    graph = made.graphs["symbolic"]
    place = found.of(graph, made.numbers["symbolic"])

    assert found.titles[:5] == ("inputs", "hidden", "norm", "top", "loss")
    norm = [graph.apply[id_].op.kind for id_, at in place.items() if found.titles[at] == "norm"]
    assert sorted(norm) == ["add", "mul", "tanh"]
