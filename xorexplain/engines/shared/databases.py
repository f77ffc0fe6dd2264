"""Read the databases of an engine's rewrites: what is registered where, and what a query selects.

Both engines descend from the same code, so one reading does for both. A database holds rewriters
and further databases, each under a name and under tags; the class of a rewriter is a tag too.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, lru_cache
from typing import Any, Literal

from xorexplain.engines.attempts import name_of
from xorexplain.engines.shared.watching import Kinds, members
from xorexplain.errors.records import dataclass


@dataclass(frozen=True)
class Query:
    """Hold what a mode asks its database for, as sets of names and tags."""

    include: frozenset[str]
    require: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    cutoff: float = math.inf
    subqueries: Mapping[str, Query] = field(default_factory=dict)


@dataclass(frozen=True)
class Registration:
    """Hold a rewriter, or a database of rewriters, where it is registered.

    `path` names the databases around it, the outermost first; `tags` include its own name and its
    class. `members` are the rewriters inside one that is a group, a sequence or a walk, which no
    query tells apart, and `leaves` those of them, or itself, that are tried on single apply nodes.
    """

    name: str
    path: tuple[str, ...]
    tags: frozenset[str]
    rewriter: Any
    members: tuple[Any, ...] = ()
    leaves: tuple[Any, ...] = ()
    is_database: bool = False
    position: float | None = None

    @property
    def place(self) -> tuple[str, ...]:
        """The names from the outermost database down to this entry."""
        return (*self.path, self.name)

    @property
    def own_tags(self) -> frozenset[str]:
        """Its tags but for its name and its class."""
        return self.tags - {self.name, type(self.rewriter).__name__}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names under which it, or a member of it, is recorded when it fires."""
        return frozenset(map(name_of, (self.rewriter, *self.members))) | {self.name}

    def holds(self, rewriter: Any) -> bool:
        """Tell whether a rewriter is this one or a member of it."""
        return any(rewriter is own for own in (self.rewriter, *self.members))


def entries(database: Any, kinds: Kinds) -> tuple[Registration, ...]:
    """Return all that is registered in a database and in those inside it, without a query.

    Databases that are as they were when they were last asked are not read again.
    """
    return _entries(database, kinds, _contents(holders(database)))


def _contents(databases: Iterable[Any]) -> frozenset[tuple[Any, ...]]:
    """Tell databases apart by what they hold: each rewriter by its tags, and by its position."""
    found: set[tuple[Any, ...]] = set()
    for holder in databases:
        tags = list(holder.__db__.items())  # threads that compile meanwhile add some
        found |= {(id(holder), tag, id(one)) for tag, had in tags for one in had}
        found |= {(id(holder), *at) for at in getattr(holder, "__position__", {}).items()}
    return frozenset(found)


@lru_cache(maxsize=1)
def _entries(
    database: Any, kinds: Kinds, contents: frozenset[tuple[Any, ...]]
) -> tuple[Registration, ...]:
    """Read databases; `contents` tells whether that has been done before."""
    return tuple(_read(database, kinds))


def _read(database: Any, kinds: Kinds) -> Iterator[Registration]:
    waiting: list[tuple[Any, tuple[str, ...]]] = [(database, ())]
    while waiting:
        holder, path = waiting.pop()
        for name, tags in sorted(_tags(holder).items()):
            (rewriter,) = holder.__db__[name]
            is_database = hasattr(rewriter, "query")
            inside = [] if is_database else members(rewriter, kinds)
            yield Registration(
                name,
                path,
                tags,
                rewriter,
                tuple(inside[1:]),
                tuple(one for one in inside if _is_leaf(one, kinds)),
                is_database,
                _position(holder, name),
            )
            if is_database:
                waiting.append((_behind(rewriter), (*path, name)))


def _is_leaf(rewriter: Any, kinds: Kinds) -> bool:
    return isinstance(rewriter, kinds.node) and len(members(rewriter, kinds)) == 1


def _behind(database: Any) -> Any:
    """Return the database that a walk over one, or a second place of one, asks in its stead."""
    while hasattr(database, "db"):
        database = database.db
    return database


def _position(database: Any, name: str) -> float | None:
    """Return where an entry comes in a sequence, which a query may cut off; None elsewhere."""
    if hasattr(database, "seq_opt") or hasattr(database, "seq_rewriter_type"):
        return float(database.__position__[name])
    return None


def _tags(database: Any) -> dict[str, frozenset[str]]:
    """Return the tags of each registered name; a look-up of an unknown one would add it."""
    tags: dict[int, set[str]] = {}
    for tag, rewriters in list(database.__db__.items()):
        for rewriter in rewriters:
            # Theano files some under a number too, which no query can ask for.
            if isinstance(tag, str):
                tags.setdefault(id(rewriter), set()).add(tag)
    return {
        name: frozenset(tags[id(rewriter)])
        for name in database._names
        for rewriter in database.__db__[name]
    }


