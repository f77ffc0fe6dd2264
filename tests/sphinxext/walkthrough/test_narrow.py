"""Tables that do not fit a phone are marked, and say in each cell what its column is."""

from __future__ import annotations

import re

import pytest

from xorexplain.sphinxext.walkthrough.extension import mathml
from xorexplain.sphinxext.walkthrough.narrow import fit, longest_row, unbroken

FORMULA = '<span class="math notranslate"><math><mi>a</mi> <mo>=</mo> <mi>b</mi></math></span>'


def table(*rows: tuple[str, ...]) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}><p>{cell}</p></{tag}>" for cell in cells) + "</tr>"

    body = "".join(row(cells, "td") for cells in rows[1:])
    return (
        '<table class="docutils align-default"><thead>'
        f"{row(rows[0], 'th')}</thead><tbody>{body}</tbody></table>"
    )


@pytest.mark.parametrize(
    ("cell", "letters"),
    [
        ("one three", 5),
        ("one&#160;two three", 7),
        ("<p>a &amp;&lt; b</p>", 2),
        (f"of {FORMULA}", 3),
        ('<code><span class="pre">local_<wbr>mul_<wbr>canonizer</span></code>', 9),
        ("", 0),
    ],
)
def test_what_stays_in_a_line_is_counted(cell: str, letters: int) -> None:
    assert unbroken(cell) == letters


@pytest.mark.parametrize(
    ("formula", "letters"),
    [
        (r"z &= x \\ ab &= c + d", 6 + 3),
        (r"\begin{pmatrix} 1 & 22 \\ 333 & 4 \end{pmatrix}", 1 + 4 + 3),
        # What stands before a matrix is in the line of each of its rows, of the next one not.
        (
            r"W &= \begin{pmatrix} 1 & 22 \\ 333 & 4 \end{pmatrix} \\ "
            r"ab &= \begin{pmatrix} 1 \end{pmatrix}",
            2 + 3 + 1 + 4 + 3,
        ),
    ],
)
def test_the_longest_line_of_a_formula_is_counted(formula: str, letters: int) -> None:
    assert longest_row(mathml(formula, is_block=True)) == letters


def test_a_table_that_fits_is_left_as_it_is() -> None:
    narrow = table(("Step", "Cost"), ("1", "0.5"))

    assert fit(narrow) == narrow


def test_a_wider_one_is_set_closer() -> None:
    wide = table(*[("0.123456",) * 4] * 2)

    assert fit(wide) == wide.replace("align-default", "align-default xorexplain-close")


def test_the_rows_of_a_wide_one_are_stacked_with_their_titles() -> None:
    wide = table(("Node", "", f"As {FORMULA} &amp; more"), ("1", "2", "x" * 60))

    found = fit(wide)

    assert "align-default xorexplain-stacked" in found
    assert re.findall("<td[^>]*>", found) == [
        '<td data-title="Node">',
        "<td>",
        '<td data-title="As a=b &amp; more">',
    ]
    assert re.sub(' data-title="[^"]*"| xorexplain-stacked', "", found) == wide


def test_the_rows_of_one_with_long_sentences_are_stacked() -> None:
    assert "xorexplain-stacked" in fit(table(("One", "Other", "Why"), ("a", "b", "word " * 30)))
    assert "xorexplain-stacked" not in fit(table(("One", "Why"), ("a", "word " * 30)))


def test_cells_that_span_others_are_left() -> None:
    spanning = table(("One", "Other"), ("x" * 60,))

    assert fit(spanning) == spanning
