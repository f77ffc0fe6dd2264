"""Report what this machine has and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from xorexplain.cli.printing import print_lines, say, write_json
from xorexplain.cli.terminal import answer_width

if TYPE_CHECKING:
    from xorexplain.cli.commands.doctor.record import Check
    from xorexplain.render.lines import Line

STATUSES = ("ok", "missing", "problem")


@click.command("doctor", epilog="Example:  xorexplain doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(as_json: bool) -> None:
    """Report what this machine has and what is missing.

    Names what each absence takes away and the command that mends it. The exit status is 0 where
    drawing, printing and training work, 1 where something they need is broken.
    """
    from xorexplain import __version__
    from xorexplain.cli.commands.doctor import report as doctor
    from xorexplain.render.lines import joined

    checks = doctor.examine()
    if as_json:
        write_json({"version": __version__, **doctor.to_json(checks)})
    else:
        report = lines(checks, answer_width())
        if find_spec("rich"):
            print_lines(report)
        else:  # the report on a missing rich must do without it
            say(joined(report), end="")
    if not doctor.works(checks):
        raise click.exceptions.Exit(1)


def lines(checks: Sequence[Check], room: int) -> Iterator[Line]:
    """Write a report: the status of each check, its name, what was found, and the cure."""
    from xorexplain.render.reports.document import Run
    from xorexplain.render.writers.filling import filled

    status, name = (max(map(len, words)) for words in (STATUSES, [c.name for c in checks]))
    under: Line = [(" " * (status + name + 4), "plain")]
    for check in checks:
        start: Line = [(f"{check.status:<{status}}", check.status)]
        start.append((f"  {check.name:<{name}}  ", "plain"))
        yield from filled([Run(check.found)], room, start, under)
        if check.loss:
            yield from filled([Run(check.loss)], room, [*under, ("takes away: ", "plain")], under)
        if check.cure:
            yield [*under, ("to mend:    ", "plain"), (check.cure, "command")]
    yield []
    yield from filled([Run(_verdict(checks))], room)


def _verdict(checks: Sequence[Check]) -> str:
    broken = [check.name for check in checks if check.needed and check.status != "ok"]
    if broken:
        return f"Not in order: {', '.join(broken)}."
    return "Drawing, printing and training work."
