"""Remember the pages on which something failed, so that the next build tries them again."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.environment import BuildEnvironment

FILE = "xorexplain-failed.txt"
"""Beside the doctrees, a page a line: several processes may add to it at the same time."""
TAKEN = "xorexplain-failed-before.txt"
"""The pages that this build tries again, kept until it has ended well."""


def note(env: BuildEnvironment, pages: Iterable[str]) -> None:
    """Add pages; a folder that cannot be written has no next build either."""
    text = "".join(f"{page}\n" for page in pages)
    folder = Path(env.doctreedir)
    if text:
        with contextlib.suppress(OSError), (folder / FILE).open("a", encoding="utf-8") as file:
            file.write(text)


def take(env: BuildEnvironment) -> set[str]:
    """Return the pages that failed in the builds before and are still there."""
    folder = Path(env.doctreedir)
    pages = {page for name in (FILE, TAKEN) for page in _pages(folder / name)} & env.found_docs
    with contextlib.suppress(OSError):
        (folder / TAKEN).write_text("".join(f"{page}\n" for page in sorted(pages)), "utf-8")
        (folder / FILE).unlink(missing_ok=True)
    return pages


def forget(env: BuildEnvironment) -> None:
    """Forget the pages that were tried again; those that failed again are noted anew."""
    with contextlib.suppress(OSError):
        (Path(env.doctreedir) / TAKEN).unlink(missing_ok=True)


def _pages(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
