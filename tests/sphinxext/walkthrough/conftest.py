"""Write walk-throughs of real models, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from walkthroughs import CALLS, Written, written_of

from xorexplain.engines import Engine


@pytest.fixture(scope="session")
def written(engine: Engine) -> Written:
    """Write the walk-through of a model of the gallery."""
    return partial(written_of, engine)


@pytest.fixture(scope="session")
def calls(written: Written) -> Callable[[str], Counter[str]]:
    """Return what was asked of the engine for the walk-through of a model."""

    def find(name: str) -> Counter[str]:
        written(name)
        return CALLS[name]

    return find


@pytest.fixture(scope="session")
def page(written: Written) -> Callable[[str], str]:
    """Return a page of the XOR network as text."""
    return lambda name: written("xor").files[f"{name}.rst"].decode()
