"""Write a graph of elementwise ops as formulas in plain text.

A value used more than once gets a name of its own, so the text stays linear in the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xorexplain.graph import Apply, Graph
from xorexplain.ops import INFIX, PRECEDENCE

_ATOM = 100
_CALL_NAMES = {"maximum": "max", "minimum": "min"}
_ASSOCIATIVE = frozenset({"add", "mul", "and", "or", "xor", "dot"})


@dataclass(frozen=True)
class Formula:
    """Hold the named parts (`t0 = ...`, in order) and one expression for each result."""

    lets: tuple[tuple[str, str], ...]
    results: tuple[str, ...]

    def lines(self) -> list[str]:
        """Write one line for each part and each result."""
        named = [f"{name} = {text}" for name, text in self.lets]
        return [*named, *self.results]


def formula(graph: Graph, names: Mapping[str, str]) -> Formula:
    """Write the results of a graph; `names` gives the text for variables that have a name."""
    terms: dict[str, tuple[str, int]] = {}
    lets: list[tuple[str, str]] = []
    for variable in graph.variables:
        if variable.id in names:
            terms[variable.id] = (names[variable.id], _ATOM)
        elif variable.owner is None:
            text = variable.value or variable.name or variable.id
            terms[variable.id] = (text, PRECEDENCE["neg"] if text.startswith("-") else _ATOM)
    for apply in graph.applies:
        term = expression(apply, [terms[v] for v in apply.inputs])
        for position, output in enumerate(apply.outputs):
            text, binding = term
            if len(apply.outputs) > 1:
                text, binding = f"{text}[{position}]", _ATOM
            if len(graph.clients[output]) > 1 and output not in names:
                lets.append((f"t{len(lets)}", text))
                text, binding = lets[-1][0], _ATOM
            terms.setdefault(output, (text, binding))
    return Formula(tuple(lets), tuple(terms[output.variable][0] for output in graph.outputs))


def expression(apply: Apply, terms: list[tuple[str, int]]) -> tuple[str, int]:
    """Write one op on its arguments; an argument is its text and how tightly that binds."""
    kind = apply.op.kind
    if kind in INFIX and len(terms) > 1:
        return _infix(kind, terms), PRECEDENCE[kind]
    if kind == "neg":
        return f"−{_wrap(terms[0], PRECEDENCE['neg'])}", PRECEDENCE["neg"]
    if kind == "sqr":
        return f"{_wrap(terms[0], PRECEDENCE['pow'] + 1)}²", PRECEDENCE["pow"]
    if kind == "reciprocal":
        return f"1 ÷ {_wrap(terms[0], PRECEDENCE['true_div'] + 1)}", PRECEDENCE["true_div"]
    if kind in ("identity", "second"):
        return terms[-1]
    name = apply.op.param("dtype") if kind == "cast" else kind
    name = _CALL_NAMES.get(kind, name or kind)
    return f"{name}({', '.join(text for text, _ in terms)})", _ATOM


def _infix(kind: str, terms: list[tuple[str, int]]) -> str:
    own = PRECEDENCE[kind]
    first = own + 1 if kind == "pow" else own
    rest = own if kind in _ASSOCIATIVE or kind == "pow" else own + 1
    parts = [_wrap(terms[0], first), *(_wrap(term, rest) for term in terms[1:])]
    return f" {INFIX[kind]} ".join(parts)


def _wrap(term: tuple[str, int], needed: int) -> str:
    text, binding = term
    return text if binding >= needed else f"({text})"
