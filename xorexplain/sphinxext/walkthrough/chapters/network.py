"""Tell what was written: the graph from the given values to the output."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph
from xorexplain.notation.expr import symbols_in
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.pictures.labels import variable_name
from xorexplain.render.writers.marks import (
    bullets,
    code,
    count,
    equations,
    heading,
    listed,
    name,
    page_link,
    paragraphs,
    spelled,
)
from xorexplain.sphinxext.walkthrough.chapters.data import givens, shape_words
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import Drawn, draw

MAX_EQUATIONS = 40


def page(material: Material) -> Page:
    """Write the page on the network."""
    graph = material.network
    assert graph is not None
    applies = material.told_applies(graph)
    drawn = draw(graph, "network", _alt(material, graph), material.settings.budget, shapes=True)
    results = [code(output.label or "the result") for output in graph.outputs]
    return Page(
        "network",
        "The network as it was written",
        f"{count(len(graph.applies), 'apply node')} lead from what is given to "
        f"{listed(results[:3])}.",
        paragraphs(
            _opening(material, graph, results),
            heading("As formulas", 1),
            "Read them from top to bottom; each line uses only what stands above it.",
            forward_equations(material, graph, applies),
            _bend(material, graph),
            heading("As a graph", 1),
            _how_to_read(graph),
            drawn.rst,
            left_out(drawn, graph, material, "network"),
            heading("What it is made of", 1),
            _inventory(material, graph),
        ),
        drawn.files,
    )


def forward_equations(material: Material, graph: Graph, applies: Sequence[Apply]) -> str:
    """Write what apply nodes compute as aligned formulas, the first ones of very many."""
    entries = []
    for apply in applies[:MAX_EQUATIONS]:
        for variable in (v for v in apply.outputs if v in material.names):
            symbol, value = material.equation(graph, variable)
            # A length in another type has the name of the length.
            if apply.op.kind != "cast" or symbol not in symbols_in([value]):
                entries.append((symbol_latex(symbol), "=", value))
    more = len(applies) - MAX_EQUATIONS
    return paragraphs(equations(entries), f"and {more} more." if more > 0 else "")


def _opening(material: Material, graph: Graph, results: list[str]) -> str:
    start = listed([code(variable_name(v)) for v in givens(graph)][:6]) or "the given values"
    return paragraphs(
        f"Look at the arrows and follow them, from {start} down to {listed(results[:3])}: that is "
        "the order in which values are computed, once there are any.",
        f"{material.since('network') or 'What is new'}: the values are connected. Each "
        "operation you wrote became an *apply node*, which is one use of an *op* on certain "
        "variables. Still nothing is computed, and that is the point. A plan can be "
        "differentiated, rewritten and compiled before the first number flows through it; a NumPy "
        "result cannot.",
    )


def _bend(material: Material, graph: Graph) -> str:
    """Say what the sigmoid is, where there is one."""
    if not any(apply.op.kind == "sigmoid" for apply in graph.applies):
        return ""
    slope = material.topic("sigmoid", "slope")
    return (
        r"The sigmoid is :math:`\sigma(z) = 1 / (1 + e^{-z})`. It bends: without it, layers of "
        f"matrix products would be one matrix product. Its {slope} is "
        r":math:`\sigma(z) \, (1 - \sigma(z))`, at most a quarter, and next to nothing where the "
        "value is near 0 or 1: there the neuron is *saturated*, and learns slowly."
    )


def _how_to_read(graph: Graph) -> str:
    roles = {v.role for v in graph.variables if v.owner is None}
    lines = [
        "A rounded box is an apply node; the legend explains its colour, the family of its op."
    ]
    if "shared" in roles:
        lines.append("A cylinder is a shared variable; it has a tint where it is a parameter.")
    if "input" in roles:
        lines.append("An ellipse is an input, which gets a value when the function is called.")
    lines.append("A plain frame at the lower end is a result.")
    if any(len(apply.inputs) > 1 for apply in graph.applies):
        lines.append(
            "Where order matters, arguments arrive in their order from left to right; where they "
            "do not, a number on each arrow is the position of its argument."
        )
    if "constant" in roles:
        lines.append("A constant is written into the op that uses it.")
    return bullets(lines)


def left_out(drawn: Drawn, graph: Graph, material: Material, page: str) -> str:
    """Say what the picture of a page does not show, and how to see it."""
    hidden = len(graph.applies) - drawn.total
    parts = []
    if hidden:
        which = material.kinds(drawn.folded) if drawn.folded else spelled(hidden, "apply node")
        parts.append(
            f"The picture has no box for {which}: what only makes shapes fit or constants is told "
            "by what reads it. ``xorexplain graph --raw`` draws all."
        )
        if axes := _axes_added(graph):
            first = _first_with_axes(material)
            parts.append(
                _axes_words(material, graph, axes)
                if first in (None, page)
                else f"Why axes are added: see {page_link(first, material.chapters[first])}."
            )
    if drawn.shown < drawn.total:
        parts.append(
            f"It shows the {drawn.shown} of {drawn.total} apply nodes that are nearest to the "
            "results; ``xorexplain graph --max-nodes 0`` draws them all."
        )
    return " ".join(parts)


def _axes_added(graph: Graph) -> list[Apply]:
    return [apply for apply in graph.applies if has(apply.op.kind, "adds axes")]


def _first_with_axes(material: Material) -> str | None:
    """Return the first page whose graph adds axes: there it is told why."""
    graphs = {"network": material.network, "cost": material.cost, "updates": material.updates}
    shown = (name for name, graph in graphs.items() if graph and _axes_added(graph))
    return next((name for name in shown if name in material.pages), None)


def _axes_words(material: Material, graph: Graph, axes: Sequence[Apply]) -> str:
    """Say what axes of length 1 are for, and whether only constants are given any."""
    constant = all(graph.variable[apply.inputs[0]].role == "constant" for apply in axes)
    whose = (
        "Here only constants get them, so nothing has to be undone on the way back."
        if constant
        else "The adjoint of what was repeated is summed along the axis on the way back."
    )
    if material.compiled is not None and not _axes_added(material.compiled):
        whose += (
            f" In {material.link('compiled')} none of these nodes is left: what is made of "
            f"constants is computed {material.link('rewrites', 'by the rewriter')}."
            if constant
            else f" In {material.link('compiled')} none of these nodes is left."
        )
    return (
        "All operands of an elementwise op must have the same number of axes. So one that has "
        "fewer gets axes of length 1, along which the op repeats it (*broadcasting*): by "
        "ExpandDims in PyTensor, by DimShuffle in Theano. NumPy does the same without saying "
        f"({material.topic('product', 'more on that')}). {whose}"
    )


def _inventory(material: Material, graph: Graph) -> str:
    if not graph.applies:
        return "There is no apply node: the result is one of the given values."
    depth = _depth(graph)
    number = count(len(graph.applies), "apply node")
    return (
        f"The graph has {number}: {material.kinds(graph.applies)}. The longest "
        f"path through it passes {depth} of them."
    )


def _depth(graph: Graph) -> int:
    depth: dict[str, int] = {}
    for apply in graph.applies:
        below = max((depth.get(v, 0) for v in apply.inputs), default=0) + 1
        depth.update(dict.fromkeys(apply.outputs, below))
    return max(depth.values(), default=0)


def _alt(material: Material, graph: Graph) -> str:
    ends = [
        f"{o.label or 'result'}, {shape_words(graph.variable[o.variable])}" for o in graph.outputs
    ]
    told = dict.fromkeys(material.names[a.outputs[0]] for a in material.told_applies(graph))
    order = ", ".join([*told][:12])
    return f"The graph of {material.title}: {order}. Results: {'; '.join(ends[:4])}."


def symbols(of: Sequence[str], most: int = 8) -> str:
    """Write some names as mathematics, each once, and how many are left out."""
    names = list(dict.fromkeys(of))
    shown = [name(one) for one in names[:most]]
    return listed([*shown, f"{len(names) - most} more"] if len(names) > most else shown)
