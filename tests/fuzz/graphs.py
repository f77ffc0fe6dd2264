"""Build random models of every family of ops, always with data that fit.

`build` takes a function that chooses one of several options: `random.Random(7).choice` for a
campaign whose graphs a number names, or hypothesis, which makes what fails small (`models`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from fuzz import elements, inner, pieces
from fuzz.building import HOSTILE, Builder, Choose, NotFittingError
from hypothesis import strategies as st

from xorexplain.engines import Engine
from xorexplain.models.model import Model

NAMES = ("a", "b", "x'", "W", "W", "loss", "_", "_", HOSTILE, HOSTILE)
"""Names of intermediate values, equal and hostile ones among them; `_` stands for none."""
FAMILIES = {
    **elements.FAMILIES,
    **pieces.FAMILIES,
    **inner.FAMILIES,
}


def build(
    engine: Engine,
    choose: Choose,
    families: Sequence[str] = tuple(FAMILIES),
    most: int = 8,
    names: Sequence[str] = NAMES,
) -> Model:
    """Build a model of up to `most` ops of the named families, with a cost where one can be."""
    builder = Builder(engine, choose)
    builder.parameter()
    for _ in range(choose(range(3))):
        builder.leaf()
    for _ in range(choose(range(1, most + 1))):
        # A family may have nothing to work on; that costs a turn, not the model.
        with NotFittingError.ignored():
            made = FAMILIES[choose(families)](builder)
            name = builder.name(choose(names))
            if made.variable.owner is not None and name != "_":
                made.variable.name = name
    return builder.model()


@st.composite
def models(draw: Any, engine: Engine, **options: Any) -> Model:
    """Draw models whose failures hypothesis makes small."""
    return build(engine, lambda these: draw(st.sampled_from(list(these))), **options)


def numbered(engine: Engine, number: int, **options: Any) -> Model:
    """Build the model of that number, the same each time."""
    return build(engine, random.Random(number).choice, **options)
