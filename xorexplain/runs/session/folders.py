"""Choose the folder of a report: a new one, or with force that of an earlier report."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from xorexplain.errors import XorexplainError

NAME = "report"


def new_folder(out: Path, force: bool) -> Path:
    """Make the folder of a report and return it: `out`, else `out-2`, `out-3`, ... .

    With `force`, an earlier report in `out` is removed. Raise XorexplainError where no folder can
    be made, and for one with force that holds something else.
    """
    if force and out.is_dir():
        if any(out.iterdir()) and not is_report(out):
            raise XorexplainError(
                f"{out} holds no report: name another folder, or leave out --force"
            )
        import shutil  # it brings all kinds of archives

        shutil.rmtree(out)
    for number in count(1):
        folder = out if number == 1 else out.with_name(f"{out.name}-{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            continue
        except OSError as error:
            words = f"cannot make the folder {folder}: {error.strerror}"
            raise XorexplainError(f"{words}: name another with --out") from error
    raise AssertionError


def is_report(folder: Path) -> bool:
    """Tell whether a folder holds what a session kept."""
    return next(folder.glob("events-*.jsonl"), None) is not None
