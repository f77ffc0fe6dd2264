"""Turn DOT text into a picture: PNG, SVG or PDF.

The work is done in a process that can be ended: the Graphviz embedded by pygraphviz, or the `dot`
program of the system. What takes too long there is placed by `render/layered` instead, which always
comes to an end.
"""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded
from xorexplain.render.layout.worker import DPI, GRAPHVIZ, LAYERS, PATIENT
from xorexplain.render.pictures import svg

PATIENCE = 10.0  # a longer budget is the user's wish that Graphviz tries whatever the size
GRAPHVIZ_SHARE = 0.6  # of the budget, for Graphviz at its best settings
LAYERS_SECONDS = 5.0  # of a long budget, kept for the method that always comes to an end
QUICK_SHARE = 0.3  # for one with quick settings
QUICK_SETTINGS = ("-Gmclimit=0.2", "-Gnslimit=1", "-Gnslimit1=1", "-Gsplines=line")
KILLED = -9  # the exit code where the system ends a process
LAST_SECONDS = 60.0  # for the step that has no budget, whatever the size
SECONDS_PER_MEGABYTE = 60.0  # and for each megabyte of DOT; 50,000 nodes are 15, and take a minute

# The one thing in a PDF that two runs would give differently; of the same length, for its index.
_DATE = re.compile(rb"(/CreationDate \(D:)\d{14}")

LAYOUT = Path(__file__).resolve().parent
FONTS = LAYOUT / "fonts"

# Imported, not run as a script, which would be compiled anew each time.
LAUNCH = "import sys; sys.path.append(sys.argv[1]); import worker; worker.main(sys.argv[2:])"

MISSING_DOT = (
    "--layout system needs the Graphviz program `dot` on PATH: install it (apt install graphviz, "
    "brew install graphviz) or leave --layout out to use the embedded one"
)
MISSING_BINDING = "drawing needs pygraphviz 2 or newer: pip install 'pygraphviz>=2'"
TOO_LARGE = "draw fewer nodes with --max-nodes, or choose .svg"


@dataclass(frozen=True)
class Picture:
    """A drawn picture, and a line for each thing about it that the user should know."""

    data: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What is wanted of a picture: its format, in how many seconds, and how fine a PNG is."""

    format: str
    budget: float = PATIENCE
    dpi: float = DPI


class Worker:
    """A layout process that waits for its one request.

    Started early, it loads Graphviz and the fonts while the program does other things. Close it, or
    use it as a context manager, where it may remain unused.
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
            )
        finally:
            for end in inherited:
                os.close(end)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ready(self) -> bool:
        """Whether the process is there to take its request."""
        return self._process.poll() is None

    def ask(self, wish: Wish, first: str, source: bytes, seconds: float) -> _Answer:
        """Return what became of a request, and end the process.

        Graphviz's own placement is stopped after `seconds`; a request that has gone on to the next
        step has as long as its size may ask for (`last_seconds`).
        """
        request = f"{wish.format} {first} {wish.budget:g} {wish.dpi:g}\n".encode() + source
        output = errors = b""
        try:
            try:
                output, errors = self._process.communicate(request, timeout=seconds)
            except subprocess.TimeoutExpired as late:
                if not (late.output or b"").startswith(b"step: layers"):
                    return _Answer(late=True, seconds=seconds)
                output = late.output
                output, errors = self._process.communicate(timeout=last_seconds(source))
        except subprocess.TimeoutExpired:
            return _Answer(late=True, layers=True, seconds=last_seconds(source))
        finally:
            self.close()
        head, _, data = output.partition(b"\n\n")
        told = [line.split(": ", 1) for line in head.decode().splitlines()]
        return _Answer(
            data=data,
            layers=["step", LAYERS] in told,
            notes=tuple(text for key, text in told if key == "note"),
            refusal="".join(text for key, text in told if key == "error"),
            code=self._process.returncode,
            errors=errors.decode(errors="replace"),
        )

    def close(self) -> None:
        """End the process, whatever it does; to do so twice does no harm."""
        self._process.kill()
        self._process.communicate()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None


