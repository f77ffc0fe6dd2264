"""Keep every theme legible, and meaning apart from colour."""

from __future__ import annotations

import re
from itertools import combinations
from typing import get_args

import pytest

from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Family
from xorexplain.render.look import DIRECTIONS, Look
from xorexplain.render.pictures.curve import PAINTS, label_colour
from xorexplain.render.pictures.dot_styles import FONTS
from xorexplain.render.pictures.legend import _line
from xorexplain.render.theme import THEMES, Colours, Theme, theme

TEXT = 4.5
"""The least contrast of text, by WCAG 2.1, level AA."""
GRAPHICS = 3.0
"""The least contrast of lines and borders."""

each_theme = pytest.mark.parametrize("chosen", THEMES.values(), ids=THEMES)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def every(chosen: Theme) -> list[Colours]:
    sorts = [chosen.plain, chosen.parameter, chosen.result, chosen.update]
    return [*chosen.families.values(), *sorts]


@each_theme
def test_every_family_has_colours(chosen: Theme) -> None:
    assert set(chosen.families) == set(get_args(Family))


@each_theme
def test_colours_are_written_as_graphviz_wants_them(chosen: Theme) -> None:
    colours = [chosen.background, chosen.text, chosen.faint, chosen.edge, chosen.accent]
    colours += [c for sort in every(chosen) for c in (sort.fill, sort.border, sort.text)]

    assert [c for c in colours if not re.fullmatch("#[0-9a-fA-F]{6}", c)] == []


@each_theme
def test_text_is_legible_on_every_fill(chosen: Theme) -> None:
    pairs = [(sort.text, sort.fill) for sort in every(chosen)]
    pairs += [(chosen.faint, sort.fill) for sort in every(chosen)]
    pairs += [(colour, chosen.background) for colour in (chosen.text, chosen.faint)]

    assert [pair for pair in pairs if contrast(*pair) < TEXT] == []


@each_theme
def test_small_text_is_legible_wherever_it_stands(chosen: Theme) -> None:
    named = {name for written in FONTS.values() for name in re.findall(r'="\{(\w+)\}"', written)}
    grounds = [chosen.background, *(sort.fill for sort in every(chosen))]
    pairs = [(getattr(chosen, name), fill) for name in named for fill in grounds]
    pairs += [(label_colour(chosen, paint), chosen.background) for paint in PAINTS]
    pairs.append((_line(chosen, chosen.accent).text, chosen.background))

    assert [pair for pair in pairs if contrast(*pair) < TEXT] == []


@each_theme
def test_lines_are_visible(chosen: Theme) -> None:
    lines = [chosen.edge, chosen.accent, *(sort.border for sort in every(chosen))]

    assert [line for line in lines if contrast(line, chosen.background) < GRAPHICS] == []


@each_theme
def test_the_border_of_what_is_backward_is_seen_around_every_fill(chosen: Theme) -> None:
    grounds = [chosen.background, *(sort.fill for sort in chosen.families.values())]

    assert [fill for fill in grounds if contrast(chosen.backward, fill) < GRAPHICS] == []


@pytest.mark.parametrize("name", ["light", "dark"])
def test_families_are_told_apart(name: str) -> None:
    chosen = theme(name)
    named = [family for family in chosen.families if family != "other"]

    for one, other in combinations(named, 2):
        assert chosen.families[one].fill != chosen.families[other].fill


def test_print_is_black_on_white() -> None:
    chosen = theme("print")

    assert {sort.text for sort in every(chosen)} == {"#000000"}
    assert {sort.fill for sort in chosen.families.values()} == {"#ffffff"}


def test_an_unknown_theme_names_the_closest() -> None:
    with pytest.raises(XorexplainError, match="unknown theme 'drak': did you mean dark"):
        theme("drak")


def test_a_look_is_checked_when_it_is_made() -> None:
    with pytest.raises(XorexplainError, match="unknown theme 'drak': did you mean dark"):
        Look(theme="drak")
    with pytest.raises(XorexplainError, match="unknown direction 'LL': did you mean RL or LR"):
        Look(direction="LL")
    for direction in DIRECTIONS:
        assert Look(direction=direction).direction == direction
