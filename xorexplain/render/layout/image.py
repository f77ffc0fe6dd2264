"""Turn DOT text into a picture: PNG, SVG or PDF.

The work is done in a process that can be ended, by the Graphviz embedded by pygraphviz; the `dot`
program of the system may say where nodes are. What takes too long is placed by `layered`, which
always comes to an end.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
from dataclasses import replace

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded
from xorexplain.errors.records import dataclass
from xorexplain.render.layout.process import Answer, Wish, Worker, last_seconds
from xorexplain.render.layout.worker import DPI, GRAPHVIZ, LAYERS, PATIENT, SYSTEM

PATIENCE = 10.0  # a longer budget is the user's wish that Graphviz tries whatever the size
GRAPHVIZ_SHARE = 0.6  # of the budget, for Graphviz at its best settings
LAYERS_SECONDS = 5.0  # of a long budget, kept for the method that always comes to an end
MOST_KEPT = 1_000_000  # bytes of DOT
KILLED = -9  # the exit code where the system ends a process

# The one thing in a PDF that two runs would give differently; of the same length, for its index.
_DATE = re.compile(rb"(/CreationDate \(D:)\d{14}")

MISSING_DOT = (
    "--layout system needs the Graphviz program `dot` on PATH: install it (apt install graphviz, "
    "brew install graphviz) or leave --layout out to use the embedded one"
)
TOO_LARGE = "draw fewer nodes with --max-nodes, or choose .svg"


@dataclass(frozen=True)
class Picture:
    """A drawn picture, and a line for each thing about it that the user should know."""

    data: bytes
    notes: tuple[str, ...] = ()


def start_worker() -> Worker:
    """Start a layout process ahead of time; raise XorexplainError if pygraphviz is not there."""
    return Worker()


def end_kept() -> None:
    """End the process that waits for the next picture, where one does."""
    if worker := _kept.pop(os.getpid(), None):
        worker.close()


_kept: dict[int, Worker] = {}  # by process: one that was forked leaves its parent's alone
atexit.register(end_kept)


def _keep(worker: Worker, source: bytes) -> None:
    """Keep a process for the next picture; not one that a large graph took much memory of."""
    is_kept = worker.ready and len(source) <= MOST_KEPT
    if not is_kept or _kept.setdefault(os.getpid(), worker) is not worker:
        worker.close()


def render(
    dot: str,
    format: str,
    *,
    layout: str = "embedded",
    budget: float = 10.0,
    dpi: float = DPI,
    worker: Worker | None = None,
    title: str = "",
    description: str = "",
) -> Picture:
    """Draw DOT text as `png`, `svg` or `pdf`.

    `layout` is `embedded` or `system`. Where Graphviz's own placement takes more than most of
    `budget` seconds, the nodes are placed in layers in the rest of it, by a method that always
    comes to an end, and a note says so. With no more than PATIENCE seconds that is done at once for
    a graph that Graphviz would clearly not place in time. `title` and `description` go into SVG.

    Raises:
        XorexplainError: No layout program is there, or the picture is too large to be drawn.
        RuntimeError: Graphviz refused the DOT text.
    """
    source, wish = encoded(dot), Wish(format, budget, dpi)
    if layout == "system":
        picture = _system(source, wish)
    else:
        picture = _embedded(source, wish, worker)
    if format == "svg":
        from xorexplain.render.pictures import svg  # no other format needs it

        return replace(picture, data=svg.finish(picture.data, title, description))
    if format == "pdf":
        return replace(picture, data=_DATE.sub(rb"\g<1>19700101000000", picture.data))
    return picture


def _embedded(source: bytes, wish: Wish, worker: Worker | None) -> Picture:
    first = GRAPHVIZ if wish.budget <= PATIENCE else PATIENT
    rest = min((1 - GRAPHVIZ_SHARE) * wish.budget, LAYERS_SECONDS)
    answer = _asked(wish, first, source, wish.budget - rest, worker)
    if answer.layers and not answer.code:
        reason = "the graph is too large for Graphviz to place in a few seconds"
        return _picture(answer, f"{reason} (it tries with a time limit above {PATIENCE:g})")
    if answer.late:
        reason = f"{wish.budget:.3g} s were not enough for Graphviz"
        return _layers(source, replace(wish, budget=rest), reason)
    if answer.code:
        return _layers(source, wish, "Graphviz failed")
    return _picture(answer)


def _asked(
    wish: Wish, first: str, source: bytes, seconds: float, worker: Worker | None = None
) -> Answer:
    """Ask a process that was started for this, else the one that is kept."""
    if worker is not None and worker.ready:
        return worker.ask(wish, first, source, seconds)
    kept = _kept.pop(os.getpid(), None)
    if kept is not None:
        answer = kept.ask(wish, first, source, seconds)
        _keep(kept, source)
        if not answer.code:  # else it may have ended while it waited
            return answer
    worker = Worker()
    answer = worker.ask(wish, first, source, seconds)
    _keep(worker, source)
    return answer


def _layers(source: bytes, wish: Wish, reason: str) -> Picture:
    return _picture(_asked(wish, LAYERS, source, last_seconds(source)), reason)


def _picture(answer: Answer, reason: str = "") -> Picture:
    if answer.late:
        raise XorexplainError(f"the picture took more than {answer.seconds:.3g} s: {TOO_LARGE}")
    if answer.code == KILLED:
        raise XorexplainError(f"the system ended the drawing, for its memory perhaps: {TOO_LARGE}")
    if answer.code < 0:
        raise XorexplainError(f"the drawing ended with {_signal(answer.code)}: {TOO_LARGE}")
    if answer.code:
        raise RuntimeError(f"Graphviz cannot draw this graph:\n{answer.errors}")
    if answer.refusal:
        raise XorexplainError(answer.refusal)
    assert answer.data is not None
    if not reason:
        return Picture(answer.data, answer.notes)
    note = f"layout: {reason}; nodes were placed by the built-in quick method"
    return Picture(answer.data, (note, *answer.notes))


def _signal(code: int) -> str:
    """Name the signal that ended a process, by its exit code."""
    known = {-number: number.name for number in signal.Signals}
    return known.get(code, f"signal {-code}")


def _system(source: bytes, wish: Wish) -> Picture:
    if shutil.which("dot") is None:
        raise XorexplainError(MISSING_DOT)
    with Worker() as worker:  # one that is kept may have been started with another PATH
        # It keeps to the budget by itself, and has time left to draw.
        answer = worker.ask(wish, SYSTEM, source, wish.budget + last_seconds(source))
    return _picture(answer, f"{wish.budget:.3g} s were not enough for dot" if answer.layers else "")