@dataclass(frozen=True)
class _Answer:
    """What became of a request: a picture, or why there is none."""

    data: bytes = b""
    layers: bool = False  # placed by the step after Graphviz's own
    notes: tuple[str, ...] = ()
    late: bool = False
    refusal: str = ""
    code: int = 0
    errors: str = ""
    seconds: float = 0.0  # after which it was late


def last_seconds(source: bytes) -> float:
    """Return how long the step that always comes to an end may take, with room for a busy machine.

    A process that does not answer by then was stopped, or waits for something.
    """
    return LAST_SECONDS + SECONDS_PER_MEGABYTE * len(source) / 1e6


def start_worker() -> Worker:
    """Start a layout process ahead of time; raise XorexplainError if pygraphviz is not there."""
    return Worker()


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
        return replace(picture, data=svg.finish(picture.data, title, description))
    if format == "pdf":
        return replace(picture, data=_DATE.sub(rb"\g<1>19700101000000", picture.data))
    return picture


def _embedded(source: bytes, wish: Wish, worker: Worker | None) -> Picture:
    if worker is None or not worker.ready:
        worker = Worker()
    first = GRAPHVIZ if wish.budget <= PATIENCE else PATIENT
    rest = min((1 - GRAPHVIZ_SHARE) * wish.budget, LAYERS_SECONDS)
    answer = worker.ask(wish, first, source, wish.budget - rest)
    if answer.layers and not answer.code:
        reason = "the graph is too large for Graphviz to place in a few seconds"
        return _picture(answer, f"{reason} (it tries with a time limit above {PATIENCE:g})")
    if answer.late:
        reason = f"{wish.budget:.3g} s were not enough for Graphviz"
        return _layers(source, replace(wish, budget=rest), reason)
    if answer.code:
        return _layers(source, wish, "Graphviz failed")
    return _picture(answer)


def _layers(source: bytes, wish: Wish, reason: str) -> Picture:
    return _picture(Worker().ask(wish, LAYERS, source, last_seconds(source)), reason)


def _picture(answer: _Answer, reason: str = "") -> Picture:
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
    if not reason:
        return Picture(answer.data, answer.notes)
    note = f"layout: {reason}; nodes were placed by the built-in quick method"
    return Picture(answer.data, (note, *answer.notes))


def _signal(code: int) -> str:
    """Name the signal that ended a process, by its exit code."""
    known = {-number: number.name for number in signal.Signals}
    return known.get(code, f"signal {-code}")


def _system(source: bytes, wish: Wish) -> Picture:
    from graphviz.backend import dot_command, execute

    command = [*dot_command.command("dot", wish.format)]
    if wish.format == "png":
        command.append(f"-Gdpi={wish.dpi:g}")
    quick = "the best settings took too long; drawn with quick ones and straight edges"
    attempts = (((), GRAPHVIZ_SHARE, ""), (QUICK_SETTINGS, QUICK_SHARE, f"layout: {quick}"))
    for settings, share, note in attempts:
        try:
            done = execute.run_check(
                [*command, *settings],
                input=source,
                capture_output=True,
                quiet=True,
                timeout=wish.budget * share,
            )
        except execute.ExecutableNotFound:
            raise XorexplainError(MISSING_DOT) from None
        except execute.CalledProcessError as error:
            raise RuntimeError(f"dot cannot draw this graph:\n{error.stderr!r}") from error
        except subprocess.TimeoutExpired:
            continue
        return Picture(done.stdout, (note,) if note else ())
    rest = replace(wish, budget=(1 - GRAPHVIZ_SHARE - QUICK_SHARE) * wish.budget)
    return _layers(source, rest, f"{wish.budget:.3g} s were not enough for dot")


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
