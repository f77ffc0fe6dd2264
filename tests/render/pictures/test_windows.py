"""Name what pools by its windows, each way to do it differently."""

from __future__ import annotations

from typing import Any

import op_families
import pytest

from xorexplain import snapshot
from xorexplain.api import prepared
from xorexplain.engines import Engine
from xorexplain.render.look import Look
from xorexplain.render.pictures.labels import op_heading

HEADINGS = {
    "max": "max pool 2×2",
    "sum": "sum pool 2×2",
    "average_inc_pad": "average pool 2×2",
    "average_exc_pad": "average pool 2×2, rim not counted",
    "larger": "max pool 3×3",
    "stride": "max pool 2×2 by 1×1",
    "padded": "max pool 2×2, rim 1×1",
    "border": "max pool 2×2, to the border",
}


def headings(value: Any, kind: str = "pool") -> list[str]:
    graph = prepared(snapshot(value), Look())
    return [op_heading(graph, apply) for apply in graph.applies if kind in apply.op.label.lower()]


@pytest.mark.theano
def test_each_way_to_pool_has_its_words(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")
    told = {name: headings(value) for name, value in op_families.pools(engine, x).items()}

    assert {name: told[name] for name in HEADINGS} == {
        name: [words] for name, words in HEADINGS.items()
    }
    assert len({words for (words,) in told.values()}) == len(told)


@pytest.mark.theano
@pytest.mark.parametrize("way", ["max", "average_inc_pad"])
def test_the_gradient_of_pooling_is_told_by_the_same_windows(engine: Engine, way: str) -> None:
    x = engine.tensor.dmatrix("x")
    cost = engine.tensor.sum(op_families.pools(engine, x)[way] ** 2)

    assert f"{HEADINGS[way]}, gradient" in headings(engine.grad(cost, [x])[0])


@pytest.mark.pytensor
@pytest.mark.parametrize(
    ("make", "mode", "heading"),
    [
        ("matrix", "valid", "convolve2d valid"),
        ("matrix", "full", "convolve2d full"),
        ("vector", "same", "convolve1d valid"),
        ("row", "full", "batched convolve1d (n0),(k0),()->(o0) full"),
    ],
)
def test_how_much_of_a_convolution_is_asked_for_is_a_word(
    engine: Engine, make: str, mode: str, heading: str
) -> None:
    x, y = getattr(engine.tensor, make)("x"), getattr(engine.tensor, make)("y")
    convolve = getattr(engine.tensor.signal, "convolve2d" if make == "matrix" else "convolve1d")

    assert headings(convolve(x, y, mode=mode), "convolve") == [heading]
