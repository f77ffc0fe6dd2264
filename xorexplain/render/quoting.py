"""Write names and attributes as DOT has them: quoted where they are no plain word or number."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*|-?(\.[0-9]+|[0-9]+(\.[0-9]*)?))$")
_HTML = re.compile(r"<.*>$", re.DOTALL)
_QUOTE = re.compile(r'((?:\\\\)*)\\?"')
"""A quote with the backslashes before it: one that is escaped already is not escaped again."""
_KEYWORDS = frozenset(("node", "edge", "graph", "digraph", "subgraph", "strict"))


class Literal(str):
    """Hold text in which neither a backslash nor `<...>` means anything to Graphviz."""

    __slots__ = ()


def literal(text: str) -> Literal:
    """Return text that is shown as it is."""
    return Literal(text.replace("\\", "\\\\"))


def quote(text: str) -> str:
    """Write a name or a value; one in `<...>` is a label of Graphviz's HTML, unless literal."""
    if _HTML.match(text) and not isinstance(text, Literal):
        return text
    if _PLAIN.match(text) and text.lower() not in _KEYWORDS:
        return text
    escaped = _QUOTE.sub(r'\1\\"', text)
    return f'"{escaped}"'


def attribute_list(values: Mapping[str, str]) -> str:
    """Write attributes by name after what they are of, nothing where there are none."""
    words = " ".join(f"{quote(name)}={quote(values[name])}" for name in sorted(values))
    return f" [{words}]" if words else ""
