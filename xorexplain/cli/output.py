"""Write what a command made where --out says: into a file, or to stdout for `-`."""

from __future__ import annotations

from pathlib import Path

from xorexplain.cli.printing import say
from xorexplain.cli.streams import answer
from xorexplain.errors.escaping import on_one_line
from xorexplain.render.files import check_writable, descriptor, write_atomically

STDOUT = Path("-")


def is_stdout(out: Path) -> bool:
    """Tell whether what is written goes to stdout, under whichever name."""
    return out == STDOUT or descriptor(out) == 1


def check_out(out: Path) -> None:
    """Raise XorexplainError where nothing can be written, before anything is computed."""
    if out != STDOUT:
        check_writable(out)


def write_out(out: Path, data: bytes, words: str = "") -> None:
    """Write data and say so in one line, but on stdout, which takes the data alone."""
    if is_stdout(out):
        answer().flush()
        answer().buffer.write(data)
        answer().buffer.flush()
    else:
        write_atomically(out, data)
    if words and not is_stdout(out):
        say(on_one_line(f"{out}: {words}"))
