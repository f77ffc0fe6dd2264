"""PyMC models: data are named, gradients are PyMC's own, and no rewriting changes the density."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from xorexplain.api import text
from xorexplain.engines import Engine
from xorexplain.engines.shared.keeping import keep_frames
from xorexplain.gradients.check import DIFFERENCES, check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.why import explain_why
from xorexplain.graph.json import from_json, to_json
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.questions.origins import with_ancestry
from xorexplain.rewrites.record import record, record_rewriting

pytestmark = [pytest.mark.pytensor, pytest.mark.filterwarnings("ignore")]
# Without its __getattr__: pytest looks for fixtures among all names, and PyMC imports ArviZ then.
pm: Any = SimpleNamespace(**vars(pytest.importorskip("pymc", reason="needs PyMC")))
MODELS = pytest.importorskip("pymc_models", reason="needs PyMC").MODELS


CONSTANTS: Mapping[str, tuple[str, ...]] = {
    "eight_schools": ("5",),
    "regression": ("10", "3"),
    "logistic": ("2.5",),
    "poisson": ("2.5", "reciprocal(2.0)"),
    "mixture": ("7", "1.5"),
    "random_walk": ("0.35", "0.8", "4"),
    "multinomial": ("1.5", "2.5", "3.5"),
    "censored": ("0.5", "6", "2.25"),
    "truncated": ("0.5", "6", "2.25"),
    "student": ("log(8.0)", "0.25", "1.75"),
    "gaussian_process": ("0.12249", "2.5"),
    "covariance": ("3.5",),
    "missing": ("0.5", "6", "2.25"),
    "overdispersed": ("2.5",),
    "minibatch": ("0.5", "7", "1.5"),
}
RANDOM = {"minibatch"}
"""Models whose density is another in each call."""
each = pytest.mark.parametrize("name", CONSTANTS)
settled = pytest.mark.parametrize("name", [name for name in CONSTANTS if name not in RANDOM])


def without_compiler() -> Any:
    """Have PyMC compute in Python: what compiles here takes seconds, and is not what is told."""
    return importlib.import_module("pytensor").config.change_flags(cxx="")


@cache
def made(name: str) -> tuple[Any, Model]:
    """Build a model and its density, at a point a little off the initial one."""
    model = MODELS[name]()
    with without_compiler():
        point = {k: v + 0.137 for k, v in model.initial_point().items()}
    cost = model.logp()
    cost.name = "logp"
    return model, Model({"logp": cost}, cost, model.value_vars, name=name, data=point)


@each
def test_the_text_names_the_data_and_holds_the_constants(name: str) -> None:
    written = text(made(name)[1])

    assert "y_obs" in written
    for constant in CONSTANTS[name]:
        assert constant in written


@settled
def test_the_gradient_is_pymc_s_own_and_passes_its_check(engine: Engine, name: str) -> None:
    theirs, ours = made(name)
    derivation = differentiate(engine, ours)
    values = sample_values(engine, derivation.graph, derivation.variables, ours.data)
    rows = check(engine, derivation, values)
    gradients = [derivation.variables[result.gradient or ""] for result in derivation.results]
    given = [derivation.variables[v] for v in values]
    found = engine.evaluator(gradients, given)(*values.values())
    with without_compiler():
        expected = theirs.compile_dlogp(mode="FAST_COMPILE")(dict(ours.data))

    assert [row for row in rows if row.is_fine is False] == []
    together = numpy.concatenate([numpy.ravel(value) for value in found])
    numpy.testing.assert_allclose(together, expected, rtol=1e-7)


@pytest.mark.parametrize("name", sorted(RANDOM))
def test_the_gradient_of_a_random_density_passes_its_check(engine: Engine, name: str) -> None:
    ours = made(name)[1]
    derivation = differentiate(engine, ours)
    values = sample_values(engine, derivation.graph, derivation.variables, ours.data)
    rows = check(engine, derivation, values)

    assert [row for row in rows if row.is_fine is False] == []
    assert [row for row in rows if row.what == DIFFERENCES and row.is_fine]


@each
def test_every_free_variable_has_a_gradient_that_is_told(engine: Engine, name: str) -> None:
    theirs, ours = made(name)
    told = {answer.variable: answer.state for answer in explain_why(engine, ours)}

    assert told == {variable.name: "exists" for variable in theirs.value_vars}


@each
def test_no_rewriting_changes_the_density(engine: Engine, name: str) -> None:
    ours = made(name)[1]
    recording = record(engine, ours)
    checks = check_steps(recording, ours.data)

    assert len(checks) > 5
    assert [c for c in checks if c.is_fine is False] == []


@pytest.mark.parametrize("name", ["eight_schools", "regression", "logistic", "poisson", "student"])
@pytest.mark.parametrize("stage", ["symbolic", "gradient", "optimized", "compiled"])
def test_every_stage_has_the_free_variables_and_the_data(
    engine: Engine, name: str, stage: str
) -> None:
    theirs, ours = made(name)
    graph = view(engine, ours, stage).graph()
    found = {variable.name for variable in graph.variables}

    assert {variable.name for variable in theirs.value_vars} <= found
    # Data that are cast are folded to a constant that the engine gives no name.
    is_folded = stage in ("optimized", "compiled") and name in ("poisson", "student")
    assert ("y_obs" in found) is not is_folded
    assert from_json(to_json(graph)) == graph


@pytest.mark.parametrize("name", ["eight_schools", "regression", "logistic", "poisson", "student"])
def test_what_runs_leads_back_to_what_was_written(engine: Engine, name: str) -> None:
    """The lines are the model's and PyMC's, which writes densities; none is the engine's."""
    ours = made(name)[1]
    graph = with_ancestry(record_rewriting(engine, ours), {})
    ancestors = [a for entry in graph.ancestry for a in entry.ancestors]
    files = {a.source.file for a in ancestors if a.source is not None}

    assert "logp" in {a.name for a in ancestors}
    own = [file for file in files if file.endswith(("test_pymc.py", "pymc_models.py"))]
    assert own
    assert all("/pymc/" in file for file in files if file not in own)


