"""Hold a report as one document, which every writer of `render.writers` can write.

A builder says what a report tells, in blocks and what stands in their lines; how wide a page is,
how a formula is typeset and which colours there are is decided by the writer, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from xorexplain.errors.records import dataclass
from xorexplain.notation.expr import Expr


@dataclass(frozen=True)
class Run:
    """Hold running text; what is `whole` is not broken over two lines. Styles: `lines.STYLES`."""

    text: str
    style: str = "plain"
    whole: bool = False


@dataclass(frozen=True)
class Code:
    """Hold text as it stands in a program or a file."""

    text: str
    style: str = "plain"


@dataclass(frozen=True)
class Name:
    """Hold the name of a variable, such as δW1; a symbol where there is mathematics."""

    name: str
    style: str = "plain"


@dataclass(frozen=True)
class Slope:
    """Hold ∂cost/∂variable, of two names."""

    cost: str
    variable: str
    style: str = "plain"


@dataclass(frozen=True)
class Formula:
    """Hold an expression; text has at most `limit` letters of it."""

    value: Expr
    limit: int | None = None
    style: str = "formula"


@dataclass(frozen=True)
class Contrast:
    """Hold what a value was and is; text of both has at most `limit` letters, around the change."""

    before: Expr
    after: Expr
    limit: int = 120
    style: str = "plain"


@dataclass(frozen=True)
class Reference:
    """Hold the name of an op or a rewrite (`kind`), which may have a page that tells of it."""

    kind: str
    name: str
    text: str = ""
    style: str = "op"

    @property
    def shown(self) -> str:
        """What stands there."""
        return self.text or self.name


@dataclass(frozen=True)
class Equation:
    """Hold `left = value`; `left` may be several that are equal, the sign stands before `value`.

    With `is_unpacked` the several are what `value` gives, in their order: `left, left = value`.
    With nothing on the left, `value` is the whole equation; `where` says under which condition it
    holds. In the title of a fold it is in the line, or below it where it is too long for that.
    """

    left: tuple[Inline, ...]
    value: Expr
    sign: str = "="
    style: str = "plain"
    where: Inlines = ()
    is_unpacked: bool = False


Inline: TypeAlias = "Run | Code | Name | Slope | Formula | Contrast | Reference | Equation"
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """Begin a part of the document; level 1 is its title."""

    inlines: Inlines
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Hold running text; a `small` one explains, a `caution` is seen first."""

    inlines: Inlines
    tone: str = ""


@dataclass(frozen=True)
class Signs:
    """Explain the signs of the mathematics, which each writer writes in a notation of its own."""


@dataclass(frozen=True)
class Equations:
    """Hold equations below each other."""

    equations: tuple[Equation, ...]


@dataclass(frozen=True)
class Field:
    """Hold blocks behind a label in a column of labels."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Fields:
    """Hold fields, their labels in one column; one without a label goes on with the last one."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Change:
    """Hold what a value was and is; `before_by` and `after_by` say what computes it.

    `name` is empty for a value that has none.
    """

    name: str
    before: Expr
    after: Expr
    before_by: Inlines = ()
    after_by: Inlines = ()


@dataclass(frozen=True)
class Column:
    """Hold a column of a table: its title, where its cells stand, and their style."""

    title: str = ""
    align: str = "left"
    style: str = "plain"
    grows: bool = False
    """Whether it has the width that is left, and gives way where there is none."""
    below: bool = False
    """Whether a terminal writes its cells in a line of their own below the others."""


@dataclass(frozen=True)
class Section:
    """Stand between the rows of a table, as a heading over those that follow.

    One that is no heading tells something of the rows before it.
    """

    inlines: Inlines
    is_heading: bool = True


@dataclass(frozen=True)
class Table:
    """Hold rows of cells, one for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Inlines, ...] | Section, ...]


@dataclass(frozen=True)
class Fold:
    """Hold a title that is always seen, a note beside it, and blocks that a page may fold up.

    `about` are ids of the apply nodes that it tells of.
    """

    title: Inlines
    blocks: tuple[Block, ...]
    note: Inlines = ()
    anchor: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aside:
    """Hold what is told of a graph inside a node, set apart from the story around it."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Listing:
    """Hold a list."""

    items: tuple[Inlines, ...]


@dataclass(frozen=True)
class Verbatim:
    """Hold text of several lines as it is, in a language that a page may colour."""

    text: str
    language: str = "none"


Block: TypeAlias = (
    "Heading | Paragraph | Signs | Equations | Fields | Change | Table | Fold | Aside | Listing "
    "| Verbatim"
)
Blocks: TypeAlias = tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """Hold a report."""

    title: str
    blocks: Blocks


def inlines(*parts: Inline | str, style: str = "plain") -> Inlines:
    """Return what stands in a line; text is running text of a style."""
    return tuple(Run(part, style) if isinstance(part, str) else part for part in parts)


def paragraph(*parts: Inline | str, style: str = "plain", tone: str = "") -> Paragraph:
    """Make a paragraph of text and other parts."""
    return Paragraph(inlines(*parts, style=style), tone)


def heading(*parts: Inline | str, level: int = 2, anchor: str = "") -> Heading:
    """Make a heading of text and other parts."""
    return Heading(inlines(*parts, style="heading"), level, anchor)


def field(label: str, *parts: Inline | str, style: str = "plain") -> Field:
    """Make a field that holds a paragraph."""
    return Field(label, (paragraph(*parts, style=style),))


def listed(entries: Iterable[Inline]) -> Inlines:
    """Return entries with a comma between each two."""
    found: list[Inline] = []
    for entry in entries:
        found += [Run(", "), entry] if found else [entry]
    return tuple(found)
