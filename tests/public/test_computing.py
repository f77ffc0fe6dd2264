"""What is hard to compute costs its own line, never the command, and no value is blamed for it.

The reports: a formula of more letters than any memory holds (a plain RNN, Theano#4652); NumPy's
functions take at most 32 operands; ops that have C code alone, or Python code for another NumPy;
an op of the user's own that raises; a row of a matrix that is indexed by its own indices.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from helpers import RunCli
from models import descent
from public.conftest import Call

from xorexplain.engines import Engine
from xorexplain.gradients.check import DIFFERENCES, Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.rewrites.check import StepCheck, check_steps
from xorexplain.rewrites.record import record

MEMORY = 6 * 2**30


def rows(engine: Engine, model: Model) -> tuple[Row, ...]:
    """Check a model's gradient by numbers."""
    derivation = differentiate(engine, model)
    values = sample_values(engine, derivation.graph, derivation.variables, model.data)
    return check(engine, derivation, values)


def steps(engine: Engine, model: Model) -> tuple[StepCheck, ...]:
    """Check every step of a model's rewriting by numbers."""
    return check_steps(record(engine, model, None), model.data)


def tower(x: Any, height: int = 40) -> Any:
    for _ in range(height):
        x = x * x + x
    return x


def exponential(engine: Engine) -> Model:
    """Build a cost whose formula has 2 to the power of 40 symbols."""
    x = engine.tensor.dvector("x")
    w = engine.module.shared(numpy.full(3, 1e-25), name="w")
    cost = engine.tensor.sum(tower(w * x))
    cost.name = "cost"
    return Model(
        outputs={"cost": cost},
        cost=cost,
        parameters=[w],
        inputs=[x],
        updates=descent(engine, cost, [w]),
        data={"x": numpy.full(3, 1e-25)},
    )


def recurrent(engine: Engine) -> Model:
    """Build the plain RNN of Theano#4652."""
    T = engine.tensor
    x = T.dmatrix("x")
    w = engine.module.shared(numpy.array([[0.5, 0.1], [0.2, 0.4]]), name="w")
    options = {"return_updates": False} if engine.name == "pytensor" else {}
    found = engine.module.scan(
        lambda now, before: T.tanh(now + T.dot(before, w)),
        sequences=[x],
        outputs_info=[T.zeros((2,))],
        **options,
    )
    h = found if engine.name == "pytensor" else found[0]
    cost = T.sum(h[-1])
    cost.name = "cost"
    return Model(
        outputs={"h": h},
        cost=cost,
        parameters=[w],
        updates=descent(engine, cost, [w]),
        inputs=[x],
        data={"x": numpy.ones((5, 2))},
    )


COMMANDS = ("gradient --check", "rewrites")


@pytest.mark.neutral
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("build", [exponential, recurrent])
def test_nothing_writes_more_than_it_shows(
    build: Callable[[Engine], Model], command: str, engine: Engine, run_cli: RunCli, tmp_path: Path
) -> None:
    tests = Path(__file__).resolve().parents[1]
    spec = tmp_path / "model.py"
    spec.write_text(
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
        f"sys.path[:0] = {[str(tests), str(tests / 'support')]!r}\n"
        f"from public.test_computing import {build.__name__} as build\n"
        "from xorexplain.engines import choose\n"
        f"def model():\n    return build(choose({engine.name!r}))\n"
    )
    done = run_cli(*command.split(), "--model", f"{spec}:model")

    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout) < 4_000_000


def many_terms(engine: Engine) -> Model:
    xs = [engine.tensor.dscalar(f"x{i}") for i in range(40)]
    cost = engine.tensor.add(*xs)
    cost.name = "cost"
    return Model(outputs={"cost": cost}, cost=cost, parameters=xs)


def test_a_sum_of_more_terms_than_numpy_takes(engine: Engine) -> None:
    found = rows(engine, many_terms(engine))

    assert {row.is_fine for row in found} == {True}
    assert len(found) == 3 * 40


