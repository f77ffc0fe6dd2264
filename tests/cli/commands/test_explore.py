"""Write the page of the whole story from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy
import pytest

from xorexplain.cli.arrays import read_arrays
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError

LINEAR = """
import numpy
from xorexplain import Model
from xorexplain.engines import choose

def linear():
    engine = choose()
    T = engine.tensor
    x, W = T.dmatrix("x"), engine.module.shared(numpy.array([[1.0], [2.0]]), name="W")
    cost = (T.dot(x, W) ** 2).sum()
    cost.name = "cost"
    updates = [(W, W - 0.1 * engine.grad(cost, [W])[0])]
    return Model({"y": T.dot(x, W)}, cost, [W], updates, [x])
"""


@pytest.fixture
def linear(tmp_path: Path) -> str:
    path = tmp_path / "linear.py"
    path.write_text(LINEAR, encoding="utf-8")
    return f"{path}:linear"


def test_writes_one_page(call: Any, tmp_path: Path, engine: Engine) -> None:
    status, out, _ = call("explore", "--train", "50", "--out", "story.html")

    assert status == 0
    assert out.startswith(f"story.html: xor ({engine.title} {engine.version}), 0.")
    page = (tmp_path / "story.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "after 50 training steps" in page


def test_json_is_the_data_and_writes_nothing(call: Any, tmp_path: Path) -> None:
    status, out, _ = call("explore", "--no-compile", "--json")

    told = json.loads(out)
    assert status == 0
    assert told["title"] == "xor"
    assert [view["key"] for view in told["views"]] == [
        *("symbolic", "gradient", "updates", "optimized")
    ]
    assert told["graphs"]["symbolic"]["nodes"][0]["id"]
    assert list(tmp_path.iterdir()) == []


def test_inputs_from_a_file(call: Any, tmp_path: Path, linear: str) -> None:
    numpy.savez(tmp_path / "data.npz", x=numpy.array([[3.0, 4.0]]))

    status, out, _ = call(
        *("explore", "--model", linear, "--inputs", "data.npz", "--train", "3", "--json")
    )

    values = json.loads(out)["values"]
    assert status == 0
    assert values["note"] == "The values are those of the model and its data."
    texts = {entry["before"][0]["text"] for entry in values["table"].values()}
    assert {"[[3 4]]", "[[11]]", "121"} <= texts


def test_without_data_the_values_are_drawn_and_it_says_so(call: Any, linear: str) -> None:
    _, out, _ = call("explore", "--model", linear, "--json")

    note = json.loads(out)["values"]["note"]
    assert note == "The values of x are drawn at random, as no data was given for them."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "none/story.html"], "does not exist: create it first (mkdir -p)"),
        (["--out", "x.png"], "x.png: this is a page: end the name in .html"),
        (["--inputs", "none.npz"], "cannot read none.npz: No such file or directory"),
        (["--target", "trian"], "unknown target 'trian': did you mean train"),
        (["--train", "5", "--no-compile"], "leave out --no-compile"),
        (["--train", "-1"], "see xorexplain explore --help"),
        (["--model", "none.py:model"], "there is no file none.py"),
    ],
)
def test_mistakes_are_told_in_one_line(call: Any, arguments: list[str], message: str) -> None:
    status, out, err = call("explore", *arguments)

    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_file_that_is_no_npz(call: Any, tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("not arrays")
    numpy.save(tmp_path / "one.npy", numpy.zeros(3))

    assert "no .npz file of plain arrays" in call("explore", "--inputs", "text.npz").err
    assert "holds one array: save by name" in call("explore", "--inputs", "one.npy").err


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("save", [numpy.savez, numpy.savez_compressed])
def test_an_npz_with_broken_bytes_is_read_or_told_of(tmp_path: Path, save: Any) -> None:
    file = tmp_path / "data.npz"
    save(file, x=numpy.ones((2, 3)), y=numpy.zeros(2))
    whole = file.read_bytes()
    random = Random(0)
    refused: list[str] = []
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(random.randint(1, 3)):
            data[random.randrange(len(data))] = random.randrange(256)
        file.write_bytes(bytes(data[: random.choice([len(data), random.randrange(len(data))])]))
        try:
            read_arrays(file, "--inputs")
        except XorexplainError as error:
            refused.append(str(error))
    assert refused
    assert not [told for told in refused if "\n" in told]


def test_data_the_graph_does_not_read(call: Any, tmp_path: Path, linear: str) -> None:
    numpy.savez(tmp_path / "data.npz", z=numpy.zeros(2))

    status, _, err = call("explore", "--model", linear, "--inputs", "data.npz")

    assert status == 2
    assert "the values name 'z', which the graph does not read" in err


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (numpy.array(["a", "b"]), "the value of 'x' holds <U1, no numbers: give an array of"),
        (numpy.array([[1.0 + 2.0j, 0.0]]), "the value of 'x' has an imaginary part, which float64"),
    ],
)
def test_data_that_the_input_cannot_hold(
    call: Any, tmp_path: Path, linear: str, value: Any, message: str
) -> None:
    numpy.savez(tmp_path / "data.npz", x=value)

    told = call("explore", "--model", linear, "--inputs", "data.npz", "--no-compile")

    assert (told.status, told.out) == (2, "")
    assert message in told.err


def test_complex_data_without_an_imaginary_part_is_taken(
    call: Any, tmp_path: Path, linear: str
) -> None:
    numpy.savez(tmp_path / "data.npz", x=numpy.array([[3.0 + 0.0j, 4.0]]))

    told = call("explore", "--model", linear, "--inputs", "data.npz", "--no-compile", "--json")

    assert "[[11]]" in told.out


def test_what_keeps_the_model_from_training_is_told(call: Any, tmp_path: Path) -> None:
    (tmp_path / "fixed.py").write_text(LINEAR.replace("updates, [x]", "[], [x]"))

    told = call("explore", "--model", "fixed.py:linear", "--train", "3")

    assert told.status == 2
    assert "the model is not trained: the model has no train function" in told.err


def test_the_page_goes_to_stdout_the_same_each_time(call: Any, tmp_path: Path) -> None:
    assert call("explore", "--no-compile", "--out", "page.html").status == 0
    told = call("explore", "--no-compile", "--out", "-")

    assert told.out.startswith("<!DOCTYPE html>")
    assert told.out.rstrip().endswith("</html>")
    assert told.out.encode() == (tmp_path / "page.html").read_bytes()


def test_other_commands_write_pages_that_open_at_their_part(call: Any, tmp_path: Path) -> None:
    assert call("graph", "--stage", "updates", "--out", "graph.html").status == 0
    assert call("gradient", "--out", "gradient.html").status == 0

    for name, opens in {"graph.html": "updates", "gradient.html": "gradient"}.items():
        page = (tmp_path / name).read_text("utf-8")
        assert page.startswith(f'<!DOCTYPE html>\n<html lang="en" data-opens="{opens}">')


def test_a_second_derivative_has_no_page(call: Any) -> None:
    status, _, err = call("gradient", "--order", "2", "--out", "hessian.html")

    assert status == 2
    assert "a page shows a first derivative" in err
