"""Offer the explorer from Python."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, overload

from xorexplain.api.shown import Bundle, fitting, written
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import short
from xorexplain.errors.records import dataclass
from xorexplain.explorer.against import pair_page
from xorexplain.explorer.bundle import bundle, page_of, trace_story
from xorexplain.explorer.pairing import paired
from xorexplain.render.files import check_writable
from xorexplain.render.reports.gather import subject_of
from xorexplain.rewrites.trace import Trace

HEIGHT = 720
"""How many pixels of a notebook the page takes at most; a small window gives it less."""


@dataclass(frozen=True, repr=False)
class Page:
    """Show the explorer in a notebook, in a frame of its own, and write it into a file.

    The frame keeps the page's scripts from the notebook. The page is kept with the notebook; one
    of more than 4 MB is not, and has to be written into a file.
    """

    title: str
    data: bytes
    notes: tuple[str, ...] = ()

    def save(self, out: str | Path) -> Path:
        """Write it into an .html file and return the path."""
        path = Path(out)
        _check(path)
        return written(path, self.data)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        # In simple quotes: the data of the page is full of the others.
        page = self.data.decode().replace("&", "&amp;").replace("'", "&#39;")
        style = (
            f"box-sizing: border-box; width: 100%; height: {HEIGHT}px; max-height: 90vh; "
            "border: 1px solid color-mix(in srgb, currentColor 25%, transparent)"
        )
        title = escape(f"Explorer of {self.title}")
        frame = (
            f'<iframe title="{title}" sandbox="allow-scripts allow-downloads" style="{style}" '
            f"srcdoc='{page}'></iframe>"
        )
        notes = "".join(f"<p>{escape(note, quote=False)}</p>" for note in self.notes)
        words = f"{self!r}: .save('story.html') writes it into a file"
        return fitting({"text/html": notes + frame, "text/plain": words}, "explorer", "html")

    def __repr__(self) -> str:
        return short("Page", (self.title, f"{len(self.data) / 1e6:.1f} MB"))


@overload
def explore(
    obj: Any,
    out: None = None,
    *,
    target: str | None = ...,
    data: Mapping[str, Any] | None = ...,
    train_steps: int = ...,
    against: Any = ...,
) -> Page: ...
@overload
def explore(
    obj: Any,
    out: str | Path,
    *,
    target: str | None = ...,
    data: Mapping[str, Any] | None = ...,
    train_steps: int = ...,
    against: Any = ...,
) -> Path: ...
def explore(
    obj: Any,
    out: str | Path | None = None,
    *,
    target: str | None = None,
    data: Mapping[str, Any] | None = None,
    train_steps: int = 0,
    against: Any = None,
) -> Path | Page:
    """Make one offline page in which the whole story of a model can be explored.

    `obj` is what `draw` takes, but for a recorded `Graph`, or the `Trace` of a rewriting. `out`
    ends in `.html` and is returned; without it a `Page` is, which a notebook shows. `data` are
    arrays for inputs by name, and `train_steps` is how long to train for the values after training.
    `against` puts another side beside it, in step with it: another model, a recorded `Trace` or
    `Graph`, which `obj` may be then too, or settings for the same model as `explore --against`
    takes them, such as "excluding=fusion", one or a list. Raise XorexplainError for a model that
    has no stage to show, for sides with no stage in common, and where `out` cannot be written.
    """
    if out is not None:
        _check(Path(out))
    if against is not None:
        found, pair = paired(obj, against, target, data or {}, train_steps)
        notes = [note for story in pair["sides"] for note in story["notes"]]
        title = f"{found.left.name} against {found.right.name}"
        page = Page(title, pair_page(pair, found), tuple(notes))
    else:
        if isinstance(obj, Trace):
            story = trace_story(obj)
        else:
            story = bundle(subject_of(obj, target, data), train_steps=train_steps)
        page = Page(story["title"], page_of(story), tuple(story["notes"]))
    return page if out is None else page.save(out)


def _check(path: Path) -> None:
    """Raise XorexplainError for a file that would not be taken for a page, or cannot be written."""
    if path.suffix.lower() != ".html":
        raise XorexplainError(f"{path}: the explorer is one page: end the name in .html")
    check_writable(path)
