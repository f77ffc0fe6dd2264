r"""Quote names and values for DOT text.

In DOT text `\"` is a quotation mark inside of quotes, and a backslash elsewhere begins an escape of
Graphviz's own, such as `\N`. What begins with `<` and ends with `>` is read as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*|-?(\.[0-9]+|[0-9]+(\.[0-9]*)?)")
_KEYWORDS = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
_MARK = re.compile(r'((?:\\\\)*)\\?"')
_OPEN_END = re.compile(r"(?<!\\)(?:\\\\)*\\$")


def html(text: str) -> str:
    """Return a text for a label that is HTML; Python's own module for it takes a millisecond."""
    for mark, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"), ("'", "#x27")):
        text = text.replace(mark, f"&{name};")
    return text


class Literal(str):
    """A text that is shown as it stands, though it may look like HTML."""

    __slots__ = ()


def literal(text: str) -> Literal:
    """Return a text whose backslashes and pointed brackets mean nothing."""
    return Literal(text.replace("\\", "\\\\"))


def quote(text: str) -> str:
    """Return a name or value as DOT text, in quotes where it needs them."""
    if text.startswith("<") and text.endswith(">") and not isinstance(text, Literal):
        return text
    if _PLAIN.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    # A last backslash would take the closing quotation mark along.
    closed = text + "\\" if _OPEN_END.search(text) else text
    return f'"{_MARK.sub(_escaped, closed)}"'


def _escaped(mark: re.Match[str]) -> str:
    return f'{mark[1]}\\"'


def attr_list(values: Mapping[str, str | None]) -> str:
    """Return attributes of a node, an edge or a graph in their brackets; None leaves one out."""
    told = [(name, value) for name, value in sorted(values.items()) if value is not None]
    words = " ".join(f"{quote(name)}={quote(value)}" for name, value in told)
    return f" [{words}]" if words else ""
