"""Listen to a rewriter at work: every change of a graph, grouped into firings of one rewrite.

A rewrite replaces variables and then has the graph validated; all changes between two validations
belong to one firing. Changes that are taken back are reported with the reason `Revert`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["applied", "rejected", "failed"]


@dataclass(frozen=True)
class Change:
    """Hold one changed edge: a client (an apply node, or None for a result of the graph)."""

    client: Any
    position: int
    old: Any
    new: Any


@dataclass
class Firing:
    """Collect one firing of a rewrite: its name, what it changed, and who came and left.

    `moves` are apply nodes in the order of events, with True for one that entered the graph.
    """

    rewrite: str
    phase: str
    changes: list[Change] = field(default_factory=list)
    moves: list[tuple[Any, bool]] = field(default_factory=list)
    verdict: Verdict = "applied"
    message: str = ""
    seconds: float = 0.0


@dataclass
class Phase:
    """Hold one phase of the rewriter: its name and the seconds it took."""

    name: str
    seconds: float = 0.0


class Recorder:
    """Take the engine's events and group them into firings."""

    def __init__(self) -> None:
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.start: list[tuple[Any, tuple[Any, ...]]] = []
        self.node_inputs: dict[Any, tuple[Any, ...]] = {}
        self.firings: list[Firing] = []
        self.phases: list[Phase] = []
        self.end: list[Any] = []
        self._open: Firing | None = None
        self._last = time.perf_counter()

    @property
    def has_begun(self) -> bool:
        """Tell whether a graph is being recorded already."""
        return bool(self.outputs)

    def begin(self, inputs: Sequence[Any], outputs: Sequence[Any], applies: Sequence[Any]) -> None:
        """Note the graph as it is before the first phase."""
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.start = [(apply, tuple(apply.inputs)) for apply in applies]
        self.node_inputs.update(self.start)
        self._last = time.perf_counter()

    def begin_phase(self, name: str) -> None:
        """Enter a phase of the rewriter."""
        self._close()
        self.phases.append(Phase(name))
        self._last = time.perf_counter()

    def end_phase(self, seconds: float) -> None:
        """Leave the phase."""
        self._close()
        self.phases[-1].seconds = seconds

    def imported(self, apply: Any, reason: Any) -> None:
        """Note an apply node that entered the graph, with its inputs at that time."""
        firing = self._firing(reason)
        firing.moves.append((apply, True))
        self.node_inputs.setdefault(apply, tuple(apply.inputs))

    def pruned(self, apply: Any, reason: Any) -> None:
        """Note an apply node that left the graph."""
        self._firing(reason).moves.append((apply, False))

    def changed(self, client: Any, position: int, old: Any, new: Any, reason: Any) -> None:
        """Note a changed edge; a change that takes others back marks their firing rejected."""
        firing = self._firing(reason)
        if _is_revert(reason):
            firing.verdict = "rejected"
        firing.changes.append(Change(client, position, old, new))

    def validated(self) -> None:
        """Close the firing: the graph was found valid."""
        self._close()

    def failed(self, rewrite: Any, error: BaseException) -> None:
        """Note a rewrite that raised."""
        self._close()
        firing = Firing(_name(rewrite), self._phase(), verdict="failed")
        firing.message = f"{type(error).__name__}: {error}".splitlines()[0]
        self.firings.append(firing)

    def finish(self, applies: Sequence[Any]) -> None:
        """Note the apply nodes of the finished graph, in order."""
        self._close()
        self.end = list(applies)

    def _phase(self) -> str:
        return self.phases[-1].name if self.phases else ""

    def _firing(self, reason: Any) -> Firing:
        """Return the open firing of this rewrite; a revert belongs to the firing it takes back."""
        name = _name(reason)
        if self._open is None and _is_revert(reason) and self.firings:
            last = self.firings[-1]
            if last.rewrite == name and last.phase == self._phase():
                self._open = self.firings.pop()
        elif self._open is not None:
            reverted = self._open.verdict == "rejected" and not _is_revert(reason)
            if reverted or self._open.rewrite != name:
                self._close()
        if self._open is None:
            self._open = Firing(name, self._phase())
        return self._open

    def _close(self) -> None:
        now = time.perf_counter()
        if self._open is not None:
            self._open.seconds += now - self._last
            self.firings.append(self._open)
            self._open = None
        self._last = now


def _is_revert(reason: Any) -> bool:
    return isinstance(reason, tuple) and len(reason) == 2 and reason[0] == "Revert"


def _name(reason: Any) -> str:
    """Name a rewrite as its database does; the reason is an object, a string or a revert."""
    if _is_revert(reason):
        return _name(reason[1])
    return str(getattr(reason, "name", None) or getattr(reason, "__name__", None) or reason)