def test_a_mixture_is_called_by_its_distribution(engine: Engine) -> None:
    # Of so many frames the last is the statement below, which says what the draws are called.
    keep_frames(engine.module.config)
    weights, means = pm.Dirichlet.dist(numpy.ones(3)), pm.Normal.dist(0, 5, shape=3)
    draws = pm.NormalMixture.dist(weights, means, 1.0, shape=(5,))
    told = text(Model({"draws": draws}, inputs=[]))

    assert "Mixture draws  n" in told
    assert "extended_signature" not in told
    assert "from graph" not in told


def test_what_is_drawn_is_called_by_its_distribution() -> None:
    with pm.Model() as model:
        tau = pm.HalfCauchy("tau", 5)
        pm.Weibull("shape", 1, tau)
        pm.LKJCholeskyCov("factor", n=2, eta=1, sd_dist=pm.HalfNormal.dist())
    told = text(model, target="prior")

    for name in ("HalfCauchy", "Weibull", "LKJCholeskyCov"):
        assert f"{name} " in told
    assert "out 1" not in told
    assert "from graph" not in told


GIVEN = {
    "eight_schools": ("HalfCauchy", ["beta = 5"]),
    "survival": ("Weibull", ["alpha = 2", "beta = 1.5"]),
    "hurdle": ("Kumaraswamy", ["a = 2", "b = 2"]),
}
"""A distribution that is made of others, with the arguments that its user gave."""


@pytest.mark.parametrize("name", GIVEN)
def test_a_distribution_tells_the_arguments_that_are_given(name: str) -> None:
    kind, given = GIVEN[name]
    lines = [line.strip("│ ├└─") for line in text(MODELS[name](), target="prior").splitlines()]
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{kind} "))

    assert lines[at + 1 : at + 1 + len(given)] == given
    assert not [line for line in lines if line.endswith(("= None", "= empty, shape (0,)"))]
