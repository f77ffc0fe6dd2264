"""Write output files whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from xorexplain.errors import XorexplainError


def check_writable(path: Path) -> None:
    """Raise XorexplainError, naming the cure, when `path` cannot become an output file."""
    if path.is_dir():
        raise XorexplainError(f"{path} is a folder: give a file name with --out")
    folder = path.parent
    if not folder.exists():
        raise XorexplainError(f"the folder {folder} does not exist: create it first (mkdir -p)")
    if not folder.is_dir():
        raise XorexplainError(f"{folder} is not a folder: choose another --out")
    if not os.access(folder, os.W_OK):
        raise XorexplainError(f"no permission to write in {folder}: choose another --out")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` under a temporary name in the same folder, then rename it to `path`.

    An interruption at any moment leaves an old file at `path` whole and no temporary behind.
    A link is followed; a special file such as /dev/stdout is written in place.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        path.write_bytes(data)
        return
    check_writable(path)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    except OSError as error:
        raise XorexplainError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise XorexplainError(f"cannot write {path}: {error.strerror}") from error
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
