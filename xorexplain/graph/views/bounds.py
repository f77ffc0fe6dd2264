"""Write where a slice begins and ends by what that means: counted from the start or the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.graph.ops import entries_of, is_complete
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.fold import as_constant
from xorexplain.graph.views.forms_of_length import ZERO, Form, known, minus
from xorexplain.graph.views.length_indexing import place
from xorexplain.graph.views.length_values import Value
from xorexplain.graph.views.measures import Measures
from xorexplain.graph.views.subgraph import ends, needed

_READ = "·"
"""Stands in the property of an op for a bound that it reads."""
Part = int | None
"""A bound, negative where it counts from the end, or None for one that is left out."""


def tell_bounds(graph: Graph, measures: Measures) -> Graph:
    """Have slices read numbers where that is what their bounds mean, whatever a length is.

    `[T − 1:−T − 2:-1]` of T + 1 elements is `[-2::-1]`.
    """
    numbers = _Numbers(graph)
    applies = tuple(
        _told(graph, apply, measures, numbers)
        if apply.op.kind == "subtensor" and is_complete("subtensor", len(apply.inputs))
        else apply
        for apply in graph.applies
    )
    if applies == graph.applies:
        return graph
    changed = replace(graph, applies=applies, variables=(*graph.variables, *numbers.made.values()))
    return needed(changed, ends(graph) | {v.id for v in graph.variables if v.name})


class _Numbers:
    """Make constants for a graph, each once."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self.made = graph, dict[str, Variable]()

    def constant(self, like: Variable, number: int) -> str:
        """Return the id of a constant of the type of another variable."""
        text = f"{number} {like.type}"
        if text not in self.made:
            # Those of a graph are `v` and a number.
            first = 10 ** (len(str(len(self._graph.variables))) + 1)
            id_ = f"v{first + len(self.made)}"
            while id_ in self._graph.variable:
                id_ += "0"
            self.made[text] = replace(as_constant(like, str(number)), id=id_)
        return self.made[text].id


def _told(graph: Graph, apply: Apply, measures: Measures, numbers: _Numbers) -> Apply:
    """Return a slice with numbers for its bounds where all of them are; else as it was."""
    shape, waiting = measures.shape(apply.inputs[0]), [*apply.inputs[1:]]
    entries = [entry.split(":") for entry in entries_of(apply.op.param("index"))]
    is_plain = [part for entry in entries for part in entry if part] == [_READ] * len(waiting)
    if shape is None or not is_plain or not any(graph.variable[v].owner for v in waiting):
        return apply
    written: list[str] = []
    read: list[tuple[str, int]] = []
    for length, entry in zip(shape, entries, strict=False):
        bounds = [waiting.pop(0) if part else None for part in entry]
        parts = _parts(length, [None if v is None else measures.value(v) for v in bounds], bounds)
        if parts is None:
            return apply
        written.append(":".join("" if part is None else _READ for part in parts))
        pairs = zip(bounds, parts, strict=False)
        read += [(v, part) for v, part in pairs if v is not None and part is not None]
    params = tuple((k, ", ".join(written) if k == "index" else v) for k, v in apply.op.params)
    told = [numbers.constant(graph.variable[v], number) for v, number in read]
    return replace(apply, op=replace(apply.op, params=params), inputs=(apply.inputs[0], *told))


def _parts(
    length: Form, values: Sequence[Value | None], bounds: Sequence[str | None]
) -> list[Part] | None:
    """Return an index, or the bounds of a slice and its step if it is not 1; None if unsure."""
    forms = [value if isinstance(value, Form) else None for value in values]
    if any(bound and form is None for bound, form in zip(bounds, forms, strict=True)):
        return None
    if len(forms) == 1:
        index = None if forms[0] is None else _index(forms[0], length)
        return None if index is None else [index]
    start, stop, step = [*forms, None][:3]
    by = 1 if step is None else step.number
    if by not in (1, -1):
        return None
    ends = (ZERO, length) if by == 1 else (minus(length, known(1)), known(-1))
    found: list[Part] = []
    for bound, end in zip((start, stop), ends, strict=True):
        at = end if bound is None else place(bound, length, 0 if by == 1 else -1)
        number = None if at is None or at == end else _number(at, length)
        if at is None or (at != end and number is None):
            return None
        found.append(number)
    return found if by == 1 else [*found, by]


def _index(at: Form, length: Form) -> int | None:
    """Write an index as a number; one that may be negative could mean an element from the end."""
    number = _number(at, length)
    is_sure = at.is_surely_no_less_than_0 or number == -1
    return at.number if at.number is not None else number if is_sure else None


def _number(at: Form, length: Form) -> int | None:
    """Write a place as a number, from the start or the end; None where the length decides.

    No number says the place before the first element.
    """
    if at.number is not None:
        return at.number if at.number >= 0 else None
    back = minus(at, length).number
    return back if back is not None and back < 0 else None
