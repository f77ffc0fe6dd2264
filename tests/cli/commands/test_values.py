"""The command that shows what every node holds."""

from __future__ import annotations

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.runs.session.watch import Session

GALLERY = Path(__file__).resolve().parents[3] / "docs" / "examples" / "gallery.py"
NET = """
import numpy
from xorexplain import Model
from xorexplain.engines import choose

def model():
    engine = choose()
    T = engine.tensor
    i, y = T.lvector("i"), T.dvector("y")
    E = engine.module.shared(numpy.arange(12.0).reshape(4, 3), name="E")
    s = E[i].sum(axis=1)
    s.name = "s"
    cost = T.sum((s - y) ** 2)
    new = E - 0.01 * engine.module.grad(cost, E)
    data = {"i": numpy.array([0, 3, 3]), "y": numpy.zeros(3)}
    return Model(inputs=[i, y], outputs={"s": s}, cost=cost, parameters=[E], updates=[(E, new)],
                 data=data)
"""
MEAN = """
import numpy
from xorexplain import Model
from xorexplain.engines import choose

def model():
    engine = choose()
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")
    w = engine.module.shared(numpy.ones(3), name="w")
    cost = ((T.dot(x, w) - y) ** 2).mean()
    return Model(inputs=[x, y], cost=cost, parameters=[w])
"""


@pytest.fixture
def net(tmp_path: Path, engine: Engine) -> str:
    (tmp_path / "net.py").write_text(NET, encoding="utf-8")
    return "net.py:model"


def nodes(told: Any) -> Mapping[str, Any]:
    return {node["name"]: node["held"][-1] for node in json.loads(told.out)["nodes"]}


def test_value_and_gradient_of_each_node_are_told(call: Any, net: str) -> None:
    told = nodes(call("values", net, "--json"))

    assert told["s"]["value"]["elements"] == [3, 30, 30]
    assert told["s"]["gradient"]["elements"] == [6, 60, 60]
    assert (told["E"]["value"]["mean"], told["E"]["value"]["zeros"]) == (5.5, 1)
    assert told["E"]["gradient"]["max"] == 120
    assert told["cost"]["value"]["text"] == "1809"


def test_what_only_makes_shapes_fit_is_left_out(call: Any, tmp_path: Path) -> None:
    (tmp_path / "mean.py").write_text(MEAN, encoding="utf-8")
    found = json.loads(call("values", "mean.py:model", "--stage", "gradient", "--json").out)
    told = {node["name"]: node["expression"] for node in found["nodes"]}

    assert told["cost"] == "mean(q1)"
    assert "dot(x, w)" in told.values()
    assert told["δw"].startswith("dot(xᵀ, δ")
    assert not [text for text in told.values() if "None" in text or "float64" in text]


def test_a_row_and_arrays_of_a_file_are_taken(call: Any, net: str, tmp_path: Path) -> None:
    numpy.savez(tmp_path / "two.npz", i=[1, 2], y=[0.0, 1.0])

    row = nodes(call("values", net, "--row", "2", "--json"))
    two = nodes(call("values", net, "--input", "two.npz", "--json"))

    assert row["s"]["value"]["elements"] == [30]
    assert two["s"]["value"]["elements"] == [12, 21]


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"i": [1, 2]}, "(s has 2, y has 3"),
        ({"i": [1], "z": [1]}, "'z', which the graph does not read: choose from E, i, y"),
        ({"i": [[1]]}, "'i' in f.npz has 2 dimensions (1×1), and the graph reads one of 1"),
        ({"i": [0.5]}, "save whole numbers, i.astype('int64')"),
        ({"i": ["a"]}, "save an array of numbers"),
        ({"i": [0, 0, 9]}, "i is 9, and E has 4 rows"),
    ],
)
def test_arrays_that_do_not_fit_are_one_line(
    call: Any, net: str, tmp_path: Path, arrays: Mapping[str, Any], words: str
) -> None:
    numpy.savez(tmp_path / "f.npz", **arrays)
    told = call("values", net, "--input", "f.npz")

    assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
    assert words in told.err


def test_an_input_without_a_value_has_to_be_in_the_file(call: Any, tmp_path: Path) -> None:
    code = NET.replace("data=data", "data={}")
    (tmp_path / "bare.py").write_text(code, encoding="utf-8")
    numpy.savez(tmp_path / "f.npz", i=[1])

    told = call("values", "bare.py:model", "--input", "f.npz")

    assert told.status == 2
    assert "f.npz has no values for 'y', which the graph reads: save them in it" in told.err


def test_training_tells_both_moments_of_one_node(call: Any) -> None:
    told = call("values", "--node", "output", "--trained", "2", "--row", "1")

    assert told.status == 0
    assert "before training" in told.out
    assert "after 2 training steps" in told.out
    assert "line" in told.out


