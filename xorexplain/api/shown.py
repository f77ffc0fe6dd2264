"""Hold a picture, which a notebook shows and which can be written into files.

A notebook is handed one thing in several notations, none of them too large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from html import escape
from pathlib import Path

from xorexplain.errors.records import dataclass
from xorexplain.render import SUFFIXES, Rendering, format_of
from xorexplain.render.files import check_writable, write_atomically

MAX_SHOWN = 4_000_000
"""How many letters a cell adds to a notebook at most; what is larger is offered as a file."""
Bundle = dict[str, str]
Render = Callable[[str], Rendering]


@dataclass(frozen=True, repr=False)
class Picture:
    """Show a picture in a notebook, and write it into files.

    `of` says what it shows, `rendered` draws it in a format, `text` tells it to who sees no
    pictures.
    """

    of: str
    rendered: Render
    text: Callable[[], str]
    formats: Mapping[str, str] = field(default_factory=lambda: SUFFIXES)

    def save(self, out: str | Path, format: str | None = None) -> Path:
        """Write it into a file and return the path; the format is `format`, else the suffix."""
        path = Path(out)
        chosen = destination(path, format, self.formats)
        return written(path, self.rendered(chosen).data)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        from xorexplain.render.pictures import svg  # a file in another format needs it not

        shown = svg.inline(self.rendered("svg").data)
        return fitting({"image/svg+xml": shown, "text/plain": self.text()}, "picture", "svg")

    def __repr__(self) -> str:
        return f"<Picture of {self.of}>"


def destination(path: Path, format_: str | None, known: Mapping[str, str] = SUFFIXES) -> str:
    """Return the format of a file; raise XorexplainError where it cannot be written."""
    check_writable(path)
    return format_of(path, format_, known)


def written(path: Path, data: bytes) -> Path:
    """Write a file and return its path."""
    write_atomically(path, data)
    return path


def fitting(bundle: Bundle, what: str, suffix: str) -> Bundle:
    """Return what a notebook is handed; where it is too large, how it is seen nevertheless."""
    size = sum(map(len, bundle.values()))
    if size <= MAX_SHOWN:
        return bundle
    told, name = f"{size / 1e6:.1f} MB", f"{what}.{suffix}"
    words = f"The {what} has {told}, too much for a notebook: .save({name!r}) writes it."
    return {"text/html": f"<p>{escape(words, quote=False)}</p>", "text/plain": words}
