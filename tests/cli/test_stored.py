"""Read graphs and traces back from files: without an engine, and strictly."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from forking import LONGEST

from xorexplain import cli

WITHOUT_ENGINES = """\
import sys
sys.modules["theano"] = sys.modules["pytensor"] = None
from xorexplain.cli import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a graph and a trace of the XOR network, written once."""
    folder = tmp_path_factory.mktemp("stored")
    assert cli.run(["graph", "--stage", "optimized", "--out", str(folder / "g.json")]) == 0
    assert cli.run(["rewrites", "--out", str(folder / "t.json")]) == 0
    return folder


@pytest.fixture
def files(written: Path, tmp_path: Path) -> Path:
    """The same in a folder of a test's own."""
    for path in written.iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ("graph", "--from", "g.json", "--out", "g.svg"),
        ("graph", "--from", "g.json", "--out", "g.html"),
        ("graph", "--from", "g.json", "--out", "g.txt", "--around", "W1"),
        ("rewrites", "--trace", "t.json"),
        ("rewrites", "--trace", "t.json", "8"),
        ("rewrites", "--trace", "t.json", "8", "--out", "step.svg"),
        ("rewrites", "--trace", "t.json", "--out", "t.html"),
    ],
    ids=" ".join,
)
def test_files_are_read_without_an_engine(files: Path, arguments: tuple[str, ...]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENGINES, *arguments],
        cwd=files,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    assert told.stdout


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "broken.json: not JSON (line 1)"),
    "cut short": (b'{"format": "xorexplain-', "broken.json: not JSON (line 1)"),
    "not UTF-8": (b"\xff\xfe{\x00}", "broken.json is no text in UTF-8: check the name"),
    "other JSON": (b"[1, 2]", "file: write one with `xorexplain "),
    "deep": (b"[" * 200_000, "(nested too deeply)"),
    "many digits": (b'{"format": ' + b"1" * 5000 + b"}", "broken "),
    "no number": (b'{"format": NaN}', "NaN is no JSON"),
    "null": (b"null", "file: write one with `xorexplain "),
    "version": (b'{"format": "xorexplain-FORM", "version": true}', "file of version true, this is"),
    "missing": (b'{"format": "xorexplain-FORM", "version": 1}', " is missing: "),
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize(
    "arguments",
    [("graph", "--from", "broken.json"), ("rewrites", "--trace", "broken.json")],
    ids=["graph", "trace"],
)
def test_a_broken_file_is_one_line(
    call: Any, tmp_path: Path, arguments: tuple[str, ...], what: str
) -> None:
    data, message = BROKEN[what]
    form = b"graph" if arguments[0] == "graph" else b"trace"
    (tmp_path / "broken.json").write_bytes(data.replace(b"FORM", form))

    told = call(*arguments)

    assert (told.status, told.out) == (2, "")
    assert message in told.err
    assert told.err.count("\n") == 1
    assert len(told.err) < 300
    assert [path.name for path in tmp_path.iterdir()] == ["broken.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["graph"], ["graph", "--out", "g.svg"], ["graph", "--out", "g.html"]),
        *(["rewrites"], ["rewrites", "3"], ["rewrites", "usage"], ["rewrites", "origins", "n0"]),
        *(["rewrites", "3", "--out", "s.svg"], ["rewrites", "--out", "t.html"]),
    ],
    ids=" ".join,
)
def test_every_command_names_the_place_that_breaks_the_schema(
    call: Any, files: Path, arguments: list[str]
) -> None:
    is_graph = arguments[0] == "graph"
    data = json.loads((files / ("g.json" if is_graph else "t.json")).read_text("utf-8"))
    graph = data if is_graph else data["universe"]
    graph["variables"][3]["shape"] = "2 by 5"
    (files / "broken.json").write_text(json.dumps(data), encoding="utf-8")

    told = call(*arguments, "--from" if is_graph else "--trace", "broken.json")

    place = "variables[3].shape" if is_graph else "universe.variables[3].shape"
    assert (told.status, told.out) == (2, "")
    assert f'file: {place}: "2 by 5" is no list: ' in told.err
    assert "xorexplain: broken.json: broken " in told.err
    assert told.err.count("\n") == 1


def test_a_mark_at_the_start_of_a_file_is_read_over(call: Any, files: Path) -> None:
    for name in ("g.json", "t.json"):
        (files / name).write_bytes(b"\xef\xbb\xbf" + (files / name).read_bytes())

    assert call("graph", "--from", "g.json", "--out", "g.dot").status == 0
    assert call("rewrites", "--trace", "t.json", "usage").status == 0


def test_what_the_file_says_is_not_said_again(call: Any, files: Path) -> None:
    told = call("graph", "--from", "g.json", "--stage", "symbolic")

    assert told.status == 2
    assert "the file of --from says what --stage does: leave one out" in told.err
