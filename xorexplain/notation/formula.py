"""Write a graph of elementwise ops as formulas in plain text.

A value used more than once gets a name of its own, and so does a long one, so that the text stays
linear in the graph and its lines short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, is_phrase
from xorexplain.notation.text import PLAIN
from xorexplain.notation.writing import ATOM, PHRASE, Term

__all__ = ["MAX_PART", "Formula", "Term", "constant", "expression", "formula", "infix", "negated"]

MAX_PART = 40
"""An operand longer than this gets a name of its own."""

_NAME = re.compile(r"\w+(\[\d+\])?")


@dataclass(frozen=True)
class Formula:
    """Hold the named parts (`t0 = ...`, in order) and one expression for each result."""

    lets: tuple[tuple[str, str], ...]
    results: tuple[str, ...]

    def lines(self) -> list[str]:
        """Write one line for each part and each result."""
        named = [f"{name} = {text}" for name, text in self.lets]
        return [*named, *self.results]


def formula(graph: Graph, names: Mapping[str, Term]) -> Formula:
    """Write the results of a graph; `names` gives the variables to stop at, inputs above all."""
    writer = _Writer({term.text for term in names.values()})
    results = writer.write(graph, names)
    return Formula(tuple(writer.lets), tuple(term.text for term in results))


class _Writer:
    """Collect named parts while graphs are written, one inside the other."""

    def __init__(self, taken: Collection[str]) -> None:
        self.lets: list[tuple[str, str]] = []
        self._fresh = (name for name in (f"t{i}" for i in count()) if name not in taken)

    def write(self, graph: Graph, names: Mapping[str, Term]) -> list[Term]:
        """Write the results of a graph. Fused graphs nest one or two deep, hence the recursion."""
        read = Counter(v for apply in graph.applies for v in apply.inputs)
        uses = read + Counter(output.variable for output in graph.outputs)
        terms = {**dict(_leaves(graph)), **names}
        for apply in graph.applies:
            wanted = [v for v in apply.outputs if uses[v] and v not in names]
            parts = self._parts(graph, apply, [terms[v] for v in apply.inputs], wanted)
            for output, part in parts.items():
                is_long = len(part.text) > MAX_PART and read[output] > 0
                terms[output] = self._named(part) if is_long or uses[output] > 1 else part
        return [terms[output.variable] for output in graph.outputs]

    def _parts(
        self, graph: Graph, apply: Apply, inputs: list[Term], wanted: list[str]
    ) -> dict[str, Term]:
        """Write the wanted outputs of an apply node."""
        if apply.inner is not None:
            inner = graph.inner[apply.inner]
            results = self.write(inner, dict(zip(inner.inputs, inputs, strict=False)))
            return {v: results[apply.outputs.index(v)] for v in wanted}
        call = expression(apply, inputs)
        if len(apply.outputs) == 1:
            return dict.fromkeys(wanted, call)
        if len(wanted) > 1:
            call = self._named(call)
        return {v: Term(f"{call.text}[{apply.outputs.index(v)}]") for v in wanted}

    def _named(self, term: Term) -> Term:
        """Give a part a name, unless it is one."""
        if _NAME.fullmatch(term.text):
            return term
        self.lets.append((next(self._fresh), term.text))
        return Term(self.lets[-1][0])


def _leaves(graph: Graph) -> Iterator[tuple[str, Term]]:
    for variable in graph.variables:
        if variable.value is not None:
            yield variable.id, constant(variable.value)
        elif variable.owner is None:
            yield variable.id, Term(variable.name or variable.id)


def constant(value: str) -> Term:
    """Write a constant's value as an operand; a value told in words is set in parentheses."""
    if value.startswith("-") and " " not in value:
        return negated(Term(value[1:]))
    return Term(value, PHRASE if is_phrase(value) else ATOM)


def expression(apply: Apply, terms: Sequence[Term]) -> Term:
    """Write one op on its arguments."""
    return PLAIN.term(apply.op, terms)


def infix(kind: str, terms: Sequence[Term]) -> Term:
    """Write a sign between operands, with the parentheses they need and no more."""
    return PLAIN.infix(kind, terms)


def negated(term: Term) -> Term:
    """Write −x; the sign of a product is that of its first factor."""
    return PLAIN.negated(term)
