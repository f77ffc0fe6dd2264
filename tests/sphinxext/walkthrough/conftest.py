"""Write walk-throughs of real models, each once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import models
import pytest
from walkthroughs import Written

from xorexplain.engines import Engine
from xorexplain.sphinxext.walkthrough import Settings, Walkthrough, walkthrough


@pytest.fixture(scope="session")
def written(engine: Engine) -> Written:
    """Write the walk-through of a model of the gallery."""

    @cache
    def write(name: str) -> Walkthrough:
        steps = 300 if name == "xor" else 20
        return walkthrough(engine, models.model(engine, name), Settings(steps))

    return write


@pytest.fixture(scope="session")
def page(written: Written) -> Callable[[str], str]:
    """Return a page of the XOR network as text."""
    return lambda name: written("xor").files[f"{name}.rst"].decode()
