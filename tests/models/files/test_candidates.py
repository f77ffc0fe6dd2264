"""A file with one model needs no name; of several none is guessed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.loading import load_model
from xorexplain.models.model import Model

HEADER = """
from xorexplain import Model
from xorexplain.engines import choose

engine = choose()
theano, T = engine.module, engine.tensor
"""
GRAPH = """
x = T.dmatrix("x")
W = theano.shared(2.0, name="W")
z = x + W
a = T.tanh(z)
cost = (a ** 2).sum()
"""
HANDS_ON = "def dot(*args, **kw): return T.dot(*args, **kw)\n"
DECORATED = """
from functools import cache, wraps

def kept(function=None):
    @wraps(function)
    def made(*args, **kw): return function(*args, **kw)
    return made

"""
Load = Callable[[str], Model]


@pytest.fixture
def load(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load the model of a file by the file alone, or by what follows `net.py` in the first line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "net", raising=False)

    def loaded(body: str, name: str = "") -> Model:
        (tmp_path / "net.py").write_text(HEADER + body, "utf-8")
        sys.modules.pop("net", None)
        return load_model(f"net.py{name}")[1]

    return loaded


def names(model: Model) -> list[str]:
    return list(model.outputs)


def test_the_result_of_a_graph_is_the_one_model(load: Load) -> None:
    model = load(GRAPH)

    assert model.name == "cost"
    assert [p.name for p in model.parameters] == ["W"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (f"{GRAPH}slope = engine.grad(cost, [W])[0]\nstep = W - 0.1 * slope\n", "cost"),
        ("def build(n=3):\n    return T.dvector('v') * n\n", "build"),
        (f"{GRAPH}f = theano.function([x], cost)\n", "f"),
        (f"{GRAPH}mine = Model(outputs={{'y': a}})\n", "mine"),
        (f"{GRAPH}def build(): return cost\ndef needs(n): return n\n", "build"),
        ("def part(): return T.dvector('v')\ndef whole(): return part() * 2\n", "whole"),
        ("from os.path import *\ndef build(): return T.dvector('v') * 2\n", "build"),
        ("def load(): return 3 * 4\ndata = load()\ny = T.dscalar('x') * data\n", "y"),
        ("def main():\n    print('training')\ny = T.dscalar('x') * 2\n", "y"),
        (f"{HANDS_ON}def build(): return dot(T.dmatrix('M'), T.dvector('v'))\n", "build"),
        (f"{HANDS_ON}def unused(): pass\ny = T.dscalar('x') * 2\n", "y"),
        ("def build(*sizes): return T.dvector('v') * 2\n", "build"),
        (f"{DECORATED}@kept\ndef build(): return T.dvector('v') * 2\n", "build"),
        (f"{DECORATED}@cache\ndef build(): return T.dvector('v') * 2\n", "build"),
        (
            "from functools import partial\ndef of(n): return T.dvector('v') * n\n"
            "build = partial(of, 3)\nlacking = partial(of)\n",
            "build",
        ),
        (
            "from xorexplain.models.tutorial import xor\nfrom functools import partial\n"
            "relu = partial(T.maximum, 0)\ndef build(): return relu(T.dvector('v'))\n",
            "build",
        ),
    ],
    ids=[
        *("gradient", "def", "compiled", "model", "def beside", "calls", "star", "helper", "main"),
        *("hands on", "hands on beside", "only one", "decorated", "cached", "partial", "imported"),
    ],
)
def test_one_model_needs_no_name(load: Load, body: str, name: str) -> None:
    assert load(body).name == name


def test_of_several_none_is_guessed(load: Load) -> None:
    body = f"{GRAPH}def build(): return cost\ntrain = theano.function([x], cost)\n"
    with pytest.raises(XorexplainError) as caught:
        load(body)

    assert str(caught.value) == (
        "net.py holds 3 models (build, train, cost): name one, as net.py:build"
    )
    assert caught.value.details.splitlines() == [
        "  net.py:build  function",
        "  net.py:train  compiled function",
        "  net.py:cost   variable",
    ]
    assert load(body, ":cost").name == "cost"


RUN = "from pathlib import Path\nPath('ran').touch()\n"


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (f"{RUN}def build(): return 1\n", ":biuld", "net.py has no 'biuld': did you mean build?"),
        (f"{RUN}x = T.dscalar()\n", ":cost", "net.py has no 'cost': "),
    ],
)
def test_a_wrong_name_is_told_before_anything_runs(
    load: Load, tmp_path: Path, body: str, name: str, message: str
) -> None:
    with pytest.raises(XorexplainError) as caught:
        load(body, name)

    assert str(caught.value).startswith(message)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "net.py holds no model: write a function that returns a model"),
        (
            "def net(n, m): return n\n",
            "net.py holds no model that needs no argument, only net(n, m): write",
        ),
        ("print('hello')\n", "net.py holds no model: "),
    ],
)
def test_a_file_without_a_model(load: Load, body: str, message: str) -> None:
    with pytest.raises(XorexplainError) as caught:
        load(body)

    assert str(caught.value).startswith(message)


def test_an_empty_file_defines_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.py").touch()

    with pytest.raises(XorexplainError, match=r"^empty\.py defines nothing: write a function"):
        load_model("empty.py")


def test_a_function_with_arguments_says_which(load: Load) -> None:
    with pytest.raises(XorexplainError, match=r"net\.py:net needs arguments \(n, m\): name a func"):
        load("def net(n, m, k=1): return n\n", ":net")


def test_the_main_guard_keeps_what_is_under_it_from_running(load: Load, tmp_path: Path) -> None:
    load(f"{GRAPH}if __name__ == '__main__':\n    open('ran', 'w').close()\n")

    assert not (tmp_path / "ran").exists()


def test_a_function_that_its_engine_named_by_its_place_has_the_users_name(load: Load) -> None:
    assert load(f"{GRAPH}logistic = theano.function([x], a)\n").name == "logistic"


@pytest.mark.pytensor
def test_a_pymc_model_is_its_log_probability(load: Load) -> None:
    pytest.importorskip("pymc")
    model = load(
        "import pymc as pm\n"
        "with pm.Model() as regression:\n"
        "    b = pm.Normal('b')\n"
        "    y = pm.Normal('y', b, observed=[1.0, 2.0])\n"
    )

    assert (model.name, names(model)) == ("regression", ["logp"])
    assert [p.name for p in model.parameters] == ["b"]
