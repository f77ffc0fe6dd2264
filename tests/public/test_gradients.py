"""Gradients of models that are not made to be easy, each with what is right to say of it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from stories import story

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import DIFFERENCES, FORMULA, RULE, Row, check, directions
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.gradients.records import Derivation
from xorexplain.models.model import Model
from xorexplain.models.naming import names_in
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view

pytestmark = pytest.mark.filterwarnings("ignore")


def checked(engine: Engine, made: Model, order: int = 1) -> tuple[Derivation, tuple[Row, ...]]:
    """Derive and check as `gradient --check` does."""
    derivation = differentiate(engine, made, order=order)
    values = sample_values(
        *(engine, derivation.graph, derivation.variables, made.data, 0),
        elsewhere=names_in(made),
        like=directions(derivation),
    )
    return derivation, check(engine, derivation, values)


def differences(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {row.adjoint: row for row in rows if row.what == DIFFERENCES}


def wrong(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.is_fine is False]


def shared(engine: Engine, value: Any, name: str) -> Any:
    return engine.module.shared(numpy.asarray(value), name=name)


def of(cost: Any, parameters: list[Any], **data: Any) -> Model:
    cost.name = cost.name or "cost"
    return Model({"cost": cost}, cost, parameters, data=data)


def graph_op(engine: Engine) -> Any:
    return importlib.import_module(f"{engine.name}.compile.builders").OpFromGraph


def scanned(engine: Engine, step: Any, **named: Any) -> Any:
    options = {} if engine.name == "theano" else {"return_updates": False}
    found = engine.module.scan(step, **named, **options)
    return found[0] if engine.name == "theano" else found


def test_a_direction_has_the_shape_of_given_data(engine: Engine) -> None:
    """Case hessian_input: the Hessian of sum(a³) on the direction v is 6·a·v."""
    a = engine.tensor.dvector("a")
    made = of(engine.tensor.sum(a**3), [a], a=numpy.array([1.0, 2.0]))

    derivation, rows = checked(engine, made, order=2)

    assert wrong(rows) == []
    assert directions(derivation) == {
        v.id: derivation.results[0].parameter for v in derivation.graph.variables if v.name == "v_a"
    }
    assert differences(rows)["δa"].is_fine


@pytest.mark.parametrize(
    ("make", "slopes"),
    [
        (lambda T, W: T.sum(T.maximum(W, 0)), "0 on one side and 1 on the other"),
        (lambda T, W: T.sum(T.maximum(W, 0) * 3), "0 on one side and 3 on the other"),
        (lambda T, W: (T.max(T.concatenate([W, W])) - 5) * 0 + T.sum(T.maximum(0, W)), "0 on one"),
    ],
)
def test_a_kink_is_told(engine: Engine, make: Callable[[Any, Any], Any], slopes: str) -> None:
    W = shared(engine, [0.0, 2.0, -3.0], "W")
    _, rows = checked(engine, of(make(engine.tensor, W), [W], W=numpy.array([0.0, 2.0, -3.0])))

    row = differences(rows)["δW"]
    assert wrong(rows) == []
    assert row.is_fine is None
    assert "the cost has a kink here" in row.note
    assert slopes in row.note


def test_a_wrong_gradient_is_no_kink(engine: Engine) -> None:
    """Where the slopes on both sides agree, nothing explains a gradient that is another."""
    from xorexplain.gradients.slopes import Slopes

    smooth = numpy.array([2.0, 1.0])
    found = Slopes(smooth * 1.5, smooth, smooth, smooth)
    bent = Slopes(smooth * 1.5, smooth, smooth - 1e-4, smooth + 1e-4)
    beyond = Slopes(numpy.array([4.0]), numpy.array([0.5]), numpy.zeros(1), numpy.ones(1))

    assert [s.kink(3e-5) for s in (found, bent, beyond)] == ["", "", ""]


def test_a_cost_that_is_not_finite_is_told(engine: Engine) -> None:
    W = shared(engine, [0.0, 2.0], "W")
    made = of(engine.tensor.sum(engine.tensor.log(W)), [W], W=numpy.array([0.0, 2.0]))

    with pytest.raises(XorexplainError, match="cost is -inf at the values of the check"):
        checked(engine, made)


def test_a_rule_that_divides_by_zero_is_told(engine: Engine) -> None:
    """Faults A3: the rule δ·cost ÷ W of a product does not hold where an element of W is 0."""
    W = shared(engine, [0.0, 2.0, 3.0], "W")
    _, rows = checked(engine, of(engine.tensor.prod(W), [W], W=numpy.array([0.0, 2.0, 3.0])))

    (rule,) = [row for row in rows if row.what == RULE]
    assert rule.is_fine is None
    assert "divides by 0" in rule.note
    assert differences(rows)["δW"].is_fine


@pytest.mark.parametrize("name", ["grad_clip", "grad_scale", "zero_grad", "disconnected_grad"])
def test_a_gradient_changed_on_purpose_is_told(engine: Engine, name: str) -> None:
    """Case clipped_on_purpose: the gradient is another than the slope, and is meant to be."""
    W = shared(engine, numpy.ones(3), "W")
    bounds = {"grad_clip": (-0.1, 0.1), "grad_scale": (0.5,)}.get(name, ())
    changed = getattr(engine.module.gradient, name)(W, *bounds)
    _, rows = checked(engine, of(engine.tensor.sum(changed * W), [W], W=numpy.ones(3)))

    row = differences(rows)["δW"]
    assert wrong(rows) == []
    assert row.is_fine is None
    assert row.note.startswith(f"changed on purpose: {name}")


def test_what_is_not_below_a_changed_gradient_is_judged(engine: Engine) -> None:
    V, W = shared(engine, numpy.ones(3), "V"), shared(engine, numpy.ones(3), "W")
    clipped = engine.module.gradient.grad_clip(W, -0.1, 0.1)
    cost = engine.tensor.sum(clipped**2) + engine.tensor.sum(V**2)
    _, rows = checked(engine, of(cost, [V, W]))

    assert differences(rows)["δV"].is_fine
    assert differences(rows)["δW"].is_fine is None


def test_a_truncated_gradient_is_told(engine: Engine) -> None:
    """Case truncate: the gradient goes back two rounds only."""
    w = shared(engine, [[0.5, 0.1], [0.2, 0.4]], "w")
    x = engine.tensor.dmatrix("x")
    h = scanned(
        engine,
        lambda i, before: i + engine.tensor.dot(before, w),
        sequences=[x],
        outputs_info=[engine.tensor.zeros((2,))],
        truncate_gradient=2,
    )
    made = of(engine.tensor.sum(h), [w], x=numpy.ones((5, 2)))
    derivation, rows = checked(engine, made)

    assert wrong(rows) == []
    assert "2 rounds of the loop only, by truncate_gradient" in differences(rows)["δw"].note
    assert "by truncate_gradient" in story(tell(derivation))


def test_a_gradient_of_the_authors_own_is_not_derived(engine: Engine) -> None:
    a, x = engine.tensor.dvector("a"), engine.tensor.dvector("x")
    if engine.name == "theano":
        own = {"grad_overrides": lambda inputs, given: [given[0] * 3.0]}
    else:
        own = {"pullback": lambda inputs, outputs, given: [given[0] * 3.0]}
    op = graph_op(engine)([a], [engine.tensor.tanh(a) * a], **own)
    derivation, rows = checked(engine, of(engine.tensor.sum(op(x) ** 2), [x]))

    told = " ".join(story(tell(derivation)).split())
    assert "gave the op a gradient of its own" in told
    assert "Inside the node" not in told
    assert "gradient of its own" in differences(rows)["δx"].note


def test_a_graph_used_three_times_is_derived_once(engine: Engine) -> None:
    a, x = engine.tensor.dvector("a"), engine.tensor.dvector("x")
    op = graph_op(engine)([a], [engine.tensor.tanh(a) * a])
    derivation, rows = checked(engine, of(engine.tensor.sum(op(op(op(x)))), [x]))

    assert wrong(rows) == []
    assert len(derivation.inside) == 3
    assert len({id(inside) for inside in derivation.inside.values()}) == 1


def test_a_parameter_without_a_gradient_leaves_the_others(engine: Engine) -> None:
    """Case unused_layer: V's values do not reach the cost, W's do."""
    T = engine.tensor
    x = T.dmatrix("x")
    W, V = shared(engine, numpy.eye(2), "W"), shared(engine, numpy.eye(2), "V")
    cost = T.sum(T.dot(x, W) ** 2) + 0.0 * T.sum(T.ones_like(T.dot(x, V)))
    made = of(cost, [W, V], x=numpy.ones((2, 2)))

    derivation, rows = checked(engine, made)
    told = story(tell(derivation))
    found = view(engine, made, "gradient")

    assert wrong(rows) == []
    assert differences(rows)["δW"].is_fine
    assert differences(rows)["δV"].note == "disconnected"
    assert "∂cost/∂V: there is none, disconnected" in told
    assert [output.label for output in found.graph().outputs] == ["∂cost/∂W"]
    assert list(found.source.remarks) == [
        "no gradient for V: it is disconnected, see `gradient --why`"
    ]


def test_a_second_derivative_leaves_out_what_has_no_first(engine: Engine) -> None:
    """Case unused_layer, at order 2: W's direction is told, V's does not count."""
    V, W = shared(engine, numpy.ones(2), "V"), shared(engine, numpy.ones(2), "W")
    T = engine.tensor
    _, rows = checked(engine, of(T.sum(W**3) + 0.0 * T.sum(T.ones_like(V)), [W, V]), order=2)

    assert wrong(rows) == []
    assert differences(rows)["δW"].is_fine


def test_integers_among_the_parameters_leave_the_others(engine: Engine) -> None:
    n, w = shared(engine, 2, "n"), shared(engine, 1.5, "w")
    _, rows = checked(engine, of(w**2 * n, [w, n]))

    assert wrong(rows) == []
    assert differences(rows)["δw"].is_fine
    assert differences(rows)["δn"].note == "int64 has no gradient"


def test_no_gradient_at_all_is_one_line(engine: Engine) -> None:
    V, x = shared(engine, numpy.ones(2), "V"), engine.tensor.dvector("x")
    cost = engine.tensor.sum(x) + 0.0 * engine.tensor.sum(engine.tensor.ones_like(V))

    with pytest.raises(XorexplainError, match="no gradient for V, it is disconnected"):
        differentiate(engine, of(cost, [V]))


@pytest.mark.parametrize("kind", ["input", "shared"])
def test_a_cost_that_is_its_own_parameter_has_the_slope_one(engine: Engine, kind: str) -> None:
    x = engine.tensor.dscalar("x") if kind == "input" else shared(engine, 2.0, "x")
    derivation, rows = checked(engine, Model({"x": x}, x, [x]))

    assert wrong(rows) == []
    assert differences(rows)["δx"].is_fine
    assert "∂x/∂x" in story(tell(derivation))


def test_data_of_another_output_is_no_mistake(engine: Engine) -> None:
    """Case data_of_another_output: x is read by an output alone, and z by the cost."""
    x, z = engine.tensor.dvector("x"), engine.tensor.dvector("z")
    w = shared(engine, numpy.ones(3), "w")
    cost = engine.tensor.sum((w * z) ** 2)
    data = {"x": numpy.ones(3), "z": numpy.ones(3)}
    _, rows = checked(engine, Model({"y": w * x}, cost, [w], data=data))

    assert wrong(rows) == []
    with pytest.raises(XorexplainError, match="names 'q'"):
        checked(engine, Model({"y": w * x}, cost, [w], data={**data, "q": numpy.ones(3)}))


@pytest.mark.pytensor
def test_a_graph_that_is_frozen_is_derived(engine: Engine) -> None:
    """Case box_with_inverse: δx = −Zᵀ δZ Zᵀ for the inverse Z, inside an OpFromGraph."""
    T = engine.tensor
    A, x = T.dmatrix("A"), T.dmatrix("x")
    box = graph_op(engine)([A], [T.linalg.inv(A)], name="inv_box")
    derivation, rows = checked(engine, of(box(x).sum(), [x], x=numpy.eye(3) * 2))

    assert wrong(rows) == []
    assert differences(rows)["δx"].is_fine
    assert len(derivation.inside) == 1


def test_loops_in_loops_are_derived(engine: Engine) -> None:
    """Faults B6: three nested loops, of which PyTensor keeps the inner ones frozen."""
    w = shared(engine, 0.5, "w")

    def loop(step: Any, start: Any) -> Any:
        return scanned(engine, step, outputs_info=[start], n_steps=2)[-1]

    T = engine.tensor
    cost = loop(lambda a: loop(lambda b: loop(lambda c: T.tanh(c * w), b), a), T.ones(()))
    derivation, rows = checked(engine, of(cost, [w]))

    assert wrong(rows) == []
    assert differences(rows)["δw"].is_fine
    assert derivation.underived == {}


@pytest.mark.pytensor
def test_a_generator_that_is_an_input_has_a_value(engine: Engine) -> None:
    """Case rng_input_cost: the noise is drawn from a generator that is an input."""
    rng = engine.tensor.random.rng("rng")
    _, noise = rng.normal(size=(3,))
    w = shared(engine, [0.5, 1.0, 2.0], "w")
    made = Model({}, engine.tensor.sum((w + noise) ** 2), [w], inputs=[rng])
    _, rows = checked(engine, made)

    assert wrong(rows) == []
    assert differences(rows)["δw"].is_fine


def test_a_sparse_input_takes_a_sparse_value(engine: Engine) -> None:
    """Faults B7: data for a sparse input are a sparse matrix."""
    sparse = importlib.import_module(f"{engine.name}.sparse")
    scipy_sparse = pytest.importorskip("scipy.sparse")
    x, W = sparse.csr_matrix("x", dtype="float64"), shared(engine, numpy.ones((3, 2)), "W")
    cost = engine.tensor.sum(sparse.dot(x, W) ** 2)
    _, rows = checked(engine, of(cost, [W], x=scipy_sparse.csr_matrix(numpy.eye(3))))

    assert wrong(rows) == []
    assert differences(rows)["δW"].is_fine


@pytest.mark.pytensor
def test_a_root_of_a_small_integer_is_as_rough_as_the_engine_takes_it(engine: Engine) -> None:
    """Case root_of_small_integer: the engine takes the root of an int8 in single precision."""
    x = engine.tensor.dscalar("x")
    _, rows = checked(engine, of((x / engine.tensor.sqrt(2)) ** 2, [x]))

    assert wrong(rows) == []
    assert {row.what for row in rows if row.is_fine} >= {FORMULA, RULE, DIFFERENCES}


def test_a_gradient_through_a_print_is_told(engine: Engine) -> None:
    """Case print_op: Print hands its adjoint on, and says so."""
    Print = importlib.import_module(f"{engine.name}.printing").Print
    w, x = shared(engine, [0.5, 1.0], "w"), engine.tensor.dvector("x")
    cost = engine.tensor.sum(Print("PRINTED")(w * x) ** 2)
    derivation, rows = checked(engine, of(cost, [w], x=numpy.array([1.0, 2.0])))

    assert wrong(rows) == []
    assert differences(rows)["δw"].is_fine
    assert "no rule is written" not in story(tell(derivation))
