"""Fill lines with what may stand in them: broken between words, and between parts of a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from xorexplain.errors.escaping import on_one_line, with_signs
from xorexplain.notation.text import TEXT
from xorexplain.render.lines import Line, Segment, columns
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.contrast import ARROW, contrasted
from xorexplain.render.reports.document import (
    Code,
    Contrast,
    Equation,
    Formula,
    Inline,
    Name,
    Reference,
    Run,
    Slope,
)

MOST_LEFT = 18
"""Left sides of equations up to so many columns are aligned."""
HANGING = 4
"""Columns by which the rows of a broken formula stand further right."""

_MARKS = "_/.,"


def pieces(inline: Inline) -> list[Segment]:
    """Write a part of a line in pieces; the line may be broken before each but the first."""
    if isinstance(inline, Equation):
        between = (_between(inline), "plain")
        start = [piece for left in inline.left for piece in (*pieces(left), between)][:-1]
        first, *rest = TEXT.write([inline.value])[0].pieces
        left = "".join(text for text, _ in start) + f" {inline.sign} " if start else ""
        parts = [(part, inline.style) for part in (left + first, *rest)]
        where = line_text(inline.where)
        return [*parts, *([(f"   {where}", "word")] if where else [])]
    if isinstance(inline, Contrast):
        return _contrast(inline)
    return [(part, inline.style) for part in _parts(inline)]


def _contrast(told: Contrast) -> list[Segment]:
    """Write what a value was and is, each with the style of what it alone has."""
    old, new = (TEXT.write([side])[0].text for side in (told.before, told.after))
    before, after = contrasted(old, new, told.limit - len(ARROW))
    return [
        *((text, "removed" if is_own else told.style) for text, is_own in before),
        (ARROW, told.style),
        *((text, "added" if is_own else told.style) for text, is_own in after),
    ]


def _between(equation: Equation) -> str:
    return ", " if equation.is_unpacked else " = "


def left_columns(equation: Equation) -> int:
    """Count the columns of an equation up to the end of its sign; 0 where it has no left side."""
    if not equation.left:
        return 0
    return (
        sum(length(pieces(left)) for left in equation.left)
        + len(_between(equation)) * (len(equation.left) - 1)
        + (len(equation.sign) + 1)
    )


def sign_column(equations: Iterable[Equation]) -> int:
    """Return where the signs of equations end; those with long left sides stand further right."""
    ends = [left_columns(equation) for equation in equations if len(equation.left) == 1]
    return max((end for end in ends if end <= MOST_LEFT), default=0)


def written(inline: Inline) -> str:
    """Write a part of a line as text."""
    return "".join(text for text, _ in pieces(inline))


def line_text(parts: Iterable[Inline]) -> str:
    """Write what stands in a line as text."""
    return "".join(map(written, parts))


def _parts(inline: Run | Code | Name | Slope | Formula | Reference) -> Iterable[str]:
    if isinstance(inline, Formula):
        parts = TEXT.write([inline.value])[0].pieces
        if inline.limit is None or sum(map(len, parts)) <= inline.limit:
            return parts
        return [clip("".join(parts), inline.limit)]
    if isinstance(inline, Run) and not inline.whole:
        first, *rest = _one_line(inline.text).split(" ")
        return [first, *(f" {word}" for word in rest)]
    if isinstance(inline, Slope):
        return [with_signs(f"∂{inline.cost}/∂{inline.variable}")]
    if isinstance(inline, Name):
        return [with_signs(inline.name)]
    return [_one_line(inline.text) if isinstance(inline, (Run, Code)) else inline.shown]


def _one_line(text: str) -> str:
    """Write text on one line; spaces at its ends stay."""
    bare = on_one_line(text)
    before = " " * (len(text) - len(text.lstrip(" ")))
    return before + bare + " " * (len(text) - len(text.rstrip(" "))) if bare else text


def filled(
    parts: Sequence[Inline], room: int, start: Line | None = None, under: Line | None = None
) -> Iterator[Line]:
    """Fill lines of `room` columns; the first begins with `start`, the others with `under`."""
    begin, under = list(start or ()), list(under or ())
    formulas = (Formula, Equation, Contrast)
    hanging = HANGING if any(isinstance(part, formulas) for part in parts) else 0
    room -= max(length(begin), length(under))
    line: Line = []
    taken = 0
    for token in _tokens(parts):
        for piece in _broken(token, room - hanging):
            if line and taken + length(piece) > room - hanging:
                yield _whole([*begin, *line])
                begin, line, taken = [*under, (" " * hanging, "plain")], [], 0
            piece = piece if line else _stripped(piece)
            line += piece
            taken += length(piece)
    yield _whole([*begin, *line])


def restyled(parts: Iterable[Inline], style: str) -> list[Inline]:
    """Give running text that has no style of its own another one."""
    return [
        replace(part, style=style) if isinstance(part, Run) and part.style == "plain" else part
        for part in parts
    ]


def length(line: Sequence[Segment]) -> int:
    """Count the columns of a line."""
    return sum(columns(text) for text, _ in line)


def word_lengths(parts: Sequence[Inline]) -> Iterator[int]:
    """Yield the lengths of the words and names in what stands in a line."""
    return (columns(word) for part in parts for text, _ in pieces(part) for word in text.split(" "))


def _tokens(parts: Sequence[Inline]) -> Iterator[Line]:
    """Put together the pieces that no line may be broken between."""
    token: Line = []
    for part in parts:
        for position, piece in enumerate(pieces(part)):
            # What is whole is held together with what stands before it, too.
            may_break = piece[0].startswith(" ") and not (isinstance(part, Run) and part.whole)
            if token and (position or may_break or _is_blank(token)):
                if _is_blank(token):
                    # A space at the end of a part belongs to what follows it.
                    token.append(piece)
                    continue
                yield token
                token = []
            if piece[0]:
                token.append(piece)
    if token:
        yield token


def _is_blank(token: Line) -> bool:
    return not "".join(text for text, _ in token).strip(" ")


def _broken(token: Line, room: int) -> Iterator[Line]:
    """Break a token that is longer than a whole line: at spaces, else anywhere."""
    if length(token) <= room:
        yield token
        return
    for text, style in token:
        for word in _words(text):
            while columns(word) > max(room, 1):
                fits = _fitting(word, max(room, 1))
                yield [(word[:fits], style)]
                word = word[fits:]
            if word:
                yield [(word, style)]


def _words(text: str) -> list[str]:
    first, *rest = text.split(" ")
    return [first, *(f" {word}" for word in rest)]


def _fitting(text: str, room: int) -> int:
    """Count the letters that fit into a room, one at least; a name ends a row behind a mark."""
    most = next((n - 1 for n in range(2, len(text) + 1) if columns(text[:n]) > room), len(text))
    marked = max(text.rfind(mark, 0, most) for mark in _MARKS) + 1
    return marked if marked > most // 2 else most


def _stripped(piece: Line) -> Line:
    (first, style), *rest = piece
    return [(first.lstrip(" "), style), *rest]


def _whole(line: Line) -> Line:
    """Join neighbours of one style, and leave out spaces at the end."""
    found: Line = []
    for text, style in line:
        if found and found[-1][1] == style:
            found[-1] = (found[-1][0] + text, style)
        elif text:
            found.append((text, style))
    while found and not found[-1][0].rstrip(" "):
        found.pop()
    if found:
        found[-1] = (found[-1][0].rstrip(" "), found[-1][1])
    return found


def folded(line: Line, room: int) -> Iterator[Line]:
    """Break a line that is wider than a terminal; what guides the eye to it is kept at its left.

    A command is not broken: whoever copies it would run half of it.
    """
    if length(line) <= room or line[-1][1] == "command":
        yield line
        return
    begin = list(takewhile(lambda segment: segment[1] == "guide", line))
    under = [(text.replace("├─", "│ ").replace("└─", "  "), style) for text, style in begin]
    if 3 * length(begin) > 2 * room:
        begin = under = []
    parts = [Run(text, style) for text, style in line[len(begin) :]]
    yield from filled(parts, room, begin, [*under, (" " * HANGING, "plain")])
