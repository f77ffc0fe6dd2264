"""Have Sphinx build the pages into a site, in a folder of its own."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from xorexplain.errors import XorexplainError

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# What Sphinx keeps for itself.
_NOT_PUBLISHED = (".buildinfo", ".doctrees", "objects.inv.tmp")


def build(files: Mapping[str, bytes], on_progress: Callable[[str], None]) -> dict[str, bytes]:
    """Build pages with Sphinx and return the files of the site by path.

    Raise XorexplainError where Sphinx warns of anything: pages that were written here have no fault
    that a reader could mend.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    warnings = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="xorexplain-") as temporary:
        source, out = Path(temporary, "pages"), Path(temporary, "site")
        for path, data in files.items():
            target = source / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        with docutils_namespace():
            app = Sphinx(
                srcdir=source,
                confdir=source,
                outdir=out,
                doctreedir=Path(temporary, "doctrees"),
                buildername="html",
                status=_Status(on_progress),
                warning=warnings,
                freshenv=True,
                keep_going=True,
            )
            app.build(force_all=True)
        if told := _COLOURS.sub("", warnings.getvalue()).strip():
            first = told.splitlines()[0]
            raise XorexplainError(
                f"Sphinx warns: {first.removeprefix(str(source) + '/')}: "
                "see what `xorexplain pages` writes",
                details=told,
            )
        return {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and path.name not in _NOT_PUBLISHED
        }


class _Status(io.StringIO):
    """Take what Sphinx tells of its progress, and hand it on a line at a time."""

    def __init__(self, on_progress: Callable[[str], None]) -> None:
        super().__init__()
        self.on_progress = on_progress

    def write(self, text: str) -> int:
        """Hand on how far it is."""
        line = " ".join(_COLOURS.sub("", text).split())
        if "%" in line:
            self.on_progress(line)
        return len(text)