def test_a_loop_is_told_by_round(call: Any) -> None:
    told = call("values", f"{GALLERY}:recurrent")
    data = json.loads(call("values", f"{GALLERY}:recurrent", "--json").out)

    assert "round 2" in told.out
    assert "[t−1]" in told.out
    (loop,) = data["loops"]
    assert len(loop["rounds"]) == loop["count"]
    result = next(one for one in loop["rounds"][0] if one["is_result"])["value"]
    later = next(one for one in loop["rounds"][1] if one["expression"].endswith("[t−1]"))["value"]
    assert later["elements"] == result["elements"]


LONG = """
import numpy
from xorexplain import Model
from xorexplain.engines import choose

def model():
    engine = choose()
    T = engine.tensor
    x = T.dmatrix("x")
    W = engine.module.shared(numpy.ones((2, 2)), name="W")
    scan = engine.module.scan
    def step(row, h):
        z = T.dot(row, W) + h
        return T.tanh(z)
    state, _ = scan(step, [x], [T.zeros((2,))])
    state.name = "state"
    return Model(outputs={"state": state}, data={"x": numpy.ones((98, 2))})
"""


@pytest.mark.filterwarnings("ignore:Scan return signature:DeprecationWarning")
def test_first_rounds_and_last_are_told_without_plumbing(call: Any, tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(LONG, encoding="utf-8")
    told = call("values", "long.py:model")
    one = call("values", "long.py:model", "--round", "40")
    lacking = call("values", "long.py:model", "--round", "99")
    stage = call("values", "long.py:model", "--stage", "optimized")

    assert [n for n in (1, 2, 3, 4, 97, 98) if f"round {n}\n" in told.out] == [1, 2, 3, 98]
    assert "… 94 rounds: --round 97 shows one" in told.out
    assert "dot(x[t], W)" in told.out
    assert "[None, :]" not in told.out.partition("loop state")[2]
    assert "z = dot(x[t], W) + state[t−1]" in told.out
    assert "→ state[t] = tanh(z)" in told.out
    assert "round 40\n" in one.out
    assert one.out.count("→ state[t]") == 1
    assert "there is no round 99 of the loop state: it has 98: give a number from 1 to 98" in (
        lacking.err
    )
    assert "round 1\n" not in stage.out
    assert "told of what was written: --stage symbolic" in " ".join(stage.out.split())


def test_a_model_without_a_loop_has_no_rounds(call: Any, net: str) -> None:
    told = call("values", net, "--round", "1")

    assert (told.status, told.err.count("\n")) == (2, 1)
    assert "no loop whose rounds are told: leave --round out" in told.err


def test_values_are_written_into_the_picture(call: Any, net: str, tmp_path: Path) -> None:
    text = call("graph", net, "--values", "-o", "-", "--format", "txt").out
    told = call("values", net, "-o", "values.svg")

    assert "= [3, 30, 30], ∂ [6, 60, 60]" in text
    assert "values: all of the data, before training" in text
    assert told.out == "values.svg: 8 values\n"
    assert "[3, 30, 30]" in (tmp_path / "values.svg").read_text(encoding="utf-8")


def test_a_call_that_was_watched_is_taken(
    call: Any, net: str, engine: Engine, tmp_path: Path
) -> None:
    model = runpy.run_path(str(tmp_path / "net.py"))["model"]()
    (i, y), updates = model.inputs, model.updates
    inspection = (False, False, 4, True)
    (tmp_path / "seen").mkdir()
    seen = Session(tmp_path / "seen", "net.py", False, 0, "home:told", inspection)
    step = engine.module.function([i, y], model.cost, updates=updates, mode="FAST_COMPILE")
    weights = []
    for number in range(5):
        weights.append(updates[0][0].get_value().ravel().tolist())
        step([number % 4], [0.0])
    seen.stop("ended")

    told = nodes(call("values", net, "--call", "step:4", "--report", "seen", "--json"))
    lacking = call("values", net, "--call", "9", "--report", "seen")
    unnamed = call("values", "--call", "4", "--report", "seen")
    both = call("values", net, "--call", "4", "--input", "a.npz")

    assert told["i"]["value"]["elements"] == [3]
    assert told["E"]["value"]["elements"] == pytest.approx(weights[3])
    assert told["i"]["case"] == "call step:4"
    assert (lacking.status, both.status, unnamed.status) == (2, 2, 2)
    assert "given to a function of a program: name it too, FILE.py:NAME" in unnamed.err
    assert "call 9 was not kept: choose from 1, 2, 3, 4" in lacking.err
    assert "leave one out" in both.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("values", "--row", "9"), "there are 4 rows: give a number from 1 to 4"),
        (("values", "--node", "outptu"), "did you mean output"),
        (("values", "--stage", "model"), "leave --stage model out"),
        (("graph", "--row", "1"), "add --values"),
        (("graph", "--values", "--raw"), "leave it out, or --values"),
        (("graph", "--values", "-o", "g.html"), "use `xorexplain explore`"),
    ],
)
@pytest.mark.usefixtures("engine")
def test_what_cannot_be_names_the_cure(call: Any, arguments: tuple[str, ...], words: str) -> None:
    told = call(*arguments)

    assert (told.status, told.err.count("\n")) == (2, 1)
    assert words in told.err
