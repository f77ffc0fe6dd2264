"""Write a picture as an outline: the same nodes and edges, to be read instead of looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def outline(picture: Mapping[str, Any]) -> list[Json]:
    """List what each result is computed from, depth first; a node is written out once."""
    nodes = {node["id"]: node for node in picture["nodes"]}
    above: dict[str, list[Json]] = {id_: [] for id_ in nodes}
    read: set[str] = set()
    for edge in picture["edges"]:
        above[edge["to"]].append(edge)
        read.add(edge["from"])
    lines: list[Json] = []
    written: set[str] = set()
    tops = [id_ for id_ in nodes if id_ not in read]
    # A circle of folds has no top of its own.
    for top in [*tops, *(id_ for id_ in nodes if id_ not in tops)]:
        if top in written:
            continue
        stack: list[tuple[str, int, str]] = [(top, 0, "")]
        while stack:
            id_, depth, label = stack.pop()
            is_again = id_ in written and bool(above[id_])
            lines.append({"id": id_, "depth": depth, "text": _text(nodes[id_], label, is_again)})
            if id_ not in written:
                edges = reversed(above[id_])
                stack += [(edge["from"], depth + 1, _label(edge)) for edge in edges]
            written.add(id_)
    return lines


def _label(edge: Mapping[str, Any]) -> str:
    style = edge.get("style", "")
    return f"{edge['label']} (view)".strip() if style == "view" else str(edge["label"])


def _text(node: Mapping[str, Any], label: str, is_again: bool) -> str:
    heading, *details = node["label"]
    named = f"{label}: " if label else ""
    if is_again:
        return f"{named}{heading} ({node['id']}), see above"
    formula = node.get("formula")
    if formula and not any(" = " in line for line in node["label"]):
        # It says what the value is called, and at times what the heading does.
        name = node.get("name", "")
        details = [formula, *(line.removeprefix(name).strip() for line in details)]
        heading = "" if heading.removesuffix("…") in formula else heading
    return named + " · ".join(part for part in (heading, *details) if part)
