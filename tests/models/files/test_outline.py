"""What the text of a file tells of its models, without running it."""

from __future__ import annotations

import pytest

from xorexplain.models.files.outline import needed, outline

SCRIPT = """
import theano
import theano.tensor as T
from theano import function as compiled

SIZE = 3
x = T.dmatrix("x")
W, b = theano.shared(1.0, name="W"), theano.shared(2.0)
hidden = T.tanh(x * W + b)
train = theano.function([x], hidden)
_private = T.exp(x)
cost = hidden.sum()

class Net:
    size = 4
    def forward(self): return 1

def build(n=3, *, deep=True):
    layer = T.dot(x, W)
    return layer

def layer(inputs, size): return inputs * size
def load() -> ndarray: return read()
def count() -> "int": return SIZE * 2
def say(): print("hello")
def name(): return "text"
def outer():
    def inner(): return x
    print(inner)

with pm.Model() as regression:
    y = pm.Normal("y", 0, 1)

if __name__ == "__main__":
    trained = train(build())
"""


def test_what_may_be_a_model() -> None:
    assert outline(SCRIPT).kinds() == {
        "build": "function",
        "train": "compiled function",
        "cost": "variable",
        "regression": "model",
    }


def test_names_that_are_bound() -> None:
    bound = outline(SCRIPT).bound

    assert {"theano", "T", "compiled", "SIZE", "W", "b", "Net", "say", "regression"} <= bound
    assert not bound & {"trained", "inner", "forward", "size", "n"}


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("x = 1", False),
        ("from net import *", True),
        ("globals()['x'] = 1", True),
        ("exec('x = 1')", True),
        ("def f(): return globals()", False),
    ],
)
def test_names_that_cannot_be_seen(text: str, is_open: bool) -> None:
    assert outline(text).is_open is is_open


def test_functions_that_others_call_or_that_hand_on_what_they_get_are_helpers() -> None:
    helpers = outline(
        "def part(): return x\n"
        "def whole(): return part()\n"
        "def helper(): return 2 * x\n"
        "def scan(*args, **kw): return engine.scan(*args, **kw)\n"
        "def net(**options): return x\n"
        "z = helper()\n"
        "if __name__ == '__main__':\n    whole()\n"
    ).helpers

    assert helpers == {"part", "helper", "scan"}


@pytest.mark.parametrize(
    "text",
    [
        "def f(n): return n * x",
        "def f(): return lambda n: n * x",
        "def f():\n    def inner(n): return n * x\n    return inner",
        "def f(size=3):\n    for n in range(size):\n        yield n\n    return x",
        "async def f(): return x",
        "def f(g=None): return g\n@f\ndef h(n): return n",
        "def f(g=None): return g\n@f()\ndef h(n): return n",
        "class f:\n    def __init__(self): self.x = x",
    ],
    ids=["needs", "lambda", "inner", "yields", "async", "decorator", "called one", "class"],
)
def test_what_gives_no_model(text: str) -> None:
    assert outline(text).kinds() == {}


def test_arguments_that_are_needed() -> None:
    functions = outline("def f(a, /, b, c=1, *more, d, e=2, **others): return 1").functions

    assert needed(functions["f"]) == ["a", "b", "d"]


def test_words_that_may_name_variables() -> None:
    known = outline(SCRIPT)

    assert {"x", "W", "b", "hidden", "cost", "y"} <= set(known.words())
    assert not {"theano", "T", "SIZE", "float64"} & set(known.words())
    assert known.words("build") == ["layer"]


def test_no_python_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError):
        outline("def model(:")
