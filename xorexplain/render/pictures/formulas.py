"""Write what a node computes inside: the formula of what is fused, the constants of a box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xorexplain.graph.ops import PRECEDENCE, is_kernel
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.inner import argument_name, fed_inside, hidden_inside
from xorexplain.notation.formula import Term, constant, formula, infix, negated
from xorexplain.render.pictures.labels import folded_value, value_text, wrapped


def formula_lines(graph: Graph, apply: Apply) -> list[str]:
    """Write what a Composite or a BLAS kernel computes; its inputs are `i0`, `i1`, ...

    Of other ops that carry a graph, these are the constants they are given.
    """
    return [line for text in _formulas(graph, apply) for line in wrapped(text)]


def _formulas(graph: Graph, apply: Apply) -> Iterator[str]:
    terms = [_input_term(graph, v, position) for position, v in enumerate(apply.inputs)]
    if is_kernel(apply.op.kind, len(terms)):
        yield _kernel(apply.op.kind, terms).text
    elif apply.inner is not None and apply.op.kind == "composite":
        inner = graph.inner[apply.inner]
        yield from formula(inner, dict(zip(inner.inputs, terms, strict=False))).lines()
    elif apply.inner is not None:
        for position, id_ in enumerate(apply.inputs):
            if graph.variable[id_].folded:
                value = folded_value(graph, apply, id_)
                yield f"{argument_name(graph, apply, position)} = {value}"


def values_inside(graph: Graph, apply: Apply) -> dict[str, str]:
    """Return the values of those inputs of an inner graph that are folded constants outside."""
    return {
        inside: folded_value(graph, apply, id_)
        for position, id_ in enumerate(apply.inputs)
        if graph.variable[id_].folded
        for inside in fed_inside(graph, apply, position)
    }


def hidden_lines(graph: Graph, apply: Apply) -> list[str]:
    """Say how many apply nodes inside an op are not drawn, and where they can be read."""
    count = hidden_inside(graph, apply)
    return [f"{count} apply nodes inside, not drawn;", "their text: --format txt"] if count else []


def _input_term(graph: Graph, id_: str, position: int) -> Term:
    """Write a folded constant as its value, any other input as `i` and its position.

    The formula is of single elements, so a constant of one element is written without brackets.
    """
    variable = graph.variable[id_]
    is_one = (variable.value or "").startswith("[")
    value = (variable.filling if is_one else None) or value_text(variable)
    return constant(value) if variable.folded and value else Term(f"i{position}")


def _kernel(kind: str, inputs: Sequence[Term]) -> Term:
    """Write what a BLAS kernel computes, from its Theano docstring."""
    if kind == "dot22_scalar":
        left, right, factor = inputs
        return _scaled(factor, infix("dot", [left, right]))
    if kind == "ger":
        start, factor, left, right = inputs
        return infix("add", [start, _scaled(factor, Term(f"{left.text} ⊗ {right.text}"))])
    start, factor, left, right, kept = inputs
    product = _scaled(factor, infix("dot", [left, right]))
    return product if kept.text == "0.0" else infix("add", [_scaled(kept, start), product])


def _scaled(factor: Term, value: Term) -> Term:
    """Multiply by a number, which needs no parentheses around a product."""
    if factor.text in ("1.0", "−1.0"):
        return value if factor.text == "1.0" else negated(value)
    opposite = None if factor.opposite is None else _scaled(factor.opposite, value)
    return Term(f"{factor.text} × {value.text}", PRECEDENCE["mul"], "mul", opposite)
