"""Hold what a picture shows, as plain frozen records that belong to no format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Family, Variable

_Computed = Literal["heading", "formula", "called", "computes", "engine op", "inside", "origin"]
_Given = Literal["name", "value", "word", "type", "result"]
Says = _Computed | _Given | Literal["equation", "finished", "used again", "holds", "slope"]
"""What a line of a node tells; how it is set is the format's choice.

An apply node says its heading, the formula of what it fuses, what its values are called, the type
they have, and what it was made from; a variable its name, its value, the word for what it is to the
model, its type, and which result it is; an adjoint its equation, and which gradient it finishes.
Each may say what it holds, and the slope of the cost there.
"""
_Own = Literal["rounded", "box", "ellipse", "cylinder", "note", "octagon", "result", "update"]
Shape = _Own | Literal["adjoint", "sum", "made", "cut", "again"]
Tint = Family | Literal["plain", "parameter", "result", "update", "again"]
Mark = Literal["", "result", "added", "removed", "reused", "again", "backward"]
"""A result among other nodes, an apply node that a rewrite brought or took away, a value that the
gradient reads again or computes again, an apply node behind the cost."""
EdgeKind = Literal["plain", "in place", "view", "box", "hidden", "up", "reused", "beside"]
"""An argument that is overwritten, one that shares memory, one that leads into or out of a box, a
way through what is hidden; in a derivation an adjoint, a value read again, and an op beside what
was made for it."""
GroupKind = Literal["inside", "side", "column", "frame"]
"""The inside of an apply node, which has the same id, a side of a picture that compares, a column,
and a frame around what was made for one op."""
Texts = Iterable[tuple[Says, str]]


@dataclass(frozen=True)
class Line:
    """Hold a line of a node, and what it tells."""

    says: Says
    text: str


def lines(told: Texts) -> tuple[Line, ...]:
    """Make the lines of a node, but for those that would be empty."""
    return tuple(Line(says, text) for says, text in told if text)


@dataclass(frozen=True)
class Node:
    """Stand for an apply node, a variable that has a node of its own, or a result.

    `kind` is `apply`, or the word for what the variable is to the model. `variable` is the value
    the node stands for, the first of those that `apply` computes.
    """

    id: str
    kind: str
    shape: Shape
    tint: Tint
    lines: tuple[Line, ...]
    variable: Variable
    apply: Apply | None = None
    mark: Mark = ""

    def told(self, *says: Says) -> list[str]:
        """Return the texts of the lines that tell one of these."""
        return [line.text for line in self.lines if line.says in says]


@dataclass(frozen=True)
class Edge:
    """Lead from a node to one that reads it; `variable` and `position` say what is read where.

    `carried` says which of several outputs it is, `number` which argument.
    """

    source: str
    target: str
    carried: str
    variable: str
    position: int = 0
    kind: EdgeKind = "plain"
    number: str = ""

    @property
    def label(self) -> str:
        """All that is said of the edge, in one text."""
        ends = " → ".join(filter(None, [self.carried, self.number]))
        return f"{ends} in place".strip() if self.kind == "in place" else ends


@dataclass(frozen=True)
class Group:
    """Put a box with a title around nodes and other groups, in the order they are drawn."""

    id: str
    title: str
    members: tuple[Node | Group, ...]
    kind: GroupKind = "inside"


Members = tuple[Node | Group, ...]


@dataclass(frozen=True)
class Scene:
    """Hold a whole picture: its head, its nodes and groups in the order they are drawn, its edges.

    What is folded away is not in it: a folded constant stands in the lines of what reads it.
    """

    title: str
    notes: tuple[str, ...]
    members: Members
    edges: tuple[Edge, ...]

    def walk(self) -> Iterator[tuple[Node | Group, bool]]:
        """Yield nodes and groups in order; a group comes again, with True, after its members."""
        stack: list[tuple[Node | Group, bool]] = [(member, False) for member in self.members[::-1]]
        while stack:
            member, is_end = stack.pop()
            yield member, is_end
            if isinstance(member, Group) and not is_end:
                stack.append((member, True))
                stack.extend((inside, False) for inside in reversed(member.members))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, those inside groups too."""
        return tuple(member for member, _ in self.walk() if isinstance(member, Node))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All groups, outer ones first."""
        return tuple(m for m, is_end in self.walk() if isinstance(m, Group) and not is_end)

    @cached_property
    def families(self) -> frozenset[Family]:
        """The op families that are drawn."""
        return frozenset(node.apply.op.family for node in self.nodes if node.apply is not None)
