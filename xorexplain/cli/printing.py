"""Print the answer of a command, as wide as the terminal it goes to, and notes beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.streams import answer
from xorexplain.cli.terminal import answer_width, console, shows_colours
from xorexplain.errors.escaping import json_text, visible

if TYPE_CHECKING:
    from xorexplain.render.lines import Line
    from xorexplain.render.reports.document import Document


def say(text: str = "", *, end: str = "\n", err: bool = False) -> None:
    """Print text; nothing that it quotes steers the terminal."""
    click.echo(visible(text) + end, file=sys.stderr if err else answer(), nl=False)


def write_json(data: Any) -> None:
    """Print data as JSON on stdout."""
    say(json_text(data), end="")


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
