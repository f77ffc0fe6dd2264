"""Understand PyMC models: logp is the cost, the rest are targets, mistakes are one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from xorexplain.api import text
from xorexplain.api.reports import gradient
from xorexplain.cli.building import built_model
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.views.select import around
from xorexplain.models.files.candidates import candidates
from xorexplain.models.files.outline import Outline
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.stages import view
from xorexplain.models.training import train_model
from xorexplain.rewrites.record import record

pytestmark = [pytest.mark.pytensor, pytest.mark.filterwarnings("ignore")]
# Without its __getattr__: pytest looks for fixtures among all names, and PyMC imports ArviZ then.
pm: Any = SimpleNamespace(**vars(pytest.importorskip("pymc", reason="needs PyMC")))
MODELS = pytest.importorskip("pymc_models", reason="needs PyMC").MODELS


@pytest.fixture(scope="module")
def schools() -> Any:
    return MODELS["eight_schools"]()


@pytest.fixture(scope="module")
def model(schools: Any) -> Model:
    return as_model(schools)[1]


def test_the_cost_is_logp_of_the_value_variables(schools: Any, model: Model) -> None:
    assert name_of(model.cost) == "logp"
    assert list(model.parameters) == list(model.inputs) == schools.value_vars
    assert [name_of(v) for v in model.parameters] == ["mu", "tau_log__", "z"]
    assert model.aliases == {"tau": schools.rvs_to_values[schools["tau"]]}


def test_what_it_is_and_how_it_is_transformed_is_told(model: Model) -> None:
    (note,) = model.notes

    assert "logp, which is to be large, not small" in note
    assert "tau_log__ is tau under the transform log" in note


def test_the_data_are_the_starting_point(schools: Any, model: Model) -> None:
    assert list(model.data) == ["mu", "tau_log__", "z"]
    for name, value in schools.initial_point().items():
        numpy.testing.assert_array_equal(model.data[name], value)
    model.check_data()


def test_every_variable_and_its_term_are_targets(model: Model) -> None:
    variables = ["mu", "tau", "z", "theta", "y_obs"]
    terms = [f"{name}_logprob" for name in ("mu", "tau", "z", "y_obs")]

    assert set(model.targets) == {"dlogp", "logp_dlogp", "prior", *variables, *terms}


@pytest.mark.parametrize(
    ("target", "labels", "kinds"),
    [
        ("logp", ["logp"], {"log1p", "alloc"}),
        ("tau_logprob", ["tau_logprob"], {"log1p"}),
        ("z", ["z"], {"normal_rv"}),
        ("dlogp", ["dlogp"], {"join"}),
        ("logp_dlogp", ["logp", "dlogp"], {"join"}),
    ],
)
def test_a_target_is_what_it_is_called(
    engine: Engine, model: Model, target: str, labels: list[str], kinds: set[str]
) -> None:
    graph = view(engine, model, "symbolic", target).graph()

    assert [output.label for output in graph.outputs] == labels
    assert kinds <= {apply.op.kind for apply in graph.applies}


def test_what_is_drawn_updates_its_streams(engine: Engine, model: Model) -> None:
    graph = view(engine, model, "optimized", "prior").graph()
    labels = [output.label for output in graph.outputs]

    assert labels[:5] == ["mu", "tau", "z", "theta", "y_obs"]
    assert labels[5:] == [f"rng_{name} (new)" for name in ("mu", "tau", "z", "y_obs")]
    assert graph.parameters == ()


@pytest.mark.parametrize("bounds", [True, False])
def test_it_is_rewritten_as_pymc_does(engine: Engine, bounds: bool) -> None:
    with pm.Model(check_bounds=bounds) as theirs:
        pm.Normal("y", 0, pm.HalfNormal("scale", 2), observed=[1.5])
    function = theirs.compile_logp()
    own = view(engine, as_model(theirs)[1], "optimized").graph()
    compiled = view(engine, as_model(function)[1], "compiled").graph()

    assert [apply.op for apply in own.applies] == [apply.op for apply in compiled.applies]
    assert all(apply.op.kind != "check_parameter_value" for apply in own.applies)


def test_a_function_of_pymc_is_the_engine_s(engine: Engine, schools: Any) -> None:
    function = schools.compile_logp(mode="FAST_COMPILE")
    module = SimpleNamespace(f=function, schools=schools)

    assert as_model(function)[1].function is function.f
    found = candidates(module, Outline(()))  # type: ignore[arg-type]
    assert [(c.name, c.kind) for c in found] == [
        ("f", "compiled function"),
        ("schools", "PyMC model"),
    ]


def test_the_command_line_tells_its_notes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    monkeypatch.setattr(sys, "path", list(sys.path))
    with click.Context(click.Command("print")):
        engine, model = built_model("pymc_models:coin", None)

    assert (engine.name, model.name) == ("pytensor", "coin")
    assert "chance_logodds__ is chance under the transform logodds" in capsys.readouterr().err


def empty() -> None:
    return


def without_free() -> None:
    pm.Normal("y", 0, 1, observed=[1.0, 2.0])


def discrete() -> None:
    pm.Normal("y", pm.Poisson("k", 2), 1, observed=[1.0])


def infinite() -> None:
    x = pm.Uniform("x", 0, 1)
    pm.Uniform("y", 0, x, observed=[5.0])
    pm.Normal("z", x, 1, observed=[1.0])


def broken() -> None:
    pm.CustomDist("y", pm.Normal("x"), logp=lambda value, x: value.nonsense, observed=[1.0])


def undrawn() -> None:
    pm.Normal("y", pm.Normal.dist(0, 1), 1, observed=[1.0])


def unnamed() -> None:
    pm.Normal("", 0, 1)


@pytest.mark.parametrize(
    ("define", "said"),
    [
        (empty, "the PyMC model is empty: define random variables in it"),
        (without_free, "the PyMC model has no free variables"),
        (discrete, r"all free variables of the PyMC model are discrete \(k\)"),
        (infinite, "logp is not finite at PyMC's starting point, its term of y is -inf: give"),
        (broken, "PyMC cannot write the log-probability of y: .*nonsense.*: model.logp"),
        (undrawn, "PyMC cannot write the log-probability: Random variables detected"),
        (unnamed, "a random variable of the PyMC model has no name: give it one"),
    ],
)
def test_what_cannot_be_differentiated_is_one_line(define: Callable[[], None], said: str) -> None:
    with pm.Model() as theirs:
        define()

    with pytest.raises(XorexplainError, match=said) as caught:
        gradient(theirs, check=True)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("target", ["dlogp", "logp_dlogp"])
def test_a_target_that_a_model_lacks_says_why(target: str) -> None:
    with pm.Model() as theirs:
        discrete()

    with pytest.raises(XorexplainError, match=r"variables of the PyMC model are discrete \(k\)"):
        text(theirs, target=target)


def test_a_model_of_pymc_is_not_trained(engine: Engine, model: Model) -> None:
    with pytest.raises(XorexplainError, match=r"no updates to train with: pm\.sample"):
        train_model(engine, model, 3)


def test_an_old_release_is_told(schools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["pymc"], "__version__", "5.20.1")

    with pytest.raises(XorexplainError, match=r"PyMC 5\.20\.1, and .* too old: pip .*PyMC 6"):
        as_model(schools)


@pytest.mark.parametrize("stage", ["symbolic", "gradient"])
def test_what_logp_computes_of_variables_has_their_names(
    engine: Engine, model: Model, stage: str
) -> None:
    graph = view(engine, model, stage).graph()
    owners = {v.name: v.owner or "" for v in graph.variables if v.name}

    assert graph.apply[owners["tau"]].op.kind == "exp"
    assert [graph.variable[v].name for v in graph.apply[owners["tau"]].inputs] == ["tau_log__"]
    assert graph.apply[owners["theta"]].op.kind == "add"
    assert owners["theta"] in {apply.id for apply in around(graph, "theta", 1).applies}


def test_nodes_are_found_around_a_variable_by_its_own_name(engine: Engine, model: Model) -> None:
    graph = view(engine, model, "optimized").graph()

    assert around(graph, "tau", 1) == around(graph, "tau_log__", 1)
    assert "tau" not in {variable.name for variable in graph.variables}


def test_the_gradient_for_a_variable_is_that_for_its_value(engine: Engine, model: Model) -> None:
    (result,) = differentiate(engine, model, ["tau"]).results

    assert result.parameter == differentiate(engine, model, ["tau_log__"]).results[0].parameter


def test_the_model_keeps_its_own_names(schools: Any) -> None:
    as_model(schools)
    value = schools["theta"].owner.inputs[0]

    assert name_of(schools["theta"]) == "theta"
    assert name_of(value) is None


def test_equal_data_are_called_after_all_that_were_observed() -> None:
    with pm.Model() as theirs:
        for name, data in {"a": [1.0, 2.0], "b": [1.0, 2.0], "c": [2.0, 1.0]}.items():
            pm.Normal(name, pm.Flat(f"mu_{name}"), 1, observed=data)

    for name, told in {"a": "a_and_b", "b": "a_and_b", "c": "c"}.items():
        assert f"0: {told} = [" in text(theirs, target=f"{name}_logprob")


def test_data_that_pymc_leaves_without_a_name_have_that_of_their_variable() -> None:
    with pm.Model() as theirs:
        pm.Normal("height", pm.Flat("mu"), 1)
    observed = pm.observe(theirs, {"height": 2.0})
    with pm.Model() as missing, pytest.warns(UserWarning, match="missing"):
        pm.Normal("weight", pm.Flat("mu"), 1, observed=[1.0, numpy.nan, 3.0])

    with pm.Model() as read:
        heights = pm.Data("heights", [1.0, 2.0])
        pm.Normal("height", 0, 1, observed=heights)
    # PyMC calls the term after the data, by which nobody finds the variable.
    assert "height_logprob" in text(read)
    assert "heights_logprob" not in text(read)
    assert heights.name == "heights"
    assert "height_logprob" in text(observed)
    assert "height = 2.0" in text(observed, target="height_logprob")
    assert observed.rvs_to_values[observed["height"]].name is None
    assert "0: weight_observed = [" in text(missing, target="weight_observed_logprob")


@pytest.mark.parametrize(
    ("drawn", "names"),
    [
        (lambda: pm.Truncated.dist(pm.Gamma.dist(2, 3), 1), "rng size shape scale lower upper"),
        (
            lambda: pm.Truncated.dist(pm.ExGaussian.dist(2, sigma=3, nu=1), 1),
            "rng size mu sigma nu lower upper",
        ),
        (lambda: pm.NormalMixture.dist([0.2, 0.8], [0, 1], 1), "rng weights components1"),
        (lambda: pm.HurdlePoisson.dist(0.3, 2), "rng weights components1 components2"),
        (
            lambda: pm.GaussianRandomWalk.dist(0, 1, init_dist=pm.Normal.dist(), steps=4),
            "init_dist innovation_dist steps",
        ),
        (
            lambda: pm.EulerMaruyama.dist(
                0.1, lambda x, a, b: (a * x, b), [0.3, 1], init_dist=pm.Normal.dist(), steps=4
            ),
            "",
        ),
    ],
)
def test_parameters_of_a_distribution_are_called_as_its_author_does(
    engine: Engine, drawn: Callable[[], Any], names: str
) -> None:
    inner = engine.inner_of(drawn().owner)

    assert inner is not None
    assert " ".join(inner.parameters) == names


def test_a_term_is_named_as_in_logp_whatever_becomes_of_its_checks(
    engine: Engine, model: Model
) -> None:
    whole = view(engine, model, "symbolic").graph()
    trace = record(engine, model, "tau_logprob").trace
    names = {name for v in trace.universe.variables for name in (v.name, *v.called[:1]) if name}
    start = {v for id_ in trace.start for v in trace.universe.apply[id_].outputs}
    started = [trace.universe.variable[v] for v in start]

    assert not [name for name in names if ">" in name]
    assert {v.called for v in started} <= {v.called for v in whole.variables}


def test_a_nameless_draw_is_called_by_its_distribution() -> None:
    told = text(MODELS["censored"](), target="y_obs_logprob")

    assert "normal_logcdf" in told
    assert "_rv{" not in told
