"""Change settings of an engine for a while."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from xorexplain.engines.protocol import Settings
from xorexplain.engines.shared.library import Using
from xorexplain.errors import XorexplainError, did_you_mean

FLOAT_TYPES = ("float64", "float32", "float16")
FAST_RUN = "FAST_RUN"
"""A mode that both engines have; PyTensor makes it anew for each linker."""


class Configured(Using):
    """Have functions follow other settings in a block."""

    title: str

    @contextlib.contextmanager
    def configured(self, settings: Settings) -> Iterator[None]:
        """Have what is built, rewritten and compiled in a block follow some settings."""
        library = self.library
        config = library.module.config
        modes = dict.fromkeys((FAST_RUN, *library.modes()))
        if settings.float_type and settings.float_type not in FLOAT_TYPES:
            cure = did_you_mean(settings.float_type, FLOAT_TYPES)
            raise XorexplainError(f"unknown floatX {settings.float_type!r}: {cure}")
        mode = settings.mode
        if isinstance(mode, str) and mode and mode.upper() not in modes:
            cure = did_you_mean(mode.upper(), list(modes))
            raise XorexplainError(f"{self.title} has no mode {mode!r}: {cure}")
        kept = config.floatX, config.mode
        try:
            if settings.float_type:
                config.floatX = settings.float_type
            if mode:
                # A mode itself, not its name: for a name the engine may have kept another one.
                is_name = isinstance(mode, str)
                config.mode = library.mode_called(mode.upper()) if is_name else mode
            if settings.including:
                config.mode = library.default_mode().including(*settings.including)
            if settings.excluding:
                config.mode = library.default_mode().excluding(*settings.excluding)
            yield
        finally:
            config.floatX, config.mode = kept
