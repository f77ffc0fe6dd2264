"""Record what directives show as plain data: everything that needs an engine happens here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xorexplain.sphinxext.recording.cache import Maker, release_of

if TYPE_CHECKING:
    from xorexplain.engines import Engine


def maker_of(engine: Engine) -> Maker:
    """Name the engine that made an entry."""
    return Maker(engine.name, release_of(engine.name) or engine.version)
