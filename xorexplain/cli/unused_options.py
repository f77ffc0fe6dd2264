"""Refuse options of `graph` that what is asked for would not follow."""

from __future__ import annotations

from pathlib import Path

from xorexplain.cli.data_options import NAMES
from xorexplain.cli.options import given_options
from xorexplain.cli.output import is_stdout
from xorexplain.errors import XorexplainError
from xorexplain.render import PICTURES

# What --style pydotprint does not follow.
OWN_OPTIONS = (
    *("raw", "origins", "opened", "fold", "types", "shapes", "legend", "ids", "direction", "theme"),
    *("around", "radius", "path", "select", "max_nodes", "shows_values", *NAMES),
)


def refuse_idle_options(
    style: str, format_: str, out: Path, around: str | None, shows_values: bool
) -> None:
    """Raise XorexplainError for an option that what is asked for would not follow."""
    if format_ != "png" and (idle := given_options("dpi", "scale")):
        raise XorexplainError(f"{idle[0]} is for PNG, not {format_}, which is as fine as wanted")
    if style == "pydotprint":
        if format_ not in (*PICTURES, "dot"):
            raise XorexplainError(f"--style pydotprint draws png, svg, pdf and dot, not {format_}")
        if foreign := given_options(*OWN_OPTIONS):
            raise XorexplainError(
                f"{foreign[0]} works on our own picture: leave out --style pydotprint"
            )
    if around is None and given_options("radius"):
        raise XorexplainError("--radius says how near to a node: add --around NAME")
    if not shows_values and (idle := given_options(*NAMES)):
        raise XorexplainError(f"{idle[0]} says of which values: add --values")
    if shows_values and format_ in ("html", "json"):
        command = "explore" if format_ == "html" else "values --json"
        raise XorexplainError(f"--values writes into pictures and text: use `xorexplain {command}`")
    if shows_values and (foreign := given_options("raw", "origins")):
        raise XorexplainError(f"{foreign[0]} draws no values: leave it out, or --values")
    if is_stdout(out) and given_options("as_json"):
        raise XorexplainError("--json reports on stdout, which the graph takes: give --out a file")
