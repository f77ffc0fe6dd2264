"""Say why a rewrite did not fire: excluded, never tried or never matched, or at another time.

Nothing of the model and of the engine's databases is changed: what would have matched is tried on
copies of each state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from xorexplain.engines import Engine
from xorexplain.engines.attempts import name_of
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.databases import Refusal, Registration, Registry
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.questions.candidates import Match, search
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.record import record
from xorexplain.rewrites.trace import RewriteStep, Trace

Verdict = Literal[
    "fired",
    "rejected",
    "failed",
    "not in this mode",
    "never tried",
    "never matched",
    "nothing to change",
    "matched too early",
    "matched too late",
    "missed",
]
"""`missed` matched a node while it ran, but was not tried on it then; what `matched too early` was
changed before its turn; `nothing to change` answered with what was there already."""


@dataclass(frozen=True)
class Place:
    """Hold where a rewrite is registered: the databases from the outermost down, and its name.

    `refusal` says why the mode's query does not select it there, None where it does. `tags` are
    those a query may use, and `span` are the first and the last state while its phase ran, empty
    for a phase that did not run.
    """

    names: tuple[str, ...]
    tags: tuple[str, ...]
    refusal: Refusal | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class WhyNot:
    """Hold what became of a rewrite, of all apply nodes or of one.

    `tracks` are the ops it is tried on, None for all; `tries` counts the tries and `hits` those
    with an answer, `inside` and `inside_hits` those in graphs inside of ops. `tried_on` are the
    nodes it was tried on, `candidates` those of a tracked op in any state, and `matches` where it
    would have matched. `steps` are those it made, or tried to make. `lived` is when the node that
    was asked about was in the graph. `is_exact` is False where a match that depends on nodes far
    away may have been missed.
    """

    name: str
    verdict: Verdict
    trace: Trace
    places: tuple[Place, ...]
    node: str | None = None
    steps: tuple[RewriteStep, ...] = ()
    elsewhere: tuple[RewriteStep, ...] = ()
    tracks: tuple[str, ...] | None = None
    is_of_nodes: bool = True
    tries: int = 0
    hits: int = 0
    inside: int = 0
    inside_hits: int = 0
    tried_on: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    is_exact: bool = True
    lived: tuple[int, int] | None = None


def why_not(
    engine: Engine, model: Model, target: str | None, name: str, node: str | None = None
) -> WhyNot:
    """Find out why a rewrite did not fire, or did, on the whole or on one apply node.

    `name` is a registered name, or one that a step has; `node` an id of the trace. Raise
    XorexplainError for names and ids that are unknown.
    """
    recorder = Recorder(keeps_nodes=True)
    with in_mode(engine, model), engine.databases_kept():
        recording = record(engine, model, target, (), recorder)
        asked = _Asked(engine, registry_of(engine), recorder, recording, name)
        chosen = _node(recording, node) if node is not None else None
        found = _answer(asked, chosen)
    return replace(found, node=chosen)


class _Asked:
    """Find the rewriters that a name stands for, and what they did."""

    def __init__(
        self,
        engine: Engine,
        registry: Registry,
        recorder: Recorder,
        recording: Recording,
        name: str,
    ) -> None:
        self.engine, self.registry = engine, registry
        self.recorder, self.recording, self.name = recorder, recording, name
        self.entries = [e for e in registry.entries if not e.is_database and _is_named(e, name)]
        self.steps = [s for s in recording.trace.steps if name in (s.rewrite, *s.members)]
        if not self.steps:
            behind = [(s, f) for s, f in zip(recording.trace.steps, recorder.firings, strict=True)]
            self.steps = [s for s, f in behind if any(_made(e, name, f) for e in self.entries)]
        if not self.entries and not self.steps:
            raise XorexplainError(_unknown(registry, recording.trace, name))
        self.ids: Mapping[Any, str] = {a: id_ for id_, a in recording.applies.items()}

    @property
    def rewriters(self) -> list[Any]:
        """The rewriters of single nodes the name stands for, each once."""
        leaves = [leaf for entry in self.entries for leaf in self._leaves(entry)]
        return list({id(leaf): leaf for leaf in leaves}.values())

    def _leaves(self, entry: Registration) -> Iterable[Any]:
        named = [leaf for leaf in entry.leaves if name_of(leaf) == self.name]
        return entry.leaves if entry.name == self.name and not named else named

    def places(self) -> tuple[Place, ...]:
        spans = _spans(self.recording.trace)
        return tuple(
            Place(
                entry.place,
                tuple(sorted(entry.own_tags)),
                refusal := self.registry.refusal(entry),
                spans.get(entry.place[0]) if refusal is None else None,
            )
            for entry in self.entries
        )


def _is_named(entry: Registration, name: str) -> bool:
    return name in entry.names or type(entry.rewriter).__name__ == name


def _made(entry: Registration, name: str, firing: Any) -> bool:
    """Tell whether a firing is of the rewriter that is registered as `name`."""
    if entry.name != name or firing.rewriter is None:
        return False
    return entry.holds(firing.rewriter) or any(map(entry.holds, firing.members))


def _unknown(registry: Registry, trace: Trace, name: str) -> str:
    inside = [e.name for e in registry.entries if not e.is_database and name in (*e.path, *e.tags)]
    if inside:
        kind = "a tag" if all(name not in e.path for e in registry.entries) else "a group"
        shown = ", ".join(inside[:3]) + (", ..." if len(inside) > 3 else "")
        return f"{name!r} is {kind} of {len(inside)} rewrites: name one of them ({shown})"
    known = [*{n for e in registry.entries for n in e.names}, *{s.rewrite for s in trace.steps}]
    return f"no rewrite is named {name!r}: {did_you_mean(name, sorted(known))}"


def _node(recording: Recording, asked: str) -> str:
    """Return the apply node an id stands for; that of a variable is the one that computes it."""
    universe = recording.trace.universe
    if asked in recording.applies:
        return asked
    if asked in universe.variable:
        owner = universe.owner(asked)
        if owner is None:
            raise XorexplainError(f"nothing computes {asked}: name an apply node, such as n0")
        return owner.id
    last = len(universe.applies) - 1
    raise XorexplainError(
        f"no apply node {asked!r} was ever in the graph: choose from n0 to n{last}"
    )


def _answer(asked: _Asked, node: str | None) -> WhyNot:
    trace, engine = asked.recording.trace, asked.engine
    places = asked.places()
    mine = [s for s in asked.steps if node is None or _is_about(trace, s, node)]
    rewriters = asked.rewriters
    base = WhyNot(
        asked.name,
        "never tried",
        trace,
        places,
        steps=tuple(mine),
        elsewhere=tuple(s for s in asked.steps if s not in mine),
        tracks=_tracks(engine, rewriters),
        is_of_nodes=bool(rewriters),
        lived=None if node is None else _lived(trace, node),
        **_tries(asked, rewriters, node),
    )
    for verdict in ("applied", "rejected", "failed"):
        made = tuple(step for step in mine if step.verdict == verdict)
        if made:
            said: Verdict = "fired" if verdict == "applied" else verdict  # type: ignore[assignment]
            return replace(base, verdict=said, steps=made)
    found = search(engine, asked.recorder, asked.ids, rewriters, () if node is None else {node})
    base = replace(base, candidates=found.tracked, matches=found.matches, is_exact=found.is_exact)
    return replace(base, verdict=_verdict(base))


def _verdict(found: WhyNot) -> Verdict:
    """Judge a rewrite that made no step."""
    spans = [place.span for place in found.places if place.span is not None]
    if all(place.refusal is not None for place in found.places):
        return "not in this mode"
    if found.hits and (found.node is None or not found.matches):
        return "nothing to change"
    during = [s for s in found.matches if any(s.first <= b and s.last >= a for a, b in spans)]
    if during:
        return "missed"
    if any(s.last < min((a for a, _ in spans), default=0) for s in found.matches):
        return "matched too early"
    if found.matches:
        return "matched too late"
    return "never matched" if found.tries else "never tried"


def _tries(asked: _Asked, rewriters: Sequence[Any], node: str | None) -> dict[str, Any]:
    """Count the tries of rewriters of nodes, or the runs of a rewriter of the whole graph."""
    tallies = asked.recorder.attempts.tallies
    names = {name_of(r) for r in rewriters or [entry.rewriter for entry in asked.entries]}
    found = [tallies[name] for name in sorted(names) if name in tallies]
    on = [asked.ids.get(tried) for tally in found for tried in tally.nodes]
    if node is not None and rewriters:
        count = sum(id_ == node for id_ in on)
        return {"tries": count, "hits": 0, "tried_on": (node,) if count else ()}
    return {
        "tries": sum(tally.tries - tally.inside for tally in found),
        "hits": sum(tally.hits - tally.inside_hits for tally in found),
        "inside": sum(tally.inside for tally in found),
        "inside_hits": sum(tally.inside_hits for tally in found),
        "tried_on": tuple(dict.fromkeys(id_ for id_ in on if id_ is not None)),
    }


def _tracks(engine: Engine, rewriters: Sequence[Any]) -> tuple[str, ...] | None:
    found: dict[str, None] = {}
    for rewriter in rewriters:
        tracked = engine.tracked(rewriter)
        if tracked is None:
            return None
        found.update(dict.fromkeys(tracked))
    return tuple(found)


def _spans(trace: Trace) -> dict[str, tuple[int, int]]:
    """Return the first and the last state while each phase ran."""
    found: dict[str, tuple[int, int]] = {}
    state = 0
    for phase in trace.phases:
        count = sum(step.phase == phase.name for step in trace.steps)
        found[phase.name] = (state, state + count)
        state += count
    return found


def _is_about(trace: Trace, step: RewriteStep, node: str) -> bool:
    """Tell whether a step took a node away or replaced a result of it."""
    outputs = trace.universe.apply[node].outputs
    return node in step.removed or any(edit.old in outputs for edit in step.edits)


def _lived(trace: Trace, node: str) -> tuple[int, int]:
    """Return the first and the last state a node was in the graph."""
    first = 0
    if node not in trace.start:
        first = next((s.number for s in trace.steps if node in s.added), 0)
    gone = [s.number for s in trace.steps if node in s.removed and s.number > first]
    return first, (gone[0] - 1 if gone else len(trace.steps))
