"""Write a graph as DOT text for Graphviz; pure text, nothing is run here.

A node's DOT name is its id in the graph, never its label, so two nodes of one name stay two.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphviz.quoting import attr_list, quote

from xorexplain.graph.records import Apply, Graph
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.dot_nodes import (
    Page,
    apply_node,
    edge,
    html,
    result_node,
    variable_node,
)
from xorexplain.render.pictures.insides import inside, results_inside, source, targets
from xorexplain.render.pictures.legend import legend_html
from xorexplain.render.pictures.memory import treatment
from xorexplain.render.pictures.sheet import sheet
from xorexplain.render.theme import theme


def dot(graph: Graph, look: Look) -> str:
    """Write the whole picture: title, legend, nodes, edges, opened inner graphs."""
    colours = theme(look.theme)
    lines = [
        "digraph graph_of_ops {",
        *sheet(legend_html(graph, look, colours), colours, {"rankdir": look.direction}),
        *body(Page(graph, look, colours)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def body(page: Page) -> Iterator[str]:
    """Write the nodes and edges of a graph."""
    raw = page.look.raw
    for variable in page.graph.variables:
        if not variable.folded and (variable.owner is None or raw):
            yield variable_node(page, variable)
            for start in labels.hidden_sources(page.graph, variable.id):
                colour = page.colours.faint
                style = {"arrowhead": "empty", "color": colour}
                yield edge(source(page, start), page.prefix + variable.id, style)
    for apply in page.graph.applies:
        part = inside(page, apply)
        if part is not None:
            yield from _cluster(page, apply, part)
        yield apply_node(page, apply)
        yield from _argument_edges(page, apply, part)
        if raw:
            for computed in apply.outputs:
                label = labels.carried(page.graph, computed)
                yield edge(page.prefix + apply.id, page.prefix + computed, {"label": label})
    if not raw:
        for position, output in enumerate(page.graph.outputs):
            yield result_node(page, output, position)
            if not page.graph.variable[output.variable].folded:
                label = labels.carried(page.graph, output.variable)
                start = source(page, output.variable)
                yield edge(start, f"{page.prefix}r{position}", {"label": label})


def _cluster(page: Page, apply: Apply, part: Page) -> Iterator[str]:
    """Draw an inner graph as a box; the op's own node below it stands for its results."""
    yield f"  subgraph {quote('cluster_' + page.prefix + apply.id)} {{"
    yield "  graph" + attr_list(
        kwargs={
            "label": html([(f"inside {labels.op_words(apply)}", "")], page.colours),
            "labeljust": "l",
            "style": "rounded",
            "color": page.colours.faint,
            "fontcolor": page.colours.faint,
            "fontsize": "10",
        },
    )
    yield from body(part)
    yield "  }"
    for end in results_inside(part):
        yield edge(end, page.prefix + apply.id, {"style": "dotted"})


def _argument_edges(page: Page, apply: Apply, part: Page | None) -> Iterator[str]:
    for position, id_ in enumerate(apply.inputs):
        if page.graph.variable[id_].folded:
            continue
        style = {"label": labels.edge_words(page.graph, apply, position, page.look.raw)}
        treated = treatment(apply, position)
        if treated == "in place":
            accent = page.colours.accent
            style |= {"color": accent, "penwidth": "2.4", "fontcolor": accent}
            style["label"] = f"{style['label']} in place".strip()
        elif treated == "view":
            style["style"] = "dashed"
        elif part is not None:
            style["style"] = "dotted"
        for target in targets(page, apply, position, part):
            yield edge(source(page, id_), target, style)
