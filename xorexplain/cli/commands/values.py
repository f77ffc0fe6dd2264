"""Show what every node of a model holds for its data."""

from __future__ import annotations

from pathlib import Path

import click

from xorexplain.cli.building import built_subject
from xorexplain.cli.data_options import computed_values, value_options
from xorexplain.cli.options import completed, model_options, stage_options
from xorexplain.cli.output import check_out
from xorexplain.cli.printing import print_document, say, tell
from xorexplain.cli.progress import working
from xorexplain.errors.escaping import counted


@click.command(
    "values",
    epilog="Example:  xorexplain values net.py --row 2\n\n"
    "Example:  xorexplain values net.py --call step:17\n\n"
    "Example:  xorexplain values net.py --input batch.npz --node cost --trained 500\n\n"
    "In a picture:  xorexplain graph net.py --values",
)
@model_options
@stage_options
@value_options
@click.option(
    "--node",
    metavar="NAME",
    shell_complete=completed("variables"),
    help="Tell one node alone, with all its elements.",
)
@click.option(
    "--round",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Round N of each loop alone.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Write a .txt, .tex, .json or a picture, .png, .svg or .pdf.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
def command(
    model: str | None,
    engine: str | None,
    stage: str | None,
    target: str | None,
    node: str | None,
    number: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show shape, value and gradient of every node of a model.

    The model is computed on its own data or on arrays of yours, all of them or one row: small
    values are written out, of large ones the range, the mean, how many elements are zero and how
    many are NaN. With --trained they are there after training too. A Scan is told round by round.
    """
    from xorexplain.api.values import report_of

    if out is not None:
        check_out(out)
    subject = built_subject(model, engine)
    made, found = computed_values(subject, stage, target)
    report = report_of(made, found, node, number)
    if out is not None:
        with working("writing the values"):
            written = report.save(out)
        say(f"{written}: {counted(len(found.nodes), 'value')}")
    elif as_json:
        say(report.data(), end="")
    else:
        print_document(report.document)
    tell(subject.model.doubts())
