"""Compare random models with the engine by numbers, count what was compared, keep what is off.

The tests of CI try the same few models in each run; `FUZZ_EXAMPLES=500` in the environment makes
them more. `pytest -m fuzz_long tests/fuzz` tries `LONG` numbered ones.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import check
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.records import Graph
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.record import record

COUNT = int(os.environ.get("FUZZ_EXAMPLES", "0"))
LONG, CHUNK = 2_000, 25
"""Graphs of the long campaign, and how many of them are one test."""
bounded = settings(
    max_examples=COUNT or 30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
each = given(data=st.data())
quiet = [
    pytest.mark.filterwarnings(f"ignore::{kind}")
    for kind in ("FutureWarning", "DeprecationWarning", "UserWarning", "RuntimeWarning")
]
"""What the engines and NumPy warn of while they compute anything at all."""


@dataclass
class Tally:
    """Count what was compared, and keep what the numbers do not bear out."""

    counts: Counter[str] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)

    def judge(self, what: str, is_fine: bool | None, told: object) -> None:
        """Count a comparison by its outcome: fine, open where nothing could be compared, or off."""
        self.counts[what] += 1
        self.counts[f"{what} {OUTCOMES[is_fine]}"] += 1
        if is_fine is False:
            self.alarms.append(f"{what}: {told}")


OUTCOMES = {True: "fine", None: "open", False: "off"}
FAULTS = (Path(__file__).parents[2] / "docs" / "engine-faults.rst").read_text("utf-8")
"""The page of the engines' own faults: what it names is no fault of ours."""


def try_gradient(engine: Engine, made: Model, tally: Tally) -> None:
    """Compare each formula, rule and slope of a model; the engine decides what has no gradient."""
    if made.cost is None or not made.parameters:
        return
    try:
        derivation = differentiate(engine, made)
    except XorexplainError as refused:
        try:
            engine.grad(made.cost, list(made.parameters))
        except Exception:  # noqa: BLE001 - whatever the engine raises
            tally.counts["refused"] += 1
        else:
            tally.judge("refusal", False, refused)
        return
    tally.counts["gradients"] += 1
    given_ = below(derivation.graph, made)
    values = sample_values(engine, derivation.graph, derivation.variables, given_)
    try:
        rows = check(engine, derivation, values)
    except XorexplainError as refused:
        # At these values the engine's own gradient, or the cost, is no number.
        told = any(word in str(refused) for word in ("NaN", "inf"))
        tally.judge("undefined", told, refused)
        return
    for row in rows:
        if row.is_fine is False and is_told(row.note):
            tally.judge("engine's row", True, row)
        else:
            tally.judge("row", row.is_fine, row)
    for result in derivation.results:
        tally.judge("gradient", result.is_same, result)


def is_told(note: str) -> bool:
    """Tell whether a row says that the engine's own gradient is wrong, or makes NaN of numbers."""
    made_nan = re.search(r"NaN first in .* (\w+)$", note)
    return "the engine" in note or (made_nan is not None and f"``{made_nan[1]}``" in FAULTS)


def try_rewriting(engine: Engine, made: Model, tally: Tally) -> None:
    """Compare each state of a rewriting, and the last one with what the engine ends with."""
    recording = record(engine, made)
    steps = recording.trace.steps
    checks = check_steps(recording, below(recording.trace.universe, made))
    for step, found in zip(steps, checks, strict=True):
        if found.is_fine is False and f"``{step.rewrite}``" in FAULTS:
            tally.judge("engine's step", True, found)
        else:
            tally.judge("step", found.is_fine, (step.rewrite, found))
    last = recording.trace.last.graph
    ends = computations(last) == computations(view(engine, made, "optimized").graph())
    tally.judge("replay", ends, "the last state is not the optimized graph")


def below(graph: Graph, made: Model) -> Mapping[str, Any]:
    """Return the data of a model that a graph reads."""
    names = {v.name for v in graph.variables}
    return {name: value for name, value in made.data.items() if name in names}


def computations(graph: Graph) -> list[tuple[str, ...]]:
    """Describe a graph by its ops and those each reads from, without the copies made at the end."""
    labels = {output: a.op.label for a in graph.applies for output in a.outputs}
    found = [(a.op.label, *(labels.get(v, "") for v in a.inputs)) for a in graph.applies]
    return sorted(entry for entry in found if "DeepCopyOp" not in entry[0])
