"""Explain a failing call from Python, and every uncaught error of a script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import failing_calls
import numpy
import pytest
from failing_builds import CASES
from forking import LONGEST
from processes import environment

import xorexplain
from xorexplain import XorexplainError
from xorexplain.engines import Engine

SCRIPT = """
import xorexplain
import numpy
import {engine}
import {engine}.tensor as T

xorexplain.explain_errors()
x = T.dmatrix("x")
W = {engine}.shared(numpy.ones((3, 4)), name="W")
b = {engine}.shared(numpy.ones(5), name="b")
y = T.tanh(T.dot(x, W) + b)
f = {engine}.function([x], y, mode={engine}.compile.mode.Mode("py", None))
f(numpy.ones((2, 3)))
"""


UNBUILT = """
import xorexplain
import {engine}
import {engine}.tensor as T

xorexplain.explain_errors()
bias, W = T.dvector("bias"), T.dmatrix("W")
rows = T.concatenate([bias, W])
"""


def failing(engine: Engine) -> tuple[Exception, object, list[object]]:
    inputs, outputs, arguments = failing_calls.bias_too_long(engine)
    mode = engine.module.compile.mode.Mode("py", None)
    function = engine.module.function(inputs, outputs, mode=mode)
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        function(*arguments)
    return caught.value, function, arguments


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script of its own, to its end, where what it left on ends too."""
    script = folder / "script.py"
    script.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    assert "Exception ignored" not in done.stderr
    return done


def test_the_call_is_found_in_the_traceback(engine: Engine) -> None:
    error, function, arguments = failing(engine)

    found, given = xorexplain.explain(error), xorexplain.explain(error, function, *arguments)

    assert "dot(x, W) is 2 × 4, b has 5" in str(found)
    assert str(found) == str(given)
    assert json.loads(found.data())["problem"] == "dimension mismatch"


def test_a_model_is_explained_with_its_own_data_and_what_is_given(engine: Engine) -> None:
    _, outputs, arguments = failing_calls.bias_too_long(engine)
    model = xorexplain.Model(outputs={"y": outputs}, data={"x": arguments[0]})

    told = str(xorexplain.explain(ValueError("no words"), model))
    assert "dot(x, W) is 2 × 4, b has 5" in told
    assert "ValueError: no words" in told
    assert "dot(x, W) is 7 × 4" in str(
        xorexplain.explain(ValueError(), model, x=numpy.ones((7, 3)))
    )
    with pytest.raises(XorexplainError, match="z is no input: choose from x"):
        xorexplain.explain(ValueError(), model, z=1)


def test_an_error_of_no_call_names_the_cure() -> None:
    with pytest.raises(XorexplainError, match="give the function and its arguments"):
        xorexplain.explain(ValueError("of no function"))


def test_an_uncaught_error_is_explained_below_its_traceback(engine: Engine, tmp_path: Path) -> None:
    done = run(SCRIPT.format(engine=engine.name), tmp_path)

    traceback, _, told = done.stderr.partition("\ndimension mismatch: ")
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in traceback
    assert told.startswith("dot(x, W) is 2 × 4, b has 5")
    assert "script.py:11: y = T.tanh(T.dot(x, W) + b)" in told


def test_what_cannot_be_built_is_explained_by_the_error_alone(engine: Engine) -> None:
    case = next(case for case in CASES if case.name == "vector_beside_matrix")
    with pytest.raises(TypeError) as caught:
        case.made(engine)
    report = xorexplain.explain(caught.value)

    text, data = str(report), json.loads(report.data())
    assert "bias has 1 dimension, W has 2 dimensions" in text
    assert "failing_builds.py" in text
    assert "? × ?" in text
    assert data["found"] == "building"
    assert [operand["expression"] for operand in data["operands"]] == ["bias", "W"]
    assert data["operands"][1]["shape"] == [None, None]


def test_an_uncaught_error_of_building_is_explained_too(engine: Engine, tmp_path: Path) -> None:
    done = run(UNBUILT.format(engine=engine.name), tmp_path)

    _, _, told = done.stderr.partition("\nwrong number of dimensions: ")
    assert done.returncode == 1
    assert told.startswith("bias has 1 dimension, W has 2 dimensions")
    assert "script.py:8: rows = T.concatenate([bias, W])" in told
