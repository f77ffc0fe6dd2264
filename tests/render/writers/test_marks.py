"""Write reStructuredText that docutils reads back as the text it was made of."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from models import HOSTILE_NAMES

from xorexplain.errors.escaping import on_one_line
from xorexplain.notation.expr import symbol
from xorexplain.render.pictures.labels import clip
from xorexplain.render.writers import marks

TEXTS = (
    *HOSTILE_NAMES,
    "*stars* and _under_ scores_",
    "`back` ``quotes``",
    "|bar| [1]_ <a>_",
    ".. directive:: no",
    "trailing \\",
    "`",
    "``",
    " ",
    "",
    "a`b",
)
pytestmark = pytest.mark.skipif(find_spec("docutils") is None, reason="needs docutils")


def read(text: str) -> str:
    """Parse text strictly and return it without marks."""
    from docutils.core import publish_doctree

    settings = {"halt_level": 2, "report_level": 2, "input_encoding": "unicode"}
    return str(publish_doctree(text, settings_overrides=settings).astext())


@pytest.mark.parametrize("text", TEXTS)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    line = on_one_line(text)

    assert read(f"{marks.escape(text)} after.").lstrip() == (
        f"{line[: marks.MAX_TEXT]} after.".lstrip()
    )


@pytest.mark.parametrize("text", TEXTS)
def test_code_reads_as_it_was(text: str) -> None:
    shown = clip(text, marks.MAX_CODE).strip() or "?"

    assert read(f"Before {marks.code(text)}, after.") == f"Before {shown}, after."


@pytest.mark.parametrize("text", TEXTS)
def test_headings_of_any_text_are_long_enough(text: str) -> None:
    heading = marks.heading(marks.escape(text) or "?")

    assert read(f"{heading}\nText.")


@pytest.mark.parametrize("name", TEXTS)
def test_names_are_one_formula(name: str) -> None:
    from docutils import nodes
    from docutils.core import publish_doctree

    document = publish_doctree(f"Before {marks.name(name)} after.")

    assert len(list(document.findall(nodes.math))) == 1
    assert list(document.findall(nodes.problematic)) == []


def test_tables_have_a_cell_for_each_entry() -> None:
    from docutils import nodes
    from docutils.core import publish_doctree

    table = marks.table(["a", "b"], [["1", ""], ["", "2"]])

    found = publish_doctree(table)
    assert [entry.astext() for entry in found.findall(nodes.entry)] == ["a", "b", "1", "", "", "2"]


def test_several_equations_are_aligned_and_one_is_not() -> None:
    one = [("a", "=", symbol("x"))]
    two = [*one, ("b", "=", symbol("y"))]

    assert "&" not in marks.equations(one)
    assert marks.equations(two).count("&") == 2
    assert marks.equations([]) == ""


def test_long_equations_are_broken() -> None:
    total = symbol("x")
    for number in range(40):
        total = total + symbol(f"some_name_{number}")

    lines = marks.equations([("a", "=", total)]).splitlines()

    assert len(lines) > 5
    assert all(line.count("&") <= 1 for line in lines)


@pytest.mark.parametrize(
    ("entries", "words"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_in_words(entries: list[str], words: str) -> None:
    assert marks.listed(entries) == words


def test_numbers_in_words() -> None:
    assert marks.count(1, "step") == "1 step"
    assert marks.count(0, "step") == "0 steps"
    assert marks.spelled(6, "step") == "six steps"
    assert marks.spelled(13, "step") == "13 steps"
    assert marks.sentence("it is so") == "It is so."
