"""Name a model on the command line: as a word, by -m, as a saved file, through stdin."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest

MODELS = """
from xorexplain import Model
from xorexplain.engines import choose

engine = choose()
theano, T = engine.module, engine.tensor

def net():
    x = T.dscalar("x")
    w = theano.shared(2.0, name="w")
    return {"cost": (w * x - 1) ** 2}
"""
TWO = f"{MODELS}\ndef other(): return T.exp(T.dscalar('x'))\n"
pytestmark = pytest.mark.usefixtures("engine", "_files")


@pytest.fixture
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name, text in {"one_model": MODELS, "two_models": TWO}.items():
        monkeypatch.delitem(sys.modules, name, raising=False)
        (tmp_path / f"{name}.py").write_text(text, "utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["one_model.py"],
        ["one_model.py:net"],
        ["one_model:net"],
        ["one_model"],
        ["--model", "one_model.py"],
        ["-m", "one_model.py:net"],
    ],
    ids=" ".join,
)
def test_every_way_to_name_it(call: Any, words: list[str]) -> None:
    told = call("print", *words, "--json")

    assert (told.status, told.err) == (0, "")
    assert '"model": "net"' in told.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["graph", "one_model.py", "-o", "g.dot"],
        ["gradient", "one_model.py"],
        ["gradient", "-o", "g.txt", "one_model.py"],
        ["rewrites", "one_model.py"],
        ["explore", "one_model.py", "--no-compile", "--json"],
    ],
    ids=" ".join,
)
def test_every_command_takes_it(call: Any, arguments: list[str]) -> None:
    told = call(*arguments)

    assert told.status == 0, told.err
    assert "net" in told.out


# Steps of a rewriting beside a model


@pytest.mark.parametrize(
    "arguments",
    [
        ["13", "-m", "one_model.py"],
        ["13", "one_model.py"],
        ["one_model.py", "13"],
        ["one_model:net", "13"],
        ["13", "one_model:net"],
        ["step", "13", "one_model.py"],
        ["step", "one_model.py", "13"],
        ["one_model.py", "step", "13"],
        ["--seed", "0", "one_model.py", "13"],
        ["step", "13", "one_model:net"],
    ],
    ids=" ".join,
)
def test_a_step_of_a_model(call: Any, arguments: list[str]) -> None:
    told = call("rewrites", *arguments)

    assert (told.status, told.out) == (2, "")
    assert told.err.startswith("xorexplain: there is no step 13: the last one is ")


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (["one_model.py", "why-not", "local_log1p"], "local_log1p"),
        (["why-not", "local_log1p", "one_model.py"], "local_log1p"),
        (["why-not", "local_log1p", "one_model:net"], "local_log1p"),
        (["origins", "cost", "one_model.py"], ""),
        (["origins", "one_model.py", "cost"], ""),
        (["one_model:net", "usage"], "rewrite "),
        (["list", "one_model.py", "--all"], "net "),
    ],
    ids=str,
)
def test_questions_of_a_model(call: Any, arguments: list[str], start: str) -> None:
    told = call("rewrites", *arguments)

    assert told.status == 0, told.err
    assert told.out.startswith(start)


def test_without_takes_names_and_a_model(call: Any) -> None:
    for words in (["one_model:net"], ["one_model.py"]):
        told = call("rewrites", "without", "local_nothing", *words)

        assert told.status == 2
        assert "no rewrite has the name or tag 'local_nothing'" in told.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["graph", "one_model.py", "-m", "two_models.py"], "two models are named, one_model.py"),
        (["rewrites", "one_model.py", "3", "-m", "xor"], "two models are named, one_model.py"),
        (["rewrites", "lst"], "unknown command 'lst': did you mean list or step?"),
        (["one_model.py"], "one_model.py is no command: write `xorexplain graph one_model.py`"),
        (["graph", "xor", "--from", "g.json"], "the file of --from says what --model does"),
        (["graph", "g.json", "--from", "h.json"], "two files are named, h.json and g.json"),
        (["graph", "g.json", "--stage", "optimized"], "g.json says what --stage does"),
        (["print", "g.json", "--ids", "int"], "--ids asks an engine, and g.json has none"),
        (["rewrites", "t.json", "--target", "cost"], "t.json says what --target does"),
        (["gradient", "g.json"], "there is no file g.json"),
        (["pages", "gone.py", "-o", "story"], "there is no file gone.py"),
        (["docs", "gone.py", "-o", "site"], "there is no file gone.py"),
    ],
    ids=str,
)
def test_mistakes(call: Any, arguments: list[str], message: str) -> None:
    told = call(*arguments)

    assert (told.status, told.out) == (2, "")
    assert told.err.startswith(f"xorexplain: {message}")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "again"),
    [
        (["print", "two_models.py", "--types"], "print two_models.py:net --types"),
        (["print", "--model=two_models.py"], "print --model=two_models.py:net"),
        (["rewrites", "two_models.py", "3"], "rewrites two_models.py:net 3"),
    ],
    ids=str,
)
def test_of_several_models_each_is_listed(call: Any, arguments: list[str], again: str) -> None:
    told = call(*arguments)

    assert (told.status, told.out) == (2, "")
    assert told.err.splitlines() == [
        "  two_models.py:net    function",
        "  two_models.py:other  function",
        "xorexplain: two_models.py holds 2 models (net, other): name one, "
        f"as in `xorexplain {again}`",
    ]


# Files that a command wrote


def test_a_saved_graph_is_drawn_and_printed(call: Any, tmp_path: Path) -> None:
    drawn = call("graph", "one_model.py", "-o", "direct.dot")
    printed = call("print", "one_model.py").out
    assert call("graph", "one_model.py", "-o", "g.json").status == drawn.status == 0

    assert call("graph", "g.json", "-o", "stored.dot").status == 0
    assert (tmp_path / "stored.dot").read_bytes() == (tmp_path / "direct.dot").read_bytes()
    assert call("print", "g.json").out == printed


def test_a_saved_rewriting_is_told(call: Any) -> None:
    assert call("rewrites", "one_model.py", "-o", "t.json").status == 0
    told = call("rewrites", "t.json")

    assert told.status == 0
    assert without_times(told.out) == without_times(call("rewrites", "one_model.py").out)
    assert call("rewrites", "t.json", "1").out.startswith("step 1 ")


def without_times(text: str) -> str:
    return re.sub(r"[\d.]+ m?s\b", "#", text)


def standing(data: bytes) -> io.TextIOWrapper:
    """Return what stands for stdin."""
    return io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)), "utf-8")


def test_stdin_is_code_or_what_a_command_wrote(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = call("print", "one_model.py").out
    call("graph", "one_model.py", "-o", "g.json")
    call("rewrites", "one_model.py", "-o", "t.json")

    for data in (MODELS.encode(), (tmp_path / "g.json").read_bytes()):
        monkeypatch.setattr(sys, "stdin", standing(data))
        assert call("print", "-").out == printed
    monkeypatch.setattr(sys, "stdin", standing((tmp_path / "t.json").read_bytes()))
    assert call("rewrites", "-", "1").out.startswith("step 1 ")
    monkeypatch.setattr(sys, "stdin", standing(TWO.encode()))
    told = call("print", "-")
    assert told.err.splitlines()[-1].endswith("as in `xorexplain print --model=-:net`")
    monkeypatch.setattr(sys, "stdin", standing(TWO.encode()))
    assert call("print", "--model=-:other").status == 0
    monkeypatch.setattr(sys, "stdin", standing(b"def net(:"))
    assert "xorexplain: the model - failed: SyntaxError" in call("print", "-").err


def test_the_tutorial_has_a_name(call: Any) -> None:
    assert call("print", "xor").out == call("print").out
