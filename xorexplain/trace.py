"""Hold what a rewriter did: the graph it started from, and every step as edits of it.

Nodes are interned: `universe` has every variable and apply node that ever was in the graph, each
once. A step names what it changed by id, so a trace grows with its steps, not with steps times
nodes; the states between the steps are replayed (see `replay`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from xorexplain.graph import Graph, Output

TRACE_VERSION = 1
Verdict = Literal["applied", "rejected", "failed"]


@dataclass(frozen=True)
class Edit:
    """Change one edge: input `position` of an apply node, or result `position` of the graph."""

    apply: str | None
    position: int
    old: str
    new: str


@dataclass(frozen=True)
class RewriteStep:
    """Hold one firing of a rewrite.

    `added` and `removed` are the apply nodes that entered and left the graph, `seconds` the time
    since the step before. A rejected step changed the graph and changed it back; a failed one
    raised, and `message` is its error.
    """

    number: int
    phase: str
    rewrite: str
    verdict: Verdict
    edits: tuple[Edit, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    seconds: float = 0.0
    message: str = ""

    @property
    def is_noise(self) -> bool:
        """Tell whether the step only merged equal computations, or changed nothing that lasts."""
        return self.verdict == "applied" and not self.added and "merge" in self.rewrite.lower()


@dataclass(frozen=True)
class PhaseTime:
    """Hold how long a phase of the rewriter took, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Trace:
    """Hold a whole rewriting.

    In `universe` the inputs of an apply node are those it came with; its `outputs` are those of
    the start. `start` and `end` are apply nodes in execution order.
    """

    universe: Graph
    start: tuple[str, ...]
    end: tuple[str, ...]
    outputs: tuple[Output, ...]
    steps: tuple[RewriteStep, ...]
    phases: tuple[PhaseTime, ...]

    @cached_property
    def step(self) -> Mapping[int, RewriteStep]:
        """Steps by number, from 1."""
        return {step.number: step for step in self.steps}
