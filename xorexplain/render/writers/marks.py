"""Write the marks of reStructuredText; what is quoted is escaped for the place it stands in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from xorexplain.errors.escaping import on_one_line
from xorexplain.notation.expr import Expr
from xorexplain.notation.latex import LATEX, latex, symbol_latex
from xorexplain.render.pictures.labels import clip
from xorexplain.render.writers.latex import Sides, rows, visible

MAX_TEXT = 1000
MAX_CODE = 60
MAX_ROW = 62
"""How many letters of mathematics fit a line of a page."""
MAX_INLINE = 40
_UNDERLINES = "=-~^"
_SPECIAL = re.compile(r"([\\`*_|\[\]<>])")
# What begins a list, a directive or another block at the start of a line.
_MARK = re.compile(r"[^\w\s\\]|\w+[.)](?:\s|$)")
_LITERAL = re.compile(r"[^\s`\\](?:[^`\\]*[^\s`\\])?")


def escape(text: str) -> str:
    """Write running text so that reStructuredText shows it as it is, on one line."""
    return at_start(escaped(text))


def escaped(text: str) -> str:
    """Write running text that does not begin a line."""
    return _SPECIAL.sub(r"\\\1", plain(text))


def at_start(safe: str) -> str:
    """Keep escaped text from being read as the mark of a list or a directive."""
    return f"\\{safe}" if _MARK.match(safe) else safe


def plain(text: str) -> str:
    """Write text for an option of a directive, which knows no marks."""
    return on_one_line(text[:MAX_TEXT])


def code(text: str, limit: int = MAX_CODE) -> str:
    """Write a name as it stands in a program."""
    shown = clip(text, limit).strip() or "?"
    if _LITERAL.fullmatch(shown):
        return f"``{shown}``"
    return f":literal:`{escape(shown)}`"


def heading(text: str, level: int = 0) -> str:
    """Write a heading; `text` is escaped by the caller."""
    return f"{text}\n{_UNDERLINES[level] * max(_width(text), 4)}\n"


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def paragraphs(*parts: str) -> str:
    """Set blocks apart, leaving out empty ones."""
    return "\n".join(f"{part.rstrip()}\n" for part in parts if part.strip())


def label(name: str) -> str:
    """Write a target that `:ref:` finds."""
    return f".. _{name}:\n"


def bullets(entries: Iterable[str]) -> str:
    """Write a list."""
    return "\n".join(f"* {indent(entry, '  ').lstrip()}" for entry in entries) + "\n"


def numbered(entries: Iterable[str]) -> str:
    """Write a numbered list."""
    return "\n".join(f"#. {indent(entry, '   ').lstrip()}" for entry in entries) + "\n"


def table(header: Sequence[str], body: Iterable[Sequence[str]], widths: str = "auto") -> str:
    """Write a table of cells that are reStructuredText already, one line each."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in (header, *body):
        marks = ["   * -", *["     -"] * (len(row) - 1)]
        lines += [f"{mark} {cell}".rstrip() for mark, cell in zip(marks, row, strict=True)]
    return "\n".join(lines) + "\n"


def indent(text: str, by: str = "   ") -> str:
    """Move a block to the right."""
    return "\n".join(by + line if line.strip() else "" for line in text.splitlines())


def directive(
    name: str, argument: str = "", options: Sequence[tuple[str, str]] = (), body: str = ""
) -> str:
    """Write a directive."""
    lines = [f".. {name}:: {argument}".rstrip()]
    lines += [f"   :{option}: {value}".rstrip() for option, value in options]
    if body.strip():
        lines += ["", indent(body)]
    return "\n".join(lines) + "\n"


def math(expression: Expr) -> str:
    """Write an expression within a line."""
    return inline(latex(expression))


def is_short(expression: Expr) -> bool:
    """Tell whether an expression may stand within a line."""
    return visible(latex(expression)) <= MAX_INLINE


def name(of: str) -> str:
    """Write a variable's name, such as `z1` or `δW1`, as mathematics within a line."""
    return inline(symbol_latex(of))


def names(of: Sequence[str]) -> str:
    """Write names, a comma between them and `and` before the last."""
    return listed([name(one) for one in of])


def inline(tex: str) -> str:
    """Write LaTeX within a line."""
    # A backquote would end the role.
    return f":math:`{' '.join(tex.split()).replace('`', chr(39))}`"


Line = tuple[str, str]
"""The left side of a formula, and its sign with the right side, in LaTeX."""


def equations(entries: Iterable[tuple[str, str, Expr]]) -> str:
    """Write equations below each other, aligned at their signs.

    An entry is a left side in LaTeX, a sign and an expression.
    """
    written = ((left, sign, LATEX.write([value])[0].pieces) for left, sign, value in entries)
    return aligned((left, [f"{sign} {first}", *rest]) for left, sign, (first, *rest) in written)


def aligned(equations: Iterable[Sides]) -> str:
    """Write equations in LaTeX below each other; long ones go on further right."""
    lines: list[Line] = []
    for left, right in equations:
        start, *more = rows(right, max(MAX_ROW - visible(left), 24))
        lines += [(left, start), *(("", rf"\qquad {row}") for row in more)]
    return formulas(lines)


def formulas(lines: Sequence[Line]) -> str:
    """Write lines of LaTeX as one displayed formula, aligned where there are several."""
    if len(lines) == 1:
        return directive("math", body=" ".join(lines[0]))
    return directive("math", body=" \\\\\n".join(map(" & ".join, lines))) if lines else ""


def listed(entries: Sequence[str], last: str = "and") -> str:
    """Join words: `a`, `a and b`, `a, b and c`."""
    if len(entries) < 2:
        return "".join(entries)
    return f"{', '.join(entries[:-1])} {last} {entries[-1]}"


def count(number: int, noun: str, plural: str = "") -> str:
    """Write a number with its noun: `1 step`, `2 steps`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def spelled(number: int, noun: str, plural: str = "") -> str:
    """Write a small number as a word, with its noun if there is one."""
    digits = _WORDS[number] if number < len(_WORDS) else str(number)
    if not noun:
        return digits
    return f"{digits} {noun if number == 1 else plural or noun + 's'}"


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop."""
    bare = text.strip()
    if not bare:
        return ""
    ended = bare if bare[-1] in ".:?!" else f"{bare}."
    return ended[0].upper() + ended[1:]


def page_link(page: str, text: str = "") -> str:
    """Link to another page of the walk-through."""
    return f":doc:`{escape(text)} <{page}>`" if text else f":doc:`{page}`"
