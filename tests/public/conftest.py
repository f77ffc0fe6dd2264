"""Lend the tests of public reports the command line in this process."""

from __future__ import annotations

from cli.conftest import call
from helpers import Call, Told

__all__ = ["Call", "Told", "call"]
