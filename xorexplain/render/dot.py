"""Write a graph as DOT text for Graphviz; pure text, nothing is run here.

A node's DOT name is its id in the graph, never its label, so two nodes of one name stay two.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from graphviz.quoting import attr_list, quote

from xorexplain.graph import Apply, Graph, Output, Variable
from xorexplain.render import labels
from xorexplain.render.legend import legend_html
from xorexplain.render.look import Look
from xorexplain.render.theme import Colours, Theme, theme
from xorexplain.views import DEFAULT_VIEWS, apply_views
from xorexplain.views.inner import name_ends

FONT = "DejaVu Sans"
SMALL = 9
MAX_OPEN_NODES = 40
"""Inner graphs of Scan and OpFromGraph up to this size are drawn opened."""


def dot(graph: Graph, look: Look) -> str:
    """Write the whole picture: title, legend, nodes, edges, opened inner graphs."""
    colours = theme(look.theme)
    lines = [
        "digraph graph_of_ops {",
        *_attributes(graph, look, colours),
        *_body(graph, look, colours, ""),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _attributes(graph: Graph, look: Look, colours: Theme) -> Iterator[str]:
    common = {"fontname": FONT, "fontcolor": colours.text}
    yield "  graph" + attr_list(
        None,
        {
            **common,
            "label": legend_html(graph, look, colours),
            "labelloc": "t",
            "bgcolor": colours.background,
            "rankdir": look.direction,
            "nodesep": "0.3",
            "ranksep": "0.42",
            "pad": "0.3",
        },
    )
    yield "  node" + attr_list(
        None,
        {
            **common,
            "fontsize": "12",
            "shape": "box",
            "style": "rounded,filled",
            "margin": "0.14,0.07",
            "height": "0.3",
            "penwidth": "1.2",
        },
    )
    yield "  edge" + attr_list(
        None,
        {
            **common,
            "fontsize": str(SMALL),
            "color": colours.edge,
            "fontcolor": colours.faint,
            "arrowsize": "0.7",
            "penwidth": "1.1",
        },
    )


def _body(graph: Graph, look: Look, colours: Theme, prefix: str) -> Iterator[str]:
    """Write the nodes and edges of a graph; `prefix` keeps inner graphs' ids apart."""
    for variable in graph.variables:
        is_given = variable.owner is None
        if not variable.folded and (is_given or look.raw):
            yield _variable_node(graph, variable, look, colours, prefix)
    for apply in graph.applies:
        if _opens(graph, apply, look):
            yield from _inner_cluster(graph, apply, look, colours, prefix)
        else:
            yield _apply_node(graph, apply, look, colours, prefix)
        yield from _input_edges(graph, apply, look, colours, prefix)
        if look.raw:
            for position, computed in enumerate(apply.outputs):
                label = str(position) if len(apply.outputs) > 1 else ""
                yield _edge(prefix + apply.id, prefix + computed, {"label": label})
    if not look.raw:
        for position, output in enumerate(graph.outputs):
            yield from _result_node(graph, output, position, look, colours, prefix)


def _variable_node(
    graph: Graph, variable: Variable, look: Look, colours: Theme, prefix: str
) -> str:
    words = labels.variable_words(graph, variable)
    style = {"style": "filled", "shape": "ellipse"}
    paint = colours.plain
    if words == "parameter":
        style, paint = {"style": "filled", "shape": "cylinder"}, colours.parameter
    elif words == "shared":
        style = {"style": "filled", "shape": "cylinder"}
    elif words == "constant":
        style = {"style": "filled", "shape": "note"}
    elif words == "computed elsewhere":
        style = {"style": "filled,dashed", "shape": "box"}
    elif words in ("intermediate", "output"):
        style = {"style": "filled", "shape": "box"}
    name = labels.variable_name(variable)
    results = _result_words(graph, variable) if look.raw else []
    lines = [(name, ""), (words, "small"), (labels.details(variable, look.types, look.shapes), "")]
    lines += [(result, "strong") for result in results]
    if results:
        style["peripheries"] = "2"
    return _node(prefix + variable.id, lines, paint, colours, **style)


def _result_words(graph: Graph, variable: Variable) -> list[str]:
    """Say which results a variable is, by name where that is not its own."""
    found = [labels.output_words(o) for o in graph.outputs if o.variable == variable.id]
    return [word if name == variable.name else f"{word} {name}" for name, word in found]


def _apply_node(graph: Graph, apply: Apply, look: Look, colours: Theme, prefix: str) -> str:
    formula = labels.formula_lines(graph, apply)
    paint = colours.families[apply.op.family]
    heading = labels.op_heading(graph, apply)
    lines = [(heading, "strong"), *[(line, "") for line in formula]]
    if look.raw:
        lines.append((labels.clip(apply.op.label, labels.MAX_FORMULA), "small"))
    else:
        output = graph.variable[apply.outputs[0]]
        if output.name and output.id not in graph.output_ids:
            lines.append((labels.clip(output.name, labels.MAX_NAME), "name"))
        lines.append((labels.details(output, look.types, look.shapes), "small"))
    style = {"shape": "box", "style": "filled"} if formula else {}
    return _node(prefix + apply.id, lines, paint, colours, **style)


