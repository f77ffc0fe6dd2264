"""Ask on the command line why a gradient is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import RunCli

MODEL = """
import numpy
import xorexplain
from xorexplain import engines

engine = engines.choose()
T = engine.tensor


def model():
    x, labels = T.dmatrix("x"), T.lvector("labels")
    W = engine.module.shared(numpy.ones((3, 4)), name="W")
    V = engine.module.shared(numpy.ones((3, 4)), name="V")
    hidden = T.tanh(T.dot(x, W))
    hidden.name = "hidden"
    picked = T.argmax(hidden, axis=1)
    wrong = T.neq(picked, labels)
    cost = T.sum(wrong * 1.0)
    cost.name = "cost"
    return xorexplain.Model({"other": T.dot(x, V)}, cost, [W], [], [x, labels])
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    (tmp_path / "wrong.py").write_text(MODEL, encoding="utf-8")
    return "wrong.py:model"


def test_the_op_that_cuts_is_named_with_its_line(run_cli: RunCli, spec: str) -> None:
    done = run_cli("gradient", "--model", spec, "--why")

    assert (done.returncode, done.stderr) == (0, "")
    assert "∂cost/∂W is zero: the only path from cost to W is cut." in done.stdout
    assert "1 path ends at argmax, before hidden" in done.stdout
    assert "wrong.py:16: picked = T.argmax(hidden, axis=1)" in done.stdout
    assert "replace argmax by softmax" in done.stdout


def test_several_variables_are_answered_in_order_as_json(run_cli: RunCli, spec: str) -> None:
    names = ["labels", "V", "W"]
    chosen = [argument for name in names for argument in ("--wrt", name)]

    done = run_cli("gradient", "--model", spec, "--why", "--json", *chosen)

    answers = json.loads(done.stdout)
    assert [a["variable"] for a in answers] == names
    assert [a["state"] for a in answers] == ["integer", "unread", "zero"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--wrt", "labels"], "labels is int64, which has no gradient"),
        (["--wrt", "V"], "cost does not read V: see `gradient --why --wrt V`"),
        (["--wrt", "lables"], "no variable 'lables': did you mean labels?"),
        (["--why", "--wrt", "lables"], "no variable 'lables': did you mean labels?"),
    ],
)
def test_bad_input_is_one_line(
    run_cli: RunCli, spec: str, arguments: list[str], message: str
) -> None:
    done = run_cli("gradient", "--model", spec, *arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
