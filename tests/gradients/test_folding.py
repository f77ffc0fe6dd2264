"""A derivation that is folded for reading says the same, and leaves nothing out."""

from __future__ import annotations

import pytest
from gradient_models import GALLERY, done, weighted
from models import GALLERY as MODELS
from models import shared

from xorexplain.engines import Engine
from xorexplain.gradients.check import check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import Story, tell
from xorexplain.gradients.folding import folded
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.notation.expr import symbols_in
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers.terminal import plain


def normalized(engine: Engine) -> Model:
    """Rows less their mean, over the root of their variance."""
    T = engine.tensor
    x, W = T.dmatrix("x"), shared(engine, (3, 4), "W")
    z = T.dot(x, W)
    spread = T.sqrt(T.var(z, axis=1, keepdims=True) + 1e-5)
    return done(weighted(engine, (z - z.mean(axis=1, keepdims=True)) / spread).mean(), W)


def told(engine: Engine, made: Model) -> Story:
    return tell(folded(differentiate(engine, made)))


def test_means_lengths_and_axes_are_told_where_they_serve(engine: Engine) -> None:
    found = told(engine, normalized(engine))

    forward = plain(gradient(found, everything=False)).split("Backward")[0]
    assert "Lengths: x is n×3" in forward
    assert "mean(z" in forward
    assert "axis 1)" in forward
    assert "√(" in forward
    assert not {"expand_dims", "shape", "cast", "subtensor"} & {step.op for step in found.steps}
    means = [step.sentence for step in found.steps if step.op == "mean"]
    assert all("over their number" in sentence for sentence in means)


@pytest.mark.pytensor
def test_how_much_of_a_convolution_is_asked_for_is_a_word(engine: Engine) -> None:
    """PyTensor has it as a truth value, which is computed from constants as lengths are."""
    x, K = engine.tensor.dmatrix("x"), shared(engine, (2, 3), "K")
    made = done(engine.tensor.signal.convolve2d(x, K, mode="valid").sum(), K)

    found = gradient(told(engine, made), everything=False)

    assert "convolve2d(x, K, mode=valid)" in plain(found)


@pytest.mark.parametrize("name", ["mean axis 1 keepdims True", "std", "products", "broadcasts"])
def test_formulas_of_several_nodes_agree_with_numbers(engine: Engine, name: str) -> None:
    made = GALLERY[name](engine)
    derivation = differentiate(engine, made)
    values = sample_values(engine, derivation.graph, derivation.variables, made.data)

    rows = check(engine, folded(derivation), values)

    assert [row for row in rows if not row.is_fine] == []


@pytest.mark.parametrize("name", ["lstm", "recurrent", "op_from_graph"])
def test_what_was_emitted_is_told_and_each_name_is_defined(engine: Engine, name: str) -> None:
    derivation = differentiate(engine, MODELS[name](engine))
    short = folded(derivation)
    found = tell(short)

    made = {id_ for step in derivation.steps for id_ in step.emitted}
    assert {entry.id for step in found.steps for entry in step.emitted} == made
    numbers = sorted(n for step in found.steps for n in (step.number, *step.also))
    assert numbers == list(range(1, len(derivation.steps) + 1))
    defined = {name for e in found.forward for name in (e.name, *e.more)}
    given = {name for v, name in short.names.items() if short.graph.owner(v) is None}
    lets = {one.name for step in found.steps for one in step.lets}
    used = symbols_in(one.value for step in found.steps for one in (*step.gives, *step.rule))
    assert used & set(short.names.values()) <= defined | given | lets
    assert not used & (set(derivation.names.values()) - set(short.names.values()))
