"""Write the walk-through of a model as a folder of pages that Sphinx can build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.building import built_subject
from xorexplain.cli.folders import check_folder_out, write_folder
from xorexplain.cli.options import model_options
from xorexplain.cli.output import is_stdout, named
from xorexplain.cli.printing import say, tell, write_json
from xorexplain.cli.progress import progress
from xorexplain.cli.stored import read_trace, stored_or_model
from xorexplain.models.model import OWN_STEPS
from xorexplain.models.tutorial import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xorexplain.render.reports.gather import Subject
    from xorexplain.sphinxext.walkthrough import Walkthrough


def walkthrough_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what `pages` and `docs` have in common."""
    steps = click.option(
        "--steps",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"Training steps.  [default: {STEPS} for XOR, {OWN_STEPS} for a model of your own]",
    )
    force = click.option("--force", is_flag=True, help="Overwrite files this did not write.")
    return model_options(steps(force(command)))


@click.command(
    "pages",
    epilog="Example:  xorexplain pages net.py -o walkthrough\n\n"
    "Example:  xorexplain pages trace.json -o walkthrough",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write; it is made where it is missing. `-` is stdout, for tar.  "
    "[default: walkthrough]",
)
@walkthrough_options
@click.option("--json", "as_json", is_flag=True, help="Report what was written as JSON.")
def command(
    out: Path | None,
    model: str | None,
    engine: str | None,
    steps: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the walk-through of a model as a folder of pages that Sphinx can build.

    One page a stage, in reStructuredText, with pictures and formulas: the data and its shapes, the
    network, the cost, its gradient step by step, the updates, the rewrites phase by phase, the
    compiled function, training and predictions. A model without one of these gets fewer pages, and
    the index says why; a trace that `rewrites --out trace.json` wrote gets those on rewriting.
    Files that somebody else wrote or changed stay as they are without --force.
    """
    out = out or named("walkthrough")
    check_folder_out(out, force)
    made = make(model, engine, steps)
    changed = write_folder(out, made.files, force)
    tell_lacks(made)
    if is_stdout(out):
        return
    told = report(out, made.files, changed, made, ".rst")
    if as_json:
        write_json(told)
        return
    say(f"{out}: {len(told['pages'])} pages, {len(changed)} files changed")


def report(
    out: Path, files: Iterable[str], changed: Iterable[str], made: Walkthrough, suffix: str
) -> dict[str, Any]:
    """Say what was written into a folder, and which pages the model does not get."""
    return {
        "folder": str(out),
        "pages": sorted(path for path in files if path.endswith(suffix)),
        "changed": sorted(changed),
        "missing": {lack.title: lack.reason for lack in made.lacks},
    }


def tell_lacks(made: Walkthrough) -> None:
    """Say on stderr which pages the model does not get, and why."""
    from xorexplain.sphinxext.walkthrough.plan import grouped

    tell([f"no page on {lack.title}: {lack.reason}" for lack in grouped(made.lacks)])


def read_subject(path: Path) -> Subject:
    """Read a trace that `rewrites --out` wrote, to tell what is in it."""
    from xorexplain.render.reports.stored import stored_subject

    return stored_subject(read_trace(path))


def make(model: str | None, engine: str | None, steps: int | None) -> Walkthrough:
    """Write the walk-through of the model named on the command line, with progress."""
    from xorexplain.sphinxext.walkthrough import Settings, walkthrough

    trace, model = stored_or_model("--model", None, model, "engine")
    subject = built_subject(model, engine) if trace is None else read_subject(trace)
    with progress("preparing the pages") as show:
        return walkthrough(subject, Settings(steps), show)
