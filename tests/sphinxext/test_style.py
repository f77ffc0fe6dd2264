"""Turn light pictures dark by rules for their colours."""

from __future__ import annotations

import pytest

from xorexplain.render.theme import THEMES
from xorexplain.sphinxext.output.style import colours_of, stylesheet, twins


@pytest.mark.parametrize("dark", ["dark", "print"])
def test_every_colour_has_one_twin(dark: str) -> None:
    pairs = twins(THEMES["light"], THEMES[dark])

    assert pairs[THEMES["light"].background] == THEMES[dark].background
    assert pairs[THEMES["light"].text] == THEMES[dark].text
    assert pairs[THEMES["light"].added] == THEMES[dark].added.lower()


def test_a_colour_that_paints_two_parts_is_one_colour_in_the_dark_too() -> None:
    twin: dict[str, set[str]] = {}
    for light, dark in zip(colours_of(THEMES["light"]), colours_of(THEMES["dark"]), strict=True):
        twin.setdefault(light, set()).add(dark)

    assert [colour for colour, dark in twin.items() if len(dark) > 1] == []


def test_only_themes_that_choose_by_themselves_follow_the_reader_unasked() -> None:
    assert "body:not([data-theme])" in stylesheet("furo")
    assert "body:not([data-theme])" not in stylesheet("alabaster")
    assert '[data-theme="auto"]' in stylesheet("alabaster")
