"""Draw a placed picture as SVG in HTML: small without words, or large enough to be read.

Both are for the page before its scripts run, or where none do. Colours come from the style of the
page, by the classes that `shapes.js` gives the same nodes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from xorexplain.errors.escaping import visible

SIDE = 240
"""The longer side of a small picture, in its own units: what is finer is not seen."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PAINTS = {"parameter": "parameter", "output": "result", "update": "update", "fold": "fold"}
_SIZES = (12.0, 10.0)
_LEADING = 1.2


def thumbnail(graph: Mapping[str, Any]) -> str:
    """Draw nodes as boxes of their colours and edges as lines, all of one colour in one path."""
    width, height = graph["size"]
    scale = SIDE / max(width, height, 1)
    boxes: dict[str, list[str]] = {}
    for node in graph["nodes"]:
        w, h = (max(2, round(node[length] * scale)) for length in ("w", "h"))
        x, y = round(node["x"] * scale - w / 2), round(node["y"] * scale - h / 2)
        boxes.setdefault(_paint(node), []).append(f"M{x} {y}h{w}v{h}h-{w}z")
    lines = "".join(_line(edge["d"], scale) for edge in graph["edges"])
    paths = [f'<path class="line" d="{lines}"/>'] if lines else []
    paths += [f'<path class="{paint}" d="{"".join(d)}"/>' for paint, d in boxes.items()]
    size = f"{round(width * scale) + 2} {round(height * scale) + 2}"
    return (
        f'<svg class="thumbnail" viewBox="-1 -1 {size}" aria-hidden="true">{"".join(paths)}</svg>'
    )


def poster(graph: Mapping[str, Any], title: str) -> str:
    """Draw a picture with its labels."""
    width, height = graph["size"]
    lines = "".join(f'<path class="line" d="{edge["d"]}"/>' for edge in graph["edges"])
    nodes = "".join(map(_node, graph["nodes"]))
    head = '<marker id="tip" class="head" orient="auto" refX="7" refY="3" '
    head += 'markerWidth="8" markerHeight="6"><path d="M0 0L7 3L0 6z"/></marker>'
    return (
        f'<svg class="poster" viewBox="-2 -2 {width + 4:g} {height + 4:g}" width="{width:g}" '
        f'role="img" aria-label="{safe(title)}">{head}<g class="edges">{lines}</g>{nodes}</svg>'
    )


def _paint(node: Mapping[str, Any]) -> str:
    """Return the class that gives a node its colours."""
    if node["kind"] == "apply":
        return f"family-{node.get('family', 'other')}".replace(" ", "-")
    return "paint-" + _PAINTS.get(node["kind"], "plain")


def _line(d: str, scale: float) -> str:
    """Draw a spline by the ends of its pieces."""
    numbers = [round(float(number) * scale) for number in _NUMBER.findall(d)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    ends = [*points[:1], *points[3::3], *points[-1:]]
    return "M" + "L".join(f"{x} {y}" for x, y in dict.fromkeys(ends))


def _node(node: Mapping[str, Any]) -> str:
    x, y, w, h = (node[length] for length in "xywh")
    if node["shape"] == "ellipse":
        shape = f'<ellipse class="shape" cx="{x:g}" cy="{y:g}" rx="{w / 2:g}" ry="{h / 2:g}"/>'
    else:
        round_ = ' rx="8"' if node["shape"] == "rounded" else ""
        place = f'x="{x - w / 2:g}" y="{y - h / 2:g}" width="{w:g}" height="{h:g}"'
        shape = f'<rect class="shape" {place}{round_}/>'
    return f'<g class="{_paint(node)}">{shape}{_label(node)}</g>'


def _label(node: Mapping[str, Any]) -> str:
    """Write the lines of a label about the middle of its node, the first of them strong."""
    lines = [line for line in node["label"] if line]
    sizes = [_SIZES[min(place, 1)] for place in range(len(lines))]
    top = node["y"] - sum(sizes) * _LEADING / 2
    written = []
    for line, size in zip(lines, sizes, strict=True):
        top += size * _LEADING
        strong = ' class="strong"' if size == _SIZES[0] else ""
        place = f'x="{node["x"]:g}" y="{top - size * 0.3:g}" font-size="{size:g}"'
        written.append(f"<text {place}{strong}>{safe(line)}</text>")
    return "".join(written)


def safe(text: str) -> str:
    """Write a text as HTML, with what is not seen or turns its direction made visible."""
    return escape(visible(text))
