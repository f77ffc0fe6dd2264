"""Tell why a rewrite did not fire."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from xorexplain.engines.shared.databases import Refusal
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.changes import form
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
from xorexplain.rewrites.distinctions import head
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.questions.candidates import REACH, Match
from xorexplain.rewrites.questions.why_not import Place, WhyNot
from xorexplain.rewrites.trace import RewriteStep, Trace

MAX_LISTED = 8
MAX_OP = 40
MAX_MESSAGE = 200
_CAUSES = {
    "excluded": "the mode excludes it",
    "unasked": "the mode does not ask for it",
    "lacking": "it lacks a tag that the mode requires",
    "cut off": "it is behind where the mode ends",
}


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
    label = "runs in"
    for place in sorted(found.places, key=_when):
        group = " / ".join(place.names[:-1]) or place.names[0]
        called = f", as {place.names[-1]}" if place.names[-1] not in (found.name, group) else ""
        yield field(label, f"{group}{called}", Run(f", {_place(place)}", "word"))
        label = ""
    if found.is_of_nodes:
        yield field("works on", "any op" if found.tracks is None else _several(_ops(found.tracks)))
    if found.is_of_nodes and found.verdict not in ("fired", "rejected", "failed"):
        none = "none outside of ops" if found.inside else "none, ever"
        yield field("nodes", _nodes(found.trace, found.candidates) or none)
        yield from form(lookup(found.trace.universe.origin.engine, found.name))
    yield field("tried", _tried(found))
    if found.inside:
        answers = f", with {_times(found.inside_hits, 'answer')}" if found.inside_hits else ""
        yield field("", f"{_times(found.inside, 'time')} in graphs inside of ops{answers}")
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
    """Answer in one sentence, and say where it had answers inside of ops."""
    answers = _times(found.inside_hits, "answer")
    inside = f" In graphs inside of ops it had {answers}." if found.inside_hits else ""
    return _answer(found) + inside


def _where(found: WhyNot) -> str:
    """Say of which nodes the first sentence is, where those inside of ops were tried as well."""
    return " outside of ops" if found.inside else ""


def _answer(found: WhyNot) -> str:
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
        answers = f"{_times(found.hits, 'answer')}{_where(found)}"
        return f"It had {answers}, each of them what was there already."
    if found.verdict == "never matched":
        if not found.is_of_nodes:
            return f"It ran {_times(found.tries, 'time')} over the whole graph and changed nothing."
        there = " there" if found.inside else ""
        none = "the node does not have" if found.tries == 1 else f"no node{there} ever had"
        times = f"{_times(found.tries, 'time')}{_where(found)}"
        return f"It was tried {times}, and {none} the form it needs."
    if found.verdict == "never tried":
        return _untried(found)
    return _mistimed(found)


def _mistimed(found: WhyNot) -> str:
    """Tell where a rewrite would have matched, and why its phase made nothing of it."""
    match = told_match(found)
    step = found.trace.step.get(match.last + 1)
    seen = f"It would have matched {_match(found.trace, match)}"
    if found.verdict == "matched too early":
        return f"{seen}; {_own_phases(found)} ran only after that."
    if found.verdict == "matched too late":
        were = "were" if len(_phases(found)) > 1 else "was"
        return f"{seen}; by then {_own_phases(found)} {were} over{_ends(found)}."
    spans = [(place.names[0], place.span) for place in found.places if place.span is not None]
    names = [name for name, (a, b) in spans if match.first <= b and match.last >= a]
    if step is not None and step.phase in names:
        return f"{seen}; its phase, {step.phase}, had begun, but had not come to it by then."
    return f"{seen}; {_several(names, 'and')} did not come to it in that time."


def _ends(found: WhyNot) -> str:
    """Say at which steps the phases of a rewrite ended."""
    ends = {place.names[0]: place.span[1] for place in found.places if place.span is not None}
    if len(ends) == 1:
        return f" with step {next(iter(ends.values()))}"
    told = (f"{name} with step {end}" for name, end in sorted(ends.items(), key=lambda e: e[1]))
    return f": {_several(tuple(told), 'and')}"


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
            return f"the mode excludes {tags}, and it is part of {who}"
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
        tracks = _several(_ops(found.tracks or ()), "or")
        return f"It is never tried on {_node(found.trace, found.node)}: it works on {tracks} alone."
    if not found.is_of_nodes:
        return f"It never ran: {_own_phases(found)} ended without it."
    if not found.candidates:
        ops = "an op" if found.tracks is None else _several(_ops(found.tracks), "or")
        had = "no node there" if found.inside else "the graph never"
        return f"It was never tried{_where(found)}: it works on {ops}, which {had} had."
    if found.lived is not None and found.node is not None:
        return (
            f"It was never tried on {_node(found.trace, found.node)}, which was there "
            f"{_life(*found.lived, len(found.trace.steps))}: {_own_phases(found)} did not come to "
            "it."
        )
    return (
        f"It was never tried{_where(found)}: {_nodes(found.trace, found.candidates)} had an op it "
        f"works on, but not while {_own_phases(found)} ran."
    )


def _own_phases(found: WhyNot) -> str:
    """Name the phases in which a rewrite may run, in the order in which they ran."""
    names = _phases(found)
    if len(names) < 2:
        return f"its phase, {names[0]}," if names else "its phase"
    return f"its phases, {_several(names, 'and')},"


def _ops(labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(head, labels)))


def _phases(found: WhyNot) -> tuple[str, ...]:
    ran = (p.names[0] for p in sorted(found.places, key=_when) if p.span is not None)
    return tuple(dict.fromkeys(ran))


def _when(place: Place) -> tuple[int, int]:
    """Sort by time what ran, before what did not."""
    return place.span if place.span is not None and place.refusal is None else (10**9, 0)


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
        return f"left out, {_CAUSES[place.refusal.cause]}"
    if place.span is None:
        return "which did not run"
    first, last = place.span
    if last == first:
        return f"which changed nothing, after step {first}"
    steps = f"steps {first + 1} to {last}" if last > first + 1 else f"step {last}"
    return f"which made {steps}"


def _tried(found: WhyNot) -> str:
    times = _times(found.tries, "time")
    if not found.is_of_nodes:
        return f"{times}, on the whole graph"
    on = f", on {_nodes(found.trace, found.tried_on)}" if found.tried_on else ""
    return f"{times}{on}"


def _node(trace: Trace, node: str) -> str:
    return f"{node} {head(trace.universe.apply[node].op.label)}"


def _nodes(trace: Trace, nodes: Sequence[str]) -> str:
    return _several(tuple(_node(trace, node) for node in nodes))


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
