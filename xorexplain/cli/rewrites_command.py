"""List what the optimizer did to a model's function, step by step."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

import click

from xorexplain.cli.options import console, model_options, working
from xorexplain.errors import XorexplainError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xorexplain.render.steps import Segment
    from xorexplain.steps import Told


@click.command("rewrites", epilog="Example:  python -m xorexplain rewrites --phase canonicalize")
@click.argument("number", type=click.IntRange(min=1), required=False)
@model_options
@click.option("--target", metavar="NAME", help="Function to rewrite.  [default: train]")
@click.option("--phase", metavar="NAME", help="Only the steps of a phase.")
@click.option("--name", metavar="PATTERN", help="Only rewrites of this name; * is a wildcard.")
@click.option("--all", "everything", is_flag=True, help="Show merges of equal computations too.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def command(
    number: int | None,
    model: str | None,
    engine: str | None,
    target: str | None,
    phase: str | None,
    name: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """List what the optimizer did to a model's function, step by step.

    Each step is one firing of one rewrite: what it replaced by what, and how many apply nodes the
    graph has after it. With a NUMBER, that step in full and why it is valid. Nothing is compiled.
    """
    from xorexplain.loading import load_model
    from xorexplain.render.steps import in_full, listing, steps_json
    from xorexplain.rewriting import record_rewriting
    from xorexplain.steps import told_steps

    with working("building the model"):
        chosen, loaded = load_model(model, engine)
    with working("recording the rewrites"):
        trace = record_rewriting(chosen, loaded, target)
    told = list(told_steps(trace))
    shown = _one(told, number) if number is not None else _chosen(told, phase, name, everything)
    if as_json:
        click.echo(steps_json(trace, shown), nl=False)
    elif number is not None:
        _print(in_full(shown[0]))
    else:
        hidden = 0 if everything else sum(entry.step.is_noise for entry in told)
        _print(listing(trace, shown, hidden))


def _one(told: list[Told], number: int) -> list[Told]:
    if number > len(told):
        raise XorexplainError(f"there is no step {number}: the last one is {len(told)}")
    return [told[number - 1]]


def _chosen(told: list[Told], phase: str | None, name: str | None, everything: bool) -> list[Told]:
    """Choose steps by phase and name; raise XorexplainError, naming the closest, for no match."""
    found = [entry for entry in told if everything or not entry.step.is_noise]
    if phase is not None:
        phases = list(dict.fromkeys(entry.step.phase for entry in told))
        if phase not in phases:
            raise XorexplainError(f"no phase {phase!r} did anything: {did_you_mean(phase, phases)}")
        found = [entry for entry in found if entry.step.phase == phase]
    if name is not None:
        names = list(dict.fromkeys(entry.step.rewrite for entry in told))
        found = [entry for entry in found if fnmatch.fnmatchcase(entry.step.rewrite, name)]
        if not found:
            raise XorexplainError(f"no rewrite {name!r} fired: {did_you_mean(name, names)}")
    return found


def _print(lines: Iterable[list[Segment]]) -> None:
    from rich.text import Text

    from xorexplain.render.tree import STYLES

    screen = console()
    for line in lines:
        screen.print(Text.assemble(*((text, STYLES[style]) for text, style in line)))
