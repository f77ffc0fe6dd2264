"""Formulas of the page are broken into pieces that fit a panel's line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xorexplain.explorer import formulas
from xorexplain.explorer.formulas import WIDEST, formula
from xorexplain.notation.expr import Expr, call, symbol
from xorexplain.notation.tex_names import _GREEK
from xorexplain.notation.text import text

JS = Path(formulas.__file__).parent / "web" / "js"

LONG = "a_name_of_letters"


def words(parts: list[Any]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part[1:]
        else:
            yield from words(part[1:])


def lines(value: Expr) -> list[str]:
    return ["".join(words(piece)) for piece in formula(value, text(value))]


def test_a_short_formula_is_broken_between_its_operands() -> None:
    assert lines(symbol("x") + call("log", symbol("y") - 1)) == ["x", "+log(y−1)"]


def test_what_is_wider_than_a_line_is_broken_in_its_brackets() -> None:
    a, b, c = (symbol(f"{LONG}_{end}") for end in "abc")
    value = call("log", a * call("exp", -(b + c)) + 1)

    found = lines(value)

    assert found == [f"log({a.text}", f"×exp(−({b.text}", f"+{c.text}))", "+1)"]
    assert all(len(line) <= WIDEST for line in found)


def test_a_fraction_wider_than_a_line_is_told_as_text() -> None:
    a, b = symbol(LONG), symbol(f"{LONG}_too")

    assert formula((a + b) / symbol("c"), "") == []
    assert lines(a / b) == [f"{a.text}{b.text}"]


def test_the_page_copies_greek_letters_as_latex_writes_them() -> None:
    told = (JS / "sharing" / "tex.js").read_text(encoding="utf-8")

    named = dict(re.findall(r"([^\x00-\x7f]) ([A-Za-z]+)", told))
    assert named == _GREEK
