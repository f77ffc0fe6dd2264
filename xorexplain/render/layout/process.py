"""Ask a layout process for pictures, one after the other, and end it where it takes too long.

The process is `render/layout/worker`, whose docstring says what goes over the pipes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import IO

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.render.layout.worker import DPI, ERROR, LAYERS, NOTE, PICTURE, STEP

LAST_SECONDS = 60.0  # for the step that has no budget, whatever the size
SECONDS_PER_MEGABYTE = 60.0  # and for each megabyte of DOT; 50,000 nodes are 15, and take a minute
MOST_WAITING = 10
"""So many times as long a process is waited for that is given no processor."""

LAYOUT = Path(__file__).resolve().parent
FONTS = LAYOUT / "fonts"

# Imported, not run as a script, which would be compiled anew each time.
LAUNCH = "import sys; sys.path.append(sys.argv[1]); import worker; worker.main(sys.argv[2:])"

MISSING_BINDING = "drawing needs pygraphviz 2 or newer: pip install 'pygraphviz>=2'"


@dataclass(frozen=True)
class Wish:
    """What is wanted of a picture: its format, in how many seconds, and how fine a PNG is."""

    format: str
    budget: float
    dpi: float = DPI


@dataclass(frozen=True)
class Answer:
    """What became of a request: a picture, or why there is none."""

    data: bytes | None = None
    layers: bool = False  # placed by the step after Graphviz's own
    notes: tuple[str, ...] = ()
    late: bool = False
    refusal: str = ""
    code: int = 0
    errors: str = ""
    seconds: float = 0.0  # after which it was late


class Worker:
    """A layout process that waits for requests.

    Started early, it loads Graphviz and the fonts while the program does other things. Close it, or
    use it as a context manager. Its answers are read by threads.
    """

    def __init__(self) -> None:
        binding = _binding()
        # The process ends when we do, however that comes: it holds the other end of this pipe.
        self._lifeline: int | None = None
        inherited: tuple[int, ...] = ()
        if os.name == "posix":
            end, self._lifeline = os.pipe()
            inherited = (end,)
        try:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", "-c", LAUNCH, str(LAYOUT)),
                    *(str(LAYOUT.parents[1]), binding, *map(str, inherited)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=FONTS,
                env=_environment(),
                pass_fds=inherited,
                # Ctrl-C is for the program, which may go on and ask again.
                start_new_session=True,
            )
        finally:
            for end in inherited:
                os.close(end)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin = self._process.stdin
        self._errors = ""
        self._told: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ready(self) -> bool:
        """Whether the process is there to take a request."""
        return self._process.poll() is None

    def ask(
        self, wish: Wish, first: str, source: bytes, seconds: float, *, computing: bool = False
    ) -> Answer:
        """Return what became of a request; a process that gives no answer is ended.

        Graphviz's own placement is stopped after `seconds`, with `computing` of its own computing
        where the system tells that; a request that has gone on to the next step has as long as its
        size may ask for (`last_seconds`).
        """
        words = (wish.format, first, f"{wish.budget:g}", f"{wish.dpi:g}", str(len(source)))
        request = " ".join(words).encode() + b"\n" + source
        writer = threading.Thread(target=self._write, args=(request,), daemon=True)
        # Before the request is out: on a busy machine it may be answered by the next line.
        answer, clock = Answer(seconds=seconds), _Clock(self._process.pid, computing)
        writer.start()
        self._threads = [*self._threads[:2], writer]
        try:
            while answer.data is None:
                key, told = self._next(clock, answer.seconds)
                if key == STEP and told.decode() == LAYERS:
                    answer = replace(answer, layers=True, seconds=last_seconds(source))
                    clock = _Clock(self._process.pid, computing)
                elif key == NOTE:
                    answer = replace(answer, notes=(*answer.notes, told.decode()))
                elif key == ERROR:
                    answer = replace(answer, refusal=told.decode())
                elif key == PICTURE:
                    answer = replace(answer, data=told)
                elif not key:
                    code = self._process.wait()
                    self.close()
                    return replace(answer, code=code, errors=self._errors)
        except queue.Empty:
            self.close()
            return replace(answer, late=True)
        except BaseException:
            self.close()
            raise
        return answer

    def close(self) -> None:
        """End the process, whatever it does, and its threads; to do so twice does no harm."""
        self._process.kill()
        for thread in self._threads:
            thread.join()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None

    def _next(self, clock: _Clock, seconds: float) -> tuple[str, bytes]:
        """Return what is told next, with no key at the end; raise queue.Empty after `seconds`.

        What is there by then counts by the clock: this thread too may have had no processor.
        """
        while (left := clock.left(seconds)) > 0:
            with contextlib.suppress(queue.Empty):
                told = self._told.get(timeout=left)
                if clock.left(seconds) > 0:
                    return told
        raise queue.Empty

    def _write(self, request: bytes) -> None:
        """Hand a request over, of which a pipe may hold a part; the end of the process shows."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.write(request)
            self._stdin.flush()

    def _read(self, stream: IO[bytes]) -> None:
        """Hand on what is told and each picture, and no key at the end."""
        while line := stream.readline():
            key, _, words = line.rstrip(b"\n").partition(b": ")
            told = stream.read(int(words)) if key.decode() == PICTURE else words
            self._told.put((key.decode(), told))
        self._told.put(("", b""))

    def _read_errors(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._errors = (self._errors + line.decode(errors="replace"))[-2000:]


class _Clock:
    """Measure what a request has taken, in time or in computing of the process that answers it."""

    def __init__(self, pid: int, is_computing: bool) -> None:
        self._stat = Path(f"/proc/{pid}/stat") if is_computing else None
        self._computed, self._begun = self._read(), time.monotonic()

    def left(self, seconds: float) -> float:
        """Return how many of so many seconds are left; below 0 if they are over."""
        passed, now = time.monotonic() - self._begun, self._read()
        if self._computed is None or now is None:
            return seconds - passed
        return min(seconds - (now - self._computed), MOST_WAITING * seconds - passed)

    def _read(self) -> float | None:
        """Return how many seconds the process had a processor, None where nothing tells."""
        try:
            told = self._stat.read_text("utf-8") if self._stat else ""
        except OSError:
            return None
        # The name of the program, in parentheses, may hold anything.
        fields = told.rpartition(")")[2].split()
        if not fields:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def last_seconds(source: bytes) -> float:
    """Return how long the step that always comes to an end may take, with room for a busy machine.

    A process that does not answer by then was stopped, or waits for something.
    """
    return LAST_SECONDS + SECONDS_PER_MEGABYTE * len(source) / 1e6


def _binding() -> str:
    """Return the folder of pygraphviz, without importing it."""
    spec = importlib.util.find_spec("pygraphviz")
    if spec is None or not spec.submodule_search_locations:
        raise XorexplainError(MISSING_BINDING)
    return spec.submodule_search_locations[0]


def _environment() -> dict[str, str]:
    """Return an environment in which every machine draws the same."""
    theirs = {"DOTFONTPATH", "FONTCONFIG_SYSROOT", "GDFONTPATH", "GVBINDIR", "GV_FILE_PATH"}
    return {
        **{name: value for name, value in os.environ.items() if name not in theirs},
        "FONTCONFIG_FILE": str(FONTS / "fonts.conf"),
        "FONTCONFIG_PATH": str(FONTS),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
