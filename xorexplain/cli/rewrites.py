"""List what the optimizer did to a model's function, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xorexplain.cli.options import Choice, model_options, print_lines, seed_option, write_json
from xorexplain.cli.output import check_out
from xorexplain.errors import XorexplainError

if TYPE_CHECKING:
    from xorexplain.cli.rewrites_views import Asked

WRITINGS = ("txt", "json", "html")
PICTURES = ("svg", "png", "pdf", "dot")
CHANGED = 1


@click.command("rewrites", epilog="Example:  python -m xorexplain rewrites --phase canonicalize")
@click.argument("number", type=click.IntRange(min=1), required=False)
@model_options
@click.option("--target", metavar="NAME", help="Function to rewrite.  [default: train]")
@click.option("--phase", metavar="NAME", help="Only the steps of a phase.")
@click.option("--name", metavar="PATTERN", help="Only rewrites of this name; * is a wildcard.")
@click.option("--around", metavar="NODE", help="Only steps that touch a node: its name or id.")
@click.option("--all", "everything", is_flag=True, help="Show merges of equal computations too.")
@click.option("--summary", is_flag=True, help="Sum up each rewrite: tries, hits, time, nodes.")
@click.option("--check", "checks", is_flag=True, help="Compute every state and compare values.")
@seed_option
@click.option("--origin", metavar="NODE", help="Say what a node was made from, or became.")
@click.option(
    "--without", multiple=True, metavar="NAME", help="Show what changes without a rewrite."
)
@click.option("--why-not", "why_not", metavar="NAME", help="Say why a rewrite did not fire.")
@click.option("--node", metavar="NODE", help="With --why-not: on this apply node, as n3.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write: .json is the whole trace, .html a page to step through it, .txt the "
    "list; with a NUMBER also .svg, .png, .pdf or .dot, the graph before and after the step. "
    "`-` is stdout, with --format.",
)
@click.option(
    "--format", "format_", type=Choice([*WRITINGS, *PICTURES]), help="Format of --out, on stdout."
)
@click.option("--theme", type=Choice(["light", "dark", "print"]), default="light")
@click.option(
    "--trace",
    "trace_file",
    type=click.Path(path_type=Path),
    help="Read a trace written with --out FILE.json instead of rewriting.",
)
def command(
    number: int | None,
    model: str | None,
    engine: str | None,
    target: str | None,
    phase: str | None,
    name: str | None,
    around: str | None,
    everything: bool,
    summary: bool,
    checks: bool,
    seed: int,
    origin: str | None,
    without: tuple[str, ...],
    why_not: str | None,
    node: str | None,
    as_json: bool,
    out: Path | None,
    format_: str | None,
    theme: str,
    trace_file: Path | None,
) -> None:
    """List what the optimizer did to a model's function, step by step.

    Each step is one firing of one rewrite: what it replaced by what, and how many apply nodes the
    graph has after it. With a NUMBER, that step in full: why it is valid, what the numbers say,
    where it is defined and which name excludes it. Nothing is compiled but for --without.
    """
    from xorexplain.cli import rewrites_questions as questions
    from xorexplain.cli import rewrites_views as views

    _refuse_contradictions(number, summary, checks, origin, without, why_not, node)
    if out is None and format_ is not None:
        raise XorexplainError("--format is that of --out: add --out FILE, or - for stdout")
    chosen_format = "" if out is None else _format(out, format_, number)
    asked = views.ask(model, engine, target, trace_file, seed)
    if without:
        questions.without(asked, without, as_json)
    elif why_not is not None:
        questions.why_not(asked, why_not, node, as_json)
    elif origin is not None:
        questions.origin(asked, origin, as_json)
    elif summary:
        views.summary(asked, everything, as_json)
    elif checks:
        _check(asked, as_json)
    elif out is not None:
        views.write(asked, number, out, chosen_format, theme)
    elif number is not None:
        views.one(asked, number, as_json)
    else:
        views.listed(asked, phase, name, around, everything, as_json)


def _refuse_contradictions(
    number: int | None,
    summary: bool,
    checks: bool,
    origin: str | None,
    without: tuple[str, ...],
    why_not: str | None,
    node: str | None,
) -> None:
    """Raise XorexplainError where two answers are asked for, or an option lacks its partner."""
    answers = {
        "a NUMBER": number is not None,
        "--summary": summary,
        "--check": checks,
        "--origin": origin is not None,
        "--without": bool(without),
        "--why-not": why_not is not None,
    }
    asked = [word for word, is_asked in answers.items() if is_asked]
    if len(asked) > 1:
        raise XorexplainError(f"{asked[0]} and {asked[1]} are two questions: ask one at a time")
    if node is not None and why_not is None:
        raise XorexplainError("--node says where --why-not looks: add --why-not NAME")


def _format(out: Path, format_: str | None, number: int | None) -> str:
    """Return the format; raise XorexplainError where there is none, or a picture of no step."""
    from xorexplain.render import format_of

    chosen = format_of(out, format_, {name: name for name in (*WRITINGS, *PICTURES)})
    if chosen in PICTURES and number is None:
        raise XorexplainError(f"{out}: a picture shows one step: say which, as in rewrites 8")
    check_out(out)
    return chosen


def _check(asked: Asked, as_json: bool) -> None:
    """Print the table of differences; exit with status 1 where a step changes a value."""
    from dataclasses import asdict

    from xorexplain.render.reports.rewrite_tables import check_lines

    found = asked.checks()
    if as_json:
        write_json([asdict(check) for check in found])
    else:
        print_lines(check_lines(asked.trace, found))
    if any(check.is_fine is False for check in found):
        raise click.exceptions.Exit(CHANGED)
