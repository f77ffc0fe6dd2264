"""Link the first use of each word of the glossary on a page to where it is defined."""

from __future__ import annotations

import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.rst"
TAUGHT = ("index", "quickstart", "gradient", "rewrites", "engines-compared")
FOLDERS = ("start", "walkthrough", "howto")
_NO_PROSE = (
    nodes.literal,
    nodes.FixedTextElement,
    nodes.reference,
    nodes.title,
    nodes.rubric,
    nodes.math,
    nodes.image,
    nodes.term,
    addnodes.pending_xref,
    addnodes.only,
)
# Words of the glossary in another sense than the glossary's.
_OTHERWISE = re.compile(r"\b(?:special|made for the) cases?\b|\bcosts? microseconds|\bno trace\b")


@cache
def words() -> dict[str, str]:
    """Return the words of the glossary by their lower case."""
    text = GLOSSARY.read_text(encoding="utf-8").partition(".. glossary::")[2]
    found = re.findall(r"^   (\w[^\n]*)\n {6}", text, re.MULTILINE)
    return {word.lower(): word for word in found}


@cache
def pattern() -> re.Pattern[str]:
    """Match a word of the glossary, longer ones first, also in the plural."""
    longest = sorted(words(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(e?s)?(?![\w-])", re.I)


class FirstUses(SphinxTransform):
    """Link first uses, on the pages that teach."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        page = self.env.docname
        if page not in TAUGHT and page.partition("/")[0] not in FOLDERS:
            return
        seen: set[str] = set()
        for node in list(self.document.findall(nodes.Text)):
            if not _is_prose(node):
                continue
            pieces = _linked(str(node), seen, page)
            if len(pieces) > 1:
                node.parent.replace(node, pieces)


def _is_prose(node: nodes.Text) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, _NO_PROSE):
            return False
        parent = parent.parent
    return True


def _linked(text: str, seen: set[str], page: str) -> list[nodes.Node]:
    """Split a text at the words that it uses first."""
    pieces: list[nodes.Node] = []
    last = 0
    others = list(_OTHERWISE.finditer(text))
    for match in pattern().finditer(text):
        word = words()[match[1].lower()]
        if word in seen or any(m.start() <= match.start() < m.end() for m in others):
            continue
        seen.add(word)
        pieces += [nodes.Text(text[last : match.start()]), _link(match[0], word, page)]
        last = match.end()
    return [*pieces, nodes.Text(text[last:])]


def _link(shown: str, word: str, page: str) -> nodes.Node:
    inner = nodes.inline(shown, shown, classes=["xref", "std", "std-term"])
    return addnodes.pending_xref(
        shown,
        inner,
        refdomain="std",
        reftype="term",
        reftarget=word,
        refdoc=page,
        refwarn=True,
        refexplicit=True,
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform; pages are read again where the words have changed."""
    app.add_transform(FirstUses)
    version = zlib.crc32("\n".join(words()).encode())
    return {"version": "2", "env_version": version, "parallel_read_safe": True}
