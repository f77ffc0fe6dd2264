"""An apply node that is described after another of its kind reads as if it were described alone."""

from __future__ import annotations

import pytest

from tests.support.models import deep_chain
from xorexplain.engines import Engine
from xorexplain.explorer import graphs
from xorexplain.explorer.alike import Alike
from xorexplain.graph.records import Apply, Graph, Op, Origin, Variable
from xorexplain.models.stages import view
from xorexplain.render.pictures.level import Level


@pytest.mark.parametrize("stage", ["gradient", "optimized"])
def test_nodes_of_equal_layers_read_as_each_would_alone(engine: Engine, stage: str) -> None:
    graph = view(engine, deep_chain(engine, 12), stage).graph()
    level = Level(graph, graphs.LOOK, graphs.short_names(graph), boxes=False)
    described = []

    def describe(level: Level, apply: Apply) -> graphs.Json:
        described.append(apply.id)
        return graphs._described(level, apply)

    alike = Alike(describe)
    for apply in graph.applies:
        told = {**alike.of(level, apply), "id": apply.id, "outputs": list(apply.outputs)}
        assert told == graphs._described(level, apply)
    assert len(described) < len(graph.applies)


@pytest.mark.neutral
def test_a_number_of_a_name_is_not_taken_for_one_that_is_computed_with() -> None:
    alike = Alike(graphs._described)
    for at in (12, 2, 12, 7, 100):
        x = Variable("v0", f"x{at}", "vector", "input", "float64", (None,))
        c = Variable("v1", None, "scalar", "constant", "float64", (), value="12", folded=True)
        y = Variable("v2", None, "vector", "intermediate", "float64", (None,), owner="n0")
        apply = Apply("n0", Op("mul", "elementwise", "Mul"), ("v1", "v0"), ("v2",))
        graph = Graph(Origin("", ""), (x, c, y), (apply,), ("v0",), ())
        level = Level(graph, graphs.LOOK, {"v0": f"x{at}", "v2": f"z{at}_2"}, boxes=False)
        told = alike.of(level, apply)
        assert told["formula"] == f"z{at}_2 = 12 × x{at}"
        assert told == graphs._described(level, apply)
