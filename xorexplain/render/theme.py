"""Hold the colours of every picture in one table.

Tints come from the Okabe-Ito palette, which people with any colour vision can tell apart
(M. Okabe, K. Ito, "Color Universal Design", 2008). Meaning never rests on colour alone: shape and
words carry it too.
"""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass

_OKABE_ITO: Mapping[str, str] = {
    "linear algebra": "#0072B2",
    "elementwise": "#E69F00",
    "reduction": "#009E73",
    "shape": "#999999",
    "indexing": "#56B4E9",
    "random": "#CC79A7",
    "control": "#F0E442",
    "other": "#BBBBBB",
}
_VERMILION = "#D55E00"


@dataclass(frozen=True)
class Colours:
    """Fill, border and text of one sort of node."""

    fill: str
    border: str
    text: str


@dataclass(frozen=True)
class Theme:
    """Hold every colour of a picture; `accent` is for what the eye should find first.

    `added` and `removed` mark what a rewrite brought and took away, `backward` what is behind the
    cost, its gradient.
    """

    name: str
    background: str
    text: str
    faint: str
    edge: str
    accent: str
    families: Mapping[str, Colours]
    plain: Colours
    parameter: Colours
    result: Colours
    update: Colours
    added: str
    removed: str
    backward: str

    @property
    def paints(self) -> Mapping[str, Colours]:
        """The colours of every tint of a node, by name: those of families, and others."""
        return {
            **self.families,
            "plain": self.plain,
            "parameter": self.parameter,
            "result": self.result,
            "update": self.update,
            "again": Colours(self.background, self.accent, self.text),
        }


def mix(colour: str, other: str, share: float) -> str:
    """Mix two colours; `share` is the part of the first."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _theme(
    name: str, background: str, text: str, faint: str, edge: str, tint: float, border: float
) -> Theme:
    def colours(base: str, strength: float = tint) -> Colours:
        return Colours(mix(base, background, strength), mix(base, text, border), text)

    return Theme(
        name=name,
        background=background,
        text=text,
        faint=faint,
        edge=edge,
        accent=_VERMILION if name != "dark" else "#FF8A3D",
        families={family: colours(base) for family, base in _OKABE_ITO.items()},
        plain=Colours(background, faint, text),
        parameter=colours(_VERMILION, tint * 1.15),
        result=Colours(background, text, text),
        update=Colours(background, _VERMILION if name != "dark" else "#FF8A3D", text),
        added="#007a55" if name != "dark" else "#35c495",
        removed="#b3261e" if name != "dark" else "#ff8a80",
        backward="#7b2d8b" if name != "dark" else "#e2b3ee",
    )


def _print_theme() -> Theme:
    """Return black on white for paper: no fills but a light grey for parameters."""
    paper = Colours("#ffffff", "#000000", "#000000")
    return Theme(
        name="print",
        background="#ffffff",
        text="#000000",
        faint="#444444",
        edge="#000000",
        accent="#000000",
        families=dict.fromkeys(_OKABE_ITO, paper),
        plain=paper,
        parameter=Colours("#e6e6e6", "#000000", "#000000"),
        result=paper,
        update=paper,
        added="#000000",
        removed="#000000",
        backward="#000000",
    )


THEMES: Mapping[str, Theme] = {
    "light": _theme("light", "#ffffff", "#1a1f24", "#545d68", "#4a545e", 0.24, 0.6),
    "dark": _theme("dark", "#15191e", "#eef2f6", "#b4bec8", "#93a0ad", 0.26, 0.85),
    "print": _print_theme(),
}


def theme(name: str) -> Theme:
    """Return a theme by name; raise XorexplainError for an unknown one."""
    if name not in THEMES:
        raise XorexplainError(f"unknown theme {name!r}: {did_you_mean(name, list(THEMES))}")
    return THEMES[name]
