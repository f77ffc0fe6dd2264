"""Tell of the rewriting where each node of the end comes from, and what the names stand for."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr, symbols_in
from xorexplain.notation.latex import symbol_latex
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import op_words
from xorexplain.render.writers.marks import (
    directive,
    equations,
    heading,
    page_link,
    paragraphs,
    table,
)
from xorexplain.rewrites.questions.provenance import provenance, together
from xorexplain.rewrites.steps import ExplainedStep, names_at
from xorexplain.sphinxext.walkthrough.chapters.network import symbols
from xorexplain.sphinxext.walkthrough.chapters.rewrites import APPENDIX
from xorexplain.sphinxext.walkthrough.firing import AXES, bare
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.renaming import rename

MAX_NAMES = 80
MAX_ROWS = 60
MAX_STEPS = 40
"""A node that more steps led to is told the first of them."""


def origins(material: Material) -> list[str]:
    """Trace each node of the end to what it was made from."""
    trace = material.trace
    if trace is None or not material.explained:
        return []
    start, end = trace.first.graph, trace.last.graph
    names, last = intermediate_names(start), names_at(trace, len(trace.steps))
    found = provenance(trace)
    rows = []
    for apply in end.applies[:MAX_ROWS]:
        entry = together(found, apply.outputs)
        steps = entry.steps
        # First what the node computes still, then what went into it on the way.
        results = [last[v] for v in apply.outputs if v in last]
        called = [names[v] for v in entry.sources if v in names]
        called.sort(key=lambda one: one not in results)
        own = [material.renamings.get(one, one) for one in called]
        rows.append(
            [
                material.op(apply.op.kind, op_words(apply)),
                symbols(own, 6) or "what is given",
                ", ".join(map(str, steps[:MAX_STEPS])) + (", …" if len(steps) > MAX_STEPS else "")
                or "none",
            ]
        )
    return [
        heading("Where each node of the result comes from", 1),
        "No node falls from the sky. Each one that is left computes what some nodes of the start "
        "computed. A step led to it if it replaced a value that the node computes, or one that "
        "went into it, by what an apply node computes. Not counted is what made a constant: no "
        "node computes that. A node that is told of no step is as it was written.",
        table(["Node in the end", "Computes what was", "By steps"], rows, "30 40 30"),
    ]


def meanings(material: Material) -> list[str]:
    """Say what the names in the steps stand for, each as the start computes it."""
    trace = material.trace
    if not material.explained or trace is None:
        return []
    found = _definitions(material)
    entries = [(symbol_latex(own), "=", value) for own, value in found.items()]
    more = len(entries) - MAX_NAMES
    return [
        heading("What the names stand for", 1),
        "Names last through the rewriting: a value that takes the place of another takes its name, "
        "since it is the same value. "
        + ("Adjoints have the names of the gradient page. " if material.renamings else "")
        + "A number added to a name, as in :math:`a_{1,2}` beside :math:`a_{1}` (as text ``a1_2`` "
        "and ``a1``), may well stand for the same thing computed again, or in another shape; "
        "merging what is computed again is part of the work."
        + (
            " An index of ``None`` is NumPy's: it gives a number an axis of length 1."
            if any(AXES in text(value) for value in found.values())
            else ""
        ),
        directive(
            "opened",
            f"All {len(entries)} names, before the first step",
            body=paragraphs(
                equations(entries[:MAX_NAMES]), f"and {more} more." if more > 0 else ""
            ),
        ),
    ]


def used_names(material: Material, told: Sequence[ExplainedStep]) -> list[str]:
    """Say what the names in some steps stand for, but for those of the forward pass."""
    sides = [side for e in told for r in e.replacements for side in (r.before, r.after)]
    used = symbols_in(sides) | {r.name for e in told for r in e.replacements}
    used -= set(material.names.values())
    found = {own: value for own, value in _definitions(material).items() if own in used}
    if not found:
        return []
    words = f"The names on this page, before the first step: {len(found)}"
    entries = [(symbol_latex(own), "=", value) for own, value in found.items()]
    rest = f"The {page_link(APPENDIX, 'appendix')} ends with what these read in turn."
    return [directive("opened", words, body=paragraphs(equations(entries[:MAX_NAMES]), rest))]


def _definitions(material: Material) -> dict[str, Expr]:
    """Return what each name stands for in the graph before the first step."""
    assert material.trace is not None
    graph = material.trace.first.graph
    names = intermediate_names(graph)
    found = {}
    for apply in graph.applies:
        for variable in apply.outputs:
            if variable in names:
                value = bare(express(graph, variable, names, (variable,)))
                own = material.renamings.get(names[variable], names[variable])
                # Its formula writes the name of a transpose as what it is.
                if not own.endswith(".T"):
                    found[own] = rename(value, material.renamings)
    return found
