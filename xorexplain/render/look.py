"""Hold how a graph should look, for every renderer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.render.theme import theme

OPENED: tuple[str, ...] = ()
"""The ops whose inner graph is drawn unless others are asked for, but for a Scan's short step."""
DIRECTIONS = ("TB", "LR", "BT", "RL")


@dataclass(frozen=True)
class Shown:
    """Hold what a picture says of a value: lines, its gradient, the shape that it has."""

    lines: Sequence[str] = ()
    slope: str = ""
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Look:
    """Choose what a rendering shows; an unknown theme or direction raises XorexplainError.

    `raw` shows every apply node and every variable as a node of its own. `direction` is Graphviz'
    `TB`, `LR`, `BT` or `RL`. `notes` are lines to show below the title. `opened` says which ops
    are drawn with their inner graph: kinds, names, ids of apply nodes, or `all`; any other is one
    node that tells its formula. `fold` has pictures show equal layers and updates once, `ids` the
    id of each node. `values` are what variables hold, by id.
    """

    raw: bool = False
    direction: str = "TB"
    theme: str = "light"
    types: bool = False
    shapes: bool = False
    legend: bool = True
    notes: tuple[str, ...] = ()
    opened: tuple[str, ...] = OPENED
    fold: bool = True
    ids: bool = False
    values: Mapping[str, Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        theme(self.theme)
        if self.direction not in DIRECTIONS:
            hint = did_you_mean(self.direction, DIRECTIONS)
            raise XorexplainError(f"unknown direction {self.direction!r}: {hint}")
