"""Tell how the gradient becomes the next value of each parameter."""

from __future__ import annotations

from collections import Counter

from xorexplain.graph.records import Graph
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.writers.marks import (
    code,
    count,
    equations,
    heading,
    listed,
    paragraphs,
)
from xorexplain.sphinxext.walkthrough.chapters.network import left_out
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw


def page(material: Material) -> Page:
    """Write the page on the updates."""
    graph = material.updates
    assert graph is not None
    updated = [graph.variable[o.updates].name or "?" for o in graph.outputs if o.updates]
    drawn = draw(
        graph,
        "updates",
        f"The train function of {material.title} before it is rewritten.",
        material.settings.budget,
    )
    return Page(
        "updates",
        "The updates",
        f"One step of training: {count(len(updated), 'new value')}, one function.",
        paragraphs(
            _opening(material, graph, updated),
            *_formulas(material),
            heading("The train function", 1),
            _function(material, graph, updated),
            drawn.rst,
            left_out(drawn, graph, material, "updates"),
            heading("All at once", 1),
            "All new values are computed from the *old* ones. In NumPy you would have to take care "
            "that the second line of an update does not read what the first one has just changed; "
            "here the order of the updates means nothing.",
            _last_reader(material, len(updated)),
        ),
        drawn.files,
    )


def _opening(material: Material, graph: Graph, updated: list[str]) -> str:
    shown = listed([code(one) for one in updated[:4]])
    shown += f" and {len(updated) - 4} more" if len(updated) > 4 else ""
    changed = (
        f"{material.since('updates')}: each gradient got a use. An "
        "*update* is a pair, a shared variable and the variable that is its next value."
        if material.derivation is not None
        else "An *update* is a pair: a shared variable, and the variable that is its next value."
    )
    return paragraphs(
        f"Look at the results of the graph, at its lower end. There {_are(len(updated))} for "
        f"{shown}, which the function keeps for itself"
        + (", beside the cost, which it returns." if len(graph.outputs) > len(updated) else "."),
        changed,
    )


def _last_reader(material: Material, number: int) -> str:
    """Say what keeps an old value as long as it is needed: no waiting for the other new ones."""
    if number < 2 or "compiled" not in material.pages:
        return ""
    return (
        "That does not mean that all have to be there before the first takes its place. The engine "
        "may write a new value over the old one while others are not computed yet, but never "
        f"before the last node that reads the old one: {material.link('compiled')} has the order "
        "and the readers."
    )


def _are(number: int) -> str:
    return "is now a new value" if number == 1 else "are now new values"


def _formulas(material: Material) -> list[str]:
    story = material.story
    entries = []
    for finish in story.finishes if story is not None else ():
        if finish.update is not None:
            entries += [(symbol_latex(e.name), "=", e.value) for e in finish.lets]
            left = symbol_latex(finish.parameter)
            entries.append((left, r"\gets", finish.update.value))
    if not entries:
        return []
    descent = (
        "The gradient points uphill, so each weight moves a little way against it; how far is the "
        "learning rate."
        if material.is_xor
        else "An arrow stands for what happens after a call: the value on the right moves left."
    )
    return [heading("As formulas", 1), equations(entries[:40]), descent]


def _function(material: Material, graph: Graph, updated: list[str]) -> str:
    gradient = material.gradient
    grown = (
        f" The graph of the gradients alone has {len(gradient.applies)}"
        f"{_added(material, gradient, graph)}."
        if gradient is not None
        else ""
    )
    return (
        f"Cost, gradients and updates together are one graph of "
        f"{count(len(graph.applies), 'apply node')}.{grown} This is exactly what you wrote, with "
        f"all the repetition ``T.grad`` left in it; {material.engine.title} rewrites it before "
        "anything runs, which is the next stage."
    )


def _added(material: Material, gradient: Graph, graph: Graph) -> str:
    """Name what the updates add to the gradients."""
    before, after = (Counter(one.op.kind for one in each.applies) for each in (gradient, graph))
    if not before < after:
        return ""
    added = [f"{number} {material.op(kind)}" for kind, number in (after - before).items()]
    return f"; the updates add {listed(added)}"
