"""Have an engine rewrite and compile as a model asks for: its mode, more rewrites, or fewer."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from xorexplain.engines.protocol import Settings

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.models.model import Model


def in_mode(engine: Engine, model: Model) -> AbstractContextManager[None]:
    """Have an engine's default mode be a model's own in a block."""
    return engine.configured(settings_of(model))


def settings_of(model: Model) -> Settings:
    """Return what a model asks for."""
    mode = "" if model.mode is None else model.mode
    return Settings("", mode, tuple(model.excluding), tuple(model.including))
