"""Name what the walk-throughs' fixtures hand to tests."""

from __future__ import annotations

from collections.abc import Callable

from xorexplain.sphinxext.walkthrough import Walkthrough

Written = Callable[[str], Walkthrough]
"""Writes the walk-through of a model of the gallery, by its name."""
