"""Take what every question about a rewriting takes: whose it is, and where the answer goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.building import built_subject
from xorexplain.cli.options import Choice, model_options, named_model_options, target_option
from xorexplain.cli.output import check_out, is_stdout, named, write_out
from xorexplain.cli.printing import print_document, say
from xorexplain.cli.progress import working
from xorexplain.cli.stored import read_trace, stored_or_model
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded
from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    from xorexplain.render.reports.document import Document
    from xorexplain.render.reports.gather import Subject
    from xorexplain.rewrites.trace import Trace

ANSWERS = {"txt": "what is printed", "json": "the same as --json"}
"""Suffixes of the files that any answer can be written to."""
PICTURES = ("svg", "png", "pdf", "dot")
Callback = Callable[..., None]


@dataclass(frozen=True)
class Request:
    """Hold whose rewriting is asked about, and the form in which the answer is wanted.

    `format_` is that of `out`, empty where nothing is written.
    """

    model: str | None
    engine: str | None
    target: str | None
    trace_file: Path | None
    as_json: bool
    out: Path | None
    format_: str

    @cached_property
    def subject(self) -> Subject | None:
        """The model; None where a trace is read from a file."""
        if self.trace_file is not None:
            return None
        return built_subject(self.model, self.engine, self.target)

    @cached_property
    def trace(self) -> Trace:
        """The trace in question."""
        if self.trace_file is not None and self.subject is None:
            return read_trace(self.trace_file)
        with working("recording the rewrites"):
            return self.live("be recorded").trace

    def live(self, what: str) -> Subject:
        """Return what can be computed with; raise XorexplainError for a trace from a file."""
        if self.subject is None:
            raise XorexplainError(f"a trace from a file cannot {what}: leave --trace out")
        return self.subject

    def answer(self, data: Callable[[], str], report: Callable[[], Document], words: str) -> None:
        """Print or write an answer: `data` is its JSON text, `words` say what was written."""
        from xorexplain.render.writers import terminal

        if self.out is not None:
            text = data() if self.format_ == "json" else terminal.plain(report())
            write_out(self.out, encoded(text), words)
        elif self.as_json:
            say(data(), end="")
        else:
            print_document(report())


def asks(
    formats: Mapping[str, str] = ANSWERS, reads_files: bool = True, places_model: bool = True
) -> Callable[[Callback], Callback]:
    """Add the options of every question, and hand them over as a `Request`.

    `formats` are the suffixes that --out takes, each with what such a file holds, empty for a
    picture. A question that only a live model answers shows no --trace; who says it nevertheless
    is told why. One that takes many words lets no model stand behind them.
    """
    told = ", ".join(f".{suffix} is {what}" for suffix, what in formats.items() if what)
    drawn = " or ".join(f".{suffix}" for suffix, what in formats.items() if not what)
    options = (
        model_options if places_model else named_model_options,
        target_option("Function to rewrite.  [default: train]"),
        click.option(
            "--trace",
            "trace_file",
            type=click.Path(path_type=Path),
            hidden=not reads_files,
            help="Read a trace written with --out FILE.json instead of rewriting.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
        click.option(
            "-o",
            "--out",
            type=click.Path(path_type=Path),
            help=f"File to write: {told}{f'; {drawn} draws it' if drawn else ''}. `-` is stdout.",
        ),
        click.option("--format", "format_", type=Choice(list(formats)), help="Format of --out."),
    )

    def decorate(function: Callback) -> Callback:
        def run(**own: Any) -> None:
            given = {field.name: own.pop(field.name) for field in fields(Request)}
            given["trace_file"], given["model"] = stored_or_model(
                "--trace", given["trace_file"], given["model"], "engine", "target"
            )
            step = f"step-{own['number']}" if "number" in own else "rewrites"
            given["out"] = _out(given["out"], given["format_"], step)
            given["format_"] = _format(given["out"], given["format_"], formats, given["as_json"])
            function(Request(**given), **own)

        run.__doc__ = function.__doc__
        for option in reversed(options):
            run = option(run)
        return run

    return decorate


def _out(out: Path | None, format_: str | None, stem: str) -> Path | None:
    """Return the file to write, None where the answer is printed."""
    if out is not None and format_ is None and is_stdout(out):
        return None
    if out is None and format_ in (*PICTURES, "html"):
        return named(f"{stem}.{format_}")
    return out


def _format(
    out: Path | None, format_: str | None, formats: Mapping[str, str], as_json: bool
) -> str:
    """Return the format of --out, empty where nothing is written."""
    if out is None:
        if format_ is not None:
            raise XorexplainError("--format is that of --out: add --out FILE, or - for stdout")
        return ""
    if as_json:
        raise XorexplainError("--json prints: leave it out where --out says where to write")
    from xorexplain.render import format_of

    if out.suffix[1:] in PICTURES and not set(PICTURES) <= formats.keys():
        raise XorexplainError(f"{out}: a picture shows one step: say which, as in rewrites 8")
    chosen = format_of(out, format_, {name: name for name in formats})
    check_out(out)
    return chosen
