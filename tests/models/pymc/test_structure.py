"""Describe PyMC models: no less than `pm.model_to_graphviz` tells, and nothing is compiled."""

from __future__ import annotations

import importlib
import re
import runpy
import sys
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace
from typing import Any

import pytest

from xorexplain.api import draw, text
from xorexplain.api.plates import structure_of
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.structure import Dimension, shortened
from xorexplain.render.pictures.plates import plates_text

pytestmark = [pytest.mark.pytensor, pytest.mark.filterwarnings("ignore")]
# Without its __getattr__: pytest looks for fixtures among all names, and PyMC imports ArviZ then.
pm: Any = SimpleNamespace(**vars(pytest.importorskip("pymc", reason="needs PyMC")))
MODELS = pytest.importorskip("pymc_models", reason="needs PyMC").MODELS
SHOWN = ("eight_schools", "radon", "missing", "potential", "covariance", "minibatch", "stick")


@pytest.mark.parametrize("name", SHOWN)
def test_it_has_the_nodes_and_edges_of_pymc_s_own_picture(name: str) -> None:
    theirs = MODELS[name]()
    graph = sys.modules["pymc.model_graph"].ModelGraph(theirs)
    found, _ = structure_of(theirs)

    parents = graph.make_compute_graph()
    assert {member.name for member in found.members} == set(parents)
    assert set(found.edges) == {(p, child) for child, of in parents.items() for p in of}
    assert not [member.line for member in found.members if "<constant>" in member.told]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("covariance", "factor ~ LKJCholeskyCov(2, 3.5, Exponential(1/1.5))"),
        ("missing", "y_obs_observed ~ Normal(f(mean), 2.25)"),
        ("matrix_normal", "y_obs ~ MatrixNormal(f(mean), [[1, 0], [0, 1]], [[1, 0], [0, 1]])"),
        ("mixture", "weights ~ Dirichlet([2, 3])"),
        ("eight_schools", "y_obs ~ Normal(theta, sigma)"),
        ("minibatch", "y_obs ~ Normal(f(slope), 1.5), of 4"),
    ],
)
def test_constants_are_told_that_pymc_leaves_out(name: str, line: str) -> None:
    assert line in [member.line for member in structure_of(MODELS[name]())[0].members]


def test_data_are_named_in_what_is_computed_of_them() -> None:
    with pm.Model() as theirs:
        x = pm.Data("x", [0.5, 1.5, 2.5])
        pm.Normal("y", 2 * x, 1)
        pm.Normal("z", [0.0, 1.0, 2.0, 3.0, 4.0], 1)
        pm.DiscreteUniform("year", 1851, 1962)

    lines = [member.line for member in structure_of(theirs)[0].members]
    assert lines[1:3] == ["y ~ Normal(f(x), 1)", "z ~ Normal([0, 1, 2, …], 1)"]
    assert lines[3] == "year ~ DiscreteUniform(1851, 1962)"


def test_a_check_of_other_parameters_is_none() -> None:
    """PyMC hands a CAR variable whether its neighbours are symmetric, which it told as `1`."""
    with pm.Model() as theirs:
        pm.CAR("phi", mu=[0.0, 0.0], tau=2.0, alpha=0.5, W=[[0, 1], [1, 0]])
        pm.Normal("mu")

    assert structure_of(theirs)[0].members[0].told == "CAR([0, 0], [[0, 1], [1, 0]], 0.5, 2)"
    lines = text(theirs, stage="model").splitlines()[2:]
    assert [line.split()[0] for line in lines] == ["mu", "2", "phi"]


def test_the_size_of_a_truncated_variable_is_no_parameter() -> None:
    with pm.Model() as theirs:
        pm.Truncated("x", pm.Gamma.dist(2, 3), lower=1, observed=[1.5, 2.5, 3.5])
        pm.Truncated("y", pm.Gamma.dist(2, 3), lower=1)

    told = [member.told for member in structure_of(theirs)[0].members]
    assert told == ["TruncatedGamma(2, 1/3, 1, inf)"] * 2


def test_a_long_line_keeps_every_parameter() -> None:
    """What came after a long row of names was cut off, a scale for one."""
    with pm.Model() as theirs:
        slopes = [pm.Normal(f"slope_of_{name}") for name in ("age", "rain", "size", "height")]
        pm.Normal("y_obs", sum(slopes), pm.HalfNormal("spread"), observed=[1.0])

    line = structure_of(theirs)[0].members[-1].line
    names = "slope_of_age, slope_of_rain, slope_of_size, slope_of_height"
    assert line == f"y_obs ~ Normal(f({names}), spread)"
    assert shortened(line, 10) == "y_obs ~ Normal(f(slope_of_age, …), spread)"
    short = "y_obs ~ Normal(f(slope_of_age, slope_of_rain, …), spread)"
    assert shortened(line, 60) == short
    assert short in text(theirs, stage="model")


