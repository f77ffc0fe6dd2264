from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import forking
import pytest
from helpers import Call, RunCli
from processes import environment

from xorexplain import cli, engines
from xorexplain.cli.commands import train as train_command

pytestmark = pytest.mark.usefixtures("engine")
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

TABLE = """\
x1  x2  target  prediction
 0   1       1  0.93677042
 1   0       1  0.94099497
 0   0       0  0.03881249
 1   1       0  0.06845079

cost 0.01367149 after 60000 steps on """


def with_flags(flags: str) -> dict[str, str]:
    """Return an environment that gives either engine more flags than the tests' own."""
    names = ("THEANO_FLAGS", "PYTENSOR_FLAGS")
    return {name: ",".join(filter(None, [os.environ.get(name), flags])) for name in names}


def test_the_tutorials_run(run_cli: RunCli) -> None:
    done = run_cli("train")

    assert done.stdout.startswith(TABLE)
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("name", ["costs.txt", "costs.json"])
def test_a_file_has_what_is_printed(call: Call, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    arguments = ("train", "--steps", "4", "--hidden", "2", "--quiet")

    assert call(*arguments, "-o", str(file)).out == f"{file}: training\n"
    written = file.read_text("utf-8")
    if name.endswith(".json"):
        assert len(json.loads(written)["costs"]) == 4
    else:
        assert written.startswith("x1  x2  target  prediction\n")
        assert "after 4 steps on " in written


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "costs.png"), "costs.png"),
        (("-o", "costs.json", "--json"), "--json prints"),
        (("-o", "nowhere/costs.json"), "nowhere"),
    ],
)
def test_a_file_that_cannot_be_is_told_before_training(
    call: Call, arguments: tuple[str, ...], words: str
) -> None:
    told = call("train", *arguments)

    assert (told.status, told.out) == (2, "")
    assert words in told.err
    assert len(told.err.splitlines()) == 1


def test_json(run_cli: RunCli) -> None:
    done = run_cli("train", "--steps", "40", "--hidden", "3", "--seed", "1", "--json")
    data = json.loads(done.stdout)

    assert (data["steps"], data["hidden"], data["seed"]) == (40, 3, 1)
    assert len(data["costs"]) == 40
    assert len(data["outputs"]) == 4
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--steps", "-1"], "--steps -1: give 0 or more steps"),
        (["--hidden", "0"], "--hidden 0: give at least 1 hidden neuron"),
        (["--learning-rate", "nan"], "--learning-rate nan: give a finite number, such as 0.01"),
        (["--engine", "pytenser"], "unknown engine 'pytenser': did you mean pytensor?"),
    ],
)
def test_bad_input_is_one_line(run_cli: RunCli, arguments: list[str], message: str) -> None:
    done = run_cli("train", *arguments)

    assert done.stderr == f"xorexplain: {message}\n"
    assert (done.stdout, done.returncode) == ("", 2)


def test_no_compiler_gives_the_same_numbers_and_says_so_once(run_cli: RunCli) -> None:
    arguments = ("train", "--steps", "50", "--json")
    plain = json.loads(run_cli(*arguments).stdout)
    done = run_cli(*arguments, env=with_flags("cxx="))
    data = json.loads(done.stdout)

    assert data["outputs"] == pytest.approx(plain["outputs"], abs=1e-12)
    assert done.returncode == 0
    if plain["engine"] == "theano":
        assert done.stderr.startswith("note: there is no C compiler, so Theano runs its Python")
        assert done.stderr.count("\n") == 1
    else:
        assert done.stderr == ""


@pytest.mark.theano  # PyTensor's note is none, as the test above finds
def test_quiet_says_nothing_of_the_compiler(run_cli: RunCli) -> None:
    done = run_cli("train", "--steps", "2", "--quiet", env=with_flags("cxx="))

    assert (done.stderr, done.returncode) == ("", 0)


