"""Understand what a magic asks, with the options of the command line, and answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

import click

from xorexplain.api import everything
from xorexplain.api.drawing import picture_of
from xorexplain.api.report import Report
from xorexplain.api.reports import gradient, rewrites
from xorexplain.api.shown import Picture
from xorexplain.cli import usage_text
from xorexplain.cli.commands import explore as explore_
from xorexplain.cli.commands import gradient as gradient_
from xorexplain.cli.commands import graph
from xorexplain.cli.commands.rewrites import list as list_
from xorexplain.cli.magics.things import Thing
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.explorer.api import Page, explore
from xorexplain.graph.records import Graph
from xorexplain.graph.views.part import Part
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.stages import default_stage, view
from xorexplain.render import Layout
from xorexplain.render.look import Look
from xorexplain.rewrites.listen import Recorded, heard
from xorexplain.rewrites.trace import Trace

LOOK = tuple(field.name for field in fields(Look))
PART = ("around", "radius", "path", "select", "max_nodes")


@dataclass(frozen=True)
class Known:
    """Hold what is asked about: the user's object, understood, and its rewriting where heard."""

    value: Any
    model: Model | None = None
    trace: Trace | None = None

    @property
    def source(self) -> Any:
        """What the functions of Python are handed."""
        return self.value if self.model is None else self.model


Answer = Callable[[Known], Any]


@dataclass(frozen=True)
class Asked:
    """Hold what a line asks: of what, as words of Python, and what answers it."""

    words: tuple[str, ...]
    answer: Answer


def known(thing: Thing, recorded: Recorded | None = None) -> Known:
    """Understand an object of the user's under its name; raise XorexplainError for nonsense."""
    if isinstance(thing.value, (Graph, Trace)):
        return Known(thing.value)
    engine, named = as_model(thing.value, name=thing.name)
    if recorded is None:
        return Known(thing.value, named)
    written, recording = heard(engine, named, recorded)
    return Known(thing.value, written, None if recording is None else recording.trace)


def asked(words: Sequence[str], is_variable: Callable[[str], bool]) -> Asked | None:
    """Understand the words of a magic; None where they ask for help, which is printed.

    The first names a command, `graph` where it is none; a variable of the user's that is called
    as a command and stands alone is a variable. Raise XorexplainError for a mistake.
    """
    first, *rest = words or [""]
    is_alone = all(word.startswith("-") for word in rest)
    is_command = first in COMMANDS and not (is_variable(first) and is_alone)
    command = COMMANDS[first if is_command else "graph"]
    try:
        made = command.make_context(
            f"%xorexplain {command.name}", list(rest if is_command else words)
        )
        with made:
            found: Asked = command.invoke(made)
    except click.UsageError as error:
        raise XorexplainError(usage_text(error)) from error
    except click.exceptions.Exit:
        return None
    return found


def options(name: str) -> list[str]:
    """List the options of a command."""
    return [
        option
        for parameter in COMMANDS[name].params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option[:1] == "-"
    ]


def _graph(
    one: Known, stage: str | None, target: str | None, layout: str, time_limit: float, **given: Any
) -> Picture:
    """Draw a stage of a graph."""
    look = Look(**{name: given.pop(name) for name in LOOK if name in given})
    part = Part(given["around"], given["radius"], given["path"], given["select"])
    shown = _stage(one, stage, target)
    return picture_of(shown, look, Layout(layout, time_limit), part, given["max_nodes"])


def _stage(one: Known, stage: str | None, target: str | None) -> Graph:
    if one.model is None:
        if isinstance(one.value, Trace) or stage or target:
            raise XorexplainError("this is recorded already: name the variable it was made of")
        recorded: Graph = one.value
        return recorded
    engine, model = as_model(one.model)
    chosen = stage or default_stage(model)
    return view(engine, model, chosen, target or everything(one.value, chosen)).graph()


def _gradient(one: Known, wrt: tuple[str, ...], checks: bool, **given: Any) -> Report:
    """Explain the gradient of a cost node by node, or check it by numbers."""
    return gradient(one.source, wrt, check=checks, **given)


def _rewrites(one: Known, target: str | None, **given: Any) -> Report:
    """List what the optimizer did, step by step, or tell the step of a number."""
    is_heard = one.trace is not None and target is None
    return rewrites(one.trace if is_heard else one.source, target=target, **given)


def _explore(
    one: Known, target: str | None, train_steps: int | None, against: tuple[str, ...]
) -> Page:
    """Explore the whole story of a model, or of two."""
    other = list(against) or None
    return explore(one.source, target=target, train_steps=train_steps or 0, against=other)


def _command(
    name: str, function: Callable[..., Any], options: list[click.Parameter]
) -> click.Command:
    """Make a command that returns what is asked; its arguments are words of Python."""

    def ask(words: tuple[str, ...], **given: Any) -> Asked:
        *words_, last = words or [""]
        if name == "rewrites" and last.isdigit():
            return Asked(tuple(words_), partial(function, step=int(last), **given))
        return Asked(words, partial(function, **given))

    return click.Command(
        name,
        callback=ask,
        params=[click.Argument(["words"], nargs=-1, metavar="[EXPRESSION]"), *options],
        help=function.__doc__,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _of(command: click.Command, *names: str) -> list[click.Parameter]:
    """Take options of a command of the command line."""
    return [parameter for parameter in command.params if parameter.name in names]


_DRAWN = (*LOOK, *PART, "stage", "target", "layout", "time_limit")
COMMANDS: Mapping[str, click.Command] = {
    "graph": _command("graph", _graph, _of(graph.command, *_DRAWN)),
    "gradient": _command(
        "gradient",
        _gradient,
        _of(gradient_.command, "wrt", "order", "theme", "checks", "everything", "why"),
    ),
    "rewrites": _command(
        "rewrites",
        _rewrites,
        _of(list_.command, "target", "phase", "name", "around", "everything"),
    ),
    "explore": _command(
        "explore", _explore, _of(explore_.command, "target", "train_steps", "against")
    ),
}
