"""Tell graphs whose dimensions have names by those names, and compute what they say."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views.fold import fold_constants
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.models.recorded_names import as_known
from xorexplain.notation.build import express
from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.expr import Expr
from xorexplain.notation.latex import latex
from xorexplain.notation.mathml import mathml
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import op_heading, shape_text

pytestmark = pytest.mark.pytensor
RAW = ("core=", "core_", "x_", "binary_op", "dim_name", "orders", "subscripts", "NoneConst", "xrv")
"""What formulas and pictures said of ops by dimensions: their classes and properties."""
LENGTHS = {"batch": 4, "feature": 3, "hidden": 2, "group": 5}


def given(xtensor: Any, names: str) -> Any:
    dims = tuple(names.split())
    shape = tuple(LENGTHS[dim] for dim in dims)
    return xtensor.xtensor("".join(dim[0] for dim in dims), dims=dims, shape=shape)


def on_axes(xtensor: Any) -> Mapping[str, Any]:
    """Ops that come to ops on axes, with the formula of each."""
    bf, fb, fh = (given(xtensor, d) for d in ("batch feature", "feature batch", "feature hidden"))
    f, b, bfg = (given(xtensor, d) for d in ("feature", "batch", "batch feature group"))
    square = xtensor.xtensor("rc", dims=("row", "column"), shape=(3, 3))
    return {
        "bf + f": bf + f,
        "bf × b[:, None]": bf * b,
        "b[:, None] + f[None, :]": b + f,
        "bf − fbᵀ": bf - fb,
        "exp(bf)": xtensor.math.exp(bf),
        "int64(bf)": xtensor.math.cast(bf, "int64"),
        "bf if bf > 0 else f": xtensor.where(bf > 0, bf, f),
        "sum(bf)": bf.sum(),
        "sum(bf, axis 0)": bf.sum("batch"),
        "max(bfg, axes 0, 2)": bfg.max(("group", "batch")),
        "any(bf > 0, axis 1)": (bf > 0).any("feature"),
        "cumsum(bf, axis 0)": bf.cumsum("batch"),
        "bf · fh": bf.dot(fh),
        "bf · f": bf.dot(f),
        "einsum(bf, bfg, subscripts=ab,abc->ac)": bf.dot(bfg, dim="feature"),
        "bfᵀ": bf.transpose("feature", "batch"),
        "cholesky(rc)": xtensor.linalg.cholesky(square, dims=("row", "column")),
    }


def by_names(xtensor: Any) -> Mapping[str, Any]:
    """Ops that only names say, with what pictures call them."""
    bf, f, b = (given(xtensor, d) for d in ("batch feature", "feature", "batch"))
    stack = xtensor.xtensor("gff", dims=("group", "row", "column"), shape=(5, 3, 3))
    stacked = xtensor.shape.stack(bf, dim={"both": ("batch", "feature")})
    rng = xtensor.random.shared_rng(numpy.random.default_rng(1))
    drawn = rng.normal(f, 1.0, extra_dims={"batch": 4})
    return {
        "take [·]": bf.isel(batch=slice(0, 2)),
        "set at(_, 1.0, 0)": bf.isel(batch=0).set(1.0),
        "join by dims along batch": xtensor.concat([bf, bf], dim="batch"),
        "stack dims into both: batch, feature": stacked,
        "unstack dim both into p, q(_, 3, 4)": xtensor.shape.unstack(
            stacked, dim={"both": {"p": 3, "q": 4}}
        ),
        "broadcast by dims": xtensor.broadcast(b, f)[0],
        "rename dims case, feature": bf.rename(batch="case"),
        "batched cholesky over (row, column) to (row, column)": xtensor.linalg.cholesky(
            stack, dims=("row", "column")
        ),
        "normal for each batch(_, 1.0, size=4)": drawn[1] if isinstance(drawn, tuple) else drawn,
    }


@pytest.fixture(scope="module")
def xtensor() -> Any:
    return importlib.import_module("pytensor.xtensor")


def recorded(variable: Any, engine: Engine) -> Graph:
    graph = capture(engine, outputs_source([variable], ["y"]), Origin("pytensor", ""))
    return as_known(graph, Model(outputs={"y": variable}))


def formula(graph: Graph) -> Expr:
    return express(graph, graph.outputs[0].variable, {})


def test_ops_by_dims_are_written_and_computed_on_their_axes(engine: Engine, xtensor: Any) -> None:
    made = on_axes(xtensor)
    formulas = [formula(recorded(variable, engine)) for variable in made.values()]
    nodes = toposort(list(made.values()))
    inputs = {v.name: v for node in nodes for v in node.inputs if v.owner is None and v.name}
    random = numpy.random.default_rng(3)
    values = {name: random.uniform(-1, 1, v.type.shape) for name, v in inputs.items()}
    values["rc"] = numpy.eye(3)
    plain = engine.module.compile.mode.Mode(linker="py", optimizer="fast_run").excluding("BlasOpt")
    function = engine.module.function(list(inputs.values()), list(made.values()), mode=plain)

    assert [text(one) for one in formulas] == list(made)
    for one, expected in zip(formulas, function(*values.values()), strict=True):
        with suppress(NotComputableError):
            numpy.testing.assert_allclose(evaluate(one, values), expected)


def test_what_only_names_say_has_words(engine: Engine, xtensor: Any) -> None:
    made = by_names(xtensor)
    graphs = [fold_constants(recorded(variable, engine)) for variable in made.values()]
    found = [op_heading(graph, graph.applies[-1]) for graph in graphs]
    written = [write(formula(graph)) for graph in graphs for write in (text, latex, mathml)]

    assert found == list(made)
    assert [one for one in [*found, *written] for raw in RAW if raw in one] == []


def test_lengths_are_called_after_the_dimensions_of_types(engine: Engine, xtensor: Any) -> None:
    """A part of a dimension has its name and another length: that is a number."""
    bf, fh = given(xtensor, "batch feature"), given(xtensor, "feature hidden")
    part = bf.isel(feature=slice(0, 2))
    graph = recorded((xtensor.math.tanh(bf.dot(fh)).sum("hidden") + part.sum("feature")), engine)
    shown = {op_heading(graph, a): shape_text(graph.variable[a.outputs[0]]) for a in graph.applies}
    inputs = {v.name: shape_text(v) for v in graph.variables if v.name}

    assert inputs == {"bf": "batch×feature", "fh": "feature×hidden"}
    assert shown["dot"] == shown["tanh"] == "batch×hidden"
    assert shown["sum over hidden"] == shown["add"] == "batch"
    assert shown["take [·, ·]"] == "batch×2"
