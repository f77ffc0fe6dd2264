from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import socket
import time
from pathlib import Path

import pytest
from helpers import RunCli

from xorexplain import engines
from xorexplain.engines.shared.compile_dir import (
    Lock,
    clear_stale_lock,
    kernel_lock,
    owner_file_lock,
    usable,
)
from xorexplain.errors import XorexplainError

HOST = socket.gethostname()
DEAD = 2**22 + 1
"""No process: the number of one that has ended may be that of another by now."""


def make_lock(folder: Path, owner: str | None) -> Path:
    path = folder / "lock_dir" / "lock"
    path.parent.mkdir(parents=True)
    if owner is not None:
        path.write_text(owner)
    return path


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_no_lock(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert owner_file_lock(tmp_path / "lock_dir" / "lock").state == "free"
    assert owner_file_lock(tmp_path / "file" / "lock_dir" / "lock").state == "free"


def test_the_lock_of_a_live_process(tmp_path: Path) -> None:
    path = make_lock(tmp_path, f"{os.getpid()}_0123456789_{HOST}\n")

    assert owner_file_lock(path) == Lock(str(path), "held", os.getpid(), HOST)
    clear_stale_lock(path)
    assert path.exists()


def test_the_lock_of_a_dead_process_is_cleared(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_lock(tmp_path, f"{DEAD}_0123456789_{HOST}\n")

    assert owner_file_lock(path) == Lock(str(path), "stale", DEAD, HOST)
    with caplog.at_level(logging.WARNING, "xorexplain"):
        clear_stale_lock(path)
    assert list(tmp_path.iterdir()) == []
    assert caplog.messages == [
        f"note: removed the compile lock of process {DEAD}, which is gone: {path.parent}"
    ]


def test_the_lock_of_another_host_is_left_alone(tmp_path: Path) -> None:
    path = make_lock(tmp_path, f"{DEAD}_0123456789_some_other_host\n")

    assert owner_file_lock(path) == Lock(str(path), "foreign", DEAD, "some_other_host")
    clear_stale_lock(path)
    assert path.exists()


def test_a_host_name_may_hold_underscores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "a_b_c")

    assert owner_file_lock(make_lock(tmp_path, f"{DEAD}_0123456789_a_b_c")).state == "stale"


@pytest.mark.parametrize("owner", [None, "", "nonsense"])
def test_a_lock_without_an_owner_is_stale_after_a_while(tmp_path: Path, owner: str | None) -> None:
    path = make_lock(tmp_path, owner)

    assert owner_file_lock(path).state == "held"
    age(path.parent, 120)
    assert owner_file_lock(path) == Lock(str(path), "stale")
    clear_stale_lock(path)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_of_the_kernel(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / ".lock"

    assert kernel_lock(path).state == "free"
    with path.open("w") as file:
        assert kernel_lock(path).state == "free"
        fcntl.flock(file, fcntl.LOCK_EX)
        held = kernel_lock(path)
    assert held.state == "held"
    assert held.pid in (os.getpid(), None)
    assert kernel_lock(path).state == "free"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            ValueError("Unable to create the compiledir directory '/x/y'. Check the permissions."),
            "Theano cannot write to its compile directory /x/y: export THEANO_FLAGS=",
        ),
        (
            ValueError(
                "compiledir '/x' exists but you don't have read, write or listing permis"
                "sions.\nmore"
            ),
            "Theano cannot write to its compile directory /x: export THEANO_FLAGS=",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/base/tmp1/mod.cpp"),
            "Theano cannot write to its compile directory /base: export THEANO_FLAGS=",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "no space is left to compile in /base: free some, or export THEANO_FLAGS=",
        ),
    ],
)
def test_errors_of_the_compile_directory_name_the_cure(error: Exception, message: str) -> None:
    with pytest.raises(XorexplainError) as raised, usable("Theano", "/base"):
        raise error

    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    "error",
    [ValueError("shapes do not match"), FileNotFoundError(errno.ENOENT, "No such file", "/else")],
)
def test_other_errors_pass(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, usable("Theano", "/base"):
        raise error

    assert raised.value is error


@pytest.mark.theano
def test_theano_does_not_wait_for_the_dead(run_cli: RunCli, tmp_path: Path) -> None:
    shared = Path(engines.choose().setup().lock.path).parents[1]
    folder = tmp_path / "base" / shared.name
    shutil.copytree(shared / "lazylinker_ext", folder / "lazylinker_ext")
    path = make_lock(folder, f"{DEAD}_0123456789_{HOST}\n")
    flags = f"base_compiledir={tmp_path / 'base'},linker=py"
    done = run_cli("train", "--steps", "1", "--quiet", env={"THEANO_FLAGS": flags})

    assert done.stderr == (
        f"note: removed the compile lock of process {DEAD}, which is gone: {path.parent}\n"
    )
    assert done.returncode == 0
    assert not path.parent.exists()


@pytest.mark.theano
def test_theano_without_a_compiler_needs_no_folder(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    flags = f"base_compiledir={tmp_path / 'file' / 'below'},cxx="
    done = run_cli("train", "--steps", "1", "--quiet", env={"THEANO_FLAGS": flags})
    report = json.loads(run_cli("doctor", "--json", env={"THEANO_FLAGS": flags}).stdout)

    assert done.stdout.startswith("x1  x2  target  prediction")
    checks = {check["name"]: check for check in report["checks"]}
    assert checks["engine"]["status"] == "ok"
    assert checks["compile directory"]["status"] == "problem"
    assert checks["compile lock"]["found"] == "not known: the engine did not tell"


@pytest.mark.pytensor
def test_pytensor_gives_up_on_a_lock_that_is_held(run_cli: RunCli, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    shared = Path(engines.choose().setup().lock.path).parent
    path = tmp_path / "base" / shared.name / ".lock"
    path.parent.mkdir(parents=True)
    flags = f"base_compiledir={tmp_path / 'base'},linker=cvm,compile__timeout=1"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = run_cli("train", "--steps", "1", env={"PYTENSOR_FLAGS": flags})
        report = json.loads(run_cli("doctor", "--json", env={"PYTENSOR_FLAGS": flags}).stdout)

    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"xorexplain: another process holds PyTensor's compile lock {path}: ")
    assert (done.stdout, done.returncode) == ("", 2)
    lock = next(check for check in report["checks"] if check["name"] == "compile lock")
    assert lock["found"].startswith(f"held by process {os.getpid()}")
