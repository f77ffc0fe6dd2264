"""Write a graph as DOT text for Graphviz; pure text, nothing is run here.

A node's DOT name is its id in the graph, never its label, so two nodes of one name stay two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphviz.quoting import attr_list, quote

from xorexplain.graph import Apply, Graph
from xorexplain.render import labels
from xorexplain.render.dot_nodes import (
    Page,
    apply_node,
    edge,
    html,
    result_node,
    variable_node,
)
from xorexplain.render.legend import legend_html
from xorexplain.render.look import Look
from xorexplain.render.sheet import sheet
from xorexplain.render.theme import theme
from xorexplain.views.inner import simplified

MAX_OPEN_NODES = 40
"""Inner graphs of Scan and OpFromGraph up to this size are drawn opened."""


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
    for apply in page.graph.applies:
        opened = _opened(page, apply)
        if opened is not None:
            yield from _cluster(page, apply, opened)
        yield apply_node(page, apply)
        yield from _argument_edges(page, apply, opened)
        if raw:
            for computed in apply.outputs:
                label = labels.carried(page.graph, computed)
                yield edge(page.prefix + apply.id, page.prefix + computed, {"label": label})
    if not raw:
        for position, output in enumerate(page.graph.outputs):
            yield result_node(page, output, position)
            if not page.graph.variable[output.variable].folded:
                label = labels.carried(page.graph, output.variable)
                source = _source(page, output.variable)
                yield edge(source, f"{page.prefix}r{position}", {"label": label})


def _opened(page: Page, apply: Apply) -> Page | None:
    """Return what to draw of an inner graph: Scan and OpFromGraph are opened when small."""
    if apply.inner is None or page.look.raw or apply.op.kind == "composite":
        return None
    inner = page.graph.inner[apply.inner]
    if not 0 < len(inner.applies) <= MAX_OPEN_NODES:
        return None
    return replace(page, graph=simplified(inner), prefix=f"{page.prefix}{apply.id}_")


def _cluster(page: Page, apply: Apply, opened: Page) -> Iterator[str]:
    """Draw an inner graph as a box; the op's own node below it stands for its results."""
    yield f"  subgraph {quote('cluster_' + page.prefix + apply.id)} {{"
    yield "  graph" + attr_list(
        kwargs={
            "label": html([(f"inside {labels.op_words(apply)}", "")], page.colours),
            "labeljust": "l",
            "style": "rounded,dashed",
            "color": page.colours.faint,
            "fontcolor": page.colours.faint,
            "fontsize": "10",
        },
    )
    yield from body(opened)
    yield "  }"
    for position, _ in enumerate(opened.graph.outputs):
        source = f"{opened.prefix}r{position}"
        yield edge(source, page.prefix + apply.id, {"style": "dashed"})


def _argument_edges(page: Page, apply: Apply, opened: Page | None) -> Iterator[str]:
    destroyed = {position for _, positions in apply.destroy_map for position in positions}
    viewed = {position for _, positions in apply.view_map for position in positions}
    for position, id_ in enumerate(apply.inputs):
        if page.graph.variable[id_].folded:
            continue
        carried = "" if page.look.raw else labels.carried(page.graph, id_)
        style = {"label": carried or labels.edge_label(page.graph, apply, position)}
        if position in destroyed:
            accent = page.colours.accent
            style |= {"color": accent, "penwidth": "2.4", "fontcolor": accent}
            style["label"] = f"{style['label']} in place".strip()
        elif position in viewed or opened is not None:
            style["style"] = "dashed"
        for target in _targets(page, apply, position, opened):
            yield edge(_source(page, id_), target, style)


def _source(page: Page, variable: str) -> str:
    """Return the node an edge comes from: the variable's own, or that of its apply node."""
    owner = None if page.look.raw else page.graph.variable[variable].owner
    return page.prefix + (owner or variable)


def _targets(page: Page, apply: Apply, position: int, opened: Page | None) -> list[str]:
    """Return the inner inputs an argument feeds, or the op's own node where it feeds none."""
    fed: list[str] = []
    if opened is not None and apply.inner is not None:
        # An inner graph's own shared variables come last, and nothing feeds them.
        inputs = zip(page.graph.inner[apply.inner].inputs, apply.inner_inputs, strict=False)
        drawn = opened.graph.variable
        fed = [opened.prefix + v for v, feed in inputs if feed == position and v in drawn]
    return fed or [page.prefix + apply.id]
