"""Show the report of a program that was watched by `run`, however it ended."""

from __future__ import annotations

from pathlib import Path

import click

from xorexplain.cli.printing import print_document, say, write_json
from xorexplain.cli.progress import working
from xorexplain.errors.escaping import on_one_line


@click.command(
    "report",
    epilog="Example:  xorexplain report report\n\nExample:  xorexplain report report --json",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--explorers", is_flag=True, help="Write the pages that lack, one a function.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def command(folder: Path, explorers: bool, as_json: bool) -> None:
    """Show the report of a program that `run` watched.

    FOLDER is what `xorexplain run` wrote. It can be read while the program still runs, and after
    it was killed. With --explorers it gets its pages: each function in the explorer, on a click
    from index.html.
    """
    from xorexplain.render.reports.session import session_document, session_json, summary_words
    from xorexplain.runs.session.reading import read

    seen = read(folder)
    if explorers:
        from xorexplain.explorer.report_folder import INDEX, write_report

        with working("writing the pages"):
            write_report(folder, seen)
        say(on_one_line(f"{folder / INDEX}: {summary_words(seen)}"))
        return
    if as_json:
        write_json(session_json(seen))
    else:
        print_document(session_document(seen))
