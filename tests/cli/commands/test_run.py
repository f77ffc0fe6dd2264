"""A program under `run` is as without it, and its report is there however it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forking import LONGEST
from processes import environment

from xorexplain.engines import Engine

Run = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = """
import importlib, os, sys
print(sys.argv, __name__, os.path.basename(__file__), os.getcwd() == sys.path[0], input())
sys.stdout.flush(); sys.stderr.write("told\\n")
engine = importlib.import_module({engine!r})
x = importlib.import_module({engine!r} + ".tensor").dvector("x")
f = engine.function([x], x * 2, mode="FAST_COMPILE")
for _ in range(5):
    f([1.0])
if "fork" in sys.argv and not os.fork():
    f([1.0])
    os._exit(0)
if "kill" in sys.argv:
    os.wait()
    os.kill(os.getpid(), 9)
f([[1.0]])
"""
SPAWNING = """
import importlib, multiprocessing, os
def compiled(power):
    engine = importlib.import_module({engine!r})
    x = importlib.import_module({engine!r} + ".tensor").dvector("x")
    square = engine.function([x], x**power, mode="FAST_COMPILE")
    return float(square([3.0])[0])
if __name__ == "__main__":
    before = dict(os.environ)
    with multiprocessing.get_context({how!r}).Pool(1) as pool:
        print(pool.map(compiled, [2]))
        pool.close()
        pool.join()
    print(dict(os.environ) == before)
"""
ENDINGS = {
    "sys.exit(3)": 3,
    "sys.exit('words')": 1,
    "os._exit(4)": 4,
    "1 / 0": 1,
    "os.kill(os.getpid(), signal.SIGINT); time.sleep(5)": -signal.SIGINT,
    "os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)": -signal.SIGTERM,
    "os.kill(os.getpid(), signal.SIGKILL); time.sleep(5)": -signal.SIGKILL,
    "os.fork() or os._exit(9); os.wait()": 0,
    "os.makedirs('a', exist_ok=True); os.chdir('a')": 0,
    "atexit.register(print, 'last')": 0,
    "threading.Thread(target=lambda: (time.sleep(0.1), print('late'))).start()": 0,
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python with arguments in an empty folder."""

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment(),
            input="given\n",
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )

    return ran


def own(told: str) -> str:
    """Leave out the lines of `run`, and what it explains: they come after those of the program."""
    told, _, _ = told.partition("\nxorexplain: the error, explained\n")
    return re.sub(r"^xorexplain: .*\n", "", told, flags=re.MULTILINE)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_program_ends_as_without(run: Run, tmp_path: Path, ending: str) -> None:
    modules = "import atexit, os, signal, sys, threading, time\n"
    (tmp_path / "s.py").write_text(f"{modules}print('begun', flush=True)\n{ending}\n")

    watched = run("-m", "xorexplain", "run", "s.py")

    assert watched.returncode == ENDINGS[ending]
    plain = run("s.py")
    assert (watched.returncode, watched.stdout) == (plain.returncode, plain.stdout)
    assert own(watched.stderr) == own(plain.stderr)
    assert "neither Theano nor PyTensor was imported" in watched.stderr
    assert (tmp_path / "report" / "report.txt").is_file()


def test_what_it_prints_raises_and_is_given_is_its_own(
    run: Run, tmp_path: Path, engine: Engine
) -> None:
    (tmp_path / "s.py").write_text(PROGRAM.format(engine=engine.name))

    # Theano by itself cannot be imported everywhere.
    prefix = ("-m", "xorexplain.engines.theano") if engine.name == "theano" else ()
    plain = run(*prefix, "s.py", "--json", "-m")
    watched = run("-m", "xorexplain", "run", "s.py", "--json", "-m")

    assert watched.returncode == plain.returncode == 1
    assert watched.stdout == plain.stdout
    assert "['s.py', '--json', '-m'] __main__ s.py True given" in watched.stdout
    assert watched.stderr.splitlines()[0] == "told"
    assert "xorexplain/" not in own(watched.stderr)
    assert own(watched.stderr).splitlines()[-1] == plain.stderr.splitlines()[-1]
    assert prefix or own(watched.stderr) == plain.stderr
    assert "\nwrong number of dimensions: x has 1 dimension, and gets 2" in watched.stderr
    report = (tmp_path / "report" / "report.txt").read_text()
    assert "f: call 6 of 6: wrong number of dimensions: x has 1 dim" in report
    assert "1 function compiled" in report


def test_what_was_seen_before_it_was_killed_is_there(
    run: Run, tmp_path: Path, engine: Engine, call: Any
) -> None:
    (tmp_path / "s.py").write_text(PROGRAM.format(engine=engine.name))

    watched = run("-m", "xorexplain", "run", "--calls-only", "--json", "s.py", "fork", "kill")
    told = call("report", str(tmp_path / "report"), "--json")

    assert watched.returncode == -signal.SIGKILL
    report = json.loads(watched.stdout)
    assert report == json.loads(told.out)
    # One of the calls is that of a forked process.
    assert [(f["name"], f["calls"]) for f in report["functions"]] == [("f", 6)]
    assert report["processes"] == 2
    assert "given" in watched.stderr
    assert report["ended"] == "ended by SIGKILL"
    assert "ended by SIGKILL" in call("report", str(tmp_path / "report")).out


ENDLESS = """
import importlib, os, signal, threading, time
engine = importlib.import_module({engine!r})
Apply = importlib.import_module({graph!r}).Apply
class Endless(importlib.import_module({op!r}).Op):
    def make_node(self, x):
        return Apply(self, [x], [x.type()])
    def perform(self, node, inputs, outputs):
        print("in it", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)
x = importlib.import_module({engine!r} + ".tensor").dvector("x")
f = engine.function([x], Endless()(x), mode="FAST_COMPILE")
f([1.0])
"""


