"""Two formulas are told apart word by word, and cut where both are the same."""

from __future__ import annotations

import pytest

from xorexplain.render.reports.contrast import Side, apart, contrasted

LONG = " + ".join(f"w{n} × x{n}" for n in range(30))


def marked(side: Side) -> str:
    return "".join(f"<{text.strip()}>" if is_own else text.strip() for text, is_own in side)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("u5 × d2", "2 × q2 × output × d2", ("<u5>× d2", "<2 × q2 × output>× d2")),
        ("tanh(z2)", "tanh(z1 + u1)", ("tanh(<z2>)", "tanh(<z1 + u1>)")),
        # Signs at both ends do not make two changes of one.
        ("log(a2)", "softmax(z4, axis 1)", ("<log(a2)>", "<softmax(z4, axis 1)>")),
        ("a + b", "a + b", ("a + b", "a + b")),
        ("", "a", ("", "<a>")),
    ],
)
def test_words_are_told_apart(one: str, other: str, said: tuple[str, str]) -> None:
    assert tuple(map(marked, contrasted(one, other, 100))) == said


@pytest.mark.parametrize("limit", [30, 50, 80, 120])
@pytest.mark.parametrize("changed", ["w0", "w14", "w29"])
def test_a_long_formula_is_cut_around_what_changed(limit: int, changed: str) -> None:
    sides = contrasted(LONG, LONG.replace(f"{changed} ", "other "), limit)
    before, after = ("".join(text for text, _ in side) for side in sides)

    assert len(before) + len(after) <= limit
    assert [text.strip() for text, is_own in sides[0] if is_own] == [changed]
    assert [text.strip() for text, is_own in sides[1] if is_own] == ["other"]
    assert "…" in before


def test_what_was_put_in_is_seen_though_it_is_long() -> None:
    before, after = contrasted("a", f"f({LONG})", 60)

    assert marked(before) == "<a>"
    assert marked(after).startswith("<f(w0 × x0")
    assert sum(len(text) for side in (before, after) for text, _ in side) <= 60


def test_long_texts_of_nothing_in_common_take_no_long_time() -> None:
    one, other = " ".join(map(str, range(5000))), " ".join(map(str, range(5000, 10000)))

    before, after = contrasted(one, other, 80)

    assert marked(before)[:2] == "<0"
    assert marked(after)[:5] == "<5000"


def test_sides_by_themselves_are_each_within_the_limit() -> None:
    first, second = apart(LONG, LONG + " + b", 40)

    assert first != second
    assert max(len(first), len(second)) <= 40
