"""Draw a graph, simplified, or a part of it; hold it as a picture."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.api.shown import Picture
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.axis_detours import hide_detours
from xorexplain.graph.views.chains import fold_chains
from xorexplain.graph.views.fold_repeats import fold_repeats
from xorexplain.graph.views.kept_axes import hide_returns, keep_axes
from xorexplain.graph.views.largest import tell_largest
from xorexplain.graph.views.leading_axes import hide_leading_axes
from xorexplain.graph.views.merge import merge_backward
from xorexplain.graph.views.part import Part
from xorexplain.graph.views.parts import fold_parts
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.render import PICTURES, Layout, Rendering, render
from xorexplain.render.limits import GRAPH_NODES
from xorexplain.render.look import Look
from xorexplain.render.pictures.carried import check_opened

FOLDED = (*PICTURES, "dot", "mmd")
"""Formats in which what repeats is shown once."""
MAX_TEXT = 300
"""A notebook keeps the text tree of so many apply nodes beside the picture."""
WHOLE = Part()


def picture_of(
    graph: Graph,
    look: Look | None = None,
    layout: Layout | None = None,
    part: Part = WHOLE,
    max_nodes: int | None = None,
) -> Picture:
    """Hold a graph as a picture of what the command line draws of it."""
    chosen, layout = look or Look(shapes=True), layout or Layout()

    def rendered(format_: str, look: Look = chosen) -> Rendering:
        limit = node_limit(max_nodes, format_, look.raw)
        return drawn(graph, format_, replace(part, max_nodes=limit), look, layout)[0]

    def text() -> str:
        if graph.count > MAX_TEXT:
            return repr(graph)
        return rendered("txt", replace(chosen, shapes=False)).data.decode()

    return Picture(repr(graph), rendered, text)


def picture(graph: Graph, format_: str, look: Look, layout: Layout) -> Rendering:
    """Simplify a graph as `look` says and render it; JSON always holds the whole graph."""
    shown = prepared(graph, _look_of(format_, look), format_ in FOLDED)
    return render(shown, format_, look, layout)


def drawn(
    whole: Graph, format_: str, part: Part, look: Look, layout: Layout
) -> tuple[Rendering, Graph]:
    """Render a part of a graph, simplified as `look` says; return what is shown of it too."""
    if not whole.variables:
        raise XorexplainError("the graph is empty: the model returns nothing to draw")
    folds = format_ in FOLDED and not part.is_named
    shown, note = part.of(prepared(whole, _look_of(format_, look), folds), whole)
    notes = (*look.notes, note) if note else look.notes
    rendering = render(shown, format_, replace(look, notes=notes), layout)
    said = [f"{len(shown.applies)} of {shown.count} apply nodes: {note}"] if note else []
    return replace(rendering, notes=(*said, *rendering.notes)), shown


def node_limit(max_nodes: int | None, format_: str, raw: bool) -> int:
    """Return how many apply nodes are drawn where nobody says how many; 0 is all."""
    if max_nodes is not None:
        return max_nodes
    return GRAPH_NODES if format_ in PICTURES and not raw else 0


def prepared(graph: Graph, look: Look, folds: bool = False) -> Graph:
    """Apply the views a look asks for; raise XorexplainError where it opens what is not there.

    `folds` says that what repeats may be shown once.
    """
    if look.raw:
        return infer_shapes(graph) if look.shapes else graph
    is_folded = folds and look.fold
    # The default ones work shapes out by themselves.
    simplified = apply_views(
        graph, (merge_backward, hide_returns, *DEFAULT_VIEWS) if is_folded else DEFAULT_VIEWS
    )
    if is_folded:
        simplified = keep_axes(hide_leading_axes(tell_largest(simplified)))
        simplified = fold_repeats(hide_detours(simplified))
        simplified = fold_parts(fold_chains(simplified))
    check_opened(simplified, look.opened)
    return simplified


def _look_of(format_: str, look: Look) -> Look:
    """Have JSON hold the whole graph as the engine has it."""
    return replace(look, raw=True, shapes=False) if format_ == "json" else look
