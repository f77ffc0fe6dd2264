"""Explain the gradient of a model's cost node by node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xorexplain.cli.building import built_model
from xorexplain.cli.options import Choice, Positive, completed, model_options, seed_option
from xorexplain.cli.output import check_out, is_stdout, named, write_out
from xorexplain.cli.printing import print_document, say, write_json
from xorexplain.cli.progress import working
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded
from xorexplain.render.theme import THEMES

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.gradients.records import Derivation
    from xorexplain.models.model import Model

PICTURES = ("png", "svg", "pdf", "dot")
PAGE = "html"
WRITINGS = {"txt": "text", "tex": "latex", "json": "json"}
OVER_TOLERANCE = 1


@click.command("gradient", epilog="Example:  xorexplain gradient net.py --wrt W1 --check")
@model_options
@click.option(
    "--wrt",
    multiple=True,
    metavar="NAME",
    shell_complete=completed("variables"),
    help="Variable; may be repeated.  [default: parameters]",
)
@click.option(
    "--order",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="2 derives the Hessian applied to a direction.",
)
@click.option(
    "--format",
    "format_",
    type=Choice([*WRITINGS.values(), *PICTURES, PAGE]),
    help="Notation, or a picture.  [default: text, or by the suffix of --out]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="File to write: .txt, .tex, .json; .svg, .png, .pdf, .dot or .html draws it. "
    "`-` is stdout.  [default: stdout; gradient.svg with --format svg]",
)
@click.option("--theme", type=Choice(list(THEMES)), default="light")
@click.option("--check", "checks", is_flag=True, help="Check every step by numbers.")
@seed_option
@click.option(
    "--tolerance",
    type=Positive(),
    help="Largest relative difference.  [default: 1e-9, 1e-4 for float32; differences: its root]",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Tell plumbing and equal layers too; with --check, what agrees too.",
)
@click.option("--rules", is_flag=True, help="List the ops that have a rule, and the rules.")
@click.option("--why", is_flag=True, help="Say why a gradient is zero, disconnected or undefined.")
def command(
    model: str | None,
    engine: str | None,
    wrt: tuple[str, ...],
    order: int,
    format_: str | None,
    as_json: bool,
    out: Path | None,
    theme: str,
    checks: bool,
    seed: int,
    tolerance: float | None,
    everything: bool,
    rules: bool,
    why: bool,
) -> None:
    """Explain the gradient of a model's cost node by node.

    For each forward node, last first: what arrives, the rule of its op in a formula and a
    sentence, what each input receives, the nodes T.grad made for it, and which forward values
    those use again. With --check every formula is computed and compared with the engine's value,
    and the gradient with finite differences; the exit status is 1 over the tolerance.
    """
    from xorexplain.gradients.choose import differentiate

    chosen_format = _format(out, "json" if as_json else format_)
    prints = "rules" if rules else "why" if why else "check" if checks else ""
    if prints:
        _need_print(prints, chosen_format, out)
    else:
        out = _file(chosen_format, out)
    if rules:
        _print_rules(chosen_format)
        return
    chosen, loaded = built_model(model, engine)
    if why:
        _why(chosen, loaded, wrt, chosen_format)
        return
    if chosen_format == PAGE:
        _write_page(chosen, loaded, wrt, order, out)
        return
    with working("deriving the gradient"):
        derivation = differentiate(chosen, loaded, wrt, order)
    if checks:
        _check(chosen, loaded, derivation, seed, tolerance, chosen_format, everything)
    elif chosen_format in PICTURES:
        _draw(derivation, chosen_format, theme, out)
    else:
        _write(derivation, chosen_format, out, everything)


def _format(out: Path | None, format_: str | None) -> str:
    """Choose between notations and pictures: what was said, else what the suffix says."""
    from xorexplain.render import format_of

    if out is not None:
        if is_stdout(out) and format_ is None:
            return "text"
        return format_of(out, format_, {**WRITINGS, **{name: name for name in (*PICTURES, PAGE)}})
    return format_ or "text"


def _need_print(flag: str, format_: str, out: Path | None) -> None:
    """Raise XorexplainError where what only prints is to be written into a file, or drawn."""
    if out is not None and not is_stdout(out):
        raise XorexplainError(f"--{flag} prints: leave --out out")
    if format_ in (*PICTURES, PAGE):
        raise XorexplainError(f"--{flag} prints: leave --format {format_} out")


def _file(format_: str, out: Path | None) -> Path | None:
    """Return the file to write, None where the answer is printed."""
    if out is None and format_ in (*PICTURES, PAGE):
        out = named(f"gradient.{format_}")
    if out is not None:
        check_out(out)
    return out


def _write(derivation: Derivation, format_: str, out: Path | None, everything: bool) -> None:
    from xorexplain.gradients.explain import tell
    from xorexplain.gradients.folding import folded
    from xorexplain.render.reports.gradient import gradient, gradient_json
    from xorexplain.render.writers import terminal
    from xorexplain.render.writers.latex import latex

    everything = everything or out is not None or format_ != "text"
    told = tell(derivation if everything else folded(derivation))
    document = gradient(told, everything)
    if out is None and format_ == "text":
        print_document(document)
        return
    if format_ == "json":
        text = gradient_json(told)
    else:
        text = {"text": terminal.plain, "latex": latex}[format_](document)
    if out is None:
        say(text, end="")
    else:
        write_out(out, encoded(text), document.title)


def _write_page(
    engine: Engine, model: Model, wrt: tuple[str, ...], order: int, out: Path | None
) -> None:
    """Write the explorer's page with what belongs to the gradient."""
    import dataclasses

    from xorexplain.cli.commands.explore import write_page
    from xorexplain.explorer.bundle import GRADIENT_PARTS, bundle
    from xorexplain.gradients.choose import wrt_variables
    from xorexplain.render.reports.gather import Subject

    assert out is not None
    if order == 2:
        raise XorexplainError("a page shows a first derivative: use .txt, .tex or .json")
    chosen = dataclasses.replace(model, parameters=wrt_variables(engine, model, wrt))
    subject = Subject(engine, chosen)
    with working("deriving the gradient"):
        # Without one there is no page.
        _ = subject.derivation
    write_page(out, bundle(subject, GRADIENT_PARTS, working=working), "gradient")


