"""Know why each rewrite is valid: a sentence, the law as a formula, and where it may not hold.

The tables are data, one module per theme; to add a rewrite, see docs/develop/adding-law.rst.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from xorexplain.engines.attempts import name_of
from xorexplain.rewrites.laws import (
    arithmetic,
    backends,
    blas,
    convolution,
    exponentials,
    factorizations,
    indexing,
    lengths,
    linalg,
    loops,
    memory,
    powers,
    reductions,
    scan,
    shapes,
    softmax,
    special,
    stabilization,
    upkeep,
    writing,
)
from xorexplain.rewrites.laws.records import AIMS, Formula, Kind, Law, Table

__all__ = [
    "AIMS",
    "TABLES",
    "Formula",
    "Kind",
    "Law",
    "Table",
    "described",
    "laws",
    "lookup",
    "members",
]

TABLES: Mapping[str, Table] = {
    module.__name__.rpartition(".")[2]: module.TABLE
    for module in (
        upkeep,
        arithmetic,
        powers,
        exponentials,
        stabilization,
        special,
        softmax,
        reductions,
        shapes,
        lengths,
        indexing,
        writing,
        blas,
        linalg,
        factorizations,
        loops,
        memory,
        scan,
        convolution,
        backends,
    )
}
"""All laws, by theme."""

_GROUPS = ("LocalOptGroup(", "SequentialNodeRewriter(")
_GROUP_SENTENCE = (
    "One of the rewrites of this group was made; each of them is valid for a reason of its own."
)


@cache
def laws(engine_name: str) -> Mapping[str, Law]:
    """Return the laws of an engine's rewrites by all their names."""
    found: dict[str, Law] = {}
    for shared in (True, False):
        for table in TABLES.values():
            for law in table.both if shared else _own(table, engine_name):
                found.update(dict.fromkeys((law.name, *law.aliases), law))
    return found


def _own(table: Table, engine_name: str) -> tuple[Law, ...]:
    own: tuple[Law, ...] = getattr(table, engine_name, ())
    return own


def lookup(engine_name: str, rewrite_name: str) -> Law | None:
    """Return the law of a rewrite by the name it fires under, None where none is written yet.

    A group of rewrites, of which the engine does not tell which one fired, gets one law with those
    of its members.
    """
    if rewrite_name.startswith(_GROUPS):
        return _group(engine_name, rewrite_name)
    return laws(engine_name).get(name_of(rewrite_name))


def described(engine_name: str, rewrite_name: str, docstring: str | None) -> Law | None:
    """Return the law of a rewrite, or else the first sentence of the engine's own docstring.

    Where only the docstring speaks, the law is marked as quoted. None where neither says anything.
    """
    law = lookup(engine_name, rewrite_name)
    sentence = _first_sentence(docstring or "")
    if law is None and sentence:
        return Law(rewrite_name, None, sentence, is_quoted=True)
    return law


def members(rewrite_name: str) -> tuple[str, ...]:
    """Return the names of the rewrites in a group, in their order; of a single one, its own."""
    return tuple(_members(rewrite_name))


def _members(name: str) -> Iterator[str]:
    if not name.startswith(_GROUPS):
        yield name
        return
    depth, start = 0, name.index("(") + 1
    for position, character in enumerate(name):
        if depth == 1 and character in ",)" and start < position:
            yield from _members(name[start:position])
            start = position + 1
        depth += {"(": 1, ")": -1}.get(character, 0)


def _group(engine_name: str, name: str) -> Law | None:
    found = [law for member in members(name) if (law := lookup(engine_name, member))]
    if not found:
        return None
    kind = Counter(law.kind for law in found).most_common(1)[0][0]
    return Law(name, kind, _GROUP_SENTENCE, members=tuple(dict.fromkeys(found)))


def _first_sentence(docstring: str) -> str:
    """Return the first sentence on one line, without the marks of reStructuredText."""
    paragraph = " ".join(docstring.strip().partition("\n\n")[0].split())
    sentence = re.split(r"(?<=[.!?]) ", paragraph, maxsplit=1)[0].replace("``", "")
    return sentence if any(character.isalpha() for character in sentence) else ""
