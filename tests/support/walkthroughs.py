"""Write walk-throughs of real models, each once for all tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache

import models
from counting import counted
from running import without_compiler

from xorexplain.engines import Engine
from xorexplain.render.reports.gather import Subject
from xorexplain.sphinxext.walkthrough import Settings, Walkthrough, walkthrough

Written = Callable[[str], Walkthrough]
"""Writes the walk-through of a model of the gallery, by its name."""
CALLS: dict[str, Counter[str]] = {}
"""What was asked of the engine for the walk-through of each model."""


@cache
def written_of(engine: Engine, name: str) -> Walkthrough:
    """Write the walk-through of a model of the gallery."""
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
