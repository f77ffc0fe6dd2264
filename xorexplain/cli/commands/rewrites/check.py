"""Compute every state of a rewriting and compare the values."""

from __future__ import annotations

import click

from xorexplain.cli.commands.rewrites.request import Request, asks
from xorexplain.cli.options import seed_option
from xorexplain.cli.progress import working
from xorexplain.errors.escaping import json_text

CHANGED = 1


@click.command("check", epilog="Example:  xorexplain rewrites check net.py --seed 7")
@seed_option
@click.option("--all", "everything", is_flag=True, help="List the steps that keep every value too.")
@asks(reads_files=False)
def command(request: Request, seed: int, everything: bool) -> None:
    """Compute every state on the same inputs and compare the values.

    The exit status is 1 where a step changes a result by more than rounding.
    """
    from xorexplain.render.reports.rewrite_tables import check_document

    subject = request.live("be computed")
    with working("computing every state"):
        found = subject.step_checks(seed)
    request.answer(
        lambda: json_text(found),
        lambda: check_document(request.trace, found, everything),
        f"check of {len(found)} steps",
    )
    if any(check.is_fine is False for check in found):
        raise click.exceptions.Exit(CHANGED)