def tags_by_name(database: Any) -> Mapping[str, tuple[str, ...]]:
    """Return the tags of everything that is registered anywhere, by its name.

    Its name and its class are left out.
    """
    found = tuple(holders(database))
    return _tags_by_name(found, _contents(found))


@lru_cache(maxsize=1)
def _tags_by_name(
    databases: tuple[Any, ...], contents: frozenset[tuple[Any, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Gather the tags of databases; `contents` tells whether that has been done before."""
    found: dict[str, set[str]] = {}
    for holder in databases:
        for name, tags in _tags(holder).items():
            for rewriter in holder.__db__[name]:
                own = {name, type(rewriter).__name__}
                found.setdefault(name, set()).update(tags - own)
    return {name: tuple(sorted(tags)) for name, tags in found.items()}


def query_of(query: Any) -> Query:
    """Copy an engine's query; one of another query by name is copied too."""
    cutoff = getattr(query, "position_cutoff", None)
    return Query(
        frozenset(query.include),
        frozenset(query.require),
        frozenset(query.exclude),
        math.inf if cutoff is None else cutoff,
        {name: query_of(inner) for name, inner in query.subquery.items()},
    )


@dataclass(frozen=True)
class Refusal:
    """Say why a query does not select an entry.

    `place` is the entry, or the database around it that is not selected. `tags` are those the
    query excludes, those it asks for and the entry lacks, or none for one beyond the cutoff.
    """

    place: tuple[str, ...]
    cause: Literal["excluded", "unasked", "lacking", "cut off"]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registry:
    """Hold all entries of an engine's databases, and what a mode's query makes of them."""

    entries: tuple[Registration, ...]
    query: Query

    @cached_property
    def at(self) -> Mapping[tuple[str, ...], Registration]:
        """Entries by place."""
        return {entry.place: entry for entry in self.entries}

    @cached_property
    def named(self) -> Mapping[str, Sequence[Registration]]:
        """The rewriters under each name that one of them is recorded under."""
        found: dict[str, list[Registration]] = {}
        for entry in self.entries:
            for name in () if entry.is_database else entry.names:
                found.setdefault(name, []).append(entry)
        return found

    def refusal(self, entry: Registration, excluding: Iterable[str] = ()) -> Refusal | None:
        """Say why an entry is not selected with more names and tags excluded, None if it is."""
        query = self.query
        more = frozenset(excluding)
        for depth in range(1, len(entry.place) + 1):
            inside = self.at[entry.place[:depth]]
            found = _refusal(inside, query, more)
            if found is not None:
                return found
            query = query.subqueries.get(inside.name, query)
        return None

    def selected(self, excluding: Iterable[str] = ()) -> tuple[Registration, ...]:
        """Return the rewriters that are selected with more names and tags excluded."""
        more = frozenset(excluding)
        return tuple(entry for entry in self.usual if self.refusal(entry, more) is None)

    @cached_property
    def usual(self) -> tuple[Registration, ...]:
        """The rewriters that are selected with nothing more excluded."""
        return tuple(
            entry for entry in self.entries if not entry.is_database and self.refusal(entry) is None
        )

    @cached_property
    def known(self) -> tuple[str, ...]:
        """All names of rewrites, those of members too, and all tags, each once."""
        names = {name for entry in self.entries for name in entry.names}
        return tuple(sorted(names)) + tuple(sorted(self.tags - names))

    @cached_property
    def tags(self) -> frozenset[str]:
        """All names and tags that a mode can exclude."""
        return frozenset(tag for entry in self.entries for tag in entry.tags)


def _refusal(entry: Registration, query: Query, more: frozenset[str]) -> Refusal | None:
    excluded = entry.tags & (query.exclude | more)
    if excluded:
        return Refusal(entry.place, "excluded", tuple(sorted(excluded)))
    if not entry.tags & query.include:
        return Refusal(entry.place, "unasked", tuple(sorted(query.include)))
    if query.require - entry.tags:
        return Refusal(entry.place, "lacking", tuple(sorted(query.require - entry.tags)))
    if entry.position is not None and entry.position >= query.cutoff:
        return Refusal(entry.place, "cut off")
    return None


@contextlib.contextmanager
def kept(databases: Iterable[Any]) -> Iterator[None]:
    """Take out of databases the empty tags that queries leave in them.

    A database remembers each tag it is asked for, and would refuse it as a name from then on.
    """
    holders = list(databases)
    before = [set(holder.__db__) for holder in holders]
    try:
        yield
    finally:
        for holder, known in zip(holders, before, strict=True):
            for tag in [tag for tag, found in list(holder.__db__.items()) if not found]:
                if tag not in known:
                    del holder.__db__[tag]


def holders(database: Any) -> Iterator[Any]:
    """Yield a database and all inside it, each once."""
    waiting, seen = [_behind(database)], set()
    while waiting:
        holder = waiting.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        yield holder
        for name in holder._names:
            (rewriter,) = holder.__db__[name]
            if hasattr(rewriter, "query"):
                if hasattr(rewriter, "_names"):
                    waiting.append(rewriter)
                waiting.append(_behind(rewriter))
