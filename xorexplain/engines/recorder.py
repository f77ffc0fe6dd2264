"""Listen to a rewriter at work: every change of a graph, grouped into firings of one rewrite.

A rewrite replaces variables and then has the graph validated; all changes between two validations
belong to one firing. Changes that are taken back are reported with the reason `Revert`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import field
from typing import Any, Literal

from xorexplain.engines.attempts import Attempts, name_of
from xorexplain.errors.records import dataclass

Verdict = Literal["applied", "rejected", "failed"]
LEAST_FIRINGS = 1000
LEAST_GROWING = 100
FIRINGS_PER_NODE = 20
"""A rewrite loops that fires more often than `LEAST_FIRINGS` and this for each apply node; one that
makes the graph grow each time already after `LEAST_GROWING`, where every node costs all rewrites
another try."""


class StoppedError(BaseException):
    """Stop a rewriter that loops; no Exception, since rewriters catch those and go on."""


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
    `rewriter` is the engine's object, `members` are those that did the work if it is a group,
    and `round` counts the rounds a rewriter makes until nothing changes any more, from 1.
    """

    rewrite: str
    phase: str
    rewriter: Any = None
    members: tuple[Any, ...] = ()
    round: int = 1
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
    """Take the engine's events and group them into firings.

    `is_over` tells that the rewriter runs no more, to whatever end it came. `stopped` says why it
    was stopped, empty for one that came to its end; `remarks` are what the engine had to say.
    """

    def __init__(self, *, keeps_nodes: bool = False) -> None:
        self.attempts = Attempts(keeps_nodes)
        self.stopped = ""
        self.is_over = False
        self.remarks: list[str] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.start: list[tuple[Any, tuple[Any, ...]]] = []
        self.node_inputs: dict[Any, tuple[Any, ...]] = {}
        self.firings: list[Firing] = []
        self.phases: list[Phase] = []
        self.end: list[Any] = []
        self._open: Firing | None = None
        self._round = 1
        self._fired: dict[str, int] = {}
        self._grown: dict[str, int] = {}
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
        self.close()
        self.phases.append(Phase(name))
        self._round = 0
        self._last = time.perf_counter()

    def end_phase(self, seconds: float) -> None:
        """Leave the phase."""
        self.close()
        self.phases[-1].seconds = seconds

    def begin_round(self) -> None:
        """Enter the next round of a rewriter that goes on until nothing changes."""
        self.close()
        self._round += 1

    def imported(self, apply: Any, reason: Any) -> None:
        """Note an apply node that entered the graph, with its inputs at that time."""
        firing = self._firing(reason)
        firing.moves.append((apply, True))
        self.node_inputs.setdefault(apply, tuple(apply.inputs))

    def pruned(self, apply: Any, reason: Any) -> None:
        """Note an apply node that left the graph."""
        self._firing(reason).moves.append((apply, False))

    def changed(self, client: Any, position: int, old: Any, new: Any, reason: Any) -> None:
        """Note a changed edge; a change that takes others back marks their firing rejected.

        An engine takes changes back while it handles the error of the validation.
        """
        firing = self._firing(reason)
        if _is_revert(reason):
            firing.verdict = "rejected"
            firing.message = firing.message or _text_of(sys.exc_info()[1])
        firing.changes.append(Change(client, position, old, new))

    def validated(self) -> None:
        """Close the firing: the graph was found valid.

        Raise StoppedError for a rewriter that loops: here, where the graph is whole.
        """
        self.close()
        if self.stopped:
            raise StoppedError(self.stopped)

    def failed(self, rewriter: Any, error: BaseException) -> None:
        """Note a rewrite that raised, or whose changes were refused with an error."""
        self.close()
        last = self.firings[-1] if self.firings else None
        if last is not None and last.verdict == "rejected" and last.rewrite == name_of(rewriter):
            last.message = _text_of(error)
            return
        firing = Firing(name_of(rewriter), self._phase(), rewriter, verdict="failed")
        firing.round = max(self._round, 1)
        firing.message = _text_of(error)
        self.firings.append(firing)

    def finish(self, applies: Sequence[Any]) -> None:
        """Note the apply nodes of the finished graph, in order."""
        self.close()
        self.end = list(applies)

    def _phase(self) -> str:
        return self.phases[-1].name if self.phases else ""

    def _firing(self, reason: Any) -> Firing:
        """Return the open firing of this rewrite; a revert belongs to the firing it takes back."""
        name = name_of(reason[1] if _is_revert(reason) else reason)
        if self._open is None and _is_revert(reason) and self.firings:
            last = self.firings[-1]
            if last.rewrite == name and last.phase == self._phase():
                self._open = self.firings.pop()
        elif self._open is not None:
            reverted = self._open.verdict == "rejected" and not _is_revert(reason)
            if reverted or self._open.rewrite != name:
                self.close()
        if self._open is None:
            rewriter = self.attempts.rewriter_of(reason)
            self._open = Firing(name, self._phase(), rewriter, self.attempts.members_of(rewriter))
            self._open.round = max(self._round, 1)
            self._count(name)
        return self._open

    def _count(self, name: str) -> None:
        """Find a rewriter that fires without end; raise StoppedError for one never validated."""
        self._fired[name] = self._fired.get(name, 0) + 1
        start, grown = len(self.start), self._grown.get(name, 0)
        limit = LEAST_FIRINGS + FIRINGS_PER_NODE * start
        if grown >= self._fired[name] - 1:
            others = sum(max(n, 0) for other, n in self._grown.items() if other != name)
            limit = min(limit, LEAST_GROWING + FIRINGS_PER_NODE * (start + others))
        if self._fired[name] > 2 * limit + 1:
            self._open = None
            raise StoppedError(self.stopped)
        if self._fired[name] > limit and not self.stopped:
            self.stopped = (
                f"{name} fired {limit} times on a graph that began with {start} apply nodes, "
                "so it loops: the rewriter was stopped"
            )

    def close(self) -> None:
        """Close the firing that is open, if one is."""
        now = time.perf_counter()
        if self._open is not None:
            self._open.seconds += now - self._last
            name, moves = self._open.rewrite, self._open.moves
            came = sum(1 if entered else -1 for _, entered in moves)
            self._grown[name] = self._grown.get(name, 0) + came
            self.firings.append(self._open)
            self._open = None
        self._last = now


def _is_revert(reason: Any) -> bool:
    return isinstance(reason, tuple) and len(reason) == 2 and reason[0] == "Revert"


def _text_of(error: BaseException | None) -> str:
    """Write an error on one line, with the types where one of an engine's holds both variables."""
    if error is None:
        return ""
    types = [getattr(getattr(error, name, None), "type", None) for name in ("old_r", "new_r")]
    if None not in types and types[0] != types[1]:
        return f"{type(error).__name__}: {types[0]} may not become {types[1]}"
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
