"""Say in DOT attributes how shapes, lines, marks, edges and groups of a scene look.

Names in braces are colours of the theme.
"""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.render.pictures.records import EdgeKind, GroupKind, Mark, Says, Shape
from xorexplain.render.theme import Theme

Style = Mapping[str, str]
FONT, SMALL, HELD = "DejaVu Sans", 9, 10
ROOMS: Style = {"newrank": "true", "nodesep": "0.2", "ranksep": "0.3"}
"""How near nodes stand to each other; `newrank` has frames take no part in the rows."""
_FILLED = {"shape": "box", "style": "filled"}
_ROUND = {"shape": "ellipse", "style": "filled"}
_LITTLE = {"fontsize": "10", "margin": "0.08,0.04", "height": "0.2", "width": "0.3"}
SHAPES: Mapping[Shape, Style] = {
    "rounded": {},
    "result": {**_FILLED, "penwidth": "2"},
    # An arrow ends at the frame that is drawn; that of `cds` is lower than where arrows end.
    "update": {
        "shape": "house",
        "orientation": "270",
        "style": "filled",
        "penwidth": "2",
        "margin": "0.08,0.02",
    },
    "adjoint": {"style": "filled", "fontsize": "11", "margin": "0.1,0.05"},
    "sum": {**_ROUND, "margin": "0.04,0.02"},
    "made": _LITTLE,
    "cut": {**_LITTLE, "shape": "box", "style": "diagonals,filled"},
    "again": {**_LITTLE, **_ROUND},
}
"""Any other shape is Graphviz' own, filled."""
STRUT = "\u200a"
"""What is not seen and has no width, set larger: it keeps small text off the line above."""
ROOM_ABOVE = f'<font point-size="15">{STRUT}</font>'
"""Sets a line off what is above, a placeholder, another equation or small text of another kind."""
ROOM_BEHIND, LETTERS_PER_ROOM = "\u00a0", 20
_STRUT = f'<font point-size="{SMALL + 3}">{STRUT}</font>'
_SMALL = f'{_STRUT}<font point-size="{SMALL}" color="{{faint}}">{{text}}</font>'
FONTS: Mapping[Says, str] = {
    **dict.fromkeys(("heading", "equation", "result"), "<b>{text}</b>"),
    **dict.fromkeys(
        ("word", "type", "computes", "engine op", "inside", "origin", "used again"), _SMALL
    ),
    "called": "<i>{text}</i>",
    "finished": f"{ROOM_ABOVE}{{text}}",
    "holds": f'{_STRUT}<font point-size="{HELD}">{{text}}</font>',
    "slope": f'{_STRUT}<font point-size="{HELD}" color="{{backward}}">{{text}}</font>',
}
SIGNS: Mapping[Mark, str] = {"added": "+ ", "removed": "− "}
MARKS: Mapping[Mark, Style] = {
    "result": {"peripheries": "2"},
    "added": {"color": "{added}", "penwidth": "3"},
    "removed": {"color": "{removed}", "penwidth": "3"},
    "reused": {"color": "{accent}", "penwidth": "2.2"},
    "backward": {"color": "{backward}", "penwidth": "2.6"},
}
EDGES: Mapping[EdgeKind, Style] = {
    "in place": {"color": "{accent}", "penwidth": "2.4", "arrowhead": "box"},
    "view": {"style": "dashed"},
    "box": {"style": "dotted"},
    "hidden": {"arrowhead": "empty", "color": "{faint}"},
    "reused": {"color": "{accent}", "penwidth": "0.8", "arrowsize": "0.5"},
    "beside": {"style": "dotted", "arrowhead": "none", "penwidth": "1.6", "color": "{faint}"},
}
_FRAME = {"style": "rounded", "color": "{faint}"}
_TITLED = {**_FRAME, "labeljust": "l", "fontcolor": "{faint}"}
GROUPS: Mapping[GroupKind, Style] = {
    "inside": {**_TITLED, "fontsize": "10"},
    "side": {**_TITLED, "margin": "14"},
    "column": {"peripheries": "0"},
    "frame": {**_FRAME, "peripheries": "1", "margin": "7"},
}


def painted(template: str, colours: Theme, text: str = "") -> str:
    """Put colours, and a text that is escaped already, into a template."""
    named = {"faint": colours.faint, "accent": colours.accent, "backward": colours.backward}
    return template.format(text=text, added=colours.added, removed=colours.removed, **named)


def style_of(found: Style | None, colours: Theme) -> dict[str, str]:
    """Return the attributes of one of these tables with their colours, none for None."""
    return {key: painted(value, colours) for key, value in (found or {}).items()}
