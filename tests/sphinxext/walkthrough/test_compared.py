"""What only the cost reads is a target where an output is compared with it, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.models.stages import view
from xorexplain.sphinxext.walkthrough.compared import is_compared


def squares(T: Any, out: Any, given: Any) -> Any:
    return T.sum((out - given["y"]) ** 2)


def crossed(T: Any, out: Any, given: Any) -> Any:
    p, y = T.exp(out) / (1 + T.exp(out)), given["y"]
    return -T.mean(y * T.log(p) + (1 - y) * T.log(1 - p))


def picked(T: Any, out: Any, given: Any) -> Any:
    return -T.mean(out[T.arange(3), given["label"]])


def masked(T: Any, out: Any, given: Any) -> Any:
    return T.sum(given["mask"] * (out - given["y"]) ** 2)


def shrunk(T: Any, out: Any, given: Any) -> Any:
    return T.sum((out - given["y"]) ** 2) + given["rate"] * T.sum(given["W"] ** 2)


def doubled(T: Any, out: Any, given: Any) -> Any:
    return T.sum(T.dot(out, given["V"])) - T.sum(T.tanh(T.dot(given["real"], given["V"])))


@pytest.mark.parametrize(
    ("cost", "targets", "others"),
    [
        (squares, {"y"}, set()),
        (crossed, {"y"}, set()),
        (picked, {"label"}, set()),
        (masked, {"y"}, {"mask"}),
        (shrunk, {"y"}, {"rate"}),
        (doubled, set(), {"real"}),
    ],
)
def test_a_target_is_what_an_output_is_compared_with(
    engine: Engine,
    cost: Callable[[Any, Any, Any], Any],
    targets: set[str],
    others: set[str],
) -> None:
    T, shared = engine.tensor, engine.module.shared
    given = {
        **{name: T.dmatrix(name) for name in ("y", "mask", "real")},
        **{name: shared(numpy.eye(2), name=name) for name in ("W", "V")},
        "label": T.lvector("label"),
        "rate": T.dscalar("rate"),
    }
    x = T.dmatrix("x")
    out = T.tanh(T.dot(x, given["W"]))
    model = Model({"out": out}, cost(T, out, given), [given["W"]], [], [x, *given.values()])
    graph = view(engine, model, "symbolic", "cost").graph()
    network = view(engine, model, "symbolic", "out").graph()
    alone = {v.id: str(v.name) for v in graph.variables if v.owner is None and v.name}
    found = {name for id_, name in alone.items() if is_compared(graph, network, id_)}

    assert targets == found & (targets | others)
