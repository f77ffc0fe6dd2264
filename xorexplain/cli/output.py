"""Write what a command made where --out says: into a file, or to stdout for `-`."""

from __future__ import annotations

from pathlib import Path

import click

from xorexplain.cli.printing import say
from xorexplain.cli.settings import FOLDER
from xorexplain.cli.streams import answer
from xorexplain.errors.escaping import on_one_line
from xorexplain.render.files import check_writable, descriptor, write_atomically

STDOUT = Path("-")


def named(name: str) -> Path:
    """Return the file of a name that the command chooses, in the folder that settings name."""
    return (_folder() or Path()) / name


def _folder() -> Path | None:
    folder: Path | None = click.get_current_context().find_root().meta.get(FOLDER)
    return folder


def is_stdout(out: Path) -> bool:
    """Tell whether what is written goes to stdout, under whichever name."""
    return out == STDOUT or descriptor(out) == 1


def check_out(out: Path) -> None:
    """Raise XorexplainError where nothing can be written, before anything is computed."""
    if out != STDOUT:
        # A folder that settings name is made when something is written into it.
        is_new = out.parent == _folder() and not out.parent.exists()
        check_writable(out.parent if is_new else out)


def write_out(out: Path, data: bytes, words: str = "") -> None:
    """Write data and say so in one line, but on stdout, which takes the data alone."""
    if is_stdout(out):
        answer().flush()
        answer().buffer.write(data)
        answer().buffer.flush()
    else:
        if out.parent == _folder():
            out.parent.mkdir(exist_ok=True)
        write_atomically(out, data)
    if words and not is_stdout(out):
        say(on_one_line(f"{out}: {words}"))
