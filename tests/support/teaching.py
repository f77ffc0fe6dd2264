"""Say how long a page that teaches may be, and count its words: as it is written, as it is read.

A page is held to the limit twice: its source by `tests/test_teaching.py`, which takes no time; what
a build makes of it, with code, tables and what commands print, by `tests/browser/test_site.py`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

MOST_WORDS = 900
"""On a page that teaches; in an appendix more is looked up than read."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
"""Elements of HTML that have no end."""


def written_words(source: str) -> int:
    """Count the words of a page's source, without directives, their options and code."""
    prose = re.sub(r"^(?:>>>|\.\.\.|   :|\.\. ).*$", "", source, flags=re.M)
    return len(prose.split())


def read_words(page: str) -> int:
    """Count what is read of a page's article: code, tables, and what is folded, each sign too."""
    found: list[str] = []
    unread = {"svg", "script", "style", "iframe", "annotation"}
    around: list[tuple[str, bool]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in VOID:
                is_mark = "headerlink" in (dict(attrs).get("class") or "")
                around.append((tag, tag in unread or is_mark))

        def handle_endtag(self, tag: str) -> None:
            while tag not in VOID and around and around.pop()[0] != tag:
                pass

        def handle_data(self, data: str) -> None:
            if any(tag == "article" for tag, _ in around) and not any(u for _, u in around):
                found.append(data)

    Reader().feed(page)
    return len("".join(found).split())
