"""Write two formulas so that what one has and the other lacks is seen, word by word.

What is too long is cut away from what changed, never the change itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from xorexplain.notation.text import TEXT
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import Code, Contrast, Formula, Inline, Inlines, Run

CUT = "…"
ARROW = " → "
AROUND = (64, 48, 32, 24, 16, 12, 8, 6, 5, 4)
"""So many words beside what changed are kept, the most that fit."""
INSIDE = (64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
"""So many words of what changed itself are kept, where little else is left to be cut."""
_CUTS = (*((a, 10**9) for a in AROUND), *((a, i) for a in (4, 2, 1, 0) for i in INSIDE if i > a))
SCATTERED = 3
"""More changes than these in one long formula are told as one."""
MOST = 250_000
"""Pairs of words that are compared; of longer texts only what both begin and end with is."""
_WORD = re.compile(r"\s*(?:\w[\w.']*|\S)")

Side = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether the other text lacks it."""


def contrasted(one: str, other: str, limit: int) -> tuple[Side, Side]:
    """Return two texts in pieces, together no longer than `limit`, cut around what changed."""
    before, after = _words(one), _words(other)
    runs = list(_runs(before, after))
    if len(one) + len(other) <= limit:
        return _side(before, runs, 0), _side(after, runs, 1)
    if sum(is_changed for is_changed, _, _ in runs) > SCATTERED:
        runs = _as_one(runs)
    for around, inside in _CUTS:
        sides = _side(before, runs, 0, around, inside), _side(after, runs, 1, around, inside)
        if sum(len(text) for side in sides for text, _ in side) <= limit:
            return sides
    first, second = (_clipped(side, limit // 2) for side in sides)
    return first, second


def with_formulas(parts: Iterable[Inline]) -> Inlines:
    """Write contrasts as two formulas each, for who sets no words apart; the rest as it is."""
    return tuple(
        one for part in parts for one in (parted(part) if isinstance(part, Contrast) else [part])
    )


def parted(told: Contrast) -> Inlines:
    """Write a contrast as two formulas, cut as text where they are too long."""
    before, after = (TEXT.write([side])[0].text for side in (told.before, told.after))
    if len(before) + len(after) <= told.limit:
        return Formula(told.before), Run(ARROW), Formula(told.after)
    first, second = apart(before, after, (told.limit - len(ARROW)) // 2)
    return Code(first), Run(ARROW), Code(second)


def apart(one: str, other: str, limit: int) -> tuple[str, str]:
    """Write two texts, each within `limit`, so that what is shown differs where they do."""
    if one == other or max(len(one), len(other)) <= limit:
        return clip(one, limit), clip(other, limit)
    for within in (2 * limit, limit):
        first, second = ("".join(text for text, _ in s) for s in contrasted(one, other, within))
        if max(len(first), len(second)) <= limit:
            break
    return clip(first, limit), clip(second, limit)


Stretch = tuple[bool, slice, slice]
"""Whether words changed, and which they are in either text."""


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Stretch]:
    """Yield what both have and what changed in turns; signs alone do not part two changes.

    Signs at the end belong to what changed, unless words before it stayed.
    """
    changed: Stretch | None = None
    has_words = False
    for is_changed, old, new in _matched(*([w.strip() for w in s] for s in (before, after))):
        is_sign = not is_changed and not any(w.strip()[:1].isalnum() for w in before[old])
        is_within = is_sign and (old.stop < len(before) or not has_words)
        if changed is not None and (is_changed or is_within):
            changed = (True, slice(changed[1].start, old.stop), slice(changed[2].start, new.stop))
        elif is_changed:
            changed = (True, old, new)
        else:
            if changed is not None:
                yield changed
            changed = None
            has_words = has_words or not is_sign
            yield False, old, new
    if changed is not None:
        yield changed


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[Stretch]:
    """Match the words of two texts, those at both ends first."""
    begin = _same(before, after)
    end = min(_same(before[::-1], after[::-1]), min(len(before), len(after)) - begin)
    old, new = before[begin : len(before) - end], after[begin : len(after) - end]
    if begin:
        yield False, slice(0, begin), slice(0, begin)
    if len(old) * len(new) > MOST:
        yield True, slice(begin, begin + len(old)), slice(begin, begin + len(new))
    else:
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield tag != "equal", slice(a + begin, b + begin), slice(c + begin, d + begin)
    if end:
        yield False, slice(len(before) - end, len(before)), slice(len(after) - end, len(after))


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _as_one(runs: Sequence[Stretch]) -> list[Stretch]:
    """Take all from the first change to the last one as one change."""
    places = [n for n, (is_changed, _, _) in enumerate(runs) if is_changed]
    (_, old, new), (_, old_end, new_end) = runs[places[0]], runs[places[-1]]
    whole = (True, slice(old.start, old_end.stop), slice(new.start, new_end.stop))
    return [*runs[: places[0]], whole, *runs[places[-1] + 1 :]]


def _side(
    words: Sequence[str],
    runs: Sequence[Stretch],
    which: int,
    around: int | None = None,
    inside: int = 0,
) -> Side:
    """Write one text; of what both have `around` words beside each change, None for all."""
    found: list[tuple[str, bool]] = []
    for number, (is_changed, *places) in enumerate(runs):
        part = list(words[places[which]])
        if around is not None and is_changed and len(part) > inside:
            part = [*part[:inside], CUT]
        elif around is not None and not is_changed:
            part = _beside(part, around, number == 0, number == len(runs) - 1)
        if part:
            found.append(("".join(part), is_changed))
    if found:
        found[0] = (found[0][0].lstrip(), found[0][1])
    return tuple(found)


def _beside(part: list[str], around: int, is_first: bool, is_last: bool) -> list[str]:
    """Cut what both texts have down to the words next to what changed."""
    before, after = (0 if is_first else around), (0 if is_last else around)
    if len(part) <= before + after + 1:
        return part
    return [*part[:before], f" {CUT}" if before else CUT, *part[len(part) - after :]]


def _clipped(side: Side, limit: int) -> Side:
    """Cut a text at its end; what it has alone begins near its start here."""
    found: list[tuple[str, bool]] = []
    for text, is_changed in side:
        room = limit - sum(len(known) for known, _ in found)
        if room <= 0:
            break
        found.append((clip(text, room), is_changed))
    return tuple(found)
