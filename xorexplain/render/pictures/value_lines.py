"""Write what nodes hold into a picture of their graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.render.look import Look, Shown
from xorexplain.render.reports.node_values import Held, NodeValues

PARTIAL = "∂ "
"""Stands before a gradient."""


def look_with(look: Look, found: NodeValues) -> Look:
    """Have a picture show values, before and after a training, and say of which data they are."""
    told = {node.id: _lines(node.held) for node in found.nodes if node.held}
    held = next((node.held for node in found.nodes if node.held), ())
    moments = " and ".join(dict.fromkeys(one.moment for one in held))
    notes = [f"values: {held[0].case}, {moments}"] if held else []
    if any(one.slope for one in told.values()):
        last = ", after the last step" if len(held) > 1 else ""
        notes.append(f"{PARTIAL}is the gradient of the cost{last}")
    return replace(look, values=told, notes=(*look.notes, *notes))


def _lines(held: Sequence[Held]) -> Shown:
    """Write values on lines, and the last gradient on one."""
    values = [one.value for one in held]
    last = held[-1]
    if len(held) > 1 and any(value != last.value for value in values):
        lines = [f"{one.moment.split()[0]}: {one.value.brief[0]}" for one in held if one.value]
    else:
        lines = list(last.value.brief) if last.value else []
    slope = f"{PARTIAL}{last.gradient.brief[0]}" if last.gradient else ""
    return Shown(tuple(lines), slope, last.value.shape if last.value else None)
