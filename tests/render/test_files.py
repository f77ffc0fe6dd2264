"""Output files are whole or not there, whatever happens while they are written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from processes import environment, run_python

from xorexplain.errors import XorexplainError
from xorexplain.render.files import check_writable, write_atomically

needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files and signals")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def refusal(path: Path) -> str:
    with pytest.raises(XorexplainError) as caught:
        write_atomically(path, b"new")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_file_is_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new.svg", b"\x00new")

    assert (tmp_path / "new.svg").read_bytes() == b"\x00new"
    assert names_in(tmp_path) == ["new.svg"]


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "old.svg"
    path.write_bytes(b"old and longer")

    write_atomically(path, b"new")

    assert path.read_bytes() == b"new"
    assert names_in(tmp_path) == ["old.svg"]


def test_a_name_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    check_writable(Path("new.svg"))
    write_atomically(Path("new.svg"), b"new")

    assert (tmp_path / "new.svg").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["x" * 255, "🧠" * 63, "with space", "-dash", "new\nline"])
def test_any_name_the_file_system_takes(tmp_path: Path, name: str) -> None:
    write_atomically(tmp_path / name, b"new")

    assert (tmp_path / name).read_bytes() == b"new"


# Where nothing can be written


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_a_missing_folder(tmp_path: Path) -> None:
    assert "does not exist: create it first" in refusal(tmp_path / "missing" / "new.svg")


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "is not a folder" in refusal(tmp_path / "file" / "new.svg")


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    assert "File name too long" in refusal(tmp_path / ("x" * 256))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk() -> None:
    assert "No space left on device" in refusal(Path("/dev/full"))


@needs_posix
def test_a_folder_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    tmp_path.chmod(0o755)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        assert "ermission" in refusal(folder / "new.svg")
    finally:
        if root:
            os.seteuid(0)

    assert names_in(folder) == []


@pytest.mark.parametrize("name", [".", "missing/new.svg"])
def test_a_place_is_checked_before_any_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(XorexplainError):
        check_writable(tmp_path / name)


# Permissions and links


@needs_posix
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_users_permissions(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "new.svg", b"new")
    finally:
        os.umask(before)

    assert mode_of(tmp_path / "new.svg") == 0o666 & ~umask


@needs_posix
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_an_old_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "old.svg"
    path.write_bytes(b"old")
    path.chmod(mode)

    write_atomically(path, b"new")

    assert mode_of(path) == mode
    assert path.read_bytes() == b"new"


@needs_posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "elsewhere" / "target.svg"
    target.parent.mkdir()
    if exists:
        target.write_bytes(b"old")
    link = tmp_path / "link.svg"
    link.symlink_to(target)

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names_in(target.parent) == ["target.svg"]


@needs_posix
def test_a_link_into_a_missing_folder(tmp_path: Path) -> None:
    link = tmp_path / "link.svg"
    link.symlink_to(tmp_path / "missing" / "target.svg")

    assert "does not exist" in refusal(link)


# What is no file

WRITE = """
    import sys
    from pathlib import Path
    from xorexplain.render.files import write_atomically

    write_atomically(Path(sys.argv[1]), b"new")
"""


@needs_posix
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_through_a_pipe(name: str) -> None:
    completed = run_python(WRITE, name)

    assert (completed.stdout, completed.stderr, completed.returncode) == ("new", "", 0)


@needs_posix
def test_standard_output_into_a_file_is_written_on(tmp_path: Path) -> None:
    path = tmp_path / "collected"
    with path.open("wb") as collected:
        for _ in range(2):
            subprocess.run(
                [sys.executable, "-c", textwrap.dedent(WRITE), "/dev/stdout"],
                env=environment(),
                stdout=collected,
                check=True,
            )

    assert path.read_bytes() == b"newnew"


@needs_posix
def test_a_named_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITE), path], env=environment()
    ) as writer:
        assert path.read_bytes() == b"new"

    assert writer.returncode == 0
    assert stat.S_ISFIFO(path.stat().st_mode)


@needs_posix
def test_a_reader_that_is_gone(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        with pytest.raises(BrokenPipeError):
            write_atomically(Path(f"/dev/fd/{writer}"), b"new")
    finally:
        os.close(writer)


# Interruptions


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], moment: str
) -> None:
    path = tmp_path / "old.svg"
    path.write_bytes(b"old")

    def interrupt(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[moment], interrupt)
    with pytest.raises(error):
        write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["old.svg"]


def test_a_failure_of_the_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.svg"
    path.write_bytes(b"old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    assert "No space left on device" in refusal(path)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["old.svg"]


# Writes again and again, as the command line does: with SIGTERM made an exception.
WRITE_FOR_EVER = """
    import signal
    import sys
    from pathlib import Path
    from xorexplain.render.files import write_atomically

    def stop(number, frame):
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, stop)
    data = [bytes([digit]) * 1_000_000 for digit in b"0123456789"]
    print("ready", flush=True)
    while True:
        for block in data:
            write_atomically(Path(sys.argv[1]), block)
"""


@needs_posix
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)]
)
@pytest.mark.parametrize("delay", [0.0, 0.003, 0.011, 0.05])
def test_a_signal_leaves_a_whole_file_and_nothing_else(
    tmp_path: Path, number: signal.Signals, status: int, delay: float
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0" * 1_000_000)

    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITE_FOR_EVER), path],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(number)

    assert process.returncode == status
    assert path.stat().st_size == 1_000_000
    assert len(set(path.read_bytes())) == 1
    assert names_in(tmp_path) == ["file"]


@needs_posix
@pytest.mark.parametrize("delay", [0.0, 0.007, 0.03])
def test_a_process_that_is_killed_leaves_a_whole_file(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0" * 1_000_000)

    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITE_FOR_EVER), path],
        env=environment(),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.kill()

    assert path.stat().st_size == 1_000_000
    assert len(set(path.read_bytes())) == 1
