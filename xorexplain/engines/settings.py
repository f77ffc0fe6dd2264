"""Hold what an engine is asked to follow: floats of a type, a mode, rewrites more or fewer."""

from __future__ import annotations

from typing import Any

from xorexplain.errors.records import dataclass


@dataclass(frozen=True)
class Settings:
    """Hold what a function is built and rewritten with; what is empty is as it is anyway.

    `float_type` is what the engine calls `floatX`, `mode` one of its modes, by name or as it is,
    `excluding` and `including` are names and tags of rewrites that shall not run, or run besides.
    `mode_name` is what the mode is called where it has no name of its own.
    """

    float_type: str = ""
    mode: Any = ""
    excluding: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    mode_name: str = ""
