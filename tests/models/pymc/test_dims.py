"""Axes of PyMC models are called after their dimensions, in logp as in what is drawn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from xorexplain.api import text
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.rewrites.record import record

pytestmark = [pytest.mark.pytensor, pytest.mark.filterwarnings("ignore")]
# Without its __getattr__: pytest looks for fixtures among all names, and PyMC imports ArviZ then.
pm: Any = SimpleNamespace(**vars(pytest.importorskip("pymc", reason="needs PyMC")))


@pytest.fixture(scope="module")
def grades() -> Model:
    """Pupils in schools, whose effects are positive, and a mixture of two levels."""
    coords = {"school": list("ABC"), "pupil": range(4), "level": ["low", "high"], "year of": [1]}
    with pm.Model(coords=coords) as theirs:
        spread = pm.HalfNormal("spread", 1, dims="school")
        weights = pm.Dirichlet("weights", numpy.ones(2), dims="level")
        centres = pm.Normal("centres", 0, 5, dims="level")
        pm.Normal("once", 0, 1, dims="year of")
        where = pm.Data("where", numpy.array([0, 0, 1, 2]), dims="pupil")
        pm.Normal("grade", 0, spread[where], observed=numpy.arange(4.0), dims="pupil")
        pm.NormalMixture("other", weights, centres, 1.0, observed=numpy.arange(5.0))
    return as_model(theirs)[1]


def test_the_dimensions_are_those_of_variables_and_their_values(grades: Model) -> None:
    assert grades.dims["spread"] == grades.dims["spread_log__"] == ("school",)
    assert grades.dims["where"] == ("pupil",)
    # A simplex has one number less than there are levels.
    assert "weights_simplex__" not in grades.dims
    assert grades.dims["once"] == ("year of",)


def test_how_long_they_are_is_told(grades: Model) -> None:
    assert grades.notes[0].endswith("dimensions: school = 3, level = 2, pupil = 4")


LENGTHS = [
    ("symbolic", None, "spread_log__", "school"),
    ("symbolic", None, "grade", "pupil"),
    ("symbolic", None, "grade_logprob", "pupil"),
    ("symbolic", None, "centres_logprob", "level"),
    ("symbolic", "prior", "weights", "level"),
    ("symbolic", "prior", "grade", "pupil"),
    ("gradient", None, "δspread_log__", "school"),
    ("gradient", None, "δcentres", "level"),
]


@pytest.mark.parametrize(("stage", "target", "name", "dim"), LENGTHS)
def test_an_axis_is_called_after_its_dimension(
    engine: Engine, grades: Model, stage: str, target: str | None, name: str, dim: str
) -> None:
    graph = view(engine, grades, stage, target).graph()
    found = [v.lengths for v in graph.variables if v.name == name]

    assert found[-1] == (dim,)


@pytest.mark.parametrize(("name", "dim"), [("spread_log__", "school"), ("spread", "school")])
def test_an_axis_is_so_called_in_the_gradient_and_the_rewriting(
    engine: Engine, grades: Model, name: str, dim: str
) -> None:
    derived = differentiate(engine, grades).graph
    trace = record(engine, grades).trace

    for graph in (derived, trace.universe):
        assert {v.lengths for v in graph.variables if v.name == name} == {(dim,)}
    assert ("school",) in {v.lengths for v in trace.last.graph.variables}


def test_a_length_that_no_dimension_has_stays_a_number(engine: Engine, grades: Model) -> None:
    graph = view(engine, grades, "symbolic", "prior").graph()
    (other,) = [v for v in graph.variables if v.name == "other"]

    assert other.lengths is None
    assert other.shape == (5,)


def test_every_stream_is_called_after_what_is_drawn_with_it(grades: Model) -> None:
    told = text(grades, target="prior")

    assert "RandomGeneratorType" not in told
    for name in ("rng_spread", "rng_weights", "rng_grade", "rng_other", "rng_other_1"):
        assert f"{name}  random state" in told
    assert "rng_spread  parameter" not in told


def test_the_text_has_them_where_shapes_are_asked_for(grades: Model) -> None:
    assert "spread_log__  parameter  school" in text(grades, shapes=True)
