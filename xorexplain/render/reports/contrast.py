"""Write two texts within a limit so that what is shown of them differs where they do."""

from __future__ import annotations

from itertools import takewhile

from xorexplain.render.pictures.labels import clip

CUT = "…"


def apart(one: str, other: str, limit: int) -> tuple[str, str]:
    """Clip two texts; where their beginnings are the same, begin shortly before they differ."""
    shown = clip(one, limit), clip(other, limit)
    if one == other or shown[0] != shown[1]:
        return shown
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    start = max(0, same - limit // 3)
    first, second = (CUT + clip(text[start:], limit - 1) for text in (one, other))
    return first, second
