"""Stdout holds the answer alone, whole and readable, whatever else writes and whatever it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from forking import LONGEST

from xorexplain.cli.streams import SPELLED

NOISY = """
import ctypes, os
from xorexplain.engines import choose

def model():
    print("printed by the model")
    os.write(1, b"written by the model\\n")
    ctypes.CDLL(None).puts(b"written by C")
    x = choose().tensor.dscalar("x")
    return {"y": x * 2.0}
"""


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    usual = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-m", "xorexplain", *arguments],
        cwd=folder,
        env={**usual, "PYTHONUTF8": "0", **environment},
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        check=False,
        timeout=LONGEST,
    )


@pytest.mark.parametrize("out", ["-", "/dev/stdout", "/dev/fd/1"])
def test_what_a_model_writes_is_not_in_the_answer(out: str, tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(NOISY)

    done = run(
        *("graph", "--format", "json", "--out", out, "--model", "noisy.py:model"), folder=tmp_path
    )

    assert done.returncode == 0
    assert json.loads(done.stdout)["applies"]
    for words in ("printed by the model", "written by the model", "written by C"):
        assert words in done.stderr


def test_no_columns_print_all_the_same(tmp_path: Path) -> None:
    assert "cost = " in run("gradient", folder=tmp_path, COLUMNS="0").stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_signs_that_an_encoding_lacks_are_spelled(encoding: str, tmp_path: Path) -> None:
    done = run("gradient", folder=tmp_path, PYTHONIOENCODING=encoding)

    assert done.returncode == 0
    assert "?" not in done.stdout
    assert "sigma(z2)" in done.stdout
    assert "delta output" in done.stdout


def test_spelled_signs_are_ascii() -> None:
    assert all(words.isascii() for words in SPELLED.values())


def test_a_closed_stdin_takes_nothing_away(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m xorexplain graph --out g.svg <&-', sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "g.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; "$0" -m xorexplain print', sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )

    assert done.returncode == 2
    assert "the working folder is gone" in done.stderr
    assert "Traceback" not in done.stderr
