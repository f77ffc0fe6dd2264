"""Find the name that keeps a rewrite from firing, and check it by recording again without it.

A mode can exclude what is registered, by its name or by a tag. A rewrite inside a group, or one
that several places use, is excluded with more than itself, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.engines import Engine
from xorexplain.engines.attempts import name_of
from xorexplain.engines.recorder import Firing
from xorexplain.engines.shared.databases import Registration, Registry
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode
from xorexplain.rewrites.record import firings_of

MAX_RECORDINGS = 5
"""How often a rewriting is recorded again for one rewrite."""


@dataclass(frozen=True)
class Exclusion:
    """Hold what to exclude so that a rewrite fires no more.

    More than one name is needed where a rewrite that is excluded in one place fires in the next;
    `names` are empty where nothing does it. `verified` tells that it did not fire when recorded
    without them, `still_in` in which phases it did. `also_removes` are the other rewrites that go
    with the names, and `group` is the registered rewrite it is a member of, if it is one.
    """

    rewrite: str
    names: tuple[str, ...] = ()
    verified: bool = False
    also_removes: tuple[str, ...] = ()
    still_in: tuple[str, ...] = ()
    group: str = ""

    @property
    def name(self) -> str | None:
        """The name to exclude, the first of them if there are more."""
        return self.names[0] if self.names else None


def excluding_name(
    engine: Engine,
    model: Model,
    target: str | None,
    rewrite: str,
    firings: Sequence[Firing] | None = None,
) -> Exclusion:
    """Find what to exclude against one rewrite, by the name it fires under; members of a group too.

    `firings` are those of a recording with nothing excluded, where there is one. Raise
    XorexplainError for a rewrite that does not fire.
    """
    return exclusions(engine, model, target, [rewrite], firings)[rewrite]


def exclusions(
    engine: Engine,
    model: Model,
    target: str | None = None,
    rewrites: Sequence[str] | None = None,
    firings: Sequence[Firing] | None = None,
) -> Mapping[str, Exclusion]:
    """Find what to exclude against each rewrite that fires, or against those named.

    A rewrite takes one recording as a rule, and at most `MAX_RECORDINGS`.
    """
    with in_mode(engine, model):
        registry = registry_of(engine)
    fired = _by_name(firings_of(engine, model, target) if firings is None else firings)
    chosen = list(fired) if rewrites is None else list(rewrites)
    for name in chosen:
        if name not in fired:
            raise XorexplainError(f"no rewrite {name!r} fired: {did_you_mean(name, list(fired))}")
    search = _Search(engine, model, target, registry, fired)
    return {name: _exclusion(search, name) for name in chosen}


def registry_of(engine: Engine) -> Registry:
    """Return the engine's databases as its default mode queries them.

    Raise XorexplainError for a mode that was not made by a query.
    """
    query = engine.mode_query()
    if query is None:
        raise XorexplainError(
            f"the default mode of {engine.title} was not made of named rewrites: "
            "choose one of the engine's own modes"
        )
    return Registry(engine.registered(), query)


def goes_by_its_name(registry: Registry, rewrite: str) -> bool:
    """Tell whether excluding a rewrite's own name leaves no place it could fire from.

    That follows from what the mode selects, without rewriting again.
    """
    named = registry.named.get(rewrite, ())
    places = [entry for entry in named if registry.refusal(entry) is None]
    return bool(places) and all(registry.refusal(entry, (rewrite,)) for entry in places)


def keys_of(firing: Firing) -> tuple[str, ...]:
    """Return the names a firing counts for: of the members that did it, else of the rewrite."""
    return tuple(dict.fromkeys(map(name_of, firing.members))) or (firing.rewrite,)


def _by_name(firings: Sequence[Firing]) -> dict[str, list[Firing]]:
    found: dict[str, list[Firing]] = {}
    for firing in firings:
        for key in keys_of(firing):
            found.setdefault(key, []).append(firing)
    return found


@dataclass(frozen=True)
class _Search:
    """Hold what all searches for names share; `fired` is what fires with nothing excluded."""

    engine: Engine
    model: Model
    target: str | None
    registry: Registry
    fired: Mapping[str, Sequence[Firing]]

    def without(self, names: Sequence[str], rewrite: str) -> list[Firing]:
        """Return the firings of a rewrite with names excluded."""
        firings = firings_of(self.engine, self.model, self.target, names)
        return _by_name(firings).get(rewrite, [])


def _exclusion(search: _Search, rewrite: str) -> Exclusion:
    """Exclude the name that removes the least; where the rewrite then fires elsewhere, go on."""
    registry, firings = search.registry, search.fired[rewrite]
    own = _own(registry, rewrite, firings)
    names: list[str] = []
    left: Sequence[Firing] = firings
    for _ in range(MAX_RECORDINGS):
        places = _places(registry, rewrite, left, names)
        candidates = _candidates(registry, places, names, own)
        if not left or not candidates:
            break
        names.append(candidates[0])
        left = search.without(names, rewrite)
    needed = _needed(registry, names)
    others = also_removed(registry, needed) | _siblings(search.fired, firings)
    return Exclusion(
        rewrite,
        needed,
        not left,
        tuple(sorted(others - own - set(needed))) if needed else (),
        tuple(dict.fromkeys(firing.phase for firing in left)) if needed else (),
        _group(_places(registry, rewrite, firings), rewrite),
    )


def _needed(registry: Registry, names: Sequence[str]) -> tuple[str, ...]:
    """Leave out names that remove nothing the later ones do not."""
    needed = list(names)
    for name in names:
        fewer = [other for other in needed if other != name]
        if registry.selected(fewer) == registry.selected(needed):
            needed = fewer
    return tuple(needed)


def _places(
    registry: Registry, rewrite: str, firings: Sequence[Firing], excluding: Sequence[str] = ()
) -> list[Registration]:
    """Return the selected entries a rewrite fired from."""
    rewriters = [f.rewriter for f in firings if f.rewriter is not None]
    rewriters += [m for f in firings for m in f.members if name_of(m) == rewrite]
    holding = [
        entry
        for entry in registry.selected(excluding)
        if rewrite in entry.names or any(entry.holds(rewriter) for rewriter in rewriters)
    ]
    phases = {firing.phase for firing in firings}
    return [entry for entry in holding if entry.place[0] in phases] or holding


def _candidates(
    registry: Registry, places: Sequence[Registration], excluded: Sequence[str], own: set[str]
) -> list[str]:
    """List names and tags that would remove a rewrite, those that remove the least first."""
    tags = {tag for entry in places for tag in (*entry.tags, *entry.path)}
    names = {entry.name for entry in registry.entries}
    classes = {type(entry.rewriter).__name__ for entry in places}

    def cost(tag: str) -> tuple[int, int, bool, bool, str]:
        everything = [*excluded, tag]
        leaves = sum(registry.refusal(entry, everything) is None for entry in places)
        lost = len(also_removed(registry, everything) - own)
        return (lost, leaves, tag in classes, tag not in names, tag)

    return sorted(tags - registry.query.include - set(excluded), key=cost)


def _own(registry: Registry, rewrite: str, firings: Sequence[Firing]) -> set[str]:
    """Return all names under which a rewrite is registered by itself."""
    rewriters = {id(f.rewriter) for f in firings if f.rewriter is not None and not f.members}
    own = {rewrite}
    for entry in registry.entries:
        is_it = id(entry.rewriter) in rewriters or type(entry.rewriter).__name__ == rewrite
        if is_it or (rewrite in entry.names and len(entry.members) <= 1):
            own |= {entry.name, *entry.names}
    return own


def _siblings(fired: Mapping[str, Sequence[Firing]], firings: Sequence[Firing]) -> set[str]:
    """Return the other names under which the same rewriter of whole graphs reports changes."""
    rewriters = {id(f.rewriter) for f in firings if f.rewriter is not None and not f.members}
    return {
        name
        for name, others in fired.items()
        if any(id(f.rewriter) in rewriters and not f.members for f in others)
    }


def _group(places: Sequence[Registration], rewrite: str) -> str:
    """Return the entry that has a rewrite as one of several members, empty where it is alone."""
    names = {entry.name for entry in places}
    if rewrite in names or not places:
        return ""
    first = places[0]
    return first.name if len(first.members) > 1 else ""


def also_removed(registry: Registry, names: Sequence[str]) -> set[str]:
    """Return the names of all rewrites that excluding some removes, and not those of groups."""
    kept = {name for e in registry.selected(names) for name in e.names}
    lost = _lost(registry, names)
    found = {name for e in lost for name in (e.name, *map(name_of, e.members))} - kept
    return {name for name in found if "(" not in name}


def fires_as(registry: Registry, names: Sequence[str]) -> dict[str, str]:
    """Pair the names of rewrites that excluding some removes with that of their class.

    What changes a whole graph is recorded under its class, whatever it is registered as.
    """
    return {e.name: type(e.rewriter).__name__ for e in _lost(registry, names)}


def _lost(registry: Registry, names: Sequence[str]) -> list[Registration]:
    """Return the rewrites of the usual ones that excluding some removes."""
    left = {entry.place for entry in registry.selected(names)}
    return [entry for entry in registry.usual if entry.place not in left]