def _draw(derivation: Derivation, format_: str, theme: str, out: Path | None) -> None:
    from xorexplain.cli.printing import tell
    from xorexplain.render.pictures.twin import draw_twin

    assert out is not None
    with working("laying out the picture"):
        rendering = draw_twin(derivation, format_, theme)
    tell(rendering.notes)
    words = f"forward and backward of {derivation.names[derivation.cost]}"
    write_out(out, rendering.data, words)


def _check(
    engine: Engine,
    model: Model,
    derivation: Derivation,
    seed: int,
    tolerance: float | None,
    format_: str,
    everything: bool,
) -> None:
    """Print what does not agree; exit with status 1 where something is over the tolerance."""
    from xorexplain.gradients.check import check, directions
    from xorexplain.models.naming import names_in
    from xorexplain.models.samples import sample_values
    from xorexplain.render.reports import gradient_tables

    with working("checking by numbers"):
        model.check_data()
        values = sample_values(
            engine,
            derivation.graph,
            derivation.variables,
            model.data,
            seed,
            names_in(model),
            directions(derivation),
        )
        rows = check(engine, derivation, values, seed, tolerance)
    if format_ == "json":
        write_json(rows)
    else:
        print_document(gradient_tables.checks(rows, everything))
    if any(row.is_fine is False for row in rows):
        raise click.exceptions.Exit(OVER_TOLERANCE)


def _why(engine: Engine, model: Model, wrt: tuple[str, ...], format_: str) -> None:
    from xorexplain.gradients.at_values import at_values
    from xorexplain.gradients.why import explain_why
    from xorexplain.render.reports.why import why, why_json

    answers = at_values(engine, model, wrt, explain_why(engine, model, wrt))
    if format_ == "json":
        say(why_json(answers), end="")
    else:
        print_document(why(answers))


def _print_rules(format_: str) -> None:
    from xorexplain.gradients.rules import rules
    from xorexplain.render.reports import gradient_tables

    if format_ == "json":
        say(gradient_tables.rules_json(rules()), end="")
    else:
        print_document(gradient_tables.rules(rules()))
