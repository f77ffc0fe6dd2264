"""Hold a picture of a graph, which a notebook shows and which can be written into files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from xorexplain.api.shown import MAX_SHOWN, Bundle, too_large
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.part import Part
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.render import PICTURES, Layout, Rendering, format_of, render
from xorexplain.render.files import check_writable, write_atomically
from xorexplain.render.limits import GRAPH_NODES
from xorexplain.render.look import Look
from xorexplain.render.pictures import svg

MAX_TEXT = 300
"""A notebook keeps the text tree of so many apply nodes beside the picture."""


@dataclass(frozen=True, repr=False)
class Picture:
    """Show a graph in a notebook, and write it into files.

    Without `max_nodes` it is drawn as the command line does: the 600 apply nodes nearest to the
    results, which it says, and all of them in a file of text.
    """

    graph: Graph
    look: Look = field(default_factory=Look)
    layout: Layout = field(default_factory=Layout)
    part: Part = field(default_factory=Part)
    max_nodes: int | None = None

    def save(self, out: str | Path, format: str | None = None) -> Path:
        """Write it into a file and return the path; `format` is as for `draw`."""
        path = Path(out)
        return written(path, self._rendered(destination(path, format)))

    def _rendered(self, format_: str) -> Rendering:
        limit = node_limit(self.max_nodes, format_, self.look.raw)
        part = replace(self.part, max_nodes=limit)
        return drawn(self.graph, format_, part, self.look, self.layout)[0]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        shown = svg.inline(self._rendered("svg").data)
        if len(shown) > MAX_SHOWN:
            return too_large("picture", len(shown), "picture.svg")
        return {"image/svg+xml": shown, "text/plain": self._text()}

    def _text(self) -> str:
        if self.graph.count > MAX_TEXT:
            return repr(self)
        return self._rendered("txt").data.decode()

    def __repr__(self) -> str:
        return f"<Picture of {self.graph!r}>"


def destination(path: Path, format_: str | None) -> str:
    """Return the format of a file; raise XorexplainError where it cannot be written."""
    check_writable(path)
    return format_of(path, format_)


def written(path: Path, rendering: Rendering) -> Path:
    """Write what was rendered and return the path."""
    write_atomically(path, rendering.data)
    return path


def picture(graph: Graph, format_: str, look: Look, layout: Layout) -> Rendering:
    """Simplify a graph as `look` says and render it; JSON always holds the whole graph."""
    return render(prepared(graph, _look_of(format_, look)), format_, look, layout)


def drawn(
    whole: Graph, format_: str, part: Part, look: Look, layout: Layout
) -> tuple[Rendering, Graph]:
    """Render a part of a graph, simplified as `look` says; return what is shown of it too."""
    if not whole.variables:
        raise XorexplainError("the graph is empty: the model returns nothing to draw")
    shown, note = part.of(prepared(whole, _look_of(format_, look)))
    rendering = render(shown, format_, replace(look, notes=(note,) if note else ()), layout)
    said = [f"{len(shown.applies)} of {shown.count} apply nodes: {note}"] if note else []
    return replace(rendering, notes=(*said, *rendering.notes)), shown


def node_limit(max_nodes: int | None, format_: str, raw: bool) -> int:
    """Return how many apply nodes are drawn where nobody says how many; 0 is all."""
    if max_nodes is not None:
        return max_nodes
    return GRAPH_NODES if format_ in PICTURES and not raw else 0


def prepared(graph: Graph, look: Look) -> Graph:
    """Apply the views a look asks for."""
    shaped = infer_shapes(graph) if look.shapes else graph
    return shaped if look.raw else apply_views(shaped, DEFAULT_VIEWS)


def _look_of(format_: str, look: Look) -> Look:
    return replace(look, raw=look.raw or format_ == "json")