def test_a_call_that_did_not_end_is_told(run: Run, tmp_path: Path, engine: Engine) -> None:
    where = {"theano": ("theano.gof.graph", "theano.gof.op")}
    graph, op = where.get(engine.name, ("pytensor.graph.basic", "pytensor.graph.op"))
    (tmp_path / "s.py").write_text(ENDLESS.format(engine=engine.name, graph=graph, op=op))

    watched = run("-m", "xorexplain", "run", "--json", "s.py")

    assert "in it" in watched.stderr
    report = json.loads(watched.stdout)
    (finding,) = [f for f in report["findings"] if f["kind"] in ("not ended", "never called")]
    assert finding["about"] == "f"
    assert finding["words"].startswith("the program ended in call 1, ")
    assert report["seconds"] >= report["functions"][0]["open"] > 0


def test_what_ends_a_program_while_it_builds_is_explained(
    run: Run, tmp_path: Path, engine: Engine
) -> None:
    name = engine.name
    (tmp_path / "s.py").write_text(
        f"import {name}\nimport {name}.tensor as T\n"
        "bias, W = T.dvector('bias'), T.dmatrix('W')\nrows = T.concatenate([bias, W])\n"
    )

    watched = run("-m", "xorexplain", "run", "--json", "s.py")

    assert watched.returncode == 1
    report = json.loads(watched.stdout)
    (error,) = report["errors"]
    assert "bias has 1 dimension, W has 2 dimensions" in error["sentence"]
    assert "s.py:4: rows = T.concatenate([bias, W])" in error["explained"]
    assert (report["findings"][0]["kind"], report["findings"][0]["place"]["line"]) == ("error", 4)
    page = (tmp_path / "report" / "index.html").read_text()
    assert "W has 2 dimensions" in page


@pytest.mark.parametrize("how", ["spawn", "forkserver"])
def test_a_process_that_is_started_anew_is_watched(
    run: Run, tmp_path: Path, engine: Engine, how: str
) -> None:
    (tmp_path / "s.py").write_text(SPAWNING.format(engine=engine.name, how=how))

    watched = run("-m", "xorexplain", "run", "s.py")

    assert watched.returncode == 0, watched.stderr
    assert watched.stdout == "[9.0]\nTrue\n"
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [(f["name"], f["calls"]) for f in report["functions"]] == [("square", 1)]
    assert report["functions"][0]["place"]["line"] == 6
    assert report["engine"] == engine.title
    assert "neither Theano nor PyTensor" not in watched.stderr


@pytest.mark.parametrize("is_asked", [True, False])
def test_programs_that_it_starts_are_watched_where_that_is_asked(
    run: Run, tmp_path: Path, engine: Engine, is_asked: bool
) -> None:
    (tmp_path / "child.py").write_text(
        f"import importlib\nengine = importlib.import_module({engine.name!r})\n"
        f"x = importlib.import_module('{engine.name}.tensor').dvector('x')\n"
        "f = engine.function([x], x + 1, mode='FAST_COMPILE')\nprint(f([1.0]))\n"
    )
    prefix = ["-m", "xorexplain.engines.theano"] if engine.name == "theano" else []
    (tmp_path / "s.py").write_text(
        "import subprocess, sys\n"
        f"subprocess.run([sys.executable, *{prefix}, 'child.py'], check=True)\n"
    )

    watched = run("-m", "xorexplain", "run", *["--programs"] * is_asked, "s.py")

    assert (watched.returncode, watched.stdout) == (0, "[2.]\n"), watched.stderr
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [(f["name"], f["calls"]) for f in report["functions"]] == [("f", 1)] * is_asked
    assert report["command"] == "s.py"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name the program to run"),
        (("nowhere.py",), "nowhere.py is not there"),
        ((".",), r"\. is a folder"),
        (("notes.txt",), "notes.txt, line 1 is no Python"),
        (("-m", "no_such_module"), "there is no module no_such_module"),
        (("--out", "no/such", "ok.py"), "cannot make the folder"),
        (("--out", "-", "ok.py"), "a report is a folder"),
        (("--force", "--out", "mine", "ok.py"), "mine holds no report"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(
    call: Any, arguments: tuple[str, ...], words: str
) -> None:
    Path("notes.txt").write_text("a line of notes")
    Path("ok.py").write_text("")
    Path("mine").mkdir()
    Path("mine", "thesis.tex").write_text("")

    told = call("run", *arguments)

    assert told.status == 2
    assert re.fullmatch(rf"xorexplain: [^\n]*{words}[^\n]*\n", told.err)
    assert not Path("report").exists()
    assert Path("mine", "thesis.tex").exists()


def test_an_earlier_report_stays_unless_forced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("import shutil, sys\nif sys.argv[1:]: shutil.rmtree('report')\n")
    for _ in range(2):
        run("-m", "xorexplain", "run", "s.py")
    forced = run("-m", "xorexplain", "run", "--force", "s.py")

    assert sorted(path.name for path in tmp_path.glob("report*")) == ["report", "report-2"]
    assert "nothing to report: report/" in forced.stderr
    deleted = run("-m", "xorexplain", "run", "--force", "s.py", "delete")
    assert deleted.returncode == 0
    assert "report was deleted while it ran" in deleted.stderr


def test_a_folder_without_a_report_says_so(call: Any, tmp_path: Path) -> None:
    told = call("report", os.fspath(tmp_path))

    assert told.status == 2
    assert "holds no report: write one with `xorexplain run SCRIPT`" in told.err
