"""Gather what the first view of a page tells: the check, the steps that matter, things to try."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from xorexplain.explorer.highlights import highlights, verdict
from xorexplain.graph.stages import MODEL
from xorexplain.render.pictures.labels import MAX_NAME, clip

Json = dict[str, Any]
MOST_TRIES = 3


def start(story: Mapping[str, Any]) -> Json:
    """Return what the first view of a page says besides its stages."""
    steps = story["trace"]["steps"] if story["trace"] is not None else None
    return {
        "verdict": None if steps is None else verdict(steps),
        "highlights": [] if steps is None else highlights(steps),
        "tries": list(islice(_tries(story), MOST_TRIES)),
    }


def _tries(story: Mapping[str, Any]) -> Iterator[Json]:
    """Yield what can be done with a page, the most telling first; each has an address."""
    views = [view for view in story["views"] if view["graph"] and view["key"] != MODEL]
    yield from _follow(story, views)
    if story["trace"] is not None and story["trace"]["steps"]:
        yield _try(
            "Play the rewriting",
            "The arrow keys go from step to step, Space plays them.",
            view="rewrites",
            step=1,
        )
    told = [view for view in views if view["key"] in story["values"].get("data", {})]
    if story["values"]["cases"] and told:
        words = "Every node shows what it holds, for a row of the data."
        yield _try("See the numbers", words, view=told[0]["key"], values=1)
    if story["gradient"]["equations"]:
        words = "Choose one to see the nodes that compute it."
        yield _try("Read the gradient by equations", words, view="derivation")
    for view, folded, fold in islice(_folds(story, views), 1):
        title = f"Look inside {clip(fold['title'], MAX_NAME)}"
        words = "What is folded opens in a window of its own."
        yield _try(title, words, view=view["key"], node=folded, open=folded)
    for view in views:
        node = _telling(story["graphs"][view["graph"]])
        if node is not None:
            title = f"Pick {_called(node)}"
            words = "What it reads and who reads it is lit; the details are beside it."
            yield _try(title, words, view=view["key"], node=node["id"])
    for view in views:
        words = "The slash key finds nodes by name, op and type."
        yield _try("Search", words, view=view["key"])


def _folds(
    story: Mapping[str, Any], views: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], str, Mapping[str, Any]]]:
    """Yield what is folded in the stages, with the view and the node."""
    for view in views:
        for node, fold in story["graphs"][view["graph"]]["folds"].items():
            yield view, node, fold


def _try(title: str, words: str, **address: str | int) -> Json:
    return {"title": title, "words": words, "address": urlencode(address)}


def _called(node: Mapping[str, Any]) -> str:
    """Name a node by what it does and what its value is called."""
    name = f" {node['name']}" if node.get("name") else ""
    return clip(node["label"][0] + name, MAX_NAME)


def _telling(graph: Mapping[str, Any]) -> Json | None:
    """Return the last apply node before the results: most of a graph leads to it."""
    found = [node for node in graph["nodes"] if node["kind"] == "apply"]
    return found[-1] if found else None


def _follow(story: Mapping[str, Any], views: Sequence[Mapping[str, Any]]) -> Iterator[Json]:
    """Yield the way of the node of the first stage that becomes what most steps have made.

    One on the way that the user's own line names is known to the user: it goes before the others.
    """
    if len(views) < 2:
        return
    first = views[0]["key"]
    last = [view["key"] for view in views[1:] if view["key"] != "compiled" or len(views) == 2][-1]
    known, made = (story["links"].get(key, {}) for key in (first, last))
    nodes = story["graphs"][views[0]["graph"]]["nodes"]
    results = {node["name"] for node in nodes if node["kind"] == "output"}
    ways = [
        (_steps_behind(made, known[node["id"]][last]), node)
        for node in nodes
        if node["kind"] == "apply" and known.get(node["id"], {}).get(last)
    ]
    if not ways:
        return

    def interest(way: tuple[int, Json]) -> tuple[bool, int]:
        steps, node = way
        return steps > 0 and node.get("name") not in results and _is_named(node), steps

    _, node = max(ways, key=interest)
    words = f"Beside it is the {last} graph; what became of the node is outlined."
    yield _try(f"Follow {_called(node)}", words, view=first, node=node["id"], split=last)


def _is_named(node: Mapping[str, Any]) -> bool:
    """Tell whether the line that made a node has the name that the node is shown by."""
    name, code = node.get("name") or "", (node.get("source") or {}).get("code", "")
    return bool(name) and re.search(rf"(?<![\w.]){re.escape(name)}(?![\w(])", code) is not None


def _steps_behind(made: Mapping[str, Any], nodes: Sequence[str]) -> int:
    return max(len(made.get(node, {}).get("steps", ())) for node in nodes)
