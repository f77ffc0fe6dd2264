"""Find out which variables of several graphs are the same computation.

What is given is known by its name, a constant by its value; an op on the same computations is the
same computation, and so is what a rewrite put in the place of another. How many bits a float has
is left out, or a graph of float32 would have nothing in common with one of float64.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, Variable

_FLOATS = re.compile(r"(float|complex)\d+")


@dataclass(frozen=True)
class Part:
    """Hold a graph that is compared with others.

    `equal` pairs variables of it that are known to have one value, `values` tell constants by more
    than their text does. An apply node may stand before one that it reads from.
    """

    graph: Graph
    equal: Sequence[tuple[str, str]] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def computations(parts: Sequence[Part]) -> list[Mapping[str, int]]:
    """Number the computations of graphs: variables of one number compute the same.

    A constant that neither its text nor `values` tell whole is only itself.
    """
    closure = _Closure()
    for number, part in enumerate(parts):
        inside = _Inside(closure.words, part.values)
        for variable, key in _given(part):
            closure.name((number, variable.id), key)
        for apply in part.graph.applies:
            ids = [(number, id_) for id_ in apply.inputs]
            identity = (identity_of(apply), inside.number(part.graph, apply))
            closure.add(identity, ids, [(number, id_) for id_ in apply.outputs])
        for one, other in part.equal:
            closure.join((number, one), (number, other))
    closure.close()
    return [
        {v.id: closure.number((number, v.id)) for v in part.graph.variables}
        for number, part in enumerate(parts)
    ]


def identity_of(apply: Apply) -> object:
    """Say which op an apply node has, but for how many bits its floats have.

    Of an elementwise op and of what has a graph inside, the engine's text says nothing more.
    """
    params = tuple((name, plain_type(value)) for name, value in apply.op.params)
    is_told = apply.op.family == "elementwise" or apply.inner is not None
    return (apply.op.kind, params, "" if is_told else plain_type(apply.op.label))


def op_words(apply: Apply) -> str:
    """Name the op of an apply node as its engine does, and say what it overwrites."""
    label = plain_type(apply.op.label or apply.op.kind)
    return f"{label} over {apply.destroy_map}" if apply.destroy_map else label


def plain_type(text: str) -> str:
    """Leave out of a type how many bits its floats have."""
    return _FLOATS.sub(r"\1", text)


def called(variable: Variable) -> str:
    """Return what a variable is called, empty for one that has no name."""
    return variable.name or next(iter(variable.called), "")


def _given(part: Part) -> Iterable[tuple[Variable, object]]:
    """Yield what nothing computes, with what it is known by in every graph."""
    seen: dict[object, int] = {}
    for variable in part.graph.variables:
        if variable.owner is not None:
            continue
        if variable.role == "constant":
            yield variable, constant_key(variable, part.values)
            continue
        name = called(variable)
        key = ("given", name) if name else ("unnamed", variable.role, plain_type(variable.type))
        # Variables may share a name: they are told apart by their order.
        seen[key] = seen.get(key, -1) + 1
        yield variable, (key, seen[key])


def constant_key(variable: Variable, values: Mapping[str, str]) -> object:
    """Return what a constant is known by; None where its value is not known whole."""
    told = values.get(variable.id)
    if told is None and variable.is_exact:
        told = variable.value
    if told is None:
        return None
    return ("constant", told, plain_type(variable.type), variable.shape)


class _Inside:
    """Number the graphs inside ops: equal ones have one number."""

    def __init__(self, words: dict[object, int], values: Mapping[str, str]) -> None:
        self._words = words
        self._values = values
        self._known: dict[int, int] = {}

    def number(self, graph: Graph, apply: Apply) -> int | None:
        """Return the number of the graph inside an apply node, None where there is none."""
        if apply.inner is None:
            return None
        wanted = [graph.inner[apply.inner]]
        while wanted:
            here = wanted[-1]
            missing = [
                inner
                for node in here.applies
                if node.inner is not None and id(inner := here.inner[node.inner]) not in self._known
            ]
            if missing:
                wanted += missing
                continue
            self._known[id(here)] = self._word(self._form(here))
            wanted.pop()
        return self._known[id(graph.inner[apply.inner])]

    def _form(self, graph: Graph) -> object:
        """Return the results of an inner graph, in terms of its inputs by position."""
        found: dict[str, int] = {}
        for position, id_ in enumerate(graph.inputs):
            found[id_] = self._word(("inside", position))
        for number, variable in enumerate(graph.variables):
            if variable.owner is None and variable.id not in found:
                key = constant_key(variable, {}) if variable.role == "constant" else None
                found[variable.id] = self._word(key or ("only here", id(graph), number))
        for apply in graph.applies:
            inner = None if apply.inner is None else self._known[id(graph.inner[apply.inner])]
            read = tuple(found[id_] for id_ in apply.inputs)
            for position, output in enumerate(apply.outputs):
                found[output] = self._word((identity_of(apply), inner, read, position))
        return ("results", tuple(found[output.variable] for output in graph.outputs))

    def _word(self, key: object) -> int:
        return self._words.setdefault(key, len(self._words))


Id = tuple[int, str]


class _Closure:
    """Join variables that are the same, and then what is computed from the same by the same op."""

    def __init__(self) -> None:
        self.words: dict[object, int] = {}
        self._class: dict[Id, int] = {}
        self._above: list[int] = []
        self._named: dict[object, int] = {}
        self._applies: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []
        self._readers: list[list[int]] = []
        self._waiting: list[tuple[int, int]] = []

    def name(self, id_: Id, key: object) -> None:
        """Say that a variable is what a key stands for; None is nothing else than itself."""
        if key is None:
            return
        here = self._at(id_)
        self._waiting.append((self._named.setdefault(key, here), here))

    def add(self, identity: object, inputs: Sequence[Id], outputs: Sequence[Id]) -> None:
        """Say that variables are computed from others."""
        read = tuple(map(self._at, inputs))
        number = len(self._applies)
        word = self.words.setdefault(identity, len(self.words))
        self._applies.append((word, read, tuple(map(self._at, outputs))))
        for one in set(read):
            self._readers[one].append(number)

    def join(self, one: Id, other: Id) -> None:
        """Say that two variables have one value."""
        self._waiting.append((self._at(one), self._at(other)))

    def close(self) -> None:
        """Draw all conclusions; each joins two classes, of which there are ever fewer."""
        known: dict[object, tuple[int, ...]] = {}
        asked = list(range(len(self._applies)))
        while self._waiting or asked:
            while self._waiting:
                asked += self._joined(*self._waiting.pop())
            if asked:
                word, read, outputs = self._applies[asked.pop()]
                key = (word, tuple(map(self._top, read)), len(outputs))
                self._waiting += zip(known.setdefault(key, outputs), outputs, strict=True)

    def number(self, id_: Id) -> int:
        """Return the number of a variable's class."""
        return self._top(self._at(id_))

    def _joined(self, one: int, other: int) -> list[int]:
        """Join two classes and return the apply nodes that read what is another class now."""
        one, other = self._top(one), self._top(other)
        if one == other:
            return []
        if len(self._readers[one]) < len(self._readers[other]):
            one, other = other, one
        self._above[other] = one
        moved = self._readers[other]
        self._readers[one] += moved
        self._readers[other] = []
        return list(moved)

    def _at(self, id_: Id) -> int:
        if id_ not in self._class:
            self._class[id_] = len(self._above)
            self._above.append(len(self._above))
            self._readers.append([])
        return self._class[id_]

    def _top(self, one: int) -> int:
        above = self._above
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one
