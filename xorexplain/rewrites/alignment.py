"""Align the steps of two rewritings as a difference of two texts aligns lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal

from xorexplain.errors.records import dataclass
from xorexplain.graph.views.congruence import Part, op_words
from xorexplain.rewrites.trace import RewriteStep, Trace

Kind = Literal["same", "other", "left", "right"]


@dataclass(frozen=True)
class Row:
    """Hold the states of two rewritings that stand side by side, and which steps led to them.

    `same` steps have one name and replaced the same nodes by the same; `other` ones have one name
    and rewrote the same values, but by other nodes or in other places. Of a step that is on the
    `left` or the `right` only, `elsewhere` is the same step of the other side, where it has one
    out of order.
    """

    left: int
    right: int
    kind: Kind
    elsewhere: int | None = None


@dataclass(frozen=True)
class NumberedTrace:
    """Hold a trace with the number of the computation each variable of it stands for."""

    trace: Trace
    numbers: Mapping[str, int]

    def node(self, apply: str) -> tuple[tuple[int, ...], str]:
        """Say what an apply node computes, and by which op."""
        found = self.trace.universe.apply[apply]
        return tuple(self.numbers[v] for v in found.outputs), op_words(found)


def part_of(trace: Trace, values: Mapping[str, str]) -> Part:
    """Return all nodes of a trace; what a step put in another's place has its value."""
    applied = (step for step in trace.steps if step.verdict == "applied")
    pairs = dict.fromkeys((edit.old, edit.new) for step in applied for edit in step.edits)
    return Part(trace.universe, tuple(pairs), values)


def aligned(left: NumberedTrace, right: NumberedTrace) -> list[Row]:
    """Align the steps of two traces; each step is in one row, in its order."""
    whole = [_whole(left, step) for step in left.trace.steps]
    whole_right = [_whole(right, step) for step in right.trace.steps]
    alike = [_alike(left, step) for step in left.trace.steps]
    alike_right = [_alike(right, step) for step in right.trace.steps]
    rows: list[Row] = []
    for a, b, is_same in _blocks(whole, whole_right):
        if is_same:
            rows += (Row(i + 1, j + 1, "same") for i, j in zip(a, b, strict=True))
            continue
        for c, d, is_alike in _blocks([alike[i] for i in a], [alike_right[j] for j in b]):
            ends = (a.start + c.stop, b.start + d.stop)
            if is_alike:
                pairs = zip(c, d, strict=True)
                rows += (Row(a.start + i + 1, b.start + j + 1, "other") for i, j in pairs)
                continue
            rows += (Row(a.start + i + 1, ends[1] - len(d), "left") for i in c)
            rows += (Row(ends[0], b.start + j + 1, "right") for j in d)
    return list(_with_places(rows, whole, whole_right))


def _whole(told: NumberedTrace, step: RewriteStep) -> object:
    """Say what a step did: its name, and the nodes that left and entered."""
    nodes: Callable[[str], object] = told.node
    removed, added = (sorted(map(nodes, ids), key=repr) for ids in (step.removed, step.added))
    return (step.made_by, step.verdict, tuple(removed), tuple(added), _rewritten(told, step))


def _alike(told: NumberedTrace, step: RewriteStep) -> object:
    return (step.made_by, step.verdict, tuple(sorted({*_rewritten(told, step)})))


def _rewritten(told: NumberedTrace, step: RewriteStep) -> tuple[int, ...]:
    """Return the computations a step changed the nodes of."""
    return tuple(sorted(told.numbers[edit.old] for edit in step.edits))


def _blocks(left: Sequence[object], right: Sequence[object]) -> Iterator[tuple[range, range, bool]]:
    """Yield the parts of two lists that are equal, and those between them."""
    begun = next(
        (i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
        min(len(left), len(right)),
    )
    if begun:
        yield range(begun), range(begun), True
    matcher = SequenceMatcher(None, left[begun:], right[begun:], autojunk=False)
    for what, a0, a1, b0, b1 in matcher.get_opcodes():
        yield range(begun + a0, begun + a1), range(begun + b0, begun + b1), what == "equal"


def _with_places(
    rows: Sequence[Row], left: Sequence[object], right: Sequence[object]
) -> Iterator[Row]:
    """Say of a step that one side alone has here where the other has the same."""
    free: dict[Kind, dict[object, list[int]]] = {"left": {}, "right": {}}
    for row in rows:
        if row.kind == "left":
            free["left"].setdefault(left[row.left - 1], []).append(row.left)
        elif row.kind == "right":
            free["right"].setdefault(right[row.right - 1], []).append(row.right)
    used: Counter[tuple[Kind, object]] = Counter()
    for row in rows:
        if row.kind not in free:
            yield row
            continue
        what = left[row.left - 1] if row.kind == "left" else right[row.right - 1]
        others = free["right" if row.kind == "left" else "left"].get(what, ())
        position = used[row.kind, what]
        used[row.kind, what] += 1
        place = others[position] if position < len(others) else None
        yield Row(row.left, row.right, row.kind, place)
