"""Record the whole story of a model, for a page in which it can be explored."""

from __future__ import annotations

from typing import Any

from xorexplain.sphinxext.cache import Entry, Maker
from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.requests import Request


def story_entry(request: Request) -> tuple[Entry, Maker]:
    """Record the story and, for builders that show no page, the outline of its first stage."""
    from xorexplain.explorer.bundle import bundle, to_json
    from xorexplain.explorer.material import PARTS
    from xorexplain.explorer.packing import packed

    engine, model = request.model.load(request.engine_name)
    compiles = "no-compile" not in request.options
    parts = [part for part in PARTS if compiles or part != "compiled"]
    target = request.options.get("target")
    story = bundle(engine, model, target, parts, train_steps=request.options.get("train", 0))
    entry = {"title": story["title"], "story": to_json(packed(story)), "tree": _tree(story)}
    return entry, maker_of(engine)


def _tree(story: dict[str, Any]) -> str:
    first = next(view for view in story["views"] if view["graph"])
    lines = story["graphs"][first["graph"]]["outline"]
    return "\n".join(f"{'  ' * line['depth']}{line['text']}" for line in lines)
