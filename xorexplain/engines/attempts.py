"""Count what each rewriter tried: on how many nodes, how often it had an answer, how long it took.

A group of rewriters answers with what one of its members answered; who that was is remembered for
the firing that follows. Any other rewriter may ask more rewriters while it thinks; what it answers
is its own.
"""

from __future__ import annotations

import re
import time
from dataclasses import field
from typing import Any

from xorexplain.errors.records import dataclass

# Theano's GPU module registers the folding of constants once more, and so renames it.
_RENAMED = {"cut_gpua_constant_transfers": "constant_folding"}
_CLASS = re.compile(r"<class '(?:\w+\.)*(\w+)'>")


@dataclass
class Tally:
    """Count the tries of one rewriter, those with an answer, and the seconds they took.

    A rewriter of single nodes is tried on a node, one of whole graphs on the graph. `inside` counts
    those of the tries that were in a graph inside of an op, which is rewritten by itself, and
    `inside_hits` their answers. `nodes` are the apply nodes it was tried on in the graph that is
    recorded, if they are kept. `own` are its seconds without those of the rewriters that it asked.
    """

    tries: int = 0
    hits: int = 0
    inside: int = 0
    inside_hits: int = 0
    seconds: float = 0.0
    own: float = 0.0
    nodes: list[Any] = field(default_factory=list)


class Attempts:
    """Take in every try of every rewriter; `objects` are the engine's rewriters by name."""

    def __init__(self, keeps_nodes: bool = False) -> None:
        self.tallies: dict[str, Tally] = {}
        self.objects: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._keeps_nodes = keeps_nodes
        self._running: list[Any] = []
        self._asking: list[list[Any]] = []
        self._asked: list[float] = []
        """Seconds of the rewriters that each one asked which has not ended yet."""
        self._members: dict[int, tuple[Any, ...]] = {}

    def enter(self, rewriter: Any) -> None:
        """Note that a rewriter of whole graphs begins."""
        self._running.append((rewriter, time.perf_counter()))
        self._asked.append(0.0)

    def leave(self, hit: bool, is_inside: bool = False) -> None:
        """Note that the rewriter of whole graphs that began last has ended."""
        rewriter, began = self._running.pop()
        self._add(rewriter, hit, time.perf_counter() - began, is_inside)

    def begin(self) -> None:
        """Begin a try on a node; tries may be made within it."""
        self._asking.append([])
        self._asked.append(0.0)

    def end(
        self,
        rewriter: Any,
        node: Any,
        hit: bool,
        seconds: float,
        is_group: bool,
        is_inside: bool = False,
    ) -> None:
        """End the try that began last; of a group, those asked within it are its members."""
        tally = self._add(rewriter, hit, seconds, is_inside)
        if self._keeps_nodes and not is_inside:
            tally.nodes.append(node)
        answered = self._asking.pop()
        if not hit:
            return
        self._members[id(rewriter)] = tuple(answered) if is_group else ()
        if self._asking:
            self._asking[-1].extend(answered if is_group and answered else [rewriter])

    def rewriter_of(self, reason: Any) -> Any:
        """Return the rewriter behind a reason; a text stands for the one that is running."""
        if isinstance(reason, tuple):
            return self.rewriter_of(reason[-1])
        if isinstance(reason, str) or reason is None:
            return self._running[-1][0] if self._running else None
        return reason

    def members_of(self, rewriter: Any) -> tuple[Any, ...]:
        """Return the members of a group whose answer was its last one; none for no group."""
        return self._members.get(id(rewriter), ())

    def _add(self, rewriter: Any, hit: bool, seconds: float, is_inside: bool) -> Tally:
        name = self._names.get(id(rewriter))
        if name is None:
            name = self._names[id(rewriter)] = name_of(rewriter)
            self.objects.setdefault(name, rewriter)
            self.tallies.setdefault(name, Tally())
        tally = self.tallies[name]
        tally.tries += 1
        tally.hits += hit
        tally.inside += is_inside
        tally.inside_hits += is_inside and hit
        tally.seconds += seconds
        tally.own += seconds - self._asked.pop()
        if self._asked:
            self._asked[-1] += seconds
        return tally


def name_of(rewriter: Any) -> str:
    """Name a rewriter as its database does; it may be an object or a text.

    PyTensor names some after an op's class, written as Python writes it; the class's own name
    is enough.
    """
    name = getattr(rewriter, "name", None) or getattr(rewriter, "__name__", None)
    name = _CLASS.sub(r"\1", str(name or rewriter))
    return _RENAMED.get(name, name)
