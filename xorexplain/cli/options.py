"""Share the options and helpers that several commands use."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from xorexplain.cli.streams import answer
from xorexplain.engines.names import ENGINES, VARIABLE
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.escaping import json_text, on_one_line, visible
from xorexplain.graph.stages import STAGES

if TYPE_CHECKING:
    from rich.console import Console

    from xorexplain.engines import Engine
    from xorexplain.models.model import Model
    from xorexplain.models.stages import View
    from xorexplain.render.lines import Line
    from xorexplain.render.reports.document import Document

F = TypeVar("F", bound=Callable[..., Any])


class Choice(click.Choice[str]):
    """Take one of some words, and name the closest one for a mistyped word."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word itself; raise XorexplainError, naming the closest, for another."""
        if value in self.choices:
            return str(value)
        name = param.opts[0].lstrip("-") if param is not None else "value"
        raise XorexplainError(f"unknown {name} {value!r}: {did_you_mean(value, self.choices)}")


class Positive(click.FloatRange):
    """Take a number above 0 that is no more than `most`."""

    def __init__(self, most: float = 1e9) -> None:
        super().__init__(min=0, min_open=True)
        self.most = most

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; raise XorexplainError for one that is too large, or none."""
        number: float = super().convert(value, param, ctx)
        if number <= self.most:
            return number
        name = param.opts[0] if param is not None else "value"
        raise XorexplainError(f"{name} {value}: give a number from 0 to {self.most:g}")


def seed_option(command: F) -> F:
    """Add --seed."""
    return click.option(
        "--seed",
        type=click.IntRange(0, 2**32 - 1),
        default=0,
        show_default=True,
        help="Seed of the values of the check.",
    )(command)


def model_options(command: F) -> F:
    """Add --model and --engine."""
    model = click.option(
        "--model",
        metavar="SPEC",
        help="Your own model: pkg.module:callable or file.py:callable; its code is run.  "
        "[default: the XOR network]",
    )
    engine = click.option(
        "--engine",
        type=Choice(ENGINES),
        envvar=VARIABLE,
        help="Engine of the XOR network.  [default: the one installed]",
    )
    return model(engine(command))


def stage_options(command: F) -> F:
    """Add --stage and --target."""
    stage = click.option(
        "--stage",
        type=Choice(STAGES),
        help="What was written, what T.grad made, the updates, after the rewriter, what runs.  "
        "[default: symbolic; compiled for a compiled function]",
    )
    target = click.option(
        "--target",
        metavar="NAME",
        help="output, cost, train, test, or the name of a variable.  [default: by stage]",
    )
    return stage(target(command))


def part_options(command: F) -> F:
    """Add what chooses a part of a graph."""
    from xorexplain.render.limits import GRAPH_NODES

    around = click.option("--around", metavar="NAME", help="Show only what is near a node.")
    radius = click.option(
        "--radius",
        type=click.IntRange(min=1),
        default=2,
        show_default=True,
        help="How near, in steps, for --around.",
    )
    path = click.option(
        "--path", nargs=2, metavar="A B", help="Show only what lies between two nodes."
    )
    select = click.option(
        "--select",
        multiple=True,
        metavar="PATTERN",
        help="Show only op:Dot, name:W* or family:reduction; may be repeated.",
    )
    max_nodes = click.option(
        "--max-nodes",
        type=click.IntRange(min=0),
        metavar="N",
        help=f"Draw the N apply nodes nearest to the results; 0 is all.  [default: {GRAPH_NODES} "
        "for pictures, all with --raw and for text]",
    )
    return around(radius(path(select(max_nodes(command)))))


def say(text: str = "", *, end: str = "\n", err: bool = False) -> None:
    """Print text; nothing that it quotes steers the terminal."""
    click.echo(visible(text) + end, file=sys.stderr if err else answer(), nl=False)


def write_json(data: Any) -> None:
    """Print data as JSON on stdout."""
    say(json_text(data), end="")


def given_options(*names: str) -> list[str]:
    """Return those of some parameters that the command line names, as it names them."""
    context = click.get_current_context()
    sources = {name: context.get_parameter_source(name) for name in names}
    return [
        parameter.opts[0]
        for parameter in context.command.params
        if sources.get(parameter.name or "") is ParameterSource.COMMANDLINE
    ]


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


def columns() -> int:
    """Return how wide the answer may be: as the terminal it goes to, else as a page."""
    from xorexplain.render.lines import WIDTH

    if not answer().isatty():
        return WIDTH
    # Asked of the answer's own stream: stdout is turned to stderr meanwhile.
    return int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(answer().fileno())[0] or WIDTH


def print_document(document: Document) -> None:
    """Print a report, as wide as the terminal."""
    from xorexplain.render.writers.terminal import lines

    print_lines(lines(document, columns()))


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines of styled text, none wider than `columns`, with styles where they are shown."""
    from xorexplain.render.lines import STYLES, joined
    from xorexplain.render.writers.filling import folded

    room = columns()
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


def view_of(engine: Engine, model: Model, stage: str | None, target: str | None) -> View:
    """Return the stage that is asked for, else the usual one; say so where that is no other's."""
    from xorexplain.models.stages import default_stage, view

    usual = default_stage(model)
    if stage is None and usual != "symbolic":
        tell([f"the model is a compiled function: this is its {usual} stage"])
    chosen = stage or usual
    with working("compiling" if stage == "compiled" else f"making the {chosen} graph"):
        return view(engine, model, chosen, target)


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
