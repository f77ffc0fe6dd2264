"""Run a program as it is, and report what it compiled, what was rewritten, what it called."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from xorexplain.cli.output import STDOUT, named
from xorexplain.cli.printing import say, write_json
from xorexplain.cli.progress import working
from xorexplain.cli.streams import answer
from xorexplain.cli.terminal import is_interactive
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import counted, on_one_line

if TYPE_CHECKING:
    from xorexplain.runs.session.records import Seen

KEPT = 200
BUDGET, WITH_CALLS = 0.08, 1.0
"""Which share of the processors' time that a program took the pages of its functions may take, and
which where calls are kept, which only those pages show."""


@click.command(
    "run",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Example:  xorexplain run train.py --epochs 3\n\n"
    "Example:  xorexplain run --out watched -m my.package --verbose",
)
@click.argument("program", nargs=-1, type=click.UNPROCESSED, metavar="SCRIPT [ARGUMENT]...")
@click.option("-m", "is_module", is_flag=True, help="SCRIPT is a module, as for `python -m`.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the report; where it is there, the next number is.  [default: report]",
)
@click.option("--force", is_flag=True, help="Write over an earlier report.")
@click.option("--calls-only", is_flag=True, help="Record no rewriting, only what is called.")
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    default=KEPT,
    show_default=True,
    metavar="N",
    help="Keep the rewriting of the last N functions in full; of all others the sums.",
)
@click.option(
    "--nan", is_flag=True, help="Find the first call of each function with a NaN or an infinity."
)
@click.option(
    "--check",
    is_flag=True,
    help="Compare answers with the graph, computed node by node with bounds and dtypes checked: of "
    "the first 3 calls of each function, and of every K-th.",
)
@click.option(
    "--keep-calls",
    is_flag=True,
    help="Keep what those calls were given, for `values --call`, and what each node held: rows to "
    "choose in the explorer of the function.",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="K",
    help="Which of the later calls are looked into.",
)
@click.option(
    "--programs",
    is_flag=True,
    help="Watch the programs of Python that it starts, as by `subprocess`, too: their environment "
    "says so.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report as JSON; SCRIPT prints to stderr."
)
def command(
    program: tuple[str, ...],
    is_module: bool,
    out: Path | None,
    force: bool,
    calls_only: bool,
    keep: int,
    nan: bool,
    check: bool,
    keep_calls: bool,
    every: int,
    programs: bool,
    as_json: bool,
) -> None:
    """Run a program as it is and report what Theano or PyTensor did for it.

    SCRIPT is run as by `python SCRIPT`: its arguments, output, exceptions and exit status are its
    own; an error of the engine that ends it is explained below its traceback. The report is a
    folder with a page to open, index.html: every function that was compiled, from which line, how
    it was rewritten, how often it was called and how long all of that took. It is written however
    the program ends. With --nan and --check its answers are looked into, which takes longer.
    """
    from xorexplain.render.reports.watched_calls import EXPLAINED
    from xorexplain.runs.session.folders import NAME, new_folder
    from xorexplain.runs.session.process import Program, end_as, note_exit, run

    if not program:
        raise XorexplainError("name the program to run: `xorexplain run SCRIPT.py`")
    target, *arguments = program
    (_check_module if is_module else _check_script)(target)
    if out == STDOUT:
        raise XorexplainError("a report is a folder: name one, or say --json to have it on stdout")
    folder = new_folder(out or named(NAME), force)
    stdout = sys.stderr if as_json else answer()
    stdout.flush()
    looks = nan, check, every, keep_calls
    how = not calls_only, keep, EXPLAINED, looks, programs
    wanted = Program(target, arguments, is_module, folder, *how)
    status = run(wanted, _with_descriptor(stdout), _get_ready, _telling_waits(folder))
    note_exit(folder, status)
    # What reads and writes the report is imported while the program runs.
    from xorexplain.runs.session.reading import read

    try:
        seen = read(folder)
    except (XorexplainError, OSError):
        say(f"xorexplain: {folder} was deleted while it ran: there is no report", err=True)
    else:
        _report(folder, seen, as_json, WITH_CALLS if keep_calls else BUDGET)
    raise click.exceptions.Exit(end_as(status))


def _get_ready() -> None:
    """Import what writes the report, while the program runs."""
    for name in ("explorer.report_folder", "render.reports.ending", "runs.session.reading"):
        importlib.import_module(f"xorexplain.{name}")


def _telling_waits(folder: Path) -> Callable[[], None]:
    """Return what says on a terminal, once a second at most, what the program waits for.

    Each on a line of its own: what the program writes there stays.
    """
    if not is_interactive():
        return lambda: None
    from xorexplain.runs.session.waiting import Waits

    waits = Waits(folder)

    def tell() -> None:
        for words in waits.words():
            say("\n" + on_one_line(f"xorexplain: {words}"), err=True)

    return tell


def _report(folder: Path, seen: Seen, as_json: bool, share: float) -> None:
    """Write the report of what was seen, in a share of its time, and say where it is."""
    from xorexplain.explorer.report_folder import INDEX, write_report
    from xorexplain.render.reports.ending import why_it_ended
    from xorexplain.render.reports.session import session_json, summary_words

    with working("writing the report"):
        lacking = write_report(folder, seen, share * (_worked() or seen.seconds))
    if as_json:
        write_json(session_json(seen))
    if why := why_it_ended(seen):
        say(f"\nxorexplain: the error, explained\n\n{why}\n", err=True)
    say(on_one_line(f"xorexplain: {summary_words(seen)}: {folder / INDEX}"), err=True)
    if lacking:
        words = f"`xorexplain report {folder} --explorers` writes {counted(lacking, 'more page')}"
        say(on_one_line(f"xorexplain: {words} in which functions are explored"), err=True)


def _worked() -> float:
    """Return how many seconds processors worked for the program; 0 where no system tells.

    The clock would count what a busy machine did for others.
    """
    spent = os.times()
    return spent.children_user + spent.children_system


def _with_descriptor(stream: IO[str]) -> IO[str] | None:
    """Return a stream that a process can write to, None for one that is no file."""
    try:
        stream.fileno()
    except (OSError, ValueError):
        return None
    return stream


def _check_script(name: str) -> None:
    """Raise XorexplainError for a file that Python cannot run."""
    path = Path(name)
    try:
        code = path.read_bytes()
    except OSError as error:
        if path.is_dir():
            raise XorexplainError(f"{name} is a folder: name the file to run in it") from error
        reason = "is not there" if isinstance(error, FileNotFoundError) else error.strerror
        raise XorexplainError(f"{name} {reason}: name a file of Python to run") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        told = error.msg if isinstance(error, SyntaxError) else str(error)
        raise XorexplainError(f"{name}{line} is no Python: {told}: mend it first") from error


def _check_module(name: str) -> None:
    """Raise XorexplainError for a module that is not there."""
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        is_there = importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        is_there = False
    if not is_there:
        raise XorexplainError(f"there is no module {name}: name one as for `python -m`")
