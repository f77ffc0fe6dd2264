"""Call lengths after the dimensions that a model names, where that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.dims import name_dims
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.model import Model
from xorexplain.models.stages import view

Dims = Mapping[str, Sequence[str]]


def graph_of(engine: Engine, result: Any) -> Graph:
    result.name = "result"
    return view(engine, Model({"result": result}), "symbolic").graph()


def told(graph: Graph, dims: Dims, name: str = "result") -> tuple[str, ...] | None:
    """Return the lengths of a variable once its model's dimensions are known."""
    found = infer_shapes(name_dims(graph, dims))
    return next(v.lengths for v in found.variables if v.name == name)


@pytest.fixture
def given(engine: Engine) -> Any:
    """Shared arrays: two of four schools, one of other four rows, a table of them by three."""
    shared = engine.module.shared

    def array(name: str, *shape: int) -> Any:
        return shared(numpy.ones(shape), name=name)

    return {
        "a": array("a", 4),
        "b": array("b", 4),
        "other": array("other", 4),
        "table": array("table", 4, 3),
    }


SCHOOLS: Dims = {"a": ("school",), "b": ("school",), "table": ("school", "")}


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda g: g["a"] + g["b"], ("school",)),
        (lambda g: g["a"] * 2.0, ("school",)),
        # What is as long because it has to be, is called so; what only is, is not.
        (lambda g: g["other"] + g["b"], ("school",)),
        (lambda g: g["table"].sum(axis=1), ("school",)),
        (lambda g: g["table"] * g["a"].dimshuffle(0, "x"), ("school",)),
        (lambda g: g["a"] + numpy.array([1.0, 2.0, 3.0, 4.0]), ("school",)),
    ],
    ids=["sum", "product", "forced", "reduced", "broadcast", "with a constant"],
)
def test_a_length_is_called_after_its_dimension(
    engine: Engine, given: Any, make: Any, expected: tuple[str, ...]
) -> None:
    found = told(graph_of(engine, make(given)), SCHOOLS)

    assert found is not None
    assert found[0] == expected[0]


@pytest.mark.parametrize(
    "make",
    [lambda g: g["other"] * 2.0, lambda g: g["table"].sum(axis=0), lambda g: g["a"].sum()],
    ids=["an equal length", "another axis", "a scalar"],
)
def test_what_does_not_follow_is_not_called_so(engine: Engine, given: Any, make: Any) -> None:
    found = told(graph_of(engine, make(given) + 0.0 * given["a"].sum()), SCHOOLS)

    assert "school" not in (found or ())


def test_two_dimensions_of_one_length_keep_their_names(engine: Engine, given: Any) -> None:
    graph = graph_of(engine, given["a"] + given["b"])
    dims = {"a": ("school",), "b": ("pupil",)}

    assert told(graph, dims, "a") == ("school",)
    assert told(graph, dims, "b") == ("pupil",)


@pytest.mark.parametrize("other", ["pupil", "pupil:age"])
def test_a_constant_makes_no_one_dimension_of_two(engine: Engine, given: Any, other: str) -> None:
    one = engine.tensor.constant(numpy.arange(4.0), name="one")
    another = engine.tensor.constant(numpy.ones(4), name="another")
    first, second = given["a"] + one, given["b"] + one
    first.name, second.name = "first", "second"
    graph = graph_of(engine, first.sum() + (second * another).sum())
    dims = {"a": ("school",), "b": (other,)}

    assert told(graph, dims, "first") == ("school",)
    for name in ("second", "another"):
        # What is no identifier could not be told from a sum or product.
        assert told(graph, dims, name) in (("pupil",), ("4",), None)
        assert (told(graph, dims, name) == ("pupil",)) == (other == "pupil")
    assert "school" not in (told(graph, dims, "one") or ())


def test_the_numbers_stay(engine: Engine, given: Any) -> None:
    graph = graph_of(engine, given["a"] + given["b"])
    named = name_dims(graph, SCHOOLS)

    assert [v.shape for v in named.variables] == [v.shape for v in graph.variables]
    assert name_dims(graph, {}) == graph
    assert name_dims(graph, {"a": ("school", "pupil")}) == graph


def test_the_length_of_a_dimension_has_its_name(engine: Engine, given: Any) -> None:
    length = engine.module.shared(numpy.int64(4), name="school")
    made = engine.tensor.alloc(1.0, length)

    assert told(graph_of(engine, made + 0.0 * given["a"].sum()), SCHOOLS) == ("school",)
