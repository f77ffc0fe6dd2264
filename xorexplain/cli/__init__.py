"""Offer one command a module; each command's module is imported when it is named."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from xorexplain import __version__
from xorexplain.errors import XorexplainError, did_you_mean

COMMANDS = {
    "graph": "draw a stage of a model's graph",
    "print": "print a stage of a model's graph as text",
    "train": "train the XOR network and show what it learned",
    "doctor": "report what this machine has and what is missing",
}
INTERRUPTED = 130
TERMINATED = 143


class _Commands(click.Group):
    """Look a command up in its own module, and help with a mistyped name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"xorexplain.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], list(COMMANDS))
            raise XorexplainError(f"unknown command {args[0]!r}: {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example:  python -m xorexplain graph --stage optimized --out graph.png",
)
@click.version_option(__version__, "--version", message="xorexplain %(version)s")
def main() -> None:
    """Show what a Theano or PyTensor graph is, and what becomes of it.

    Every command works on the XOR network of the tutorial, or on a model of your own given with
    --model file.py:callable.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    2 stands for a mistake the user can mend, told in one line; 130 for Ctrl-C and for a reader
    that closed the pipe; 143 for SIGTERM. A bug shows its traceback.
    """
    signal.signal(signal.SIGTERM, _terminate)
    try:
        main.main(args=arguments, prog_name="xorexplain", standalone_mode=False)
        sys.stdout.flush()
    except XorexplainError as error:
        return _fail(str(error), error.details)
    except click.UsageError as error:
        return _fail(error.format_message(), _usage_hint(error))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Python would complain again when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    return 0


def _terminate(number: int, frame: object) -> NoReturn:
    """Turn SIGTERM into an exception, so that a half-written file is cleaned up."""
    raise SystemExit(TERMINATED)


def _usage_hint(error: click.UsageError) -> str:
    return f"Try '{error.ctx.command_path} --help'." if error.ctx is not None else ""


def _fail(message: str, details: str) -> int:
    if details:
        click.echo(details, err=True)
    click.echo(f"xorexplain: {message}", err=True)
    return 2
