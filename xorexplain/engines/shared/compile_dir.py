"""Tell what is wrong with an engine's compile directory, and clear a lock nobody holds any more.

Both engines keep what they compile below their setting `base_compiledir` and let one process at a
time write there. This module imports neither.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass

_logger = logging.getLogger("xorexplain")

COMPILER = "C++ compiler"
MAX_WORDS = 200
_FULL = (errno.ENOSPC, errno.EDQUOT)
# Taking a lock is two steps, a folder and then its owner's file, far less than this apart.
_UNSIGNED_SECONDS = 60


@dataclass(frozen=True)
class Lock:
    """Describe the lock of a compile directory.

    `held`: a process of this host has it; `stale`: its owner is gone; `foreign`: another host has
    it, or had it. `pid` and `host` are those of the owner, as far as they can be told.
    """

    path: str
    state: Literal["free", "held", "stale", "foreign"]
    pid: int | None = None
    host: str = ""


@contextlib.contextmanager
def usable(title: str, base: str = "") -> Iterator[None]:
    """Raise XorexplainError where an engine cannot use its compile directory, for whatever reason.

    `title` is the engine's name, `base` its `base_compiledir` where that is known already. Every
    other error passes.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        problem = _problem(error, title, base)
        if problem is None:
            raise
        raise XorexplainError(f"{problem} {elsewhere(title)}") from error
    except Exception as error:
        # Theano compiles a part of itself when it is imported, and raises no class of its own.
        words = " ".join(str(error).split())
        if "Compilation failed" not in words:
            raise
        raise XorexplainError(
            f"{title}'s {COMPILER} fails ({words[:MAX_WORDS]}): install it with Python's header "
            f"files, or do without it: {flags_line(title, 'cxx=')}"
        ) from error


def elsewhere(title: str) -> str:
    """Return the line that has an engine compile in another folder."""
    return flags_line(title, f"base_compiledir=/tmp/{title.lower()}")


def flags_line(title: str, flag: str) -> str:
    """Return the line that sets a flag of an engine; other flags stay as the user set them."""
    variable = f"{title.upper()}_FLAGS"
    before = f"${variable}," if os.environ.get(variable) else ""
    return f"export {variable}={before}{flag}"


def _problem(error: OSError | ValueError, title: str, base: str) -> str | None:
    text = str(error).partition("\n")[0]
    if isinstance(error, TimeoutError) and hasattr(error, "lock_file"):
        return (
            f"another process holds {title}'s compile lock {error.lock_file}: "
            "wait for it to end, or use another folder:"
        )
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"no space is left to compile in {error.filename or base}: free some, or"
    if isinstance(error, OSError):
        path = str(error.filename or "")
        is_theirs = "compiledir" in path
        if base and path.startswith(base):
            path, is_theirs = base, True
    else:
        # Both engines: "Unable to create the compiledir directory '...'. Check the permissions."
        # or "compiledir '...' exists but you don't have read, write or listing permissions."
        found = re.search(r"compiledir\b.*?'(.+?)'.*permissions", text)
        path = found[1] if found else ""
        is_theirs = found is not None
    return f"{title} cannot write to its compile directory {path}:" if is_theirs else None


def owner_file_lock(path: Path) -> Lock:
    """Read a lock that is a folder holding a file `PID_RANDOM_HOST`, which is Theano's way.

    Such a lock outlives an owner that was killed. `path` is that file.
    """
    try:
        owner = path.read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        owner = ""
    try:
        age = time.time() - path.parent.stat().st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return Lock(str(path), "free")
    match = re.fullmatch(r"(\d+)_\d+_(.+)", owner)
    if match is None:
        return Lock(str(path), "stale" if age > _UNSIGNED_SECONDS else "held")
    pid, host = int(match[1]), match[2]
    import socket  # which every start would wait for

    if host != socket.gethostname() or os.name != "posix":
        return Lock(str(path), "foreign", pid, host)
    return Lock(str(path), "held" if _is_alive(pid) else "stale", pid, host)


def kernel_lock(path: Path) -> Lock:
    """Read a lock the kernel keeps on a file and drops with its owner, which is PyTensor's way.

    Such a lock is never stale; the file stays, and means nothing by itself.
    """
    try:
        import fcntl
    except ImportError:
        return Lock(str(path), "free")
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return Lock(str(path), "free")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Lock(str(path), "held", _kernel_lock_owner(os.fstat(descriptor).st_ino))
    finally:
        os.close(descriptor)
    return Lock(str(path), "free")


def _kernel_lock_owner(inode: int) -> int | None:
    """Look an flock's owner up in Linux's table; None where there is no table or no such lock."""
    with contextlib.suppress(FileNotFoundError):
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}"):
                return int(fields[4])
    return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def clear_stale_lock(path: Path) -> None:
    """Remove Theano's lock where its owner is surely gone, and say so in one line.

    Theano overrides the lock of a dead process by itself where it can read the owner, but waits
    two minutes for a lock without one and for a host whose name holds an underscore. Only a lock
    of this host whose process does not exist, or one without an owner for a minute, is removed.
    A lock of a live process or of another host is left to Theano, which waits and says so. The
    folder is renamed before it is deleted, so that of two processes only one gets it, and its
    owner is read again, so that a lock taken in between is given back.
    """
    lock = owner_file_lock(path)
    if lock.state != "stale":
        return
    folder = path.parent
    aside = folder.with_name(f"{folder.name}.stale-{os.getpid()}")
    try:
        folder.rename(aside)
    except FileNotFoundError:  # another process was faster
        return
    if owner_file_lock(aside / path.name).pid != lock.pid:
        aside.rename(folder)
        return
    shutil.rmtree(aside)
    owner = "a process" if lock.pid is None else f"process {lock.pid}"
    _logger.warning("note: removed the compile lock of %s, which is gone: %s", owner, folder)
