"""Finish Graphviz's SVG: a title for readers who do not see it, fonts that viewers have, valid XML.

Graphviz passes on what labels hold, so that an entity HTML does not know, or one for a control
character, would make the file unreadable.
"""

from __future__ import annotations

import re
import zlib

from xorexplain.errors.escaping import visible

WIDE = 500.0
"""A picture of more points may be wider than the cell of a notebook."""
FONTS = "DejaVu Sans, Verdana, sans-serif"  # Verdana's letters are about as wide

# What XML 1.0 allows in no form.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOISE = re.compile(r'<!--.*?-->\n?| font-family="[^"]*"', re.DOTALL)
_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
_NUMBERED = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_ID = re.compile(r' (?:id|aria-labelledby)="[^"]*"(?=[^<>]*>)')
_SIZE = re.compile(r' width="([0-9.]+)pt" height="[0-9.]+pt"')
_GRAPH_NAME = re.compile(r'(<g [^>]*class="graph"[^>]*>\n?)<title>[^<]*</title>\n?')
_STRUT = re.compile("<text [^>]*>\u200a</text>\n?")
_TURNED = re.compile(r'class="edge turned">\n<title>(.*?)(&#45;&gt;|->)(.*?)</title>')


def clean(text: str) -> str:
    """Leave out characters that no XML file may hold."""
    return _FORBIDDEN.sub("", text)


def inline(data: bytes) -> str:
    """Return a finished SVG to stand in a page among others: without ids, no wider than its place.

    Its title names it, also where no id leads there. A wide picture is as wide as its place,
    whatever that is, also where the page shows it as an image; it has no size of its own then.
    """
    text = _ID.sub("", data.decode().partition("\n")[2])
    size = _SIZE.search(text)
    if size is None or float(size[1]) <= WIDE:
        return text.replace("<svg ", '<svg style="max-width: 100%; height: auto" ', 1)
    style = f"width: 100%; max-width: {size[1]}pt; height: auto"
    return _SIZE.sub("", text, count=1).replace("<svg ", f'<svg style="{style}" ', 1)


def width(data: bytes) -> float:
    """Return how many points wide a picture is, 0 where that is not said."""
    size = _SIZE.search(data[:2000].decode("utf-8", "replace"))
    return float(size[1]) if size else 0.0


def finish(data: bytes, title: str, description: str) -> bytes:
    """Return the SVG with its title and description, the same for the same input."""
    text = data.decode(errors="replace")
    text = _NOISE.sub("", clean(text[text.index("<svg") :]))
    text = _STRAY_AMPERSAND.sub("&amp;", _NUMBERED.sub(_allowed, text))
    text = _GRAPH_NAME.sub(r"\1", text, count=1)
    text = _STRUT.sub("", text)
    text = _TURNED.sub(r'class="edge">\n<title>\3\2\1</title>', text)
    # Pictures that stand in one page need ids of their own.
    mark = f"{zlib.crc32(repr((title, description, text)).encode()):08x}"
    named = [(name, words) for name, words in (("title", title), ("desc", description)) if words]
    labels = " ".join(f"{name}-{mark}" for name, _ in named)
    root = f'<svg role="img" font-family="{FONTS}"'
    if labels:
        root += f' aria-labelledby="{labels}"'
    head, rest = text.removeprefix("<svg").split(">", 1)
    words = "".join(
        f'\n<{name} id="{name}-{mark}">{_escape(visible(content))}</{name}>'
        for name, content in named
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}{head}>{words}{rest}'.encode()


def _escape(text: str) -> str:
    """Escape text for XML; the library's own way to it imports urllib and costs ten times more."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _allowed(entity: re.Match[str]) -> str:
    number = int(entity[1], 16) if entity[1] else int(entity[2])
    return entity[0] if number < 0x110000 and clean(chr(number)) else ""
