"""Lend the tests of public reports the command line in this process."""

from __future__ import annotations

from cli.conftest import Call, Told, call

__all__ = ["Call", "Told", "call"]
