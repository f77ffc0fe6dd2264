"""Leave out constants that can stand in what reads them."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Graph, Variable

MAX_INLINE = 24
"""A constant whose text is longer is a node of its own."""


def fold_constants(graph: Graph) -> Graph:
    """Show each short constant inside the apply nodes that read it.

    One that is itself a result, has a name or is long stays a node of its own, or what it is
    would be lost.
    """
    folded = {
        variable.id
        for variable in graph.variables
        if is_brief(variable)
        if variable.id not in graph.output_ids
    }
    return replace(
        graph,
        variables=tuple(replace(v, folded=True) if v.id in folded else v for v in graph.variables),
    )


def as_constant(variable: Variable, text: str) -> Variable:
    """Return a variable as a folded constant that is told by some text."""
    return replace(variable, role="constant", owner=None, value=text, folded=True, source=None)


def is_brief(variable: Variable) -> bool:
    """Tell whether a variable is a constant whose text can stand in what reads it."""
    is_nameless = variable.role == "constant" and not variable.name
    return is_nameless and len(variable.value or "") <= MAX_INLINE


def of_one(variable: Variable) -> str | None:
    """Return the number that an array holds which has no more elements than that."""
    is_one = (variable.value or "").startswith("[")
    return variable.filling if is_one else None
