"""Tell why a rewrite did not fire."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from xorexplain.engines.shared.databases import Refusal
from xorexplain.errors.escaping import json_text
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Document,
    Field,
    Fields,
    Heading,
    Reference,
    Run,
    field,
    paragraph,
)
from xorexplain.rewrites.questions.candidates import REACH, Match
from xorexplain.rewrites.questions.why_not import Place, WhyNot
from xorexplain.rewrites.records import RewriteStep, Trace

MAX_LISTED = 8
MAX_OP = 40
MAX_MESSAGE = 200


def why_not(found: WhyNot) -> Document:
    """Tell the answer in a sentence, and below it what it rests on."""
    about = f" on {_node(found.trace, found.node)}" if found.node is not None else ""
    blocks = (
        Heading((Reference("rewrite", found.name, style="heading"), Run(about, "word")), 1),
        paragraph(verdict_sentence(found), style="op"),
        Fields(tuple(_grounds(found))),
    )
    return Document(f"why not {found.name}", blocks)


def _grounds(found: WhyNot) -> Iterator[Field]:
    for place in found.places:
        yield field("where", " / ".join(place.names), Run(_place(place), "word"))
    if found.is_of_nodes:
        yield field("tracks", "all ops" if found.tracks is None else _several(found.tracks))
    if found.is_of_nodes and found.verdict not in ("fired", "rejected", "failed"):
        yield field("nodes", _nodes(found.trace, found.candidates))
    yield field("tried", _tried(found))
    for match in found.matches[:MAX_LISTED]:
        yield field("matches", _match(found.trace, match))
    if len(found.matches) > MAX_LISTED:
        more = len(found.matches) - MAX_LISTED
        yield field("", f"and {more} more, which --json lists", style="word")
    if not found.is_exact:
        words = f"nodes were tried again only where a step changed something within {REACH} edges"
        yield field("but", words, style="word")
    if found.elsewhere:
        yield field("else", f"it made {_steps(found.elsewhere)}")


def verdict_sentence(found: WhyNot) -> str:
    """Answer in one sentence."""
    message = f": {clip(found.steps[0].message, MAX_MESSAGE)}" if found.steps else ""
    if found.verdict == "fired":
        return f"It fired: {_steps(found.steps)}."
    if found.verdict == "rejected":
        return f"It matched, but its change was taken back at {_steps(found.steps)}{message}."
    if found.verdict == "failed":
        return f"It raised an error at {_steps(found.steps)}{message}."
    if found.verdict == "not in this mode":
        return _refused(found)
    if found.verdict == "nothing to change":
        return f"It had {_times(found.hits, 'answer')}, each of them what was there already."
    if found.verdict == "never matched":
        if not found.is_of_nodes:
            return f"It ran {_times(found.tries, 'time')} over the whole graph and changed nothing."
        return f"It was tried {_times(found.tries, 'time')} and never matched, in no state at all."
    if found.verdict == "never tried":
        return _untried(found)
    return _mistimed(found)


def _mistimed(found: WhyNot) -> str:
    """Tell where a rewrite would have matched, and why its phase made nothing of it."""
    match = told_match(found)
    step = found.trace.step.get(match.last + 1)
    seen = f"It would have matched {_match(found.trace, match)}"
    if found.verdict == "matched too early":
        return f"{seen}; that was before {_phases(found)} ran."
    if found.verdict == "matched too late":
        return f"{seen}; by then {_phases(found)} was over."
    spans = [(place.names[0], place.span) for place in found.places if place.span is not None]
    names = [name for name, (a, b) in spans if match.first <= b and match.last >= a]
    if step is not None and step.phase in names:
        return f"{seen}; {step.phase} had begun, but had not come to it by then."
    return f"{seen}; {_several(names, 'and')} did not come to it in that time."


def told_match(found: WhyNot) -> Match:
    """Choose the match that tells most: one that fits the verdict, and did not end in a merge."""
    spans = [place.span for place in found.places if place.span is not None]

    def order(match: Match) -> tuple[bool, bool, int]:
        during = any(match.first <= b and match.last >= a for a, b in spans)
        step = found.trace.step.get(match.last + 1)
        is_merged = step is not None and _is_merge(step)
        return (during != (found.verdict == "missed"), is_merged, match.first)

    return min(found.matches, key=order)


def _refused(found: WhyNot) -> str:
    refusals = [place.refusal for place in found.places if place.refusal is not None]
    words = "; ".join(dict.fromkeys(_refusal(refusal, found.name) for refusal in refusals))
    names = dict.fromkeys(r.place[-1] for r in refusals if r.cause == "unasked")
    cure = f" ({', '.join(f'mode.including({json.dumps(name)})' for name in names)} adds it)"
    sentence = f"It is not in this mode: {words}{cure if names else ''}."
    if found.matches:
        sentence += f" It would have matched {_match(found.trace, told_match(found))}."
    return sentence


def _refusal(refusal: Refusal, name: str) -> str:
    who = "it" if refusal.place[-1] == name else " / ".join(refusal.place)
    tags = _several(refusal.tags, "and")
    if refusal.cause == "excluded":
        if who != "it":
            return f"the mode excludes {tags}, and it is in {who}"
        own = "its name" if refusal.tags == (name,) else "its name and tags"
        return (
            f"the mode excludes {tags}, which is {own if name in refusal.tags else 'a tag of it'}"
        )
    if refusal.cause == "unasked":
        return f"the mode asks for {_several(refusal.tags, 'or')}, and {who} has no such tag"
    if refusal.cause == "lacking":
        return f"the mode requires {tags}, and {who} has no such tag"
    return f"{who} comes behind the position at which the mode ends"


def _untried(found: WhyNot) -> str:
    if found.node is not None and not found.candidates:
        tracks = _several(found.tracks or (), "or")
        return f"It is never tried on {_node(found.trace, found.node)}: it looks for {tracks}."
    if not found.is_of_nodes:
        return f"It never ran: {_phases(found)} left it out."
    if not found.candidates:
        return "It was never tried: no apply node ever had an op it looks for."
    if found.lived is not None and found.node is not None:
        return (
            f"It was never tried on {_node(found.trace, found.node)}, which was there "
            f"{_life(*found.lived, len(found.trace.steps))}: {_phases(found)} did not come to it."
        )
    return (
        f"It was never tried: {_nodes(found.trace, found.candidates)} had an op it looks for, "
        f"but not while {_phases(found)} ran."
    )


def _phases(found: WhyNot) -> str:
    names = [place.names[0] for place in found.places if place.span is not None]
    return _several(tuple(dict.fromkeys(names)), "and") or "its phase"


def _match(trace: Trace, match: Match) -> str:
    node = _node(trace, match.node)
    begin = "from the start" if match.first == 0 else f"from step {match.first}"
    step = trace.step.get(match.last + 1)
    if step is None:
        return f"{node} {begin} to the end"
    who = f"step {step.number} ({step.title} in {step.phase})"
    return f"{node} {begin} until {who} {_did(step, match)}"


def _did(step: RewriteStep, match: Match) -> str:
    """Say what a step did to a node that matched until then."""
    if match.node in step.removed:
        return "merged it with an equal one" if _is_merge(step) else "replaced it"
    if any(edit.apply == match.node for edit in step.edits):
        return "changed what it reads"
    return "changed what is around it"


def _is_merge(step: RewriteStep) -> bool:
    return not step.added and "merge" in step.title.lower()


def _life(first: int, last: int, end: int) -> str:
    """Say from which step to which a node was in the graph."""
    begin = "from the start" if first == 0 else f"from step {first}"
    return f"{begin} to the end" if last >= end else f"{begin} until step {last + 1}"


def _place(place: Place) -> str:
    if place.refusal is not None:
        return f"   not selected ({place.refusal.cause})"
    if place.span is None:
        return "   selected, did not run"
    first, last = place.span
    if last == first:
        return f"   selected, ran after step {first} without making one"
    steps = f"steps {first + 1} to {last}" if last > first + 1 else f"step {last}"
    return f"   selected, its phase made {steps}"


def _tried(found: WhyNot) -> str:
    times = _times(found.tries, "time")
    if not found.is_of_nodes:
        return f"{times}, on the whole graph"
    on = f", on {_nodes(found.trace, found.tried_on)}" if found.tried_on else ""
    return f"{times}{on}"


def _node(trace: Trace, node: str) -> str:
    return f"{node} {clip(trace.universe.apply[node].op.label, MAX_OP)}"


def _nodes(trace: Trace, nodes: Sequence[str]) -> str:
    return _several(tuple(_node(trace, node) for node in nodes)) if nodes else "none, in no state"


def _steps(steps: Sequence[Any]) -> str:
    numbers = [str(step.number) for step in steps]
    return f"step{'s' if len(numbers) > 1 else ''} {_several(numbers, 'and')}"


def _times(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _several(words: Sequence[str], last: str = "") -> str:
    """Join words by commas, the last by `last`, and say how many are left out."""
    shown = [clip(word, 2 * MAX_OP) for word in words[:MAX_LISTED]]
    if len(words) > MAX_LISTED:
        return f"{', '.join(shown)} and {len(words) - MAX_LISTED} more"
    if last and len(shown) > 1:
        return f"{', '.join(shown[:-1])} {last} {shown[-1]}"
    return ", ".join(shown)


def verdict_json(found: WhyNot) -> str:
    """Write the answer as JSON; states count from 0, the start."""
    data = {
        "rewrite": found.name,
        "node": found.node,
        "verdict": found.verdict,
        "sentence": verdict_sentence(found),
        "places": [
            {
                "place": list(place.names),
                "tags": list(place.tags),
                "selected": place.refusal is None,
                "refusal": place.refusal
                and {
                    "place": list(place.refusal.place),
                    "cause": place.refusal.cause,
                    "tags": list(place.refusal.tags),
                },
                "states": place.span and list(place.span),
            }
            for place in found.places
        ],
        "steps": [step.number for step in found.steps],
        "messages": [step.message for step in found.steps if step.message],
        "elsewhere": [step.number for step in found.elsewhere],
        "tracks": None if found.tracks is None else list(found.tracks),
        "tries": found.tries,
        "hits": found.hits,
        "tried_on": list(found.tried_on),
        "candidates": list(found.candidates),
        "matches": [
            {"node": s.node, "first": s.first, "last": s.last, "ended_by": _ended_by(found, s)}
            for s in found.matches
        ],
        "exact": found.is_exact,
        "lived": found.lived and list(found.lived),
    }
    return json_text(data)


def _ended_by(found: WhyNot, match: Match) -> int | None:
    return match.last + 1 if match.last < len(found.trace.steps) else None
