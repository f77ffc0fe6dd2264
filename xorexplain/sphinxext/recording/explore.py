"""Record the whole story of a model, for a page in which it can be explored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request


def story_entry(request: Request) -> tuple[Entry, Maker]:
    """Record the story and, for builders that show no page, the outline of its first stage."""
    from xorexplain.explorer.bundle import PARTS

    compiles = "no-compile" not in request.options
    return _recorded(request, [part for part in PARTS if compiles or part != "compiled"])


def player_entry(request: Request) -> tuple[Entry, Maker]:
    """Record what belongs to the rewriting; nothing is compiled."""
    from xorexplain.explorer.bundle import ADJOINTS, REWRITE_PARTS

    return _recorded(request, (*REWRITE_PARTS, ADJOINTS))


def _recorded(request: Request, parts: Sequence[str]) -> tuple[Entry, Maker]:
    from xorexplain.explorer.bundle import bundle, to_json
    from xorexplain.explorer.front import front
    from xorexplain.explorer.packing import packed
    from xorexplain.render.reports.gather import Subject

    engine, model = request.load()
    target = request.options.get("target")
    subject = Subject(engine, model, target)
    story = bundle(subject, parts, request.options.get("train", 0))
    entry = {
        "title": story["title"],
        "story": to_json(packed(story)),
        "front": front(story),
        "tree": _tree(story),
    }
    return entry, maker_of(engine)


def _tree(story: dict[str, Any]) -> str:
    first = next(view for view in story["views"] if view["graph"])
    lines = story["graphs"][first["graph"]]["outline"]
    return "\n".join(f"{'  ' * line['depth']}{line['text']}" for line in lines)
