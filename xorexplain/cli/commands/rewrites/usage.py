"""Sum up each rewrite that was tried."""

from __future__ import annotations

import click

from xorexplain.cli.commands.rewrites.request import Request, asks


@click.command("usage", epilog="Example:  xorexplain rewrites usage net.py --all")
@click.option("--all", "everything", is_flag=True, help="Show those too that had no answer.")
@asks()
def command(request: Request, everything: bool) -> None:
    """Sum up each rewrite: on how many nodes it was tried, how often it fired, the time it took."""
    from xorexplain.render.reports.rewrite_tables import usage, usage_document, usage_json

    entries = usage(request.trace)
    request.answer(
        lambda: usage_json(entries),
        lambda: usage_document(entries, everything),
        f"usage of {len(entries)} rewrites",
    )
