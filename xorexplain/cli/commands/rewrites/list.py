"""List the steps of a rewriting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xorexplain.cli.commands.rewrites.request import Request, asks
from xorexplain.cli.commands.rewrites.whole import WHOLE, write_whole
from xorexplain.cli.options import completed

if TYPE_CHECKING:
    from xorexplain.render.reports.document import Document


@click.command("list", epilog="Example:  xorexplain rewrites list net.py --phase canonicalize")
@click.option("--phase", metavar="NAME", help="Only the steps of a phase.")
@click.option(
    "--name",
    metavar="PATTERN",
    shell_complete=completed("rewrites"),
    help="Only rewrites of this name; * is a wildcard.",
)
@click.option(
    "--around",
    metavar="NODE",
    shell_complete=completed("variables"),
    help="Only steps that touch a node: its name or id.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Show merges, repeats and steps on lengths too.",
)
@asks({**WHOLE, "txt": "the list of all steps, or of those asked for"})
def command(
    request: Request, phase: str | None, name: str | None, around: str | None, everything: bool
) -> None:
    """List what the optimizer did to a model's function, step by step.

    Each step is one firing of one rewrite: what it replaced by what, and how many apply nodes the
    graph has after it. Nothing is compiled.
    """
    from xorexplain.render.reports.steps import steps, steps_json
    from xorexplain.rewrites.choose import chosen
    from xorexplain.rewrites.steps import explained_steps

    if request.format_ in WHOLE:
        write_whole(request)
        return
    trace = request.trace
    told = list(explained_steps(trace))
    is_whole = phase is None and name is None and around is None
    everything = everything or request.out is not None
    shown = chosen(trace, told, phase, name, around, everything)

    def report() -> Document:
        hidden = 0 if everything else sum(entry.step.is_noise for entry in told)
        is_asked = name is not None or around is not None
        return steps(trace, shown, hidden, is_whole, everything or is_asked, with_phase=True)

    request.answer(lambda: steps_json(trace, shown), report, f"{len(shown)} steps")
