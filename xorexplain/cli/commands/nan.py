"""Find where NaN or infinity began."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from xorexplain.cli.building import building
from xorexplain.cli.cost import about_cost
from xorexplain.cli.options import model_options
from xorexplain.cli.output import check_out
from xorexplain.cli.printing import print_document, say, tell
from xorexplain.cli.progress import working
from xorexplain.errors import XorexplainError


@click.command(
    "nan",
    epilog="Example:  xorexplain nan net.py\n\nExample:  xorexplain nan net.py --steps 500",
)
@model_options
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help="Train for up to N steps, and look at the first that is not finite.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write a .txt, .tex or .json.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def command(
    model: str | None,
    engine: str | None,
    steps: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Find where NaN or infinity began, in a model's results and its gradient.

    The model's own data are computed node by node, as the graph was written: the first node whose
    result has a NaN or an infinity while its inputs have none is told with its line, the rule that
    made it, the elements and the cure. The exit status is 1 where there is one.
    """
    from xorexplain.api.failing import nan_report
    from xorexplain.rewrites.listen import load_heard
    from xorexplain.runs.models import find_in_model

    if out is not None:
        check_out(out)
    with building():
        chosen, loaded, _ = load_heard(model, engine)
    loaded = about_cost(loaded)
    with working("training" if steps else "computing"):
        found = find_in_model(chosen, loaded, steps or 0)
        doubt = _left_out(chosen, loaded) if found is None else _doubt(loaded)
    tell([doubt] if doubt else [])
    report = nan_report(found)
    if out is not None:
        say(f"{report.save(out)}: {'nothing' if found is None else found.bad} found")
    elif as_json:
        say(report.data(), end="")
    else:
        print_document(report.document)
    if found is not None:
        raise click.exceptions.Exit(1)


def _left_out(engine: Any, model: Any) -> str:
    """Say what is not finite as it was written, though no result is."""
    from xorexplain.runs.models import left_out

    found = left_out(engine, model)
    if found is None:
        return ""
    line = "" if found.source is None else f" ({found.source.file}:{found.source.line})"
    return (
        f"as it is written {found.expression} is NaN{line}: {found.rule}; "
        "PyMC simplifies that away where it writes logp"
    )


def _doubt(model: Any) -> str:
    """Say what a model's own library finds wrong with its data: PyMC names the term of logp."""
    try:
        model.check_data()
    except XorexplainError as error:
        return str(error)
    return ""
