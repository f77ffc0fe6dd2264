"""Hold every value of a model to one name at all stages."""

from __future__ import annotations

import models
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.capture import variable_ids
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.stages import view
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import names_at

WRITTEN_ALIKE = ("xor", "mlp", "embedding")


@pytest.mark.parametrize("name", WRITTEN_ALIKE)
def test_a_variable_has_one_name_as_written_and_in_the_updates(engine: Engine, name: str) -> None:
    model = models.GALLERY[name](engine)
    written, updates = (_by_variable(engine, model, s) for s in ("symbolic", "updates"))

    assert written
    assert written == {v: updates[v] for v in written}


def _by_variable(engine: Engine, model: Model, stage: str) -> dict[object, str]:
    made = view(engine, model, stage)
    ids = {id_: variable for variable, id_ in variable_ids(made.source).items()}
    return {ids[id_]: name for id_, name in intermediate_names(made.graph()).items()}


@pytest.mark.parametrize("name", WRITTEN_ALIKE)
def test_a_trace_begins_with_the_names_of_the_updates(engine: Engine, name: str) -> None:
    model = models.GALLERY[name](engine)
    updates = intermediate_names(view(engine, model, "updates").graph())
    trace = record_rewriting(engine, model)

    assert sorted(names_at(trace, 0).values()) == sorted(updates.values())


def test_what_is_rewritten_keeps_its_names(engine: Engine) -> None:
    model = models.GALLERY["xor"](engine)
    optimized = intermediate_names(view(engine, model, "optimized").graph())
    compiled = intermediate_names(view(engine, model, "compiled").graph())
    trace = record_rewriting(engine, model)

    assert {"z1", "a1", "δz1", "δz2", "W1 (new)"} <= set(optimized.values())
    assert sorted(optimized.values()) == sorted(compiled.values())
    assert set(optimized.values()) == set(intermediate_names(trace.last.graph).values())


def test_what_is_computed_as_a_number_is_called_as_its_array_was(engine: Engine) -> None:
    """PyTensor computes single numbers without arrays; a result, which stays one, has one name."""
    T = engine.tensor
    a, x = T.dscalar("a"), T.dvector("x")
    scale = T.exp(a)
    scale.name = "scale"
    ratio = T.sqrt(1 + scale)
    model = Model({}, T.tanh(x / ratio).sum() - T.log1p(ratio**2) + T.sin(scale), [a])
    names = [*intermediate_names(view(engine, model, "optimized").graph()).values()]

    assert {"scale", "cost"} <= set(names)
    assert not {"scale_2", "cost_2"} & set(names)


def test_gradients_are_called_adjoints_wherever_they_come_from(engine: Engine) -> None:
    T = engine.tensor
    x, W = T.dmatrix("x"), models.shared(engine, (3, 2), "W")
    cost = T.sum(T.tanh(T.dot(x, W)))
    cost.name = "cost"
    gradient = engine.module.grad(cost, W)
    model = Model({}, cost, [W], [(W, W - 0.1 * gradient)], [x])

    assert gradient.name == "(dcost/dW)"
    for stage in ("gradient", "updates"):
        names = set(intermediate_names(view(engine, model, stage).graph()).values())
        assert "δW" in names
        assert "(dcost/dW)" not in names


def test_what_is_computed_again_is_numbered_after_what_it_is(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    made = [T.exp(T.tanh(x)) * T.tanh(x)]
    model = Model({"y": made[0]})
    names = set(intermediate_names(view(engine, model, "symbolic").graph()).values())

    assert {"a1", "a1_2", "y"} <= names


@pytest.mark.parametrize(
    "shapes", [((4, 3), (3,)), ((3,), (3, 2)), ((3,), (3,)), ((2, 4, 3), (3, 2))]
)
def test_a_product_has_its_number_whatever_shapes_an_engine_computes_it_in(
    engine: Engine, shapes: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    """An engine makes matrices of what is none, and gives what it computed its axes back."""
    T = engine.tensor
    x, w = (models.shared(engine, shape, name) for shape, name in zip(shapes, "xw", strict=True))
    made = view(engine, Model({"y": T.tanh(T.dot(x, w) + 1.0)}), "symbolic")
    names = intermediate_names(made.graph())
    (y,) = made.source.outputs

    product = y.owner.inputs[0].owner.inputs[0]
    assert names[variable_ids(made.source)[product]] == "z1"
    assert "z2" in names.values()
    assert len(set(names.values())) == len(names)


def test_a_result_is_called_by_its_key(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    made = [x * 2.0]
    model = Model({"doubled": made[0]})

    graph = view(engine, model, "symbolic").graph()

    assert intermediate_names(graph)[graph.outputs[0].variable] == "doubled"


@pytest.mark.parametrize("name", ["mean", "var", "std"])
def test_what_an_engine_calls_after_its_function_is_called_by_its_role(
    engine: Engine, name: str
) -> None:
    x, W = engine.tensor.dmatrix("x"), models.shared(engine, (3, 2), "W")
    results = [getattr(engine.tensor, name)(value) for value in (x, engine.tensor.dot(x, W))]
    view(engine, Model({"spread": results[0]}, results[1], [W], [], [x]), "symbolic")

    assert [name_of(result) for result in results] == ["spread", "cost"]
    assert [result.name for result in results] == [name, name]


def test_the_new_value_of_a_nameless_state_is_called_by_what_that_is_called(engine: Engine) -> None:
    W, state = models.shared(engine, (3,), "W"), engine.module.shared(1.0)
    made = [state * 0.9, W * state]
    model = Model({"y": made[1]}, None, [], [(state, made[0])])
    graph = view(engine, model, "updates", "train").graph()
    names = intermediate_names(graph)

    (new,) = (o.variable for o in graph.outputs if o.updates is not None)
    (kept,) = (v.id for v in graph.variables if v.role == "shared" and v.name != "W")
    assert names[new] == f"{names[kept]} (new)"


@pytest.mark.parametrize("name", WRITTEN_ALIKE)
def test_a_name_does_not_depend_on_what_was_asked_before(engine: Engine, name: str) -> None:
    """To look for a target that is not there, all that a model has is named at once."""
    asked, fresh = models.GALLERY[name](engine), models.GALLERY[name](engine)
    with pytest.raises(XorexplainError, match="unknown target"):
        Subject(engine, asked, "nothing").check_target()
    for stage in ("gradient", "updates"):
        found = [
            [(v.name, v.called) for v in view(engine, model, stage).graph().variables]
            for model in (asked, fresh)
        ]
        assert found[0] == found[1]