def test_an_unwritable_compile_directory_is_one_line(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "compiledir"
    done = run_cli("train", "--steps", "1", env=with_flags(f"base_compiledir={folder}"))
    title = engines.choose().title

    assert done.stderr.startswith(
        f"xorexplain: {title} cannot write to its compile directory {folder}"
    )
    variable = f"{title.upper()}_FLAGS"
    assert f"export {variable}=${variable},base_compiledir=" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (done.stdout, done.returncode) == ("", 2)


def test_a_cost_that_is_not_finite_still_shows_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import numpy

    from xorexplain.models import training
    from xorexplain.models.model import Model

    def diverging(engine: engines.Engine, *settings: object) -> Model:
        weights = engine.module.shared(numpy.full((4, 1), 1e100), name="W")
        output = weights * 1.0
        cost = engine.tensor.sum(output**2)
        return Model({"output": output}, cost, updates=[(weights, weights * 1e10)])

    monkeypatch.setattr(training, "xor", diverging)
    status = cli.run(["train", "--learning-rate", "0.5"])
    printed = capsys.readouterr()

    assert status == 1
    assert printed.out.startswith("x1  x2  target  prediction\n")
    assert printed.err.startswith("xorexplain: the cost is not finite after step ")
    assert "give a lower --learning-rate than 0.5" in printed.err


def test_the_table_is_aligned_for_wide_numbers() -> None:
    from xorexplain.models.training import TrainingResult

    result = TrainingResult(
        *("theano", "1.0.5", 1, 5, 0.01, 1, (), 0.5),
        *(((0, 1), (1, 0)), (1, 0), (0.5, float("nan")), 0.0, 0.0, 0.0),
    )

    assert train_command.table(result).splitlines() == [
        "x1  x2  target  prediction",
        " 0   1       1  0.50000000",
        " 1   0       0         nan",
    ]


def run_on_terminal(
    arguments: list[str], env: Mapping[str, str], interrupt_at: bytes | None = None
) -> tuple[int, str, bytes]:
    """Run with stderr on a terminal; return exit status, stdout and what the terminal got."""
    return forking.run_on_terminal(
        "xorexplain",
        arguments,
        Path.cwd(),
        {**environment(), "TERM": "xterm", **env},
        shown_on=2,
        interrupt_at=interrupt_at,
    )


@POSIX
def test_a_terminal_gets_a_progress_bar() -> None:
    status, out, shown = run_on_terminal(["train"], {})

    assert status == 0
    assert out.startswith(TABLE)
    assert b"60000/60000" in shown
    assert b"steps/s" in shown
    assert b"cost 0.0136" in shown
    assert b"\x1b[36m" in shown


@POSIX
def test_no_color_is_honoured() -> None:
    _, _, shown = run_on_terminal(["train", "--steps", "500"], {"NO_COLOR": "1"})

    assert b"500/500" in shown
    assert b"\x1b[36m" not in shown


@POSIX
@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {}])
def test_no_bar_on_a_dumb_terminal_or_when_quiet(env: dict[str, str]) -> None:
    arguments = ["train", "--steps", "5"] + ([] if env else ["--quiet"])
    status, _, shown = run_on_terminal(arguments, env)

    # Numba has colorama, where it is installed, turn colours off at the end.
    assert (status, shown.replace(b"\x1b[0m", b"")) == (0, b"")


@POSIX
def test_ctrl_c_ends_quietly() -> None:
    status, out, shown = run_on_terminal(
        ["train", "--steps", "1000000000"], {}, interrupt_at=b"cost "
    )

    assert (status, out) == (130, "")
    assert b"Traceback" not in shown


OWN = """
import numpy
from xorexplain import Model
from xorexplain.engines import choose

def line():
    engine = choose()
    T = engine.tensor
    x, y = T.dvector("x"), T.dvector("y")
    slope = engine.module.shared(0.0, name="slope")
    cost = ((slope * x - y) ** 2).mean()
    updates = [(slope, slope - RATE * engine.grad(cost, [slope])[0])]
    data = {"x": numpy.array([1.0, 2.0]), "y": numpy.array([2.0, 4.0])}
    return Model({"line": slope * x}, cost, [slope], updates, [x, y], data=data)
"""


@pytest.mark.usefixtures("engine")
def test_a_model_of_ones_own(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "own_line.py").write_text(OWN.replace("RATE", "0.1"), "utf-8")
    told = call("train", "own_line.py", "--steps", "20")

    assert (told.status, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0].split() == ["step", "cost"]
    assert lines[1].split() == ["1", "10"]
    assert len(lines) == 13
    assert lines[-1].startswith("cost ")
    assert lines[-1].endswith(" after 20 steps")
    data = json.loads(call("train", "own_line.py", "--steps", "2", "--json").out)
    assert (data["model"], data["steps"], data["costs"][0]) == ("line", 2, [1, 10.0])
    assert data["cost"] < data["costs"][1][1] < 10


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["own_bare.py", "--hidden", "3"], "--hidden is about the XOR network: leave it out"),
        (["own_bare.py", "--steps", "0"], "--steps 0: give 1 or more"),
        (["own_bare.py"], "the model has no updates, so there is nothing to train with: "),
    ],
)
def test_mistakes_with_a_model_of_ones_own(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "own_bare.py").write_text(
        "from xorexplain.engines import choose\nx = choose().tensor.dscalar('x') * 2\n", "utf-8"
    )
    told = call("train", *arguments)

    assert (told.status, told.out) == (2, "")
    assert message in told.err
    assert told.err.count("\n") == 1
