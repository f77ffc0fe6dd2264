"""Find the places of nodes, of many graphs with one layout process, one graph after the other."""

from __future__ import annotations

import math

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded
from xorexplain.render.layout.process import Wish, Worker, last_seconds
from xorexplain.render.layout.worker import GRAPHVIZ, LAYERS, PLACES

SECONDS = 4.0
"""For Graphviz's own placement of one graph; then nodes are placed by the built-in method.

These are seconds of computing where the system tells them, so that a busy machine draws the same.
"""
WISH = Wish(PLACES, math.inf)


class Placer:
    """Lay out graphs one after the other; use it as a context manager.

    The process is started at once, and anew after a layout that took too long.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process = Worker()

    def __enter__(self) -> Placer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()

    def node_places(self, dot: str) -> bytes:
        """Return Graphviz's JSON of a graph in DOT text.

        What takes Graphviz too long, or what it cannot place, is placed in layers instead; so is
        what it places with faults, such as nodes that overlap, in every way that is tried.

        Raises:
            RuntimeError: Graphviz refused the DOT text.
            XorexplainError: The process ended, or did not answer.
        """
        source = encoded(dot)
        answer = self._process.ask(WISH, GRAPHVIZ, source, self._seconds, computing=True)
        if answer.data is None:
            self._process = Worker()
        if answer.data is None or answer.notes:
            seconds = last_seconds(source)
            answer = self._process.ask(WISH, LAYERS, source, seconds, computing=True)
        if answer.data is None and not answer.errors:
            raise XorexplainError("the layout process ended or does not answer: try again")
        if answer.data is None:
            raise RuntimeError(f"Graphviz cannot place this graph:\n{answer.errors}")
        return answer.data
