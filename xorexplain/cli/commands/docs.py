"""Build the walk-through of a model into a site."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from xorexplain.cli.commands.pages import make, report, tell_lacks, walkthrough_options
from xorexplain.cli.folders import check_folder_out, write_folder
from xorexplain.cli.output import is_stdout, named
from xorexplain.cli.printing import say, tell, write_json
from xorexplain.cli.progress import progress
from xorexplain.errors import XorexplainError

NEEDED = ("sphinx", "furo")


@click.command("docs", epilog="Example:  xorexplain docs net.py -o site --open")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write; it is made where it is missing. `-` is stdout, for tar.  "
    "[default: site]",
)
@walkthrough_options
@click.option("--json", "as_json", is_flag=True, help="Report what was written as JSON.")
@click.option("--open", "opens", is_flag=True, help="Open the site in the browser.")
def command(
    out: Path | None,
    model: str | None,
    engine: str | None,
    steps: int | None,
    force: bool,
    as_json: bool,
    opens: bool,
) -> None:
    """Build the walk-through of a model into a site.

    The pages are those of `xorexplain pages`; Sphinx makes HTML of them, with search and a dark
    theme, that needs no network and no server. Sphinx comes with `pip install 'xorexplain[docs]'`.
    The code of the model is run: build only models you trust.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise XorexplainError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed: "
            "pip install 'xorexplain[docs]'"
        )
    out = out or named("site")
    check_folder_out(out, force)
    made = make(model, engine, steps)
    from xorexplain.sphinxext.walkthrough.site import build

    with progress("building the site") as show:
        files = build(made.files, show)
    changed = write_folder(out, files, force)
    tell_lacks(made)
    if is_stdout(out):
        return
    index = out / "index.html"
    if as_json:
        write_json(report(out, files, changed, made, ".html"))
    else:
        say(f"{index}: {sum(path.endswith('.html') for path in files)} pages")
    if opens and click.launch(str(index)) != 0:
        tell([f"no browser could be started: open {index} yourself"])
