"""Say why a rewrite did not fire."""

from __future__ import annotations

import click

from xorexplain.cli.commands.rewrites.request import Request, asks
from xorexplain.cli.options import completed
from xorexplain.cli.progress import working


@click.command("why-not", epilog="Example:  xorexplain rewrites why-not local_log1p net.py")
@click.argument("name", shell_complete=completed("rewrites"))
@click.option("--node", metavar="NODE", help="On this apply node, as n3; else on the whole.")
@asks(reads_files=False)
def command(request: Request, name: str, node: str | None) -> None:
    """Say why a rewrite did not fire, or that it did."""
    from xorexplain.render.reports import why_not as report
    from xorexplain.render.reports.why_not_json import verdict_json
    from xorexplain.rewrites.questions.why_not import why_not

    subject = request.live("be rewritten again")
    with working("looking for the reason"):
        found = why_not(subject.engine, subject.model, subject.target, name, node)
    request.answer(lambda: verdict_json(found), lambda: report.why_not(found), f"why not {name}")
