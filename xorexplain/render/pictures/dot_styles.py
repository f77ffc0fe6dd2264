"""Say in DOT attributes how shapes, lines, marks, edges and groups of a scene look."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xorexplain.render.pictures.records import EdgeKind, GroupKind, Mark, Says, Shape
from xorexplain.render.theme import Theme

FONT, SMALL = "DejaVu Sans", 9
Style = Mapping[str, str]
_FILLED = {"shape": "box", "style": "filled"}
_ROUND = {"shape": "ellipse", "style": "filled"}
_LITTLE = {"fontsize": "10", "margin": "0.08,0.04", "height": "0.2", "width": "0.3"}
SHAPES: Mapping[Shape, Style] = {
    "rounded": {},
    "box": _FILLED,
    "result": {**_FILLED, "penwidth": "2"},
    "update": {"shape": "cds", "style": "filled", "penwidth": "2", "margin": "0.25,0.14"},
    "adjoint": {"style": "filled", "fontsize": "11", "margin": "0.1,0.05"},
    "sum": {**_ROUND, "margin": "0.04,0.02"},
    "made": _LITTLE,
    "cut": {**_LITTLE, "shape": "box", "style": "diagonals,filled"},
    "again": {**_LITTLE, **_ROUND},
}
"""Any other shape is Graphviz' own."""
FONTS: Mapping[Says, str] = {
    **dict.fromkeys(("heading", "equation", "result"), "<b>{text}</b>"),
    **dict.fromkeys(
        ("word", "computes", "engine op", "inside", "origin"),
        f'<font point-size="{SMALL}" color="{{faint}}">{{text}}</font>',
    ),
    "called": "<i>{text}</i>",
    "used again": f'<font point-size="{SMALL}" color="{{accent}}">{{text}}</font>',
}
SIGNS: Mapping[Mark, str] = {"added": "+ ", "removed": "− "}
MARKS: Mapping[Mark, Callable[[Theme], Style]] = {
    "": lambda colours: {},
    "added": lambda colours: {"color": colours.added, "penwidth": "3"},
    "removed": lambda colours: {"color": colours.removed, "penwidth": "3"},
    "reused": lambda colours: {"color": colours.accent, "penwidth": "2.2"},
    "again": lambda colours: {},
    "result": lambda colours: {"peripheries": "2"},
}
EDGES: Mapping[EdgeKind, Callable[[Theme], Style]] = {
    "plain": lambda colours: {},
    "in place": lambda colours: {
        "color": colours.accent,
        "penwidth": "2.4",
        "fontcolor": colours.accent,
    },
    "view": lambda colours: {"style": "dashed"},
    "box": lambda colours: {"style": "dotted"},
    "hidden": lambda colours: {"arrowhead": "empty", "color": colours.faint},
    "up": lambda colours: {},
    "reused": lambda colours: {"color": colours.accent, "penwidth": "0.8", "arrowsize": "0.5"},
    "beside": lambda colours: {
        "style": "dotted",
        "arrowhead": "none",
        "penwidth": "1.6",
        "color": colours.faint,
    },
}

GROUPS: Mapping[GroupKind, Style] = {
    "inside": {"labeljust": "l", "style": "rounded", "fontsize": "10"},
    "side": {"labeljust": "l", "style": "rounded", "margin": "14"},
    "column": {"peripheries": "0"},
    "frame": {"style": "rounded", "peripheries": "1", "margin": "7"},
}
