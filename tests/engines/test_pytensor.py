"""PyTensor is used as it is set up, and starts silently."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import models
import numpy
import pytest
from processes import bare_environment, run_python

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.models.stages import view
from xorexplain.render.reports.gather import Subject

pytestmark = pytest.mark.pytensor

START = """
    from xorexplain.engines import choose

    engine = choose()
    print(engine.module.config.floatX)
"""


@pytest.mark.parametrize("path", [None, "/nowhere"])
def test_it_starts_silently(tmp_path: Path, path: str | None) -> None:
    env = bare_environment(tmp_path, **({"PATH": path} if path else {}))

    completed = run_python(START, env=env, cwd=tmp_path)

    assert (completed.stderr, completed.stdout) == ("", "float64\n")


def test_the_users_flags_hold(tmp_path: Path) -> None:
    env = bare_environment(tmp_path, PYTENSOR_FLAGS="floatX=float32")

    assert run_python(START, env=env).stdout == "float32\n"


def test_the_users_file_holds(tmp_path: Path) -> None:
    (tmp_path / ".pytensorrc").write_text("[global]\nfloatX = float32\n", "utf-8")

    assert run_python(START, env=bare_environment(tmp_path)).stdout == "float32\n"


@pytest.mark.parametrize("linker", ["numba", "c", "vm", "py"])
def test_the_optimized_stage_is_that_of_the_linker_in_use(engine: Engine, linker: str) -> None:
    """Rewrites depend on the linker, so the two stages agree under each of them."""
    model = models.model(engine, "fused")
    with engine.module.config.change_flags(linker=linker):
        optimized = view(engine, model, "optimized").graph()
        compiled = view(engine, model, "compiled").graph()

    assert [a.op for a in optimized.applies] == [a.op for a in compiled.applies]
    assert optimized.inner == compiled.inner


def test_pydot_is_left_as_it_was(engine: Engine) -> None:
    import pydot

    create = pydot.Dot.create

    engine.pydotprint([models.model(engine, "xor").cost])

    assert pydot.Dot.create is create


def test_a_position_in_an_index_is_no_value(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")

    assert engine.op_of(x[1, 2:].owner).param("index") == "·, ·:"


def test_an_evaluator_runs_inner_graphs_in_python_and_leaves_their_ops(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pytensor.compile.builders import OpFromGraph
    from pytensor.link.c.op import COp

    x, z = engine.tensor.dvectors("x", "z")
    inner = OpFromGraph([x], [engine.tensor.exp(x)])
    outer = OpFromGraph([x], [inner(x) + inner(2 * x)])
    made = outer(z)
    monkeypatch.delattr(COp, "make_c_thunk")
    (found,) = engine.evaluator([made], [z])(numpy.array([0.0, 1.0]))

    numpy.testing.assert_allclose(found, numpy.exp([0.0, 1.0]) + numpy.exp([0.0, 2.0]))
    assert outer._fn is None
    assert inner._fn is None


def test_lines_inside_of_loops_are_kept_where_they_are_certain(engine: Engine) -> None:
    engine.keep_inner_lines()
    T, scan = engine.tensor, engine.module.scan

    def loop(step: Any) -> Any:
        xs = T.dvector("xs")
        states = scan(step, [xs], [T.zeros(())], return_updates=False)
        return states.owner.inputs[0].owner.op.fgraph

    one = loop(lambda x, h: T.tanh(x) * h)
    line = engine.source_line(one.outputs[0])
    assert line is not None
    assert line.code == "one = loop(lambda x, h: T.tanh(x) * h)"
    # PyTensor shares what is alike inside of two loops for as long as both are there (the first is
    # held by its name until the end), so that no line of either is certain.
    first = loop(lambda x, h: T.sinh(x) * h)
    second = loop(lambda x, h: T.sinh(x) * h)
    assert engine.source_line(second.outputs[0]) is None
    assert engine.source_line(first.outputs[0]) is None


def test_what_is_inside_of_other_ops_has_no_line_of_its_own(engine: Engine) -> None:
    engine.keep_inner_lines()
    T = engine.tensor
    made = T.special.softmax(T.dmatrix("unlike any other"), axis=0)
    inner = engine.inner_of(made.owner)

    assert engine.source_line(made) is not None
    assert inner is not None
    assert engine.source_line(inner.outputs[0]) is None


@pytest.mark.parametrize("name", ["sum", "prod", "max", "any"])
def test_a_number_that_is_reduced_over_an_axis_is_computed(engine: Engine, name: str) -> None:
    """PyTensor's rewrites hand it on, and the code of its op refuses it."""
    x = engine.tensor.dscalar("x")
    reduced = getattr(x, name)(axis=0)
    (found,) = engine.evaluator([reduced], [x])(numpy.float64(2.5))

    assert found == reduced.eval({x: 2.5})
    assert found.dtype == reduced.dtype


def test_the_adjoint_of_an_xtensor_is_the_sum_of_what_its_readers_give(engine: Engine) -> None:
    """PyTensor adds what they give by the names of dimensions, with an op of its own."""
    xtensor = importlib.import_module("pytensor.xtensor")
    x = xtensor.xtensor("x", dims=("row", "column"), shape=(2, 3))
    T = engine.tensor
    cost = T.sum(T.tanh(x.values)) + T.sum(x.values**2)
    subject = Subject(engine, Model(cost=cost, parameters=[x], data={"x": numpy.eye(2, 3)}))

    assert [row for row in subject.gradient_checks() if not row.is_fine] == []
    assert len(subject.derivation.sums) == 1


def test_the_gradient_of_an_op_with_a_graph_is_called_after_it(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    (gradient,) = engine.grad(engine.tensor.logsumexp(x), [x])
    op = engine.op_of(gradient.owner)

    assert (op.kind, op.param("name")) == ("op_from_graph", "gradient of logsumexp")