def _result_node(
    graph: Graph, output: Output, position: int, look: Look, colours: Theme, prefix: str
) -> Iterator[str]:
    """Write a result as a node of its own, below the node that computes it."""
    name, word = labels.output_words(output)
    paint = colours.update if output.updates else colours.result
    shape = "cds" if output.updates else "box"
    style = {"shape": shape, "style": "filled", "penwidth": "2"}
    style |= {"margin": "0.25,0.14"} if output.updates else {}
    variable = graph.variable[output.variable]
    lines = [(name, "strong"), (word, "small")]
    if variable.owner is None:
        lines.append((labels.details(variable, look.types, look.shapes), ""))
    id_ = f"{prefix}r{position}"
    yield _node(id_, lines, paint, colours, **style)
    source = prefix + (variable.owner or variable.id)
    label = _output_label(graph, output.variable)
    if variable.folded:
        return
    yield _edge(source, id_, {"label": label})


def _input_edges(
    graph: Graph, apply: Apply, look: Look, colours: Theme, prefix: str
) -> Iterator[str]:
    destroyed = {position for _, positions in apply.destroy_map for position in positions}
    viewed = {position for _, positions in apply.view_map for position in positions}
    opened = _opens(graph, apply, look)
    for position, id_ in enumerate(apply.inputs):
        variable = graph.variable[id_]
        if variable.folded:
            continue
        source = prefix + (id_ if look.raw or variable.owner is None else variable.owner)
        label = labels.edge_label(graph, apply, position)
        if not look.raw and variable.owner is not None:
            label = _output_label(graph, id_) or label
        style = {"label": label}
        if position in destroyed:
            style |= {"color": colours.accent, "penwidth": "2.4", "fontcolor": colours.accent}
            style["label"] = f"{label} in place".strip()
        elif position in viewed:
            style["style"] = "dashed"
        targets = [prefix + apply.id]
        if opened:
            style["style"] = "dashed"
            targets = _inner_targets(graph, apply, position, prefix)
        for target in targets:
            yield _edge(source, target, style)


def _output_label(graph: Graph, variable: str) -> str:
    """Say which of several outputs an edge carries."""
    owner = graph.owner(variable)
    if owner is None or len(owner.outputs) < 2:
        return ""
    return f"out {owner.outputs.index(variable)}"


def _opens(graph: Graph, apply: Apply, look: Look) -> bool:
    """Tell whether an inner graph is drawn opened: Scan or OpFromGraph, and not too large."""
    if apply.inner is None or look.raw or apply.op.kind == "composite":
        return False
    return 0 < len(graph.inner[apply.inner].applies) <= MAX_OPEN_NODES


def _inner_prefix(apply: Apply, prefix: str) -> str:
    return f"{prefix}{apply.id}_"


def _inner_targets(graph: Graph, apply: Apply, position: int, prefix: str) -> list[str]:
    """Return the inner inputs an outer argument feeds, or the op's own node for none."""
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    fed = [
        f"{_inner_prefix(apply, prefix)}{variable}"
        for variable, feed in zip(inner.inputs, apply.inner_inputs, strict=False)
        if feed == position
    ]
    return fed or [prefix + apply.id]


def _inner_cluster(
    graph: Graph, apply: Apply, look: Look, colours: Theme, prefix: str
) -> Iterator[str]:
    """Draw an inner graph as a box; the op's own node below it stands for its results."""
    assert apply.inner is not None
    inner = apply_views(name_ends(graph.inner[apply.inner]), DEFAULT_VIEWS)
    inside = _inner_prefix(apply, prefix)
    yield f"  subgraph {quote('cluster_' + prefix + apply.id)} {{"
    yield "  graph" + attr_list(
        None,
        {
            "label": f"inside {labels.op_words(apply)}",
            "labeljust": "l",
            "style": "rounded,dashed",
            "color": colours.faint,
            "fontcolor": colours.faint,
            "fontsize": "10",
        },
    )
    yield from _body(inner, look, colours, inside)
    yield "  }"
    yield _apply_node(graph, apply, look, colours, prefix)
    for position, _ in enumerate(inner.outputs):
        yield _edge(f"{inside}r{position}", prefix + apply.id, {"style": "dashed"})


def _node(
    id_: str, lines: list[tuple[str, str]], paint: Colours, colours: Theme, **style: str
) -> str:
    attributes = {
        "label": _html(lines, colours),
        "fillcolor": paint.fill,
        "color": paint.border,
        "fontcolor": paint.text,
        **style,
    }
    return f"  {quote(id_)}{attr_list(None, attributes)}"


def _edge(source: str, target: str, style: dict[str, str]) -> str:
    """Write an edge; its label is padded, since Graphviz sets it right against the line."""
    kept = {key: value for key, value in style.items() if value}
    if "label" in kept:
        kept["label"] = f"\u2002{kept['label']}\u2002"
    return f"  {quote(source)} -> {quote(target)}{attr_list(None, kept)}"


def _html(lines: list[tuple[str, str]], colours: Theme) -> str:
    """Write an HTML-like label: one row a line, strong rows bold, small rows faint."""
    rows = []
    for text, style in lines:
        if not text:
            continue
        safe = escape(text)
        if style == "strong":
            safe = f"<b>{safe}</b>"
        elif style == "small":
            safe = f'<font point-size="{SMALL}" color="{colours.faint}">{safe}</font>'
        elif style == "name":
            safe = f"<i>{safe}</i>"
        rows.append(safe)
    return "<" + "<br/>".join(rows or [" "]) + ">"
