"""Draw the rooms of the package and who imports whom, from its files, by the project's own layout.

A box for each room with its folders, and the arrows that do not follow from others.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import rooms
from graphviz.quoting import attr_list, quote

from xorexplain.render.theme import THEMES

FONT = "DejaVu Sans"
TITLE = "The rooms, and who imports whom"
FAMILIES = {
    "sphinxext": "indexing",
    "explorer": "indexing",
    "cli": "indexing",
    "api": "indexing",
    "render": "elementwise",
    "rewrites": "reduction",
    "gradients": "reduction",
    "runs": "reduction",
    "models": "linear algebra",
    "engines": "linear algebra",
    "notation": "shape",
    "graph": "shape",
    "errors": "shape",
}
"""Rooms of one colour do things of one kind: show, write, explain, meet the engine, hold."""


Arrows = Mapping[str, list[str]]


def unit_of(name: str) -> str:
    """Return the folder of a room that a module is in, "render.pictures", else its room."""
    room, _, rest = name.partition(".")
    folder = rest.partition(".")[0]
    return f"{room}.{folder}" if (rooms.PACKAGE / room / folder).is_dir() and folder else room


def arrows() -> Arrows:
    """Return the imports between folders of different rooms that do not follow from others.

    A folder is taken to import what its room does.
    """
    order = [room for room in rooms.rooms() if not room.startswith("__")]
    imported: dict[str, set[str]] = {}
    for name in rooms.MODULES:
        imported.setdefault(unit_of(name), set()).update(
            unit_of(other) for other, _ in rooms.own_imports_of(name)
        )
    below: dict[str, set[str]] = {}
    kept: dict[str, list[str]] = {}
    for room in reversed(order):
        units = sorted(unit for unit in imported if rooms.top_of(unit) == room)
        for unit in units:
            down = sorted(other for other in imported[unit] if other in below)
            implied = {far for other in down for far in below[other]}
            kept[unit] = [other for other in down if other not in implied]
        reached = {far for unit in units for near in kept[unit] for far in (near, *below[near])}
        below |= dict.fromkeys(units, reached)
    return {unit: kept[unit] for unit in reversed(kept)}


def dot() -> str:
    """Write the picture as DOT text in the colours of the light theme."""
    colours = THEMES["light"]
    graph = {
        "bgcolor": colours.background,
        "nodesep": "0.2",
        "ranksep": "0.35",
        "pad": "0.2",
        "fontname": FONT,
        "fontcolor": colours.text,
        "fontsize": "13",
        "color": colours.faint,
        "style": "rounded",
        "labeljust": "l",
    }
    node = {
        "fontname": FONT,
        "fontcolor": colours.text,
        "fontsize": "11",
        "shape": "box",
        "style": "rounded,filled",
        "height": "0.28",
        "margin": "0.12,0.05",
    }
    edge = {"color": colours.edge, "arrowsize": "0.6"}
    lines = [
        f"  {part}{attr_list(kwargs=given)}"
        for part, given in (("graph", graph), ("node", node), ("edge", edge))
    ]
    kept = arrows()
    for room, units in groupby(kept, rooms.top_of):
        family = colours.families[FAMILIES[room]]
        inside = [
            f"    {quote(unit)}"
            + attr_list(
                kwargs={
                    "label": f"{unit.rpartition('.')[2]}/" if "." in unit else room,
                    "fillcolor": family.fill,
                    "color": family.border,
                }
            )
            for unit in units
        ]
        cluster = [f"  subgraph {quote(f'cluster {room}')} {{", f"    label={quote(room)}"]
        lines += [*cluster, *inside, "  }"] if len(inside) > 1 else inside
    lines += [
        f"  {quote(unit)} -> {quote(other)}" for unit, others in kept.items() for other in others
    ]
    return "\n".join(["digraph rooms {", *lines, "}"]) + "\n"


def words() -> str:
    """Write the picture as text, for who does not see it."""
    return "\n".join(
        f"{unit.replace('.', '/')} -> {', '.join(others).replace('.', '/') or 'nothing'}"
        for unit, others in arrows().items()
    )
