"""Say how many random models are tried: the same few in each run, more where it is asked for.

`FUZZ_EXAMPLES=2000` in the environment asks for more.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xorexplain.graph import Graph
from xorexplain.model import Model

COUNT = int(os.environ.get("FUZZ_EXAMPLES", "0"))
bounded = settings(
    max_examples=COUNT or 40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
each = given(data=st.data())


def below(graph: Graph, made: Model) -> Mapping[str, Any]:
    """Return the data of a model that a graph reads."""
    names = {v.name for v in graph.variables}
    return {name: value for name, value in made.data.items() if name in names}
