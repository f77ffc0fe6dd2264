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

from xorexplain.graph.records import Graph, Output

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
class Rewrite:
    """Describe a rewrite as its engine registers it.

    `where` is the file and line of its code, `tags` those a mode may include or exclude, `summary`
    the engine's own docstring. `tries` counts on how many nodes (or graphs) it was tried, `hits`
    how often it had an answer, `seconds` what all that took.
    """

    name: str
    where: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    tries: int = 0
    hits: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class RewriteStep:
    """Hold one firing of a rewrite.

    `added` and `removed` are the apply nodes that entered and left the graph, `seconds` the time
    since the step before. A rejected step changed the graph and changed it back; a failed one
    raised, and `message` is its error. `members` are those rewrites of a group that did it, and
    `round` counts the rounds the phase had made over the graph, from 1.
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
    members: tuple[str, ...] = ()
    round: int = 1

    @property
    def made_by(self) -> str:
        """The rewrite that did it: of a group, the one member which did, else itself."""
        return self.members[0] if len(self.members) == 1 else self.rewrite

    @property
    def title(self) -> str:
        """The rewrite's name; of a group, the members that did it, or else how many it has."""
        if self.members:
            return " + ".join(dict.fromkeys(self.members))
        head, bracket, rest = self.rewrite.partition("(")
        return f"{head} of {rest.count(',') + 1} rewrites" if bracket else head

    @property
    def is_noise(self) -> bool:
        """Tell whether the step only merged equal computations, or changed nothing that lasts."""
        return self.verdict == "applied" and not self.added and "merge" in self.title.lower()


@dataclass(frozen=True)
class PhaseTime:
    """Hold how long a phase of the rewriter took, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Trace:
    """Hold a whole rewriting.

    In `universe` the inputs of an apply node are those it came with; its `outputs` are those of
    the start. `start` and `end` are apply nodes in execution order. `rewrites` describes every
    rewrite that was tried. `stopped` says why the rewriter was stopped before its end, and
    `remarks` are what the engine had to say on the way.
    """

    universe: Graph
    start: tuple[str, ...]
    end: tuple[str, ...]
    outputs: tuple[Output, ...]
    steps: tuple[RewriteStep, ...]
    phases: tuple[PhaseTime, ...]
    rewrites: tuple[Rewrite, ...] = ()
    stopped: str = ""
    remarks: tuple[str, ...] = ()

    @cached_property
    def rewrite(self) -> Mapping[str, Rewrite]:
        """Rewrites by name."""
        return {rewrite.name: rewrite for rewrite in self.rewrites}

    @cached_property
    def step(self) -> Mapping[int, RewriteStep]:
        """Steps by number, from 1."""
        return {step.number: step for step in self.steps}
