"""Share the options that say for which data the values of nodes are computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xorexplain.cli.arrays import read_arrays
from xorexplain.cli.building import built_subject
from xorexplain.cli.context import kept, kept_option
from xorexplain.cli.options import given_options
from xorexplain.cli.progress import working
from xorexplain.errors import XorexplainError

if TYPE_CHECKING:
    from xorexplain.graph.records import Graph
    from xorexplain.render.look import Look
    from xorexplain.render.reports.gather import Subject
    from xorexplain.render.reports.node_values import NodeValues

F = TypeVar("F", bound=Callable[..., Any])
ASKED = f"{__name__}.asked"
"""Where a context keeps which values are asked for."""
NAMES = ("inputs", "row", "trained", "call", "report")


def value_options(command: F) -> F:
    """Add --input, --row, --call, --report and --trained."""
    inputs = kept_option(
        ASKED,
        "--input",
        "inputs",
        type=click.Path(path_type=Path),
        metavar="FILE.npz",
        help="Arrays for the inputs by name.  [default: the model's own data, else random]",
    )
    row = kept_option(
        ASKED,
        "--row",
        type=click.IntRange(min=1),
        metavar="N",
        help="Row N of the data alone, from 1.",
    )
    trained = kept_option(
        ASKED,
        "--trained",
        type=click.IntRange(min=1),
        metavar="STEPS",
        help="Show values after so many training steps too.",
    )
    call = kept_option(
        ASKED,
        "--call",
        metavar="[FUNCTION:]N",
        help="What call N of a program was given, which `run --keep-calls` watched.",
    )
    report = kept_option(
        ASKED,
        "--report",
        type=click.Path(path_type=Path),
        default=Path("report"),
        show_default=True,
        metavar="FOLDER",
        help="The report of that program, for --call.",
    )
    return inputs(row(call(report(trained(command)))))


def computed_values(
    subject: Subject, stage: str | None, target: str | None
) -> tuple[Subject, NodeValues]:
    """Compute the values that the command line asks for."""
    from xorexplain.render.reports.values_asked import Asked, valued

    if stage == "model":
        raise XorexplainError("a model's plates hold no values: leave --stage model out")
    asked = kept(ASKED)
    file, call = asked["inputs"], asked["call"]
    if file is not None and call is not None:
        raise XorexplainError("--input and --call both say what is given: leave one out")
    if call is not None:
        from xorexplain.runs.session.given import given_to

        file = given_to(asked["report"], call)
        if click.get_current_context().params["model"] is None:
            # The XOR network, which stands in where none is named, is hardly what was called.
            name = call.rpartition(":")[0] or "NAME"
            raise XorexplainError(
                f"--call {call} was given to a function of a program: name it too, FILE.py:{name}"
            )
    elif given_options("report"):
        raise XorexplainError("--report is where a call was kept: add --call N")
    data = {} if file is None else read_arrays(file, "--call" if call else "--input")
    where = "" if file is None else file.name
    chosen = Asked(data, where, asked["row"] or 0, asked["trained"] or 0, call or "")
    return valued(subject, stage, target, chosen, working)


def graph_with_values(
    model: str | None, engine: str | None, stage: str | None, target: str | None, look: Look
) -> tuple[Graph, Look]:
    """Make a stage, and have its picture show what each node holds."""
    from xorexplain.models.stages import default_stage
    from xorexplain.render.pictures.value_lines import look_with

    subject, found = computed_values(built_subject(model, engine), stage, target)
    return subject.graph(found.origin.stage or default_stage(subject.model)), look_with(look, found)
