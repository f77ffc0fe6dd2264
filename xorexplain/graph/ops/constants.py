"""Name the numbers that have a sign of their own."""

from __future__ import annotations

from collections.abc import Mapping

PI: Mapping[str, str] = {
    "3.141592653589793": "",
    "3.1415927": "",
    "6.283185307179586": "2",
    "6.2831855": "2",
}
"""The digits of π and 2π in both precisions, with what they are times π."""
