"""What is computed in float32 on the way is as rough as that, whatever type the result has."""

from __future__ import annotations

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.check import DIFFERENCES, check
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.difference import FINE
from xorexplain.graph.precision import exactly_held, rounding_of_each
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values


@pytest.mark.parametrize("inner", ["float32", "float64"])
def test_a_float32_chain_with_a_float64_result_is_right(engine: Engine, inner: str) -> None:
    """Faults A1: `cast(sum(tanh(cast(W, "float32"))), "float64")` was TOO FAR though right."""
    T = engine.tensor
    W = engine.module.shared(numpy.linspace(-0.7, 0.9, 5), name="W")
    cost = T.cast(T.sum(T.tanh(T.cast(W, inner))), "float64")
    derivation = differentiate(engine, Model({"cost": cost}, cost, [W]))
    values = sample_values(engine, derivation.graph, derivation.variables, {})
    rows = check(engine, derivation, values)

    assert all(row.is_fine for row in rows if row.what == DIFFERENCES)
    assert [row for row in rows if row.is_fine is False] == []


def test_what_cancels_in_float32_leaves_rounding_of_its_parts(engine: Engine) -> None:
    """Fuzzed graph 30759: rows of a softmax add up to 1, so their slope is 0 but for rounding."""
    T = engine.tensor
    softmax = T.nnet.softmax if engine.name == "theano" else T.special.softmax
    W = numpy.linspace(-0.9, 0.8, 9).reshape(3, 3).astype("float32")
    shared = engine.module.shared(W, name="W")
    rows = softmax(shared) if engine.name == "theano" else softmax(shared, axis=1)
    cost = T.cast(T.sum(rows) * 14.5, "float64")
    derivation = differentiate(engine, Model({"cost": cost}, cost, [shared]))
    values = sample_values(engine, derivation.graph, derivation.variables, {})
    found = check(engine, derivation, values)

    assert any(row.absolute for row in found)
    assert [row for row in found if row.is_fine is False] == []


def test_a_small_constant_type_makes_nothing_rough(engine: Engine) -> None:
    """A power's 2.0 is a float32 in Theano; what is compared stays as strict as float64 is."""
    T = engine.tensor
    W = engine.module.shared(numpy.linspace(-0.7, 0.9, 5), name="W")
    cost = T.sum(W**2.0 / numpy.float32(2.0))
    derivation = differentiate(engine, Model({"cost": cost}, cost, [W]))
    values = sample_values(engine, derivation.graph, derivation.variables, {})
    rows = check(engine, derivation, values)

    shown = [v for v in derivation.variables if v not in values]
    compute = engine.evaluator(
        [derivation.variables[v] for v in shown], [derivation.variables[v] for v in values]
    )
    computed = dict(zip(shown, compute(*values.values()), strict=True))
    exact = exactly_held(derivation.graph, computed)
    rounding = rounding_of_each(derivation.graph, exact=exact)
    assert {rounding[adjoint] for adjoint in derivation.adjoints.values()} == {FINE}
    assert [row for row in rows if row.is_fine is False] == []


def test_a_small_constant_inside_a_loop_makes_nothing_rough(engine: Engine) -> None:
    """Lasagne's rectifier is 0.5 × (x + |x|), inside Scan too: its 0.5 is a float32 in Theano."""
    T = engine.tensor
    w = engine.module.shared(numpy.array([0.5, -0.25]), name="w")
    options = {"return_updates": False} if engine.name == "pytensor" else {}
    found = engine.module.scan(
        lambda h, w: numpy.float32(0.5) * (h * w + abs(h * w)) + 1.0,
        outputs_info=[T.ones((2,))],
        non_sequences=[w],
        n_steps=3,
        **options,
    )
    cost = T.sum((found if engine.name == "pytensor" else found[0])[-1] ** 2)
    derivation = differentiate(engine, Model({"cost": cost}, cost, [w]))
    rounding = rounding_of_each(derivation.graph)

    assert any(v.dtype == "float32" for g in derivation.graph.inner for v in g.variables)
    assert {rounding[adjoint] for adjoint in derivation.adjoints.values()} == {FINE}
