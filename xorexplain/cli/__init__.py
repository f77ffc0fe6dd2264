"""Offer the commands, a module each in `commands`, which is imported when it is named."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from xorexplain import __version__
from xorexplain.cli import commands, streams
from xorexplain.cli.groups import LazyGroup
from xorexplain.cli.printing import say
from xorexplain.cli.settings import (
    FOLDER,
    OWN_FILE,
    defaults_of,
    find_settings,
    folder_of,
    without_range,
)
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.escaping import json_text, on_one_line
from xorexplain.errors.faults import TRACEBACK, fault_of, noting, shows_traceback
from xorexplain.models.files.spec import is_file_spec

COMPLETION = "_XOREXPLAIN_COMPLETE"
"""The environment variable by which a shell asks for completions, as click names it."""
HELP = """Show what a Theano or PyTensor graph is, and what becomes of it.

\b
  xorexplain graph -o xor.png    draw the XOR network of the tutorial
  xorexplain graph net.py        draw the model in a file of your own
  xorexplain rewrites net.py     see what the optimizer did to it

MODEL is net.py, net.py:name where several models are in it, or pkg.module:name; its code is run.
Without one, every command works on the XOR network. COMMAND --help tells all the rest.
"""
MISTAKE = 2
FAULT = 3
INTERRUPTED = 130
TERMINATED = 143


class _ReaderGoneError(Exception):
    """Carry a broken pipe past click, which would make it exit status 1."""


class _TerminatedError(KeyboardInterrupt):
    """Stand for SIGTERM while a model's own code may run, whose exceptions are its own."""


class _Commands(LazyGroup):
    """Hold all commands, and let what ends them early pass."""

    package = commands.__name__
    words = commands.COMMANDS

    def unknown(self, word: str) -> str:
        """Say that a word is no command; one that is a file may be the model of one."""
        if is_file_spec(word):
            return f"{word} is no command: write `xorexplain graph {word}`"
        return super().unknown(word)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGoneError from error
        except _TerminatedError:
            raise SystemExit(TERMINATED) from None


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="",
    subcommand_metavar="COMMAND [MODEL] [OPTIONS]",
    help=HELP,
    epilog=f'Tab completion:  eval "$({COMPLETION}=bash_source xorexplain)" in ~/.bashrc; '
    "zsh_source and fish_source are for other shells.\n\n"
    f"Defaults for options:  {OWN_FILE}, or [tool.xorexplain] in pyproject.toml.\n\n"
    "Exit status: 0; 1 where a check failed; 2 for a mistake of the user's; 3 for a fault of "
    f"xorexplain, whose traceback {TRACEBACK}=1 shows; 130 where interrupted.",
)
@click.version_option(__version__, "--version", message="xorexplain %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Show what a Theano or PyTensor graph is, and what becomes of it."""
    if context.invoked_subcommand not in (None, "doctor") and not context.resilient_parsing:
        _take_settings(context, context.invoked_subcommand or "")


def _take_settings(context: click.Context, name: str) -> None:
    """Have the settings that are found be the defaults of a command."""
    settings = find_settings(Path.cwd())
    command = main.get_command(context, name)
    if settings is not None and command is not None:
        context.default_map = {name: defaults_of(settings, name, command)}
        context.meta[FOLDER] = folder_of(settings)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    1 stands for a check that failed; 2 for a mistake the user can mend, told in one line; 3 for a
    fault of this package, told in one line after what could be shown; 130 for Ctrl-C and for a
    reader that closed the pipe; 143 for SIGTERM. XOREXPLAIN_TRACEBACK=1 shows a fault's traceback.
    """
    with noting() as faults:
        status = _run(arguments)
        # The same line of ours may be in the way of each row of a table.
        for fault in {(fault.place, fault.error): fault for fault in reversed(faults)}.values():
            status = _fail(fault.line, fault.details if shows_traceback() else "", FAULT)
    return status


def _run(arguments: Sequence[str] | None) -> int:
    signal.signal(signal.SIGTERM, _terminate)
    streams.prepare()
    # PyTensor warns in four lines where it links no BLAS; `doctor` tells of it.
    warnings.filterwarnings("ignore", message="PyTensor could not link to a BLAS")
    # A command makes much that lasts until it ends: looking for garbage often finds none.
    gc.set_threshold(50_000, 20, 20)
    try:
        Path.cwd()
    except FileNotFoundError:
        return _fail("the working folder is gone: change into one that exists")
    try:
        if COMPLETION in os.environ:
            from xorexplain.cli.completion import register

            register()
        words = list(sys.argv[1:] if arguments is None else arguments)
        status = main.main(words, prog_name="xorexplain", standalone_mode=False, obj=words)
        sys.stdout.flush()
    except XorexplainError as error:
        return _fail(str(error), error.details)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message(), err=True)
        return MISTAKE
    except click.UsageError as error:
        return _fail(usage_text(error))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (_ReaderGoneError, BrokenPipeError):
        streams.let_go()
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _fail_at_fault(error, ())
        streams.let_go()
        return _fail(f"cannot write to stdout: {error.strerror}: free some space")
    except Exception as error:  # noqa: BLE001 - the one place where a fault of ours ends
        return _fail_at_fault(error, arguments)
    # The interpreter is about to end: its last collections would look at all the engine made.
    gc.freeze()
    return status if isinstance(status, int) else 0


def _terminate(number: int, frame: object) -> NoReturn:
    """Turn SIGTERM into an exception, so that a half-written file is cleaned up."""
    raise _TerminatedError


def usage_text(error: click.UsageError) -> str:
    """Tell a mistake in a command line, with the closest word for a mistyped one."""
    hint = f"see {error.ctx.command_path} --help" if error.ctx is not None else "see --help"
    if isinstance(error, click.NoSuchOption):
        close = did_you_mean(error.option_name, sorted(error.possibilities or ()))
        cure = f"{close} Else {hint}" if error.possibilities else hint
        return f"unknown option {error.option_name}: {cure}"
    return f"{without_range(error.format_message()).rstrip('.')}: {hint}"


def _fail_at_fault(error: Exception, arguments: Sequence[str] | None) -> int:
    """Tell a fault that ended a command, as JSON too to who asked for JSON."""
    fault = fault_of(error)
    if "--json" in (sys.argv[1:] if arguments is None else arguments):
        say(json_text({"missing": ["the answer"], "fault": fault.line}), end="")
    return _fail(fault.line, fault.details if shows_traceback() else "", FAULT)


def _fail(message: str, details: str = "", status: int = MISTAKE) -> int:
    """Tell a mistake on one line, whatever names it quotes; `details` come before it."""
    if details:
        say(details, err=True)
    say(f"xorexplain: {on_one_line(message)}", err=True)
    return status
