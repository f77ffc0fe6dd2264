"""Follow the memory of graphs that run."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from models import model

from xorexplain.engines import Engine
from xorexplain.graph.lifetimes import Lifetimes, bytes_of, new_arrays, overwritten, read_by
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.model import Model
from xorexplain.models.stages import view


@pytest.fixture(scope="module")
def lives(engine: Engine) -> Lifetimes:
    return Lifetimes(infer_shapes(view(engine, model(engine, "xor"), "compiled").graph()))


@pytest.fixture(scope="module")
def names(lives: Lifetimes) -> Mapping[str, str]:
    return intermediate_names(lives.graph)


def test_what_is_in_place_is_one_memory(lives: Lifetimes, names: Mapping[str, str]) -> None:
    found = [{names[v] for v in one.variables if v in names} for one in lives.memory]

    assert any({"z1", "a1"} <= one for one in found)
    assert any({"W2", "W2 (new)", "W2.T"} <= one for one in found)
    assert any({"δa1", "δz1"} <= one for one in found)
    assert all(any(v in one.variables for one in lives.memory) for v in names if v in lives.home)


def test_nobody_reads_what_was_written_over(lives: Lifetimes) -> None:
    for apply in lives.graph.applies:
        for variable in overwritten(apply):
            readers = [a for a in lives.graph.applies if variable in a.inputs]
            assert max(lives.row[a.id] for a in readers) == lives.row[apply.id]


def test_the_old_weights_are_read_before_they_are_written_over(
    lives: Lifetimes, names: Mapping[str, str]
) -> None:
    ids = {name: v for v, name in names.items()}
    update = lives.graph.owner(ids["W2 (new)"])
    assert update is not None

    readers = lives.read_before(update, ids["W2"])

    assert [names[a.outputs[0]] for a in readers] == ["z2", "δa1"]


def test_a_view_reads_what_it_is_no_view_of(engine: Engine) -> None:
    x, lengths = engine.tensor.dmatrix("x"), engine.tensor.lvector("lengths")
    reshaped = Model(outputs={"y": x.reshape(lengths, ndim=2)})
    graph = view(engine, reshaped, "symbolic").graph()
    apply = graph.owner(graph.outputs[0].variable)
    assert apply is not None

    assert graph.variable[apply.inputs[0]].name == "x"
    assert read_by(apply) == list(apply.inputs[1:]) != []


def test_arrays_are_counted_once(lives: Lifetimes) -> None:
    made = [one for one in lives.memory if one.made]

    assert sorted(one.variables[0] for one in made) == sorted(new_arrays(lives.graph))
    assert all(one.size for one in lives.memory)
    assert all(one.is_kept for one in lives.memory if not one.made)


@pytest.mark.parametrize(
    ("shape", "dtype", "size"),
    [((4, 5), "float64", 160), ((), "int32", 4), ((3,), "bool", 3), ((2, None), "int8", None)],
)
def test_bytes(shape: tuple[int | None, ...], dtype: str, size: int | None) -> None:
    assert bytes_of(shape, dtype) == size
