"""Write the first view of a page as plain HTML.

It is there before the scripts run and where none do. Its links are addresses of other views.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from xorexplain.errors.escaping import counted
from xorexplain.explorer.thumbnails import poster, safe, thumbnail
from xorexplain.render.pictures.labels import MAX_NAME, clip

Json = dict[str, Any]
MATTER = 'The steps that matter <span class="unit">apply nodes</span>'
NUMBERS = ("Nothing", "One thing", "Two things", "Three things")
CAPTIONS = {
    "model": "what it says",
    "symbolic": "as written",
    "gradient": "with the adjoints",
    "updates": "the whole function",
    "optimized": "after the rewriter",
    "compiled": "what runs",
}

WHOLE = ("train", "gradient", "function")
"""Targets that the stages before are on the way to."""


def front(story: Mapping[str, Any]) -> str:
    """Write the first view of a story."""
    told = story["start"]
    views = [view for view in story["views"] if view["graph"]]
    stages = [_stage(view, before, story) for before, view in pairwise([None, *views])]
    sections = [
        _section(MATTER, "matter", map(_highlight, told["highlights"])),
        _section(f"{NUMBERS[len(told['tries'])]} to try", "tries", map(_attempt, told["tries"])),
    ]
    return "\n".join(
        part
        for part in (
            _head(story),
            f'<ol class="stages">{"".join(stages)}</ol>',
            _verdict(told["verdict"]),
            f'<div class="columns">{"".join(sections)}</div>',
            _missing(story),
            _poster(views, story),
        )
        if part
    )


def _head(story: Mapping[str, Any]) -> str:
    """Name the model and what made the page, which its scripts write into the bar above."""
    made = f"{story['engine']} · {story['made']}"
    title = f"<h1>{safe(story['title'])}</h1>"
    return f'<header class="unscripted">{title} <p class="faint">{safe(made)}</p></header>'


def _stage(
    view: Mapping[str, Any], before: Mapping[str, Any] | None, story: Mapping[str, Any]
) -> str:
    """Write a stage; where the stage `before` was not rewritten, it says what was."""
    key = view["key"]
    count = view["count"]
    noun = counted(count, view.get("noun", "apply node")).partition(" ")[2]
    caption, anew = CAPTIONS.get(key, ""), ""
    is_rewritten = key in ("optimized", "compiled")
    if is_rewritten and view["target"] not in (*WHOLE, ""):
        caption = f"{safe(clip(view['target'], MAX_NAME))}, {caption}"
        anew = ' class="anew"' if before is not None and before["key"] == "gradient" else ""
    return (
        f'<li{anew}><a href="#{safe(urlencode({"view": key}))}" title="{safe(view["lead"])}">'
        f"{thumbnail(story['graphs'][view['graph']])}"
        f'<span class="stage-name">{safe(view["title"])}</span> '
        f'<span class="count">{count:,}</span> <span class="noun">{noun}</span> '
        f'<span class="caption">{caption}</span></a></li>'
    )


def _verdict(told: Json | None) -> str:
    if told is None:
        return ""
    look = {True: "fine", False: "wrong", None: "open"}[told["ok"]]
    address = {"view": "rewrites", "step": told["step"] or 0}
    link = f'<a href="#{safe(urlencode(address))}">{safe(told["words"])}</a>'
    return f'<p class="verdict {look}">{link}</p>'


def _section(title: str, look: str, items: Iterator[str]) -> str:
    listed = "".join(items)
    if not listed:
        return ""
    return f'<section class="{look}"><h2>{title}</h2><ol>{listed}</ol></section>'


def _highlight(step: Mapping[str, Any]) -> str:
    address = urlencode({"view": "rewrites", "step": step["step"]})
    before, after = step["before"], step["after"]
    largest = '<span class="largest">largest change</span>' if step["largest"] else ""
    return (
        f'<li><a href="#{safe(address)}">'
        f'<span class="number">{step["step"]:,}</span> '
        f'<strong title="{safe(step["rewrite"])}">{safe(step["kind"])}</strong> '
        f'<span class="words">{safe(step["words"])} {largest}</span> '
        f'<span class="change">{before:,} → {after:,}</span></a></li>'
    )


def _attempt(entry: Mapping[str, Any]) -> str:
    return (
        f'<li><a href="#{safe(entry["address"])}"><strong>{safe(entry["title"])}</strong> '
        f'<span class="words">{safe(entry["words"])}</span></a></li>'
    )


def _missing(story: Mapping[str, Any]) -> str:
    """Say which stages the model does not have, and what else the reader should know."""
    lacks = [f"{view['title']}: {view['why']}" for view in story["views"] if view.get("why")]
    stopped = story["trace"]["stopped"] if story["trace"] is not None else ""
    lacks += [f"The rewriter was stopped: {stopped}"] if stopped else []
    lines = "".join(f"<li>{safe(line)}</li>" for line in (*lacks, *story["notes"]))
    return f'<ul class="lacks faint">{lines}</ul>' if lines else ""


def _poster(views: Sequence[Mapping[str, Any]], story: Mapping[str, Any]) -> str:
    if not views:
        return ""
    view = views[0]
    graph = story["graphs"][view["graph"]]
    words = f"{view['title']}: {graph['summary']}"
    caption = f"<figcaption>{safe(words)}</figcaption>"
    return f'<figure class="unscripted">{poster(graph, words)}{caption}</figure>'
