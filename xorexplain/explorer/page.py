"""Pack a page into one file that needs nothing else: no network, no folder, no server.

The page's policy forbids every request and every script and style but the packed ones, which it
names by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

from xorexplain.render.pictures import svg

WEB = Path(__file__).resolve().parent / "web"
_SLOT = re.compile(r"@@([A-Z_]+)@@")
# What would end the script, or open a comment in it; and what JavaScript takes for a line's end.
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def page(title: str, data: str) -> bytes:
    """Return the page with JSON text as its data.

    `web` holds its template.html, and an order.txt that lists the styles and scripts to be joined.
    """
    style, script = _joined(".css"), _joined(".js")
    slots = {
        "TITLE": escape(svg.clean(title)),
        "STYLE": style,
        "STYLE_HASH": _hash(style),
        "SCRIPT": script,
        "SCRIPT_HASH": _hash(script),
        "DATA": svg.clean(data).translate(_UNSAFE),
    }
    template = (WEB / "template.html").read_text(encoding="utf-8")
    # In one pass, or what the data says could be taken for a slot.
    return _SLOT.sub(lambda match: slots[match[1]], template).encode()


@cache
def _joined(suffix: str) -> str:
    """Join the listed files of one suffix, as they stand in the page."""
    listed = (WEB / "order.txt").read_text(encoding="utf-8").split()
    texts = [
        (WEB / entry).read_text(encoding="utf-8") for entry in listed if entry.endswith(suffix)
    ]
    text = "\n".join(texts)
    if "</script" in text.lower() or "</style" in text.lower() or "<!--" in text:
        raise ValueError(f"a {suffix} file holds what would end its element")
    return text


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
