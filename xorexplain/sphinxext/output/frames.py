"""Show a whole page of HTML inside a page of the documentation."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

HEIGHT = 640
"""Pixels of a frame where nobody says another."""


def framed(translator: HTML5Translator, data: bytes, title: str, view: str, height: int) -> str:
    """Write a page beside the pictures and return the HTML that shows it, and links to it.

    The file is named by its content. `view` is the tab of the explorer at which it opens, empty for
    the first; `height` is in pixels.
    """
    builder = translator.builder
    name = f"xorexplain-{hashlib.sha256(data).hexdigest()[:20]}.html"
    folder = Path(builder.outdir) / builder.imagedir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    place = translator.attval(f"{builder.imgpath}/{name}" + (f"#view={view}" if view else ""))
    return (
        f'<iframe src="{place}" title="{translator.attval(title)}" loading="lazy" '
        f'style="width: 100%; height: {height}px; border: 1px solid #8888"></iframe>\n'
        f'<p><a href="{place}">Open it on a page of its own</a></p>\n'
    )
