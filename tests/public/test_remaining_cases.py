"""Cases that no other topic holds: lengths apart, a call that fails, pooling, a negative cost."""

from __future__ import annotations

import importlib
from typing import Any

import numpy
import pytest
from public.conftest import Call
from public.reports import checked, shared, wrong

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import DIFFERENCES, check
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.records import Origin
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.render.look import Look
from xorexplain.render.pictures.tree import tree

pytestmark = pytest.mark.filterwarnings("ignore")


def test_rows_and_columns_upper_and_lower_read_differently(engine: Engine) -> None:
    T = engine.tensor
    home = (
        T.linalg if engine.name == "pytensor" else importlib.import_module("theano.tensor.slinalg")
    )
    # A matrix that has a Cholesky factor has as many rows as columns.
    x, A = T.dmatrix("x"), T.dmatrix("A")
    upper = home.cholesky(A, lower=False) if engine.name == "pytensor" else home.Cholesky(False)(A)
    results = {
        "rows": x.shape[0] * 1,
        "cols": x.shape[1] * 1,
        "up": upper,
        "low": home.cholesky(A),
    }
    source = outputs_source(list(results.values()), list(results))
    graph = capture(engine, source, Origin(engine.name, engine.version))
    written = tree(apply_views(graph, DEFAULT_VIEWS), Look()).partition("\n\n")[2]
    parts = [part.split("\n", 1)[1] for part in written.strip().split("\n\n")]
    without_ids = ["".join(c for c in part if not c.isdigit() or c in "01") for part in parts]

    assert "n × 1" in parts[0]
    assert "m × 1" in parts[1]
    assert "lower=False" in parts[2]
    assert "lower=False" not in parts[3]
    assert len(set(without_ids[:4])) == 4


def test_a_call_that_fails_is_told_with_node_shapes_and_line(engine: Engine) -> None:
    """Of the sum of a (2, 4) and a (1, 5) the engine's default backend names nothing."""
    T = engine.tensor
    x = T.dmatrix("x")
    W, b = shared(engine, numpy.ones((3, 4)), "W"), shared(engine, numpy.ones(5), "b")
    cost = T.tanh(T.dot(x, W) + b).sum()

    data = {"x": numpy.ones((2, 3))}
    derivation = differentiate(engine, Model({"cost": cost}, cost, [W, b], data=data))
    values = sample_values(engine, derivation.graph, derivation.variables, data)

    with pytest.raises(XorexplainError) as told:
        check(engine, derivation, values)
    message = str(told.value)
    assert "at n2 " in message
    assert "given shapes (2, 4) and (1, 5), " in message
    assert "test_remaining_cases.py:" in message
    assert message.endswith("give values that do with Model(data={...})")


@pytest.mark.theano
def test_pooling_is_computed_and_has_its_slope(engine: Engine) -> None:
    """The op's Python code fails under this NumPy, which is no fault of the user's values."""
    pool = importlib.import_module("theano.tensor.signal.pool").pool_2d
    W = shared(engine, numpy.arange(16.0).reshape(1, 1, 4, 4), "W")
    cost = engine.tensor.sum(pool(W, (2, 2), ignore_border=True) ** 2)
    (found,), rows = checked(engine, cost, [W], {"W": W.get_value()})
    right = numpy.zeros((4, 4))
    right[1::2, 1::2] = 2 * numpy.array([[5.0, 7.0], [13.0, 15.0]])

    assert found[0, 0].tolist() == right.tolist()
    assert wrong(rows) == []
    assert [row.is_fine for row in rows if row.what == DIFFERENCES] == [True]


def test_a_cost_below_zero_is_charted(engine: Engine, call: Call, tmp_path: Any) -> None:
    """A log-likelihood is negative all along: its page has the chart of the training."""
    (tmp_path / "m.py").write_text(
        f"import numpy, {engine.name} as module, {engine.name}.tensor as T\n"
        "from xorexplain import Model\n"
        "def model():\n"
        "    w = module.shared(numpy.array([1.0, 2.0]), name='w')\n"
        "    cost = T.sum(w**2) - 100.0\n    cost.name = 'cost'\n"
        "    updates = [(w, w - 0.1 * T.grad(cost, w))]\n"
        "    return Model({'square': w**2}, cost, [w], updates)\n"
    )
    told = call("pages", "--out", "pages", "--steps", "5", "--model", "m.py:model")

    assert told.status == 0, told.err
    charts = [p for p in (tmp_path / "pages" / "pictures").iterdir() if "training" in p.name]
    assert charts
    assert all(chart.stat().st_size > 500 for chart in charts)
