"""Share the options that say for which data the values of nodes are computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xorexplain.cli.arrays import read_arrays
from xorexplain.cli.building import built_subject
from xorexplain.cli.printing import working
from xorexplain.errors import XorexplainError

if TYPE_CHECKING:
    from xorexplain.graph.records import Graph
    from xorexplain.render.look import Look
    from xorexplain.render.reports.gather import Subject
    from xorexplain.render.reports.node_values import NodeValues

F = TypeVar("F", bound=Callable[..., Any])
NAMES = ("inputs", "row", "trained")


def value_options(command: F) -> F:
    """Add --input, --row and --trained."""
    inputs = click.option(
        "--input",
        "inputs",
        type=click.Path(path_type=Path),
        metavar="FILE.npz",
        help="Arrays for the inputs by name.  [default: the model's own data, else random]",
    )
    row = click.option(
        "--row", type=click.IntRange(min=1), metavar="N", help="Row N of the data alone, from 1."
    )
    trained = click.option(
        "--trained",
        type=click.IntRange(min=1),
        metavar="STEPS",
        help="Show values after so many training steps too.",
    )
    return inputs(row(trained(command)))


def computed_values(
    subject: Subject,
    stage: str | None,
    target: str | None,
    inputs: Path | None,
    row: int | None,
    trained: int | None,
) -> tuple[Subject, NodeValues]:
    """Compute the values that the command line asks for."""
    from xorexplain.render.reports.valued import Asked, valued

    if stage == "model":
        raise XorexplainError("a model's plates hold no values: leave --stage model out")
    data = {} if inputs is None else read_arrays(inputs, "--input")
    asked = Asked(data, "" if inputs is None else inputs.name, row or 0, trained or 0)
    return valued(subject, stage, target, asked, working)


def graph_with_values(
    model: str | None,
    engine: str | None,
    stage: str | None,
    target: str | None,
    look: Look,
    asked: tuple[Path | None, int | None, int | None],
) -> tuple[Graph, Look]:
    """Make a stage, and have its picture show what each node holds."""
    from xorexplain.models.stages import default_stage
    from xorexplain.render.pictures.value_lines import look_with

    subject, found = computed_values(built_subject(model, engine), stage, target, *asked)
    return subject.graph(found.origin.stage or default_stage(subject.model)), look_with(look, found)
