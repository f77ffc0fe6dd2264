"""An op whose text, properties or code raise is named by its class, and the rest goes on.

The reports: faults B2 and B12 of a campaign of faults.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.check import check
from xorexplain.gradients.choose import differentiate
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view


def raises(*arguments: Any, **options: Any) -> Any:
    raise RuntimeError("boom")


def model(engine: Engine, **changed: Any) -> Model:
    """Build a cost of an op that doubles its input, with some of its attributes changed."""
    where = "gof" if engine.name == "theano" else "graph.op"
    op_class = import_module(f"{engine.module.__name__}.{where}").Op
    node_class = import_module(f"{engine.module.__name__}.{where}").Apply

    class Doubled(op_class):  # type: ignore[misc]
        def make_node(self, x: Any) -> Any:
            return node_class(self, [x], [x.type()])

        def perform(self, node: Any, inputs: Any, outputs: Any) -> None:
            outputs[0][0] = inputs[0] * 2.0

        def L_op(self, inputs: Any, outputs: Any, gradients: Any) -> Any:
            return [gradients[0] * 2.0]

        pullback = L_op

    for name, value in changed.items():
        setattr(Doubled, name, value)
    w = engine.module.shared(numpy.ones(3), name="w")
    y = Doubled()(w * 3.0)
    y.name = "y"
    cost = engine.tensor.sum(y**2)
    cost.name = "cost"
    return Model(outputs={"y": y}, cost=cost, parameters=[w])


TEXTS: dict[str, Any] = {
    "str raises": {"__str__": raises},
    "str and repr raise": {"__str__": raises, "__repr__": raises},
    "str is a number": {"__str__": lambda self: 5},
    "properties raise": dict.fromkeys(("axis", "name", "scalar_op", "dtype"), property(raises)),
    "view map is text": {"view_map": property(lambda self: "nonsense")},
}


@pytest.mark.parametrize("changed", TEXTS.values(), ids=TEXTS)
def test_an_op_whose_text_cannot_be_had_is_named_by_its_class(
    changed: dict[str, Any], engine: Engine
) -> None:
    graph = view(engine, model(engine, **changed), "symbolic").graph()

    assert any("Doubled" in apply.op.label for apply in graph.applies)
    assert len(graph.applies) >= 3


def out_of_memory(self: Any, node: Any, inputs: Any, outputs: Any) -> None:
    raise MemoryError


@pytest.mark.parametrize("perform", [raises, out_of_memory])
def test_an_op_that_cannot_be_computed_costs_its_own_lines(
    perform: Callable[..., Any], engine: Engine
) -> None:
    built = model(engine, perform=perform)
    derivation = differentiate(engine, built)
    values = sample_values(engine, derivation.graph, derivation.variables, built.data)

    rows = check(engine, derivation, values)

    assert all(row.is_fine is not False for row in rows)
    assert any("Doubled" in row.note for row in rows)


def test_a_broken_trace_has_no_line(engine: Engine) -> None:
    built = model(engine)
    built.cost.tag.trace = "nonsense"
    built.outputs["y"].tag.trace = [[1]]

    assert view(engine, built, "symbolic").graph().applies
