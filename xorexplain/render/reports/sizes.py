"""Write how far two values are apart."""

from __future__ import annotations


def size_words(size: float | None) -> str:
    """Write a difference: two digits and the power of ten, `0` where there is none."""
    if not size:
        return "" if size is None else "0"
    digits, letter, power = f"{size:.1e}".partition("e")
    return f"{digits}{letter}{int(power)}" if letter else digits
