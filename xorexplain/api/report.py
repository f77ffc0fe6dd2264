"""Hold a report, which a notebook shows and which can be written into files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from xorexplain.api.shown import Bundle, Picture, destination, fitting, written
from xorexplain.errors.escaping import encoded, short
from xorexplain.errors.records import dataclass
from xorexplain.render.reports.document import Document
from xorexplain.render.writers import terminal
from xorexplain.render.writers.html import html
from xorexplain.render.writers.latex import fragment, latex

MAX_LATEX = 100_000
"""A longer report has no LaTeX beside it: a PDF of the notebook has its text."""
DRAWN = {name: name for name in ("png", "svg", "pdf", "dot")}
"""Suffixes of what is drawn beside a report."""


@dataclass(frozen=True, repr=False)
class Report:
    """Show what is told of a gradient or a rewriting in a notebook, and write it into files.

    `print` prints it as the command line does. `data` writes it as JSON; `picture` is there where
    it can be drawn.
    """

    document: Document
    data: Callable[[], str]
    picture: Picture | None = None

    def save(self, out: str | Path, format: str | None = None) -> Path:
        """Write it into a file and return the path: txt, tex or json, else a picture of it."""
        path = Path(out)
        drawn = DRAWN if self.picture is not None else {}
        chosen = destination(path, format, {**_WRITINGS, **drawn})
        if self.picture is not None and chosen in DRAWN:
            return written(path, self.picture.rendered(chosen).data)
        return written(path, encoded(self.data() if chosen == "json" else _WRITERS[chosen](self)))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        tex = fragment(self.document.blocks)
        bundle = {"text/html": html(self.document), "text/plain": str(self)}
        if len(tex) <= MAX_LATEX:
            bundle["text/latex"] = tex
        return fitting(bundle, "report", "txt")

    def __str__(self) -> str:
        return terminal.plain(self.document)

    def __repr__(self) -> str:
        return short("Report", (self.document.title,))


_WRITINGS = {"txt": "text", "tex": "latex", "json": "json"}
_WRITERS: Mapping[str, Callable[[Report], str]] = {
    "text": str,
    "latex": lambda report: latex(report.document),
}