def test_a_listing_is_no_wider_than_it_may_be() -> None:
    """A line of a narrow terminal broke in the middle of a name."""
    with pm.Model() as theirs:
        shares = pm.Dirichlet("shares", a=[1.0, 1.0, 1.0, 1.0])
        many = [pm.Normal(f"cover_{i}", shares[0], 1) for i in range(9)]
        pm.Normal("mean_cover_of_all_sites", sum(many), 1)
    found, title = structure_of(theirs)

    wide = plates_text(found, title)
    narrow, narrower = plates_text(found, title, 64), plates_text(found, title, 50)
    sizes = [max(map(len, text.splitlines())) for text in (wide, narrow, narrower)]
    assert sizes[0] > 64 >= sizes[1] > 50 >= sizes[2]
    assert "1])\n      free, shares_simplex__ = simplex(shares)\n" in narrow
    assert narrow.split() == wide.split()


def test_members_are_told(engine: Engine) -> None:
    found, title = structure_of(MODELS["eight_schools"]())
    members = {member.name: member for member in found.members}
    school = (Dimension("school", 4),)

    assert title == "the model · model"
    assert {name: m.kind for name, m in members.items()} == {
        "mu": "free",
        "tau": "free",
        "z": "free",
        "theta": "deterministic",
        "sigma": "data",
        "y_obs": "observed",
    }
    assert members["tau"].line == "tau ~ HalfCauchy(5)"
    assert members["tau"].transformed == "tau_log__ = log(tau)"
    assert members["y_obs"].line == "y_obs ~ Normal(theta, sigma)"
    assert members["theta"].line == "theta = f(mu, tau, z)"
    assert [members[name].dimensions for name in ("mu", "theta", "sigma")] == [(), school, school]
    assert found.labels_of(school[0]) == "A, B, C, D"


def test_it_is_printed(engine: Engine) -> None:
    lines = text(MODELS["radon"](), stage="model").splitlines()

    assert "county (2): a, b" in lines
    assert "obs (4): 0, 1, 2, 3" in lines
    assert any(re.fullmatch(r"  pull .*|  slope ~ Normal\(0, 2\) +free", line) for line in lines)
    assert "county_level → y_obs" in lines


def test_the_page_shows_what_is_printed(engine: Engine) -> None:
    docs = Path(__file__).resolve().parents[3] / "docs"
    theirs = runpy.run_path(str(docs / "examples" / "schools.py"))["schools"]()

    _, *lines = text(theirs, stage="model").splitlines()

    printed = indent("\n".join(lines), "   ")
    assert printed in (docs / "pymc.rst").read_text(encoding="utf-8")


def test_it_is_drawn_and_quoted(engine: Engine, tmp_path: Any) -> None:
    with pm.Model(coords={'<b> "d"': ["\\N", "x"]}) as theirs:
        pm.Normal('a "b" <c>', dims='<b> "d"')
        pm.Normal("a -> b", 0, 1, observed=[1.0, 2.0])

    dot = draw(theirs, tmp_path / "model.dot", stage="model").read_text()
    svg = draw(theirs, tmp_path / "model.svg", stage="model").read_text()
    assert dot.count("subgraph cluster_") == 2
    assert '\\"b\\" <c>' in dot
    assert "a &quot;b&quot; &lt;c&gt;" in svg or 'a "b" &lt;c&gt;' in svg


def test_no_other_model_has_it(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")

    with pytest.raises(XorexplainError, match="random variables of a PyMC model, and this is none"):
        draw(x**2, stage="model")


def test_arrays_with_named_axes_are_in_plates_too() -> None:
    named = importlib.import_module("pymc.dims")
    with pm.Model(coords={"group": ["a", "b", "c"]}) as theirs:
        named.Normal("mu", 0, 1, dims="group")

    (member,) = structure_of(theirs)[0].members
    assert member.dimensions == (Dimension("group", 3),)


def test_lengths_are_told_though_the_prior_draws_what_nothing_can_go_on_with() -> None:
    """A flat prior's draw may be no rate of a Poisson variable: it ended as a fault."""
    with pm.Model(coords={"area": range(3)}) as theirs:
        level = pm.Normal("level", 0, tau=1e-5, dims="area")
        rate = pm.Deterministic("rate", pm.math.exp(level * 1e4), dims="area")
        count = pm.Poisson("count", rate, observed=[1, 2, 3], dims="area")
        pm.Deterministic("rest", count - rate, dims="area")
        pm.Deterministic("twice", pm.math.concatenate([count, count]))

    members = structure_of(theirs)[0].members
    told = {member.name: [d.length for d in member.dimensions] for member in members}

    assert told == {"level": [3], "rate": [3], "count": [3], "rest": [3], "twice": [6]}


def test_what_pymc_does_not_know_is_named_by_its_class(engine: Engine) -> None:
    abstract = importlib.import_module("pymc.logprob.abstract")
    graphs = engine.module.compile.builders.OpFromGraph

    class SummedOutRV(graphs, abstract.MeasurableOp):  # type: ignore[misc, name-defined]
        """As pymc-extras makes of a variable that it sums out of the logp."""

    abstract._logprob.register(SummedOutRV, lambda op, values, *inputs, **_: -(values[0] ** 2))
    with pm.Model() as theirs:
        inner, mu = engine.tensor.vector("inner"), pm.Normal("mu", 0, 1, shape=3)
        theirs.register_rv(SummedOutRV([inner], [inner + 1.0])(mu), name="y")
    found, _ = structure_of(theirs)

    assert {member.name: member.told for member in found.members}["y"] == "SummedOut(mu)"
