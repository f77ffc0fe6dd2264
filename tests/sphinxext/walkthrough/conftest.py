"""Write walk-throughs of real models, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache

import models
import pytest
from counting import counted
from running import without_compiler
from walkthroughs import Written

from xorexplain.engines import Engine
from xorexplain.render.reports.gather import Subject
from xorexplain.sphinxext.walkthrough import Settings, Walkthrough, walkthrough

CALLS: dict[str, Counter[str]] = {}
"""What was asked of the engine for the walk-through of each model."""


@pytest.fixture(scope="session")
def written(engine: Engine) -> Written:
    """Write the walk-through of a model of the gallery."""

    @cache
    def write(name: str) -> Walkthrough:
        steps = 300 if name == "xor" else 20
        # A model that another test has asked for its names keeps the adjoints they were taken from.
        model = models.GALLERY[name](engine)
        # What becomes of a function without each episode takes a recording each.
        settings = Settings(steps, undone=name in ("xor", "mlp"))
        # C is the subject for the network of the tutorial; a convolution is another op without it.
        compiling = nullcontext() if name in ("xor", "convolution") else without_compiler()
        with compiling, counted(engine) as calls:
            made = walkthrough(Subject(engine, model), settings)
        CALLS[name] = calls
        return made

    return write


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
