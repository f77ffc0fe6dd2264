"""Report what this machine has and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from xorexplain.cli.options import console, say, write_json

if TYPE_CHECKING:
    from xorexplain.cli.doctor.record import Check

COLORS = {"ok": "green", "missing": "yellow", "problem": "bold red"}


@click.command("doctor", epilog="Example:  python -m xorexplain doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(as_json: bool) -> None:
    """Report what this machine has and what is missing.

    Names what each absence takes away and the command that mends it. The exit status is 0 where
    drawing, printing and training work, 1 where something they need is broken.
    """
    from xorexplain import __version__
    from xorexplain.cli.doctor import report as doctor

    checks = doctor.examine()
    if as_json:
        write_json({"version": __version__, **doctor.to_json(checks)})
    else:
        _print(checks, _verdict(checks))
    if not doctor.works(checks):
        raise click.exceptions.Exit(1)


def lines(checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Return the report's lines: a status, empty on lines that go on, and the rest."""
    width = max(len(check.name) for check in checks)
    report: list[tuple[str, str]] = []
    for check in checks:
        report.append((check.status, f"{check.name:<{width}}  {check.found}"))
        if check.loss:
            report.append(("", f"{'':<{width}}  takes away: {check.loss}"))
        if check.cure:
            report.append(("", f"{'':<{width}}  to mend:    {check.cure}"))
    return report


def _verdict(checks: Sequence[Check]) -> str:
    broken = [check.name for check in checks if check.needed and check.status != "ok"]
    if broken:
        return f"Not in order: {', '.join(broken)}."
    return "Drawing, printing and training work."


def _print(checks: Sequence[Check], verdict: str) -> None:
    report = lines(checks)
    width = max(len(status) for status in COLORS)
    try:
        from rich.text import Text
    except ImportError:  # the report on a missing rich must do without it
        for status, rest in report:
            say(f"{status:<{width}}  {rest}")
        say(f"\n{verdict}")
        return
    screen = console()
    for status, rest in report:
        screen.print(Text.assemble((f"{status:<{width}}", COLORS.get(status, "")), f"  {rest}"))
    screen.print(f"\n{verdict}", markup=False)