def test_a_wide_op_is_computed_in_parts(engine: Engine) -> None:
    xs = [engine.tensor.dvector(f"x{i}") for i in range(70)]
    summed = engine.tensor.add(*xs)

    (value,) = engine.compute(summed.owner, xs, [numpy.full(2, float(i)) for i in range(70)])

    assert value.tolist() == [sum(range(70))] * 2


@pytest.mark.theano
def test_a_convolution_is_compiled_alone(engine: Engine) -> None:
    T = engine.tensor
    x = T.dtensor4("x")
    W = engine.module.shared(numpy.random.RandomState(0).rand(2, 1, 3, 3), name="W")
    cost = T.sum(T.nnet.conv2d(x, W) ** 2)
    cost.name = "cost"
    data = {"x": numpy.random.RandomState(1).rand(1, 1, 6, 6)}
    model = Model(
        outputs={"cost": cost},
        cost=cost,
        parameters=[W],
        updates=descent(engine, cost, [W]),
        inputs=[x],
        data=data,
    )

    found = [row for row in rows(engine, model) if row.what == DIFFERENCES]
    assert [row.is_fine for row in found] == [True]
    assert {step.is_fine for step in steps(engine, model)} == {True}


@pytest.mark.theano
def test_a_pooling_whose_python_code_fails_is_compiled(engine: Engine) -> None:
    from importlib import import_module

    pool_2d = import_module("theano.tensor.signal.pool").pool_2d
    start = numpy.random.RandomState(0).rand(1, 1, 4, 4)
    W = engine.module.shared(start, name="W")
    cost = engine.tensor.sum(pool_2d(W, (2, 2), ignore_border=True) ** 2)
    cost.name = "cost"
    model = Model(outputs={"cost": cost}, cost=cost, parameters=[W])

    (value,) = engine.evaluator([cost], [W])(start)
    expected = sum(start[0, 0, i : i + 2, j : j + 2].max() ** 2 for i in (0, 2) for j in (0, 2))
    assert value == pytest.approx(expected)
    found = [row for row in rows(engine, model) if row.what == DIFFERENCES]
    assert [row.is_fine for row in found] == [True]


@pytest.mark.pytensor
def test_each_row_is_indexed_by_its_own_row(engine: Engine) -> None:
    T = engine.tensor
    X, indices = T.dmatrix("X"), T.lmatrix("I")
    y = T.vectorize(lambda v, i: v[i], signature="(a),(b)->(b)")(X, indices)
    cost = (y**2).sum()
    cost.name = "cost"
    data = {"X": numpy.arange(6.0).reshape(2, 3), "I": numpy.array([[0, 2], [1, 1]])}
    model = Model(outputs={"y": y}, cost=cost, parameters=[X], data=data)

    found = rows(engine, model)
    assert not any(row.is_fine is False for row in found)
    assert [row.is_fine for row in found if row.what == DIFFERENCES] == [True]


def test_a_print_op_leaves_the_json_alone(call: Call, tmp_path: Path, engine: Engine) -> None:
    spec = tmp_path / "printing.py"
    spec.write_text(
        "from public.test_computing import printing\n"
        "from xorexplain.engines import choose\n"
        f"def model():\n    print('built')\n    return printing(choose({engine.name!r}))\n"
    )

    told = call("gradient", "--check", "--json", "--model", f"{spec}:model")

    assert told.status == 0
    assert {row["is_fine"] for row in json.loads(told.out)} <= {True, None}


def printing(engine: Engine) -> Model:
    """Build a cost with a Print op left in it (Theano#2755)."""
    from importlib import import_module

    op = import_module(f"{engine.module.__name__}.printing").Print("PRINTED")
    x = engine.tensor.dvector("x")
    w = engine.module.shared(numpy.array([0.5, 1.0]), name="w")
    cost = engine.tensor.sum(op(w * x) ** 2)
    cost.name = "cost"
    return Model(
        outputs={"cost": cost},
        cost=cost,
        parameters=[w],
        inputs=[x],
        updates=descent(engine, cost, [w]),
        data={"x": numpy.array([1.0, 2.0])},
    )
