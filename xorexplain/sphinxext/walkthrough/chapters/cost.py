"""Tell how the output becomes one number that training makes small."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.records import Apply, Graph
from xorexplain.render.pictures.labels import variable_name
from xorexplain.render.writers.marks import (
    code,
    count,
    heading,
    listed,
    name,
    paragraphs,
    spelled,
)
from xorexplain.sphinxext.walkthrough.chapters.data import TARGET, givens, number_words, role_of
from xorexplain.sphinxext.walkthrough.chapters.network import forward_equations, left_out, symbols
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw
from xorexplain.sphinxext.walkthrough.values import number_tex

MAX_TERMS = 8
"""Of so few numbers a sum is written out."""


def page(material: Material) -> Page:
    """Write the page on the cost."""
    graph, network = material.cost, material.network
    assert graph is not None
    assert network is not None
    cost = material.names[graph.outputs[0].variable]
    new, more = added(material, graph), len(_added(network, graph))
    drawn = draw(
        graph, "cost", f"From the output of {material.title} to {cost}.", _budget(material)
    )
    return Page(
        "cost",
        "The cost",
        f"{count(more, 'more apply node')} {'makes' if more == 1 else 'make'} one number of "
        f"{'the output' if _is_kept(network, graph) else 'what is given'}.",
        paragraphs(
            _opening(material, graph, network, cost, new),
            heading("What is new", 1),
            forward_equations(material, graph, new),
            _start(material, cost),
            heading("The whole of it", 1),
            _whole(material, graph, network),
            drawn.rst,
            left_out(drawn, graph, material, "cost"),
            heading("Why one number", 1),
            "A gradient is the direction in which a *number* grows fastest. Of several numbers "
            "each has a direction of its own, and they may disagree; so what is to be learned has "
            "to be "
            f"said in one. {material.engine.title} refuses to differentiate anything that has a "
            "dimension left.",
        ),
        drawn.files,
    )


def added(material: Material, graph: Graph) -> list[Apply]:
    """Return the named apply nodes that no output needs."""
    told = material.told_applies(graph)
    return told if material.network is None else _added(material.network, graph, told)


def _added(network: Graph, graph: Graph, among: Sequence[Apply] | None = None) -> list[Apply]:
    old = {apply.id for apply in network.applies}
    return [a for a in (graph.applies if among is None else among) if a.id not in old]


def _is_kept(network: Graph, graph: Graph) -> bool:
    """Tell whether the cost is computed from what the outputs are computed from."""
    return not network.applies or len(_added(network, graph)) < len(graph.applies)


def _whole(material: Material, graph: Graph, network: Graph) -> str:
    """Say what of the picture of the cost was there before."""
    before = material.link("network", "last page")
    if not _is_kept(network, graph):
        return f"Nothing of it was on the {before}."
    part = "the network" if not _added(graph, network) else "what the cost needs of the network"
    return (
        f"The lower end is what was added; above it is {part} of the {before}, the very same nodes."
    )


def _budget(material: Material) -> float:
    return material.settings.budget


def _opening(material: Material, graph: Graph, network: Graph, cost: str, new: list[Apply]) -> str:
    targets = [code(variable_name(v)) for v in givens(graph) if role_of(material, v) == TARGET]
    outputs = listed([code(output) for output in list(material.model.outputs)[:3]])
    look = f"Look at the end of the graph only, from {outputs} to {name(cost)}"
    compared = (
        f": there the output meets {listed(targets)}, what it should have been." if targets else "."
    )
    steps = symbols([material.names[a.outputs[0]] for a in new])
    more, kept = len(_added(network, graph)), len(network.applies) - len(_added(graph, network))
    still = "its nodes are all" if kept == len(network.applies) else f"{kept} of its nodes are"
    there = f"{still} still there, and {spelled(more, '')} more came behind them"
    purpose = " They measure how wrong the output is, and boil that down to one number."
    if not _is_kept(network, graph):
        look, compared = f"Look at how {name(cost)} is computed", ": no output is on the way."
        there = f"the cost needs none of its nodes, but {spelled(more, '')} of its own"
        purpose = ""
    way = f", by way of {steps}" if len(new) > 1 else ""
    return paragraphs(look + compared, f"{material.since('cost')}: {there}{way}.{purpose}")


def _start(material: Material, cost: str) -> str:
    if material.start_cost is None:
        return ""
    zero = (
        "At 0 every answer would be right."
        if material.is_xor
        else "Training is to make it smaller."
    )
    return (
        f"With the values of the {material.link('data', 'data page')}, {name(cost)} is "
        f"{_terms(material)}{number_words(material.start_cost)}. {zero}"
    )


def _terms(material: Material) -> str:
    """Write out the sum that a cost is, where it is one of a few numbers."""
    followed, derivation = material.followed, material.derivation
    if followed is None or derivation is None or followed.drawn:
        return ""
    last = derivation.graph.owner(derivation.cost)
    summed = None if last is None or last.op.kind != "sum" else followed.values.get(last.inputs[0])
    if summed is None or not 1 < summed.size <= MAX_TERMS:
        return ""
    written = " + ".join(map(number_tex, summed.ravel())).replace("+ -", "- ")
    return f":math:`{written} =` "
