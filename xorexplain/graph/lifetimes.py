"""Follow the memory of a graph that runs: which arrays share it, who writes it, who reads it last.

An op that works in place hands on the memory of an input, and so does a view. All else that is
computed is an array of its own. Rows are counted from 1, in the order of execution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph

_BYTES = {"bool": 1, "complex64": 8, "complex128": 16}


@dataclass(frozen=True)
class Memory:
    """Hold one piece of memory: the variables it is, in order, from the row `made` on.

    `made` is 0 where it was given. `written` are the rows that write it, `read` those that read it;
    `is_kept` tells that it is there after the call: it was given, or it is a result. `size` is in
    bytes, None where the shape is not known.
    """

    variables: tuple[str, ...]
    made: int
    written: tuple[int, ...]
    read: tuple[int, ...]
    is_kept: bool
    size: int | None

    @property
    def last(self) -> int:
        """The last row that reads or writes it."""
        return max((self.made, *self.written, *self.read))


@dataclass(frozen=True)
class Lifetimes:
    """Hold the memory of a graph whose apply nodes stand in the order of execution."""

    graph: Graph

    @cached_property
    def row(self) -> dict[str, int]:
        """The row of each apply node."""
        return {apply.id: number for number, apply in enumerate(self.graph.applies, 1)}

    @cached_property
    def home(self) -> dict[str, str]:
        """The variable whose memory a variable has: its own, or that of what it was made from."""
        found = {v.id: v.id for v in self.graph.variables if v.owner is None}
        for apply in self.graph.applies:
            taken = dict(shared(self.graph, apply))
            for output in apply.outputs:
                source = taken.get(output)
                found[output] = found[source] if source is not None else output
        return found

    @cached_property
    def memory(self) -> tuple[Memory, ...]:
        """Every piece of memory, what was given first, constants left out."""
        members: dict[str, list[str]] = {}
        for variable, home in self.home.items():
            members.setdefault(home, []).append(variable)
        results = {output.variable for output in self.graph.outputs}
        found = []
        for home, variables in members.items():
            first = self.graph.variable[home]
            if first.role == "constant":
                continue
            owners = [self.graph.owner(v) for v in variables]
            made = self.row[owners[0].id] if owners[0] is not None else 0
            written = [self.row[a.id] for a in owners if a is not None and not a.view_map]
            found.append(
                Memory(
                    tuple(variables),
                    made,
                    tuple(sorted({*written, *self._destroying(variables)})),
                    self._reading(variables),
                    first.owner is None or not results.isdisjoint(variables),
                    bytes_of(first.shape, first.dtype),
                )
            )
        return tuple(found)

    def read_before(self, apply: Apply, variable: str) -> list[Apply]:
        """Return who reads the memory of a variable before an apply node writes it, in order."""
        home, row = self.home[variable], self.row[apply.id]
        return [
            other
            for other in self.graph.applies
            if self.row[other.id] < row and any(self.home.get(v) == home for v in read_by(other))
        ]

    def _reading(self, variables: Sequence[str]) -> tuple[int, ...]:
        own = set(variables)
        return tuple(self.row[a.id] for a in self.graph.applies if not own.isdisjoint(read_by(a)))

    def _destroying(self, variables: Sequence[str]) -> Iterator[int]:
        own = set(variables)
        for apply in self.graph.applies:
            if own.intersection(overwritten(apply)):
                yield self.row[apply.id]


def read_by(apply: Apply) -> list[str]:
    """Return the inputs whose elements an apply node reads: those of a view its own readers do."""
    viewed = {place for _, places in apply.view_map for place in places}
    return [variable for place, variable in enumerate(apply.inputs) if place not in viewed]


def overwritten(apply: Apply) -> list[str]:
    """Return the inputs that an apply node writes over."""
    places = sorted({place for _, destroyed in apply.destroy_map for place in destroyed})
    return [apply.inputs[place] for place in places]


def shared(graph: Graph, apply: Apply) -> Iterator[tuple[str, str]]:
    """Pair outputs of an apply node with the inputs whose memory they have.

    An op says of one output that it writes over an input, also where a second output of the same
    type is what fits in there; then the second one is meant.
    """
    for position, places in apply.view_map:
        if places:
            yield apply.outputs[position], apply.inputs[places[0]]
    for position, places in apply.destroy_map:
        for place in places[:1]:
            source = graph.variable[apply.inputs[place]]
            chosen = [apply.outputs[position], *apply.outputs]
            alike = [v for v in chosen if _type(graph, v) == (source.shape, source.dtype)]
            yield (alike or chosen)[0], source.id


def _type(graph: Graph, variable: str) -> tuple[object, object]:
    found = graph.variable[variable]
    return found.shape, found.dtype


def bytes_of(shape: Sequence[int | None] | None, dtype: str | None) -> int | None:
    """Return how many bytes an array takes, None where its shape or type is not known."""
    if shape is None or dtype is None or None in shape:
        return None
    digits = "".join(c for c in dtype if c.isdigit())
    size = _BYTES.get(dtype) or (int(digits) // 8 if digits else None)
    return None if size is None else math.prod(n or 0 for n in shape) * size


def new_arrays(graph: Graph) -> list[str]:
    """Return the variables for which a call of the graph needs an array of their own."""
    found = []
    for apply in graph.applies:
        taken = {output for output, _ in shared(graph, apply)}
        found += [v for v in apply.outputs if v not in taken]
    return found
