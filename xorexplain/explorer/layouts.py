"""Give the nodes and edges of a picture their places, with the embedded Graphviz."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from graphviz.quoting import attr_list, quote

from xorexplain.render.layout.wrapping import TURNED
from xorexplain.render.pictures.dot import MOST_COLUMNS, edge
from xorexplain.render.pictures.dot_styles import FONT, ROOMS
from xorexplain.render.pictures.spine import weights

Json = dict[str, Any]
POINTS = 72.0
LETTER, TAB = 6.5, 38
"""The width of a letter on the tab of a group in extents.js, and that of the tab besides."""
QUICK = {"nslimit": "4", "nslimit1": "4"}
"""So many rounds a node for Graphviz to shorten edges: without a limit it takes up to three times
as long for states of 150 to 300 nodes, and gets edges as long and as wide apart."""
_SHAPES = {"result": "box", "rounded": "box", "octagon": "box"}
"""Shapes that are laid out as boxes: Graphviz makes an octagon half as large again as its text."""


def layout_dot(picture: Mapping[str, Any]) -> str:
    """Write the DOT text that Graphviz is to place: labels for their sizes, no colours."""
    groups = {node: group["id"] for group in picture.get("groups", ()) for node in group["nodes"]}
    graph = {**ROOMS, **QUICK, "columns": str(MOST_COLUMNS), "fontname": FONT, "fontsize": "11"}
    if picture.get("across"):
        graph |= {"rankdir": "LR", "columns": "1"}
    lines = [
        "digraph places {",
        f"  graph{attr_list(kwargs=graph)}",
        '  node [shape="box" fontname="DejaVu Sans" fontsize="12" margin="0.14,0.07" height="0.3"]',
        '  edge [fontname="DejaVu Sans" fontsize="11" arrowsize="0.7"]',
    ]
    lines += [_node(node) for node in picture["nodes"] if node["id"] not in groups]
    by_id = {node["id"]: node for node in picture["nodes"]}
    for group in picture.get("groups", ()):
        lines.append(f"  subgraph {quote('cluster_' + group['id'])} {{")
        lines.append("  graph" + attr_list(kwargs={"label": _room(group["title"])}))
        lines += [_node(by_id[id_]) for id_ in group["nodes"]]
        lines.append("  }")
    ends = [(found["from"], found["to"]) for found in picture["edges"]]
    heavy = weights(ends)
    for number, (found, weight) in enumerate(zip(picture["edges"], heavy, strict=True)):
        style = {"id": f"e{number}", "headlabel": found["label"], "weight": str(weight)}
        lines.append(edge(*ends[number], style))
    return "\n".join([*lines, "}"]) + "\n"


def _node(node: Mapping[str, Any]) -> str:
    shape = _SHAPES.get(node["shape"], node["shape"])
    attributes = attr_list(kwargs={"label": _html(node["label"]), "shape": shape})
    return f"  {quote(node['id'])}{attributes}"


def _room(title: str) -> str:
    """Have a frame be as wide as the tab that draw.js writes its title on."""
    width = round(len(title) * LETTER) + TAB
    room = f'<td fixedsize="true" width="{width}" height="14"></td>'
    return f'<<table border="0" cellspacing="0" cellpadding="0"><tr>{room}</tr></table>>'


def _html(lines: Sequence[str]) -> str:
    first, *rest = [escape(line) for line in lines if line] or [" "]
    small = [f'<font point-size="11">{line}</font>' for line in rest]
    return "<" + "<br/>".join([f"<b>{first}</b>", *small]) + ">"


def placed(picture: Json, answer: bytes) -> Json:
    """Return a picture with the places Graphviz found; y grows downwards, lengths are points."""
    told = json.loads(answer)
    left, bottom, right, top = map(float, told["bb"].split(","))
    places = {entry["name"]: entry for entry in told.get("objects", ()) if "pos" in entry}
    frames = {entry["name"]: entry for entry in told.get("objects", ()) if "bb" in entry}
    curves = {entry["id"]: entry for entry in told.get("edges", ()) if "id" in entry}

    def point(words: str) -> tuple[float, float]:
        x, y = map(float, words.split(",")[:2])
        return round(x - left, 1), round(top - y, 1)

    for node in picture["nodes"]:
        entry = places[node["id"]]
        node["x"], node["y"] = point(entry["pos"])
        node["w"] = round(float(entry["width"]) * POINTS, 1)
        node["h"] = round(float(entry["height"]) * POINTS, 1)
    for number, drawn in enumerate(picture["edges"]):
        entry = curves[f"e{number}"]
        drawn["d"] = _path(entry["pos"], point)
        end = "tail" if entry.get("class") == TURNED else "head"
        if entry.get(f"{end}label"):
            drawn["at"] = list(point(entry[f"{end}_lp"]))
    for group in picture.get("groups", ()):
        x0, y0, x1, y1 = map(float, frames["cluster_" + group["id"]]["bb"].split(","))
        box = (x0 - left, top - y1, x1 - x0, y1 - y0)
        group["box"] = [round(length, 1) for length in box]
    picture["size"] = [round(right - left, 1), round(top - bottom, 1)]
    return picture


def _path(words: str, point: Any) -> str:
    """Write a spline as an SVG path that ends at the tip of the arrow."""
    told = [part for part in words.split(" ") if part]
    points = ["{:g},{:g}".format(*point(part)) for part in told if part[0] not in "se"]
    tips = {part[0]: "{:g},{:g}".format(*point(part[2:])) for part in told if part[0] in "se"}
    if "s" in tips:  # written from its head to its tail
        points.reverse()
    path = f"M{points[0]}C{' '.join(points[1:])}"
    return f"{path}L{tip}" if (tip := tips.get("s", tips.get("e"))) else path
