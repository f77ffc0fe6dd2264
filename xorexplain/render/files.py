"""Write output files whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from xorexplain.errors import XorexplainError

T = TypeVar("T")
NEW_FILE = 0o666
"""Permissions a new file is given, less the user's umask."""


def check_writable(path: Path) -> None:
    """Raise XorexplainError, naming the cure, when `path` cannot become an output file."""
    try:
        if _is_device(path):
            return
        if path.is_dir():
            raise XorexplainError(f"{path} is a folder: give a file name with --out")
        folder = Path(os.path.realpath(path)).parent
        if not folder.exists():
            raise XorexplainError(f"the folder {folder} does not exist: create it first (mkdir -p)")
        if not folder.is_dir():
            raise XorexplainError(f"{folder} is not a folder: choose another --out")
        if not os.access(folder, os.W_OK):
            raise XorexplainError(f"no permission to write in {folder}: choose another --out")
    except OSError as error:
        raise _cannot_write(path, error) from error


def write_atomically(path: Path, data: bytes, synced: bool = True) -> None:
    """Write `data` under a temporary name in the same folder, then rename it to `path`.

    An interruption at any moment leaves an old file at `path` whole and, unless the process is
    killed outright, no temporary behind. An old file's permissions are kept and a link is
    followed. What is no plain file, such as /dev/stdout or a pipe, is written to as it is. Unless
    `synced`, nobody waits for the disk: for what can be written again. Raise XorexplainError where
    that fails, BrokenPipeError where the reader of a pipe is gone.
    """
    check_writable(path)
    try:
        if _is_device(path):
            _write_in_place(path, data)
        else:
            _replace(Path(os.path.realpath(path)), data, synced)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _cannot_write(path, error) from error


def read_bytes(path: Path) -> bytes:
    """Read a file; raise XorexplainError, naming the cure, where that fails."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise XorexplainError(f"cannot read {path}: {error.strerror}: check the name") from error


def _decoded(path: Path, data: bytes) -> str:
    """Return the text of a file, in UTF-8 with or without a mark at its start."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise XorexplainError(f"{path} is no text in UTF-8: check the name") from error


def parsed(path: Path, data: bytes, read: Callable[[str], T]) -> T:
    """Read the text of a file; raise XorexplainError, naming the file, where it is broken."""
    text = _decoded(path, data)
    try:
        return read(text)
    except XorexplainError as error:
        raise XorexplainError(f"{path}: {error}") from error


def _is_device(path: Path) -> bool:
    """Tell whether a path stands for a pipe, a terminal or an open file, and not for a file."""
    if descriptor(path) is not None:
        return True
    return path.exists() and not path.is_file() and not path.is_dir()


def descriptor(path: Path) -> int | None:
    """Return the open file a path such as /dev/stdout stands for, None for any other path."""
    named = {"/dev/stdout": 1, "/dev/stderr": 2}.get(str(path))
    numbered = re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", str(path))
    return int(numbered[1]) if numbered else named


def _write_in_place(path: Path, data: bytes) -> None:
    # An open file is written on from where it stands: a shell's `>>` wants the old text kept.
    number = descriptor(path)
    with path.open("wb") if number is None else os.fdopen(os.dup(number), "wb") as file:
        file.write(data)


def _replace(path: Path, data: bytes, synced: bool) -> None:
    old = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    temporary = path.with_name(f".xorexplain-{os.urandom(8).hex()}")

    def create(name: str, flags: int) -> int:
        return os.open(name, flags, NEW_FILE if old is None else old)

    # The name is known before the file exists, so that a signal at any moment leaves none behind.
    try:
        with open(temporary, "xb", opener=create) as file:
            file.write(data)
            file.flush()
            if synced:
                os.fsync(file.fileno())
        if old is not None:
            temporary.chmod(old)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _cannot_write(path: Path, error: OSError) -> XorexplainError:
    return XorexplainError(f"cannot write {path}: {error.strerror}: choose another --out")
