"""Find what is told again and again, but for names: equal layers, equal updates, equal steps."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xorexplain.notation.expr import SYMBOL, Expr, postorder

LONGEST = 12
"""A block that repeats has so many entries at most."""
FEWEST = 3
"""A block is folded from so many repeats on."""
NONE: Mapping[str, Hashable] = {}


class Repeated(NamedTuple):
    """Hold entries `start` to `start + length`, which repeat `times` times from there on."""

    start: int
    length: int
    times: int

    @property
    def stop(self) -> int:
        """The position behind the last repeat."""
        return self.start + self.length * self.times


def repeats(
    entries: Sequence[Hashable], longest: int = LONGEST, fewest: int = FEWEST
) -> Iterator[Repeated]:
    """Yield blocks that cover all entries in order; what does not repeat is a block of its own."""
    position = 0
    while position < len(entries):
        found = Repeated(position, 1, 1)
        for length in range(1, min(longest, (len(entries) - position) // fewest) + 1):
            times = _times(entries, position, length)
            if times >= fewest and length * times > found.length * found.times:
                found = Repeated(position, length, times)
        yield found
        position = found.stop


def _times(entries: Sequence[Hashable], start: int, length: int) -> int:
    """Count how often a block stands behind itself, itself included."""
    same = start + length
    while same < len(entries) and entries[same] == entries[same - length]:
        same += 1
    return (same - start) // length


def shape_of(values: Iterable[Expr], told: Mapping[str, Hashable] = NONE) -> Hashable:
    """Return what expressions are but for their names: equal for those that differ in names alone.

    A name counts as the place at which it occurs first, or as what it is `told` to be.
    """
    places: dict[str, int] = {}
    known: dict[int, int] = {}
    found: list[Hashable] = []
    for part in postorder(values):
        known[id(part)] = len(found)
        text: Hashable = part.text
        if part.kind == SYMBOL:
            place = places.setdefault(part.text, len(places))
            text = told.get(part.text, place)
        found.append((part.kind, text, part.params, tuple(known[id(a)] for a in part.args)))
    return tuple(found)


def told_again(length: int, what: str, times: int) -> str:
    """Say that a block of so many lines or steps is told so many times again."""
    who = "the same" if length == 1 else f"these {length} {what}"
    return f"{who} {'once more' if times == 1 else f'{times} more times'}"
