"""Change settings of an engine for a while."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from xorexplain.engines.names import written_mode
from xorexplain.engines.settings import Settings
from xorexplain.engines.shared.library import MADE_MODES, Using
from xorexplain.errors import XorexplainError, did_you_mean

FLOAT_TYPES = ("float64", "float32", "float16")
FAST_RUN = "FAST_RUN"
"""A mode that both engines have; PyTensor makes it anew for each linker."""


class Configured(Using):
    """Have functions follow other settings in a block."""

    title: str

    def is_mode(self, obj: Any) -> bool:
        """Tell whether an object is a mode of this engine."""
        return isinstance(obj, self.library.mode)

    def mode_name(self, mode: Any) -> str:
        """Name a mode; empty for the default one."""
        default = self.library.default_mode()
        if mode is default or (type(mode) is type(default) and mode == default):
            return ""
        known = set(self.library.modes()) - set(MADE_MODES)
        names = (name for name in sorted(known) if self.library.mode_called(name) is mode)
        kind = type(mode).__name__
        linker = type(mode.linker).__name__
        return next(names, kind if kind != "Mode" else f"of {linker}")

    def follows(self, mode: Any) -> bool:
        """Tell whether a mode does all that the default one does now, and leaves out as much."""
        default = self.library.default_mode()
        if mode is default:
            return True
        asked, own = default._optimizer, mode._optimizer
        if not (isinstance(asked, self.library.query) and isinstance(own, self.library.query)):
            return False
        return (
            type(mode.linker) is type(default.linker)
            and set(asked.include) <= set(own.include)
            and set(asked.exclude) <= set(own.exclude)
        )

    def mode_of_backend(self, backend: str) -> Any:
        """Return the mode whose functions a backend runs; raise XorexplainError without one."""
        make = self.library.backends.get(backend.lower())
        if make is None:
            cure = did_you_mean(backend.lower(), list(self.library.backends))
            raise XorexplainError(f"{self.title} has no backend {backend!r}: {cure}")
        return make()

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
            # The engines' second name of DEBUGMODE is there once something has imported it.
            known = [written_mode(name) for name in modes if name != "DEBUG_MODE"]
            cure = did_you_mean(written_mode(mode), known)
            raise XorexplainError(f"{self.title} has no mode {mode!r}: {cure}")
        kept = config.floatX, config.mode
        try:
            if settings.float_type:
                config.floatX = settings.float_type
            if mode:
                # A mode itself, not its name: for a name the engine may have kept another one.
                is_name = isinstance(mode, str)
                config.mode = library.mode_called(written_mode(mode)) if is_name else mode
            if settings.including:
                config.mode = library.default_mode().including(*settings.including)
            if settings.excluding:
                config.mode = library.default_mode().excluding(*settings.excluding)
            yield
        finally:
            config.floatX, config.mode = kept
