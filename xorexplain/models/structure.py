"""Hold what a statistical model says before anything is computed: its variables and plates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from xorexplain.errors.records import dataclass

Kind = Literal["free", "observed", "deterministic", "data", "potential"]
TERM = "_logprob"
"""Ends what the term of a random variable is called in the log-probability."""
_COMPUTED = re.compile(r"\bf\(([^()]*)\)")
"""All that is told of something computed: of what."""
MAX_LABELS = 6
"""Of so many coordinates of a dimension the labels are told; of more, the first of them."""


@dataclass(frozen=True)
class Dimension:
    """Hold a length, with its name where it has one."""

    name: str
    length: int

    def __str__(self) -> str:
        return f"{self.name} ({self.length})" if self.name else str(self.length)


@dataclass(frozen=True)
class Member:
    """Hold a variable of a model.

    `told` is what it is drawn from or computed of. `value` is what stands for it in logp and
    `transform` how, empty where it is not transformed.
    """

    name: str
    kind: Kind
    told: str
    dimensions: tuple[Dimension, ...] = ()
    value: str = ""
    transform: str = ""

    @property
    def line(self) -> str:
        """What is known of it, on one line: `mu ~ Normal(0, 5)`."""
        sign = "~" if self.kind in ("free", "observed", "potential") else "="
        return f"{self.name} {sign} {self.told}"

    @property
    def transformed(self) -> str:
        """How it is transformed: `tau_log__ = log(tau)`."""
        return f"{self.value} = {self.transform}({self.name})" if self.transform else ""


def in_order(told: str, order: Sequence[str]) -> str:
    """Name what something is computed of in an order, such as that in which it was defined."""
    place = {name: position for position, name in enumerate(order)}

    def sort(row: re.Match[str]) -> str:
        names = row[1].split(", ")
        is_known = all(name in place for name in names)
        return f"f({', '.join(sorted(names, key=place.__getitem__))})" if is_known else row[0]

    return _COMPUTED.sub(sort, told)


def shortened(line: str, most: int) -> str:
    """Leave out names that something is computed of until a line is short, never the first one.

    The longest row of them gives way, so that every parameter of a distribution is still there.
    """
    while len(line) > most:
        rows = [(row, row[1].removesuffix(", …")) for row in _COMPUTED.finditer(line)]
        rows = [(row, names) for row, names in rows if ", " in names]
        if not rows:
            break
        row, names = max(rows, key=lambda found: len(found[1]))
        fewer = names.rpartition(", ")[0]
        line = f"{line[: row.start()]}f({fewer}, …){line[row.end() :]}"
    return line


@dataclass(frozen=True)
class Structure:
    """Hold the variables of a model, who depends on whom, and the labels of dimensions.

    `edges` pair a variable with one that depends on it.
    """

    name: str
    members: tuple[Member, ...]
    edges: tuple[tuple[str, str], ...]
    coordinates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def plates(self) -> Mapping[tuple[Dimension, ...], Sequence[Member]]:
        """The variables of each plate; those of no plate have no dimensions."""
        found: dict[tuple[Dimension, ...], list[Member]] = {}
        for member in self.members:
            found.setdefault(member.dimensions, []).append(member)
        return found

    def labels_of(self, dimension: Dimension) -> str:
        """Return the labels of a dimension as text, empty where it has none."""
        labels = self.coordinates.get(dimension.name, ())
        more = ", …" if len(labels) > MAX_LABELS else ""
        return f"{', '.join(labels[:MAX_LABELS])}{more}"

    def told(self, dimension: Dimension) -> str:
        """Return a dimension with its length and labels: `school (4): A, B, C, D`."""
        labels = self.labels_of(dimension)
        return f"{dimension}: {labels}" if labels else str(dimension)
