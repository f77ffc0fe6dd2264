"""Show the report of a program that was watched by `run`, however it ended."""

from __future__ import annotations

from pathlib import Path

import click

from xorexplain.cli.printing import print_document, write_json


@click.command(
    "report",
    epilog="Example:  xorexplain report report\n\nExample:  xorexplain report report --json",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def command(folder: Path, as_json: bool) -> None:
    """Show the report of a program that `run` watched.

    FOLDER is what `xorexplain run` wrote. It can be read while the program still runs, and after
    it was killed.
    """
    from xorexplain.render.reports.session import session_document, session_json
    from xorexplain.runs.session.reading import read

    seen = read(folder)
    if as_json:
        write_json(session_json(seen))
    else:
        print_document(session_document(seen))
