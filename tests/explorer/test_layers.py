"""Test which layer each node of a network is found to belong to."""

from __future__ import annotations

import models

from xorexplain.engines import Engine
from xorexplain.explorer.layers import layers
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
