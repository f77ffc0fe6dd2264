"""Print the answer of a command, as wide as the terminal it goes to; say what is being done."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.streams import answer
from xorexplain.errors.escaping import json_text, on_one_line, visible

if TYPE_CHECKING:
    from rich.console import Console

    from xorexplain.render.lines import Line
    from xorexplain.render.reports.document import Document


def say(text: str = "", *, end: str = "\n", err: bool = False) -> None:
    """Print text; nothing that it quotes steers the terminal."""
    click.echo(visible(text) + end, file=sys.stderr if err else answer(), nl=False)


def write_json(data: Any) -> None:
    """Print data as JSON on stdout."""
    say(json_text(data), end="")


def shows_colours() -> bool:
    """Tell whether stdout is a terminal that shows colours, and the user does not mind them."""
    if os.environ.get("NO_COLOR"):
        return False
    is_able = answer().isatty() and os.environ.get("TERM") != "dumb"
    return is_able or bool(os.environ.get("FORCE_COLOR"))


def console(stderr: bool = False) -> Console:
    """Return a rich console that writes escape sequences only where colours are shown."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Quiet(
        file=sys.stderr if stderr else answer(),
        highlight=False,
        soft_wrap=True,
        color_system="auto" if stderr or shows_colours() else None,
    )


def answer_width() -> int:
    """Return how wide the answer may be: as the terminal it goes to, else as a page."""
    from xorexplain.render.width import WIDTH

    if not answer().isatty():
        return WIDTH
    # Asked of the answer's own stream: stdout is turned to stderr meanwhile.
    return int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(answer().fileno())[0] or WIDTH


def print_document(document: Document) -> None:
    """Print a report, as wide as the terminal."""
    from xorexplain.render.writers.terminal import lines

    print_lines(lines(document, answer_width()))


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines of styled text, none wider than the answer, with styles where they are shown."""
    from xorexplain.render.lines import STYLES, joined
    from xorexplain.render.writers.filling import folded

    room = answer_width()
    fitted = chain.from_iterable(folded(line, room) for line in lines)
    if not shows_colours():
        say(joined(fitted), end="")
        return
    from rich.text import Text

    screen = console()
    for line in fitted:
        screen.print(Text.assemble(*((visible(text), STYLES[style]) for text, style in line)))


def tell(lines: Sequence[str]) -> None:
    """Tell the user something in passing, on stderr."""
    for line in lines:
        say(f"note: {line}", err=True)


def is_interactive() -> bool:
    """Tell whether progress may be shown: stderr is a terminal that can redraw a line."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Say on the terminal what is being done, once it takes longer than a second."""
    if not is_interactive():
        yield
        return

    def show() -> None:
        sys.stderr.write(f"{what} ...")
        sys.stderr.flush()

    timer = threading.Timer(1.0, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


@contextlib.contextmanager
def progress(first: str) -> Iterator[Callable[[str], None]]:
    """Yield what shows the step a longer command is at, on one line of a terminal."""
    if not is_interactive():
        yield lambda what: None
        return
    width = shutil.get_terminal_size().columns - 1

    def show(what: str) -> None:
        sys.stderr.write(f"\r\033[K{on_one_line(what)[:width]}")
        sys.stderr.flush()

    show(first)
    try:
        yield show
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
