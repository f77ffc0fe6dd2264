"""Pack a page into one file that needs nothing else: no network, no folder, no server.

The page's policy forbids every request and every script and style but the packed ones, which it
names by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from xorexplain.errors.escaping import visible
from xorexplain.render.pictures import svg

START = "start"
"""The view that a page opens at where nobody asks for another."""
EARLY = "js/page/early.js"
WEB = Path(__file__).resolve().parent / "web"
_SLOT = re.compile(r"@@([A-Z_]+)@@")
# What would end the script, or open a comment in it; and what JavaScript takes for a line's end.
_UNSAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def page(title: str, data: str, front: str = "", opens: str = START) -> bytes:
    """Return the page with JSON text as its data.

    `front` is HTML: what its first view shows, and all of it where no script runs; `opens` is the
    view it opens at, unless its address names one. `web` holds its template.html, and a parts.txt
    that lists the styles and scripts to be joined.
    """
    slots = {
        "TITLE": escape(visible(title)),
        "OPENS": escape(opens),
        "FRONT": front,
        "DATA": as_data(data),
    }
    return filled("template.html", {**packed_files("parts.txt"), **slots})


def as_data(text: str) -> str:
    """Write JSON text so that it may stand in a script element."""
    found = svg.clean(text)
    # One after the other: `translate` takes twenty times as long.
    for character, escaped in _UNSAFE.items():
        found = found.replace(character, escaped)
    return found


def packed_files(order: str) -> dict[str, str]:
    """Return the styles and scripts that a file of `web` lists, with their hashes."""
    style, script = _joined(order, ".css"), _scripts(order)
    return {
        "STYLE": style,
        "STYLE_HASH": _hash(style),
        "SCRIPT": script,
        "SCRIPT_HASH": _hash(script),
    }


def filled(template: str, slots: Mapping[str, str]) -> bytes:
    """Return a template of `web` with its slots filled."""
    # In one pass, or what the data says could be taken for a slot.
    return _SLOT.sub(lambda match: slots[match[1]], _text(template)).encode()


@cache
def _scripts(order: str) -> str:
    """Join the scripts: `EARLY` runs before anything is shown, the others after all is read."""
    late = _joined(order, ".js")
    return f"{_text(EARLY)}document.addEventListener('DOMContentLoaded', () => {{\n{late}}});\n"


def _text(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")


@cache
def _joined(order: str, suffix: str) -> str:
    """Join the listed files of one suffix, but for `EARLY`, as they stand in the page."""
    names = [name for name in _text(order).split() if name.endswith(suffix)]
    text = "\n".join(_text(name) for name in names if name != EARLY)
    if "</script" in text.lower() or "</style" in text.lower() or "<!--" in text:
        raise ValueError(f"a {suffix} file holds what would end its element")
    return text


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
