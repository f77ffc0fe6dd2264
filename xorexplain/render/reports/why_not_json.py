"""Write why a rewrite did not fire as data."""

from __future__ import annotations

from xorexplain.errors.escaping import json_text
from xorexplain.render.reports.why_not import verdict_sentence
from xorexplain.rewrites.questions.candidates import Match
from xorexplain.rewrites.questions.why_not import WhyNot


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
        "inside": {"tries": found.inside, "hits": found.inside_hits},
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
