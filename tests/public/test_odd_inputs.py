"""Inputs and shared variables that are no dense arrays, in every command that computes.

What cannot be computed costs its own line. Fault campaign B7 and B8, issue 10.8.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from public.conftest import Call

from xorexplain.engines import Engine
from xorexplain.gradients.check import Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.json import from_json, to_json
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.record import record


def part(engine: Engine, theano: str, pytensor: str) -> Any:
    """Return a module of the engine at hand, or what is in one."""
    home, _, name = (theano if engine.name == "theano" else pytensor).partition(":")
    module = importlib.import_module(f"{engine.name}.{home}")
    return getattr(module, name) if name else module


def weights(engine: Engine) -> Any:
    return engine.module.shared(numpy.array([0.3, 0.5, -0.2]), name="W")


def listed(engine: Engine) -> Model:
    """A list of vectors, of which the cost reads the first and the length."""
    home = part(engine, "typed_list", "typed_list")
    given, W = home.TypedListType(engine.tensor.dvector)("L"), weights(engine)
    first = given[0]
    cost = engine.tensor.sum(first * W) + home.length(given)
    cost.name = "cost"
    outputs = {"first": first, "longer": home.append(given, W)}
    return Model(outputs, cost, [W], [(W, W + 1)], [given])


def listed_with_data(engine: Engine) -> Model:
    made = listed(engine)
    data = {"L": [numpy.array([1.0, 2.0, 3.0]), numpy.zeros(3)]}
    return Model(
        made.outputs, made.cost, made.parameters, made.update_pairs, made.inputs, data=data
    )


def anything(engine: Engine) -> Model:
    """An input of which the engine only knows that it is a Python object."""
    generic = part(engine, "gof.type:generic", "link.c.type:generic")
    wrap = part(engine, "compile.ops:as_op", "compile.ops:wrap_py")
    given, W = generic("g"), weights(engine)

    @wrap([generic], [engine.tensor.dvector])
    def vector_of(value: Any) -> Any:
        return numpy.ones(3) if value is None else numpy.asarray(value, "float64")

    cost = engine.tensor.sum(vector_of(given) * W)
    cost.name = "cost"
    return Model({"cost": cost}, cost, [W], [(W, W + 1)], [given])


def nothing(engine: Engine) -> Model:
    """A shared variable that holds None, shown as an output."""
    held, W = engine.module.shared(None, name="N"), weights(engine)
    cost = engine.tensor.sum(W**2)
    cost.name = "cost"
    return Model({"N": held, "y": W * 2}, cost, [W], [(W, W - 0.1 * engine.grad(cost, [W])[0])])


def scalars(engine: Engine) -> Model:
    """Numbers of the engine's scalar types, not of its tensors."""
    scalar = part(engine, "scalar", "scalar")
    a, n, W = scalar.float64("a"), scalar.int64("n"), weights(engine)
    cost = engine.tensor.sum(W * engine.tensor.tensor_from_scalar(a * n + scalar.exp(a)))
    cost.name = "cost"
    return Model({"cost": cost}, cost, [W], [(W, W + 1)], [a, n])


MODELS = (listed, listed_with_data, anything, nothing, scalars)
COMMANDS = (
    *("graph --stage optimized --out graph.json", "graph --stage updates --out graph.svg"),
    *("gradient", "gradient --check", "gradient --why", "gradient --order 2 --check"),
    *("rewrites", "rewrites 1", "rewrites check", "rewrites check --target output"),
    *("explore --no-compile --out page.html", "pages --steps 2 --out pages"),
)


@pytest.mark.parametrize("build", MODELS)
def test_every_command_that_computes_goes_through(
    build: Callable[[Engine], Model],
    call: Call,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 2 with a line of its own where there is nothing to derive twice; no traceback."""
    spec = tmp_path / "odd.py"
    spec.write_text(
        f"from public.test_odd_inputs import {build.__name__} as build\n"
        "from xorexplain.engines import choose\n"
        f"def model():\n    return build(choose({engine.name!r}))\n"
    )
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        told = call(*command.split(), "--model", f"{spec}:model")
        allowed = (0, 2) if "--order" in command else (0,)
        assert told.status in allowed, (command, told.err)
        assert "Traceback" not in told.err


def rows_of(engine: Engine, made: Model) -> tuple[Row, ...]:
    derivation = differentiate(engine, made)
    values = sample_values(engine, derivation.graph, derivation.variables, made.data)
    return check(engine, derivation, values)


@pytest.mark.parametrize(("build", "name"), [(listed, "L"), (anything, "g")])
def test_what_no_value_can_be_drawn_for_costs_its_lines(
    build: Callable[[Engine], Model], name: str, engine: Engine
) -> None:
    rows = rows_of(engine, build(engine))

    assert {(row.is_fine, row.note) for row in rows} == {(None, f"there is no value for {name}")}


def test_a_list_that_is_given_is_computed_with(engine: Engine) -> None:
    """The cost is L0·W + 2, so its slope is L0 = [1, 2, 3]."""
    made = listed_with_data(engine)
    assert {row.is_fine for row in rows_of(engine, made)} == {True}

    (given,) = engine.evaluator(engine.grad(made.cost, made.parameters), made.inputs)(
        made.data["L"]
    )
    assert given.tolist() == [1.0, 2.0, 3.0]
    recording = record(engine, made, "output")
    assert all(step.is_fine is not False for step in check_steps(recording, made.data))


def test_a_list_of_arrays_has_no_dtype_of_its_own(engine: Engine) -> None:
    graph = view(engine, listed(engine), "symbolic", "output").graph()
    given = next(v for v in graph.variables if v.name == "L")

    assert given.dtype is None
    assert "float64" in given.type
    assert from_json(to_json(graph)) == graph


@pytest.mark.pytensor
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_an_xtensor_s_axes_are_told_and_its_missing_gradient_is(
    call: Call, engine: Engine, tmp_path: Path
) -> None:
    """PyTensor 3.3 has no gradient of a reduction of xtensors: that is said, the rest is shown."""
    spec = tmp_path / "named_axes.py"
    spec.write_text(
        "import numpy, pytensor, pytensor.xtensor as X\n"
        "from xorexplain import Model\n"
        "def model():\n"
        "    W = pytensor.shared(numpy.ones(3), name='W')\n"
        "    a = X.xtensor('a', dims=('row', 'column'), shape=(2, 3))\n"
        "    y = (a * X.as_xtensor(W, dims=('column',))).sum(dim='row')\n"
        "    cost = (y ** 2).sum().values\n"
        "    return Model({'y': y, 'cost': cost}, cost, [W], [], [a])\n"
    )
    shown = call("print", "--model", f"{spec}:model")
    derived = call("gradient", "--model", f"{spec}:model")
    rewritten = call("rewrites", "check", "--model", f"{spec}:model")

    assert "with dims column" in shown.out
    assert (derived.status, "pullback not implemented for XReduce" in derived.err) == (2, True)
    assert rewritten.status == 0
    counts = re.match(r"(\d+) of (\d+) steps keep every value, (\d+) not known,", rewritten.out)
    assert counts is not None
    kept, steps, unknown = map(int, counts.groups())
    assert (kept + unknown, kept > unknown > 0) == (steps, True)
    assert all(words not in rewritten.out for words in ("CHANGED", "change one", "changes a value"))
