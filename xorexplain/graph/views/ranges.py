"""Write many names in short."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_LISTED = 12
"""So many names without an order are listed."""
RANGE = " … "
"""Stands between the first and the last of several names."""
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


def spread(texts: Sequence[str]) -> str:
    """Write names in short: `W2 … W11`, or the first of them where they have no order."""
    found = [_NUMBERED.fullmatch(text) for text in texts]
    numbered = [match for match in found if match is not None]
    if len(numbered) == len(texts) > 2 and len({(m[1], m[3]) for m in numbered}) == 1:
        steps = [int(b[2]) - int(a[2]) for a, b in pairwise(numbered)]
        first, last = numbered[0], numbered[-1]
        if set(steps) in ({1}, {-1}) and first[3][:1] in ("", " "):
            return f"{first[1]}{first[2]}{RANGE}{last[0]}"
        if len(set(steps)) == 1:
            return f"{texts[0]}{RANGE}{texts[-1]}"
    ends = {text.partition(" ")[2] for text in texts}
    if len(ends) == 1 and all(" " in text for text in texts):
        (end,) = ends
        return f"{spread([text.partition(' ')[0] for text in texts])} {end}"
    shown = texts if len(texts) <= _LISTED else [*texts[: _LISTED - 1], f"… {texts[-1]}"]
    return ", ".join(shown)
