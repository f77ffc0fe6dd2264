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


def headings(value: Any) -> list[str]:
    graph = prepared(snapshot(value), Look())
    return [op_heading(graph, apply) for apply in graph.applies if "pool" in apply.op.kind]


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
