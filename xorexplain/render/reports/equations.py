"""Write equations below each other: those that repeat but for names, such as equal layers, once."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence

from xorexplain.notation.expr import SYMBOL, Expr, substitute, symbol, symbols_in
from xorexplain.notation.lets import bind
from xorexplain.notation.shorten import REST
from xorexplain.render.reports.document import Equation, Name, inlines, listed
from xorexplain.render.reports.repeats import LONGEST, Repeated, repeats, shape_of, told_again

FEWEST = 2
"""Fewer lines than these are not worth leaving out."""


def folded(equations: Sequence[Equation]) -> tuple[Equation, ...]:
    """Leave out what repeats but for names, between its first time and its last."""
    found: list[Equation] = []
    for block in repeats(_shapes(equations)):
        lines = equations[block.start : block.stop]
        hidden = lines[block.length : -block.length]
        if block.times < 3 or len(hidden) < FEWEST:
            found += lines
            continue
        found += [*lines[: block.length], _again(block, hidden), *lines[-block.length :]]
    return tuple(found)


def with_parts(
    told: Sequence[tuple[str, Expr]], taken: Collection[str]
) -> Iterator[tuple[str, Expr]]:
    """Give parts that are long or used twice a name, defined before the first line that uses it.

    A part that is all of a line has the name of that line.
    """
    lets, values = bind([value for _, value in told], {*taken, *(name for name, _ in told)})
    parts, renamed = dict(lets), dict[str, Expr]()
    for (name, _), value in zip(told, values, strict=True):
        if value.kind == SYMBOL and value.text in parts:
            renamed.setdefault(value.text, symbol(name))
    left = dict(lets)
    for (name, _), value in zip(told, values, strict=True):
        for part in _below(value, lets):
            if part in left:
                called = renamed[part].text if part in renamed else part
                yield called, substitute(left.pop(part), renamed)
        if renamed.get(value.text, value).text != name or value.kind != SYMBOL:
            yield name, substitute(value, renamed)


def _below(value: Expr, lets: Sequence[tuple[str, Expr]]) -> list[str]:
    """Return the parts that an expression is made of, each behind those it is made of itself."""
    used = symbols_in([value])
    for part, meaning in reversed(lets):
        if part in used:
            used |= symbols_in([meaning])
    return [part for part, _ in lets if part in used]


def _again(block: Repeated, hidden: Sequence[Equation]) -> Equation:
    names = [part for one in hidden[block.length - 1 :: block.length] for part in one.left[:1]]
    shown = names if len(names) < 3 else [names[0], Name("…"), names[-1]]
    words = told_again(block.length, "lines", block.times - 2)
    return Equation((), REST, where=inlines(f"{words}: ", *listed(shown)))


def _shapes(equations: Sequence[Equation]) -> list[Hashable]:
    """Return what each equation is but for names.

    A name that is defined shortly before counts by how far that is, another by its first place.
    """
    found: list[Hashable] = []
    for position, equation in enumerate(equations):
        nearest = range(max(0, position - LONGEST + 1), position)
        back = {
            left.name: ("back", position - at)
            for at in nearest
            for left in equations[at].left
            if isinstance(left, Name)
        }
        kinds = tuple(type(left) for left in equation.left)
        found.append((kinds, equation.sign, shape_of([equation.value], back)))
    return found
