"""Write many files where --out says: into a folder, or for `-` to stdout as a tar archive."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from xorexplain.cli.options import given_options
from xorexplain.cli.output import STDOUT, write_out
from xorexplain.cli.streams import answer
from xorexplain.errors import XorexplainError


def check_folder_out(out: Path, force: bool) -> None:
    """Raise XorexplainError where nothing can be written, before anything is computed."""
    from xorexplain.sphinxext.walkthrough.project import check_folder

    if out != STDOUT:
        check_folder(out, force)
        return
    if foreign := given_options("as_json", "opens", "force"):
        raise XorexplainError(f"{foreign[0]} is for a folder: give one with --out, not -")
    if answer().isatty():
        raise XorexplainError("the archive is not for a terminal: add `| tar x`, or name a folder")


def write_folder(out: Path, files: Mapping[str, bytes], force: bool) -> list[str]:
    """Write files and return the paths of those that changed."""
    from xorexplain.sphinxext.walkthrough.project import write

    if out != STDOUT:
        return write(out, files, force)
    write_out(out, _archive(files))
    return list(files)


def _archive(files: Mapping[str, bytes]) -> bytes:
    """Pack files; the same files make the same archive."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()
