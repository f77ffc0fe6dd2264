"""PyMC models: data are named, gradients are PyMC's own, and no rewriting changes the density."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from xorexplain.api import text
from xorexplain.engines import Engine
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
Y = numpy.array([2.5, -1.25, 0.75, 3.5])
X = numpy.array([0.5, -0.25, 1.5, 2.0])


def eight_schools() -> None:
    mu, tau = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5)
    theta = pm.Normal("theta", 0, 1, shape=4)
    pm.Normal("y_obs", mu + tau * theta, numpy.array([15.0, 10.0, 16.0, 11.0]), observed=Y)


def regression() -> None:
    slope, scale = pm.Normal("slope", 0, 10), pm.HalfNormal("scale", 3)
    pm.Normal("y_obs", slope * X, scale, observed=Y)


def logistic() -> None:
    weight = pm.Normal("weight", 0, 2.5)
    pm.Bernoulli("y_obs", logit_p=weight * X, observed=numpy.array([1, 0, 1, 1]))


def poisson() -> None:
    rate = pm.Gamma("rate", 2.5, 0.5)
    pm.Poisson("y_obs", rate, observed=numpy.array([3, 1, 4, 2]))


def mixture() -> None:
    ordered = pm.distributions.transforms.ordered
    means = pm.Normal("means", 0, 7, shape=2, transform=ordered, initval=[-1.0, 1.0])
    weights = pm.Dirichlet("weights", numpy.array([2.0, 3.0]))
    pm.NormalMixture("y_obs", weights, means, 1.5, observed=Y)


def random_walk() -> None:
    walk = pm.GaussianRandomWalk("walk", sigma=0.35, init_dist=pm.Normal.dist(0, 4), shape=4)
    pm.Normal("y_obs", walk, 0.8, observed=Y)


def multinomial() -> None:
    chances = pm.Dirichlet("chances", numpy.array([1.5, 2.5, 3.5]))
    pm.Multinomial("y_obs", 6, chances, observed=numpy.array([1, 2, 3]))


def censored() -> None:
    mean = pm.Normal("mean", 0.5, 6)
    pm.Censored("y_obs", pm.Normal.dist(mean, 2.25), lower=-1, upper=3, observed=Y.clip(-1, 3))


def truncated() -> None:
    mean = pm.Normal("mean", 0.5, 6)
    pm.Truncated("y_obs", pm.Normal.dist(mean, 2.25), lower=-2, upper=4, observed=Y)


def student() -> None:
    freedom = pm.Exponential("freedom", 0.125)
    pm.StudentT("y_obs", nu=freedom + 1, mu=0.25, sigma=1.75, observed=Y)


def gaussian_process() -> None:
    length, height = pm.Gamma("length", 2.0, 1.5), pm.HalfNormal("height", 2.5)
    process = pm.gp.Marginal(cov_func=height**2 * pm.gp.cov.ExpQuad(1, ls=length))
    process.marginal_likelihood("y_obs", X=X[:, None], y=Y, sigma=0.35)


def covariance() -> None:
    spread = pm.Exponential.dist(1.5)
    factor = pm.LKJCholeskyCov("factor", n=2, eta=3.5, sd_dist=spread)[0]
    pm.MvNormal("y_obs", numpy.zeros(2), chol=factor, observed=Y.reshape(2, 2))


def missing() -> None:
    mean = pm.Normal("mean", 0.5, 6)
    pm.Normal("y_obs", mean, 2.25, observed=numpy.ma.masked_invalid([2.5, numpy.nan, 0.75]))


def overdispersed() -> None:
    shape = pm.Gamma("shape", 2.5, 0.5, shape=3)
    pm.DirichletMultinomial("y_obs", 6, shape, observed=numpy.array([1, 2, 3]))


def minibatch() -> None:
    slope = pm.Normal("slope", 0.5, 7)
    x, y = pm.Minibatch(X, Y, batch_size=2)
    pm.Normal("y_obs", slope * x, 1.5, observed=y, total_size=4)


MODELS: Mapping[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "eight_schools": (eight_schools, ("5", "16")),
    "regression": (regression, ("10", "3")),
    "logistic": (logistic, ("2.5",)),
    "poisson": (poisson, ("2.5", "reciprocal(2.0)")),
    "mixture": (mixture, ("7", "1.5")),
    "random_walk": (random_walk, ("0.35", "0.8", "4")),
    "multinomial": (multinomial, ("1.5", "2.5", "3.5")),
    "censored": (censored, ("0.5", "6", "2.25")),
    "truncated": (truncated, ("0.5", "6", "2.25")),
    "student": (student, ("log(8.0)", "0.25", "1.75")),
    "gaussian_process": (gaussian_process, ("0.12249", "2.5")),
    "covariance": (covariance, ("3.5",)),
    "missing": (missing, ("0.5", "6", "2.25")),
    "overdispersed": (overdispersed, ("2.5",)),
    "minibatch": (minibatch, ("0.5", "7", "1.5")),
}
RANDOM = {"minibatch"}
"""Models whose density is another in each call."""
each = pytest.mark.parametrize("name", MODELS)
settled = pytest.mark.parametrize("name", [name for name in MODELS if name not in RANDOM])


def without_compiler() -> Any:
    """Have PyMC compute in Python: what compiles here takes seconds, and is not what is told."""
    return importlib.import_module("pytensor").config.change_flags(cxx="")


@cache
def made(name: str) -> tuple[Any, Model]:
    """Build a model and its density, at a point a little off the initial one."""
    with pm.Model() as model:
        MODELS[name][0]()
    with without_compiler():
        point = {k: v + 0.137 for k, v in model.initial_point().items()}
    cost = model.logp()
    cost.name = "logp"
    return model, Model({"logp": cost}, cost, model.value_vars, name=name, data=point)


@each
def test_the_text_names_the_data_and_holds_the_constants(name: str) -> None:
    written = text(made(name)[1])

    assert "y_obs" in written
    for constant in MODELS[name][1]:
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
    assert any(file.endswith("test_pymc.py") for file in files)
    assert all(file.endswith("test_pymc.py") or "/pymc/" in file for file in files)


def test_a_mixture_is_called_by_its_distribution(engine: Engine) -> None:
    weights, means = pm.Dirichlet.dist(numpy.ones(3)), pm.Normal.dist(0, 5, shape=3)
    draws = pm.NormalMixture.dist(weights, means, 1.0, shape=(5,))
    told = text(Model({"draws": draws}, inputs=[]))

    assert "Mixture out 1" in told
    assert "extended_signature" not in told
    assert "from graph" not in told
