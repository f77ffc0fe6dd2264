"""Whatever a document holds stands in the output of every writer."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from html import escape
from importlib.util import find_spec
from typing import Any

import pytest

from xorexplain.notation.expr import Expr, postorder, symbol
from xorexplain.notation.latex import latex as tex
from xorexplain.notation.latex import symbol_latex
from xorexplain.notation.tex_names import sentence_tex
from xorexplain.notation.text import text as plain_text
from xorexplain.render.reports.document import (
    Aside,
    Change,
    Code,
    Column,
    Document,
    Equation,
    Equations,
    Field,
    Fields,
    Fold,
    Formula,
    Listing,
    Name,
    Reference,
    Run,
    Section,
    Signs,
    Slope,
    Table,
    Verbatim,
    field,
    heading,
    inlines,
    listed,
    paragraph,
)
from xorexplain.render.writers import html, latex, marks, plain, rst, terminal

X, W = symbol("x"), symbol("W1")
LONG = X
for number in range(40):
    LONG = LONG + symbol(f"weight{number}") * X
HOSTILE = "100% of_it & <b> `q` *s* $m$ #1 ~ {c} |d|"


def whole() -> Document:
    """Make a document with each block and each inline, some of them hostile or very long."""
    update = Equation((Name("W1"),), W - X, "←")
    slope = Equation((Slope("cost", "W1"), Name("δW1")), LONG)
    law = Equation((), W * X, where=(Run("for "), Formula(W), Run(", whole numbers")))
    step = Fold(
        title=(Run("1."), Equation((Name("z1"),), W @ X), Equation((Name("z2"),), LONG)),
        note=(Reference("op", "dot"), Run("  n7", "id")),
        anchor="step-1",
        about=("n7",),
        blocks=(
            Fields(
                (
                    field("arrives", *listed([Name("δz1"), Name("δz2")])),
                    field("", "and it goes on"),
                    Field("gives", (Equations((Equation((Name("δx"),), W.T @ X, "+="),)),)),
                    field("a label that is long", Run("n9 expand dims", whole=True)),
                )
            ),
            Aside((paragraph("Inside the node."), Fold(inlines("2. a step inside"), ()))),
        ),
    )
    columns = (Column("step", "right"), Column("rewrite", grows=True), Column("change", grows=True))
    rows = (
        Section(inlines("the phase of merging")),
        (inlines("12"), (Reference("rewrite", "local_mul", "local mul"),), (Formula(W + X),)),
        (inlines("13"), inlines("words " * 12), inlines(HOSTILE)),
    )
    blocks = (
        heading("A title of ", Name("W1"), level=1),
        Signs(),
        paragraph("See ", Code("xorexplain --why"), ": ", Slope("cost", "W1"), tone="small"),
        paragraph(HOSTILE, tone="caution"),
        heading("Forward", anchor="forward"),
        Equations((slope, update, law)),
        step,
        Change("y", X * X, X**2, inlines("by mul"), inlines("by sqr, in place")),
        Table(columns, rows),
        Listing((inlines("first"), inlines("second ", Formula(X)))),
        Verbatim(f"def f(x):\n    return x\n    {'# long ' * 40}", "python"),
    )
    return Document("all", blocks)


Said = tuple[str, Any]
SAID = {
    **dict.fromkeys(("text", "label", "title"), "text"),
    **dict.fromkeys(("name", "cost", "variable"), "name"),
}
"""Fields that a reader sees; others are styles and marks."""


def said(value: Any) -> Iterator[Said]:
    """Yield what a document says: texts, names and formulas."""
    if isinstance(value, Expr):
        yield "formula", value
    elif isinstance(value, Reference):
        yield "text", value.shown
    elif isinstance(value, tuple):
        for entry in value:
            yield from said(entry)
    elif dataclasses.is_dataclass(value) and not isinstance(value, Document):
        for name, held in vars(value).items():
            kind = SAID.get(name, "")
            yield from [(kind, held)] if isinstance(held, str) and kind else said(held)
    elif isinstance(value, Document):
        yield from said(value.blocks)


def bare(text: str) -> str:
    """Leave out what only sets things apart."""
    return re.sub(r"\s|│|\\\\|&|\\qquad|\{\}|~", "", text)


def by_words(kind: str, value: Any) -> list[str]:
    """Return the words a text is made of, which may be on lines of their own."""
    return plain_text(value).split() if kind == "formula" else value.split()


def typeset(escape: Callable[[str], str]) -> Callable[[str, Any], list[str]]:
    def spelled(kind: str, value: Any) -> list[str]:
        if kind == "formula":
            return [tex(value)]
        return [symbol_latex(value)] if kind == "name" else list(map(escape, value.split()))

    return spelled


def as_json(kind: str, value: Any) -> list[str]:
    found = [part.text for part in postorder([value])] if kind == "formula" else [value]
    return [json.dumps(text, ensure_ascii=False)[1:-1] for text in found]


def as_nodes(mathematics: bool) -> Callable[[Document], str]:
    def write(document: Document) -> str:
        from docutils.nodes import container

        from xorexplain.sphinxext.output.document import Manner, blocks

        # The title is the page's own.
        title = terminal.plain(Document("", document.blocks[:1]))
        return title + container("", *blocks(document.blocks, Manner(mathematics))).astext()

    return write


def of_texts(kind: str, value: Any) -> list[str]:
    """Return the words of texts; names and formulas are displayed or text."""
    return by_words(kind, value) if kind == "text" else []


def by_escaped_words(kind: str, value: Any) -> list[str]:
    """Return the words of a text as HTML writes them."""
    return [escape(word, quote=False) for word in by_words(kind, value)]


WRITERS: dict[str, tuple[Callable[[Document], str], Callable[[str, Any], list[str]]]] = {
    "terminal, 60": (lambda d: terminal.plain(d, 60), by_words),
    "terminal, 200": (lambda d: terminal.plain(d, 200), by_words),
    "html": (html.html, by_escaped_words),
    "latex": (latex.latex, typeset(sentence_tex)),
    "rst": (rst.rst, typeset(marks.escaped)),
    "json": (lambda d: json.dumps(plain.to_plain(d), ensure_ascii=False), as_json),
    "nodes": (as_nodes(mathematics=False), by_words),
    "nodes with mathematics": (as_nodes(mathematics=True), of_texts),
}


@pytest.mark.parametrize("name", WRITERS)
def test_everything_a_document_says_is_written(name: str) -> None:
    if name.startswith("nodes") and find_spec("sphinx") is None:
        pytest.skip("needs Sphinx")
    write, spelled = WRITERS[name]
    written = bare(write(whole()))
    found = [(kind, part) for kind, value in said(whole()) for part in spelled(kind, value)]

    assert len(found) > 60
    assert [(kind, part) for kind, part in found if bare(part) not in written] == []


@pytest.mark.skipif(find_spec("sphinx") is None, reason="needs Sphinx")
def test_displayed_formulas_are_mathematics_or_text() -> None:
    shown = as_nodes(mathematics=True)(whole())

    typeset_as = typeset(sentence_tex)
    for kind, value in said(whole()):
        ways = (typeset_as(kind, value), by_words(kind, value))
        assert any(all(bare(part) in bare(shown) for part in way) for way in ways) or kind == "text"


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    written = terminal.plain(whole(), width).splitlines()

    assert max(map(len, written)) <= width
    assert max(map(len, written)) > min(width, 100) - 20
    assert [line for line in written if line != line.rstrip()] == []


def test_json_gives_the_same_document_back() -> None:
    again = plain.from_plain(json.loads(json.dumps(plain.to_plain(whole()))))

    assert terminal.plain(again) == terminal.plain(whole())
    assert latex.latex(again) == latex.latex(whole())
    assert plain.to_plain(again) == plain.to_plain(whole())


def test_shared_parts_stay_shared_as_data() -> None:
    value = X
    for _ in range(200):
        value = value * value

    data = plain.to_plain(Document("", (paragraph(Formula(value)),)))
    again = plain.from_plain(data)

    assert len(json.dumps(data)) < 20_000
    assert plain.to_plain(again) == data
