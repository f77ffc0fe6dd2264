"""Find the places of nodes, of many graphs with one layout process, one graph after the other."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded
from xorexplain.render.layout.image import Worker, last_seconds
from xorexplain.render.layout.worker import GRAPHVIZ, LAYERS, PLACES

SECONDS = 4.0
"""For Graphviz's own placement of one graph; then nodes are placed by the built-in method.

These are seconds of computing where the system tells them, so that a busy machine draws the same.
"""
MOST_WAITING = 10
"""So many times as long a process is waited for that is given no processor."""


class Placer:
    """Lay out graphs one after the other; use it as a context manager.

    The process is started at once, and anew after a layout that took too long.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process = _Process()

    def __enter__(self) -> Placer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()

    def node_places(self, dot: str) -> bytes:
        """Return Graphviz's JSON of a graph in DOT text.

        What takes Graphviz too long, or what it cannot place, is placed in layers instead.

        Raises:
            RuntimeError: Graphviz refused the DOT text.
            XorexplainError: The process ended, or did not answer.
        """
        source = encoded(dot)
        answer = self._process.places(GRAPHVIZ, source, self._seconds)
        if answer is None:
            self._process.close()
            self._process = _Process()
            answer = self._process.places(LAYERS, source, last_seconds(source))
        if answer is None and not self._process.errors:
            raise XorexplainError("the layout process ended or does not answer: try again")
        if answer is None:
            raise RuntimeError(f"Graphviz cannot place this graph:\n{self._process.errors}")
        return answer


class _Process(Worker):
    """A layout process that is asked more than once; its answers are read by a thread."""

    def __init__(self) -> None:
        super().__init__()
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.errors = ""
        self._answers: queue.Queue[bytes | str | None] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(self._process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def places(self, first: str, source: bytes, seconds: float) -> bytes | None:
        """Return the places, None after `seconds` and for a process that ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{PLACES} {first} {len(source)}\n".encode() + source)
            self._process.stdin.flush()
            while isinstance(answer := self._next(seconds), str):
                seconds = last_seconds(source) if answer == LAYERS else seconds
        except (BrokenPipeError, queue.Empty):
            return None
        return answer

    def _next(self, seconds: float) -> bytes | str | None:
        """Return what is told next; raise queue.Empty after so many seconds of computing."""
        begun, end = self._computed(), time.monotonic() + MOST_WAITING * seconds
        left = seconds
        while True:
            try:
                return self._answers.get(timeout=left)
            except queue.Empty:
                now = self._computed()
                if begun is None or now is None:
                    raise
                left = min(seconds - (now - begun), end - time.monotonic())
                if left <= 0:
                    raise

    def _computed(self) -> float | None:
        """Return how many seconds the process had a processor, None where nothing tells."""
        try:
            told = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8")
        except OSError:
            return None
        # The name of the program, in parentheses, may hold anything.
        fields = told.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process and its readers."""
        self._process.kill()
        for reader in self._readers:
            reader.join()
        super().close()

    def _read(self, stream: IO[bytes]) -> None:
        """Hand on each step that is begun and each answer, and None at the end."""
        for key, words in _told(stream):
            if key == "step":
                self._answers.put(words)
            elif key == PLACES:
                self._answers.put(stream.read(int(words)))
        self._answers.put(None)

    def _read_errors(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.errors = (self.errors + line.decode(errors="replace"))[-2000:]


def _told(stream: IO[bytes]) -> Iterator[tuple[str, str]]:
    while line := stream.readline():
        key, _, words = line.decode().rstrip("\n").partition(": ")
        yield key, words
