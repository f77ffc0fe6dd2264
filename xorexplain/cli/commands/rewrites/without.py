"""Show what changes when some rewrites are excluded."""

from __future__ import annotations

import click

from xorexplain.cli.commands.rewrites.request import Request, asks
from xorexplain.cli.options import completed
from xorexplain.cli.progress import working


@click.command("without", epilog="Example:  xorexplain rewrites without local_mul_canonizer net.py")
@click.argument(
    "names", nargs=-1, required=True, metavar="NAME...", shell_complete=completed("rewrites")
)
@asks(reads_files=False, places_model=False)
def command(request: Request, names: tuple[str, ...]) -> None:
    """Show what changes without a rewrite, or without several.

    A word with a dot or a colon is the model. The function is rewritten, compiled and run with and
    without them: nodes, values, time.
    """
    from xorexplain.render.reports import without as report
    from xorexplain.rewrites.questions.without import without

    subject = request.live("be rewritten again")
    with working("rewriting without it, and measuring both"):
        found = without(subject.engine, subject.model, subject.target, names)
    request.answer(
        lambda: report.without_json(found),
        lambda: report.without(found),
        f"without {', '.join(names)}",
    )
