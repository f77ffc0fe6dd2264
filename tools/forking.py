"""Run a module in a process of its own that begins with the engine imported.

Importing Theano and Sphinx takes 1.3 s, a build of one page a third of it. So a server imports
them once, and each run is a process that the server forks, with arguments, folder, environment and
standard streams of its own. Who tests how a process starts, or needs another hash seed, starts one.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

READ_LATE = ("COLUMNS", "LINES", "NO_COLOR", "PYTEST_CURRENT_TEST", "TERM")
"""Variables that are read when a command begins; others may be read by what is imported."""
COMMANDS = (
    "xorexplain.cli",
    "xorexplain.cli.commands.graph",
    "xorexplain.models.loading",
    "xorexplain.api.report",
    "xorexplain.render.pictures.dot",
    "xorexplain.render.reports.computed",
    "xorexplain.render.reports.steps",
    "xorexplain.runs.failing",
    "scipy.sparse",
    "scipy.special",
)
"""What commands import when they need it: a third of the time of a short one."""
COMPILING = ("train", "explore", "pages", "docs")
"""Commands that compile: PyTensor imports Numba then, which takes as long as all the rest."""
WHOLE = ("pytensor.link.numba.dispatch", "xorexplain.sphinxext.walkthrough")
SITES = ("sphinx.cmd.build", "xorexplain.sphinxext.extension", "alabaster", "furo")
LONGEST = 800
"""Seconds after which a process is ended: enough on a busy machine, and less than pytest leaves a
test, so that what was printed is told."""
SERVE = "import sys; sys.path[0] = sys.argv[1]; import forking; forking.serve(int(sys.argv[2]))"


def run_forked(
    module: str,
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    stdin: str = "",
    timeout: float = LONGEST,
    joined: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `python -m module ...` and return its exit status and what it printed.

    `joined` has stderr go where stdout does.
    """
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(stdin.encode())
        files[0].seek(0)
        server = server_of(env)
        streams = [file.fileno() for file in files]
        streams[2] = streams[1] if joined else streams[2]
        server.start(module, arguments, cwd, env, streams)
        status = server.wait(timeout)
        out, err = map(_read, files[1:])
    return subprocess.CompletedProcess([module, *arguments], status, out, err)


def run_on_terminal(
    module: str,
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    shown_on: int,
    interrupt_at: bytes | None = None,
) -> tuple[int, str, bytes]:
    """Run with stdout (1) or stderr (2) on a terminal, and press Ctrl-C when it shows something.

    Return the exit status, what the other stream got and what the terminal did.
    """
    import pty

    ours, theirs = pty.openpty()
    shown = b""
    server = server_of(env)
    with tempfile.TemporaryFile() as other, Path(os.devnull).open("rb") as nothing:
        streams = {0: nothing.fileno(), 3 - shown_on: other.fileno(), shown_on: theirs}
        server.start(module, arguments, cwd, env, [streams[place] for place in range(3)])
        os.close(theirs)
        with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
            while piece := os.read(ours, 65536):
                shown += piece
                if interrupt_at is not None and interrupt_at in shown:
                    os.kill(server.pid, signal.SIGINT)
                    interrupt_at = None
        status = server.wait(LONGEST)
        os.close(ours)
        return status, _read(other), shown


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


class Server:
    """Hold the process that forks. It has one process at a time."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        self.pid = 0
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(Path(__file__).parent), str(theirs.fileno())],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._told = self._socket.makefile("r")
        atexit.register(self.close)

    def start(
        self,
        module: str,
        arguments: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        streams: Sequence[int],
    ) -> None:
        """Have a process forked, whose number is `pid`; give it stdin, stdout and stderr."""
        request = json.dumps([module, list(arguments), str(cwd), dict(env)]).encode()
        socket.send_fds(self._socket, [b"%16d" % len(request)], streams)
        self._socket.sendall(request)
        self.pid = int(self._told.readline())

    def wait(self, timeout: float) -> int:
        """Return how the process ended, and end it where it does not in time."""
        killer = threading.Timer(timeout, os.kill, (self.pid, signal.SIGKILL))
        killer.start()
        try:
            return int(self._told.readline())
        finally:
            killer.cancel()

    def close(self) -> None:
        """End the server."""
        self._told.close()
        self._socket.close()
        self._process.wait()


def server_of(env: Mapping[str, str]) -> Server:
    """Return the server whose imports saw an environment."""
    return _server(*sorted((k, v) for k, v in env.items() if k not in READ_LATE))


@cache
def _server(*env: tuple[str, str]) -> Server:
    return Server(dict(env))


def _load() -> None:
    """Import what takes time, the engine too."""
    from xorexplain import engines

    if engines.installed():
        importlib.import_module(engines.choose().name)
    for name in COMMANDS:
        importlib.import_module(name)
    _keep()


def _keep() -> None:
    """Leave what was imported alone: who looks for garbage would write to, and so copy, it all."""
    gc.collect()
    gc.freeze()


@cache
def _load_sphinx() -> None:
    """Import what Sphinx imports when a build begins."""
    with contextlib.suppress(ImportError):
        from sphinx.application import builtin_extensions

        for name in (*SITES, *builtin_extensions):
            importlib.import_module(name)
    _keep()


@cache
def _load_compiler() -> None:
    """Import what PyTensor compiles with, which it does when something is compiled."""
    for name in WHOLE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _keep()


def serve(channel: int) -> None:
    """Import what takes time, then fork for each request until nobody is there to ask."""
    del sys.path[0]  # where nothing of the package is
    _load()
    with socket.socket(fileno=channel) as asked:
        while True:
            head, streams, _, _ = socket.recv_fds(asked, 16, 3)
            if not head:
                return
            request = b""
            while len(request) < int(head):
                request += asked.recv(int(head) - len(request))
            module, arguments, *around = json.loads(request)
            if module == "sphinx":
                _load_sphinx()
            elif arguments and arguments[0] in COMPILING:
                _load_compiler()
            pid = os.fork()
            if pid == 0:
                asked.close()
                _run(streams, module, arguments, *around)
            for stream in streams:
                os.close(stream)
            asked.sendall(b"%d\n" % pid)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            asked.sendall(b"%d\n" % status)


def _run(
    streams: Sequence[int], module: str, arguments: Sequence[str], cwd: str, env: Mapping[str, str]
) -> NoReturn:
    """Be the process, from its first line to its end."""
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
    for stream in streams:
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = [module, *arguments]
    sys.path.insert(0, cwd)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status: object = 0
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001 - as Python itself does at the end of a program
        traceback.print_exc()
        status = 1
    if not isinstance(status, int):
        sys.stderr.write(f"{status}\n")
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status & 0xFF)
