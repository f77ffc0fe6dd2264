"""Offer the package from Python: snapshot a graph, draw it, print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.loading import as_model
from xorexplain.models.stages import default_stage, view
from xorexplain.render import Layout, Rendering, format_of, render
from xorexplain.render.files import check_writable, write_atomically
from xorexplain.render.look import Look
from xorexplain.render.pictures.tree import tree


def snapshot(obj: Any, stage: str | None = None, target: str | None = None) -> Graph:
    """Record a graph as frozen, JSON-able records.

    `obj` is a variable, a list or dict of them, a FunctionGraph, a compiled function, or an
    `xorexplain.Model`; a `Graph` is returned as it is. `stage` is `symbolic`, `gradient`,
    `updates`, `optimized` or `compiled`; the default is `compiled` for a function, else
    `symbolic`. Raise XorexplainError for anything else, and for a stage the model cannot have.
    """
    if isinstance(obj, Graph):
        if stage is not None or target is not None:
            raise XorexplainError("a Graph is one stage already: snapshot the model for another")
        return obj
    engine, model = as_model(obj)
    chosen = stage or default_stage(model)
    return view(engine, model, chosen, target or _everything(obj, chosen)).graph()


def draw(
    obj: Any,
    out: str | Path,
    *,
    stage: str | None = None,
    target: str | None = None,
    format: str | None = None,
    raw: bool = False,
    direction: str = "TB",
    theme: str = "light",
    types: bool = False,
    shapes: bool = False,
    layout: str = "embedded",
    budget: float = 10.0,
) -> Path:
    """Draw a graph into a file and return its path.

    The format is `format`, else the file's suffix: png, svg, pdf, dot, mmd, json, txt. `raw`
    shows every apply node and variable; else constants are folded and broadcasts hidden. `budget`
    is the time for the layout in seconds, after which cheaper settings are used.
    """
    path = Path(out)
    check_writable(path)
    format_ = format_of(path, format)
    look = Look(raw=raw, direction=direction, theme=theme, types=types, shapes=shapes)
    settings = Layout(layout, budget)
    rendering = picture(snapshot(obj, stage, target), format_, look, settings)
    write_atomically(path, rendering.data)
    return path


def picture(graph: Graph, format_: str, look: Look, layout: Layout) -> Rendering:
    """Simplify a graph as `look` says and render it; JSON always holds the whole graph."""
    whole = replace(look, raw=True) if format_ == "json" else look
    return render(prepared(graph, whole), format_, look, layout)


def prepared(graph: Graph, look: Look) -> Graph:
    """Apply the views a look asks for."""
    shaped = infer_shapes(graph) if look.shapes else graph
    return shaped if look.raw else apply_views(shaped, DEFAULT_VIEWS)


def text(
    obj: Any,
    *,
    stage: str | None = None,
    target: str | None = None,
    types: bool = False,
    shapes: bool = False,
    raw: bool = False,
) -> str:
    """Write a graph as a text tree: every apply node once, later uses as references."""
    look = Look(raw=raw, types=types, shapes=shapes)
    return tree(prepared(snapshot(obj, stage, target), look), look)


def mimebundle(graph: Graph) -> dict[str, str]:
    """Return what Jupyter shows for a graph: an SVG picture, with the text tree beside it."""
    look = Look()
    rendering = picture(graph, "svg", look, Layout())
    return {
        "image/svg+xml": rendering.data.decode(),
        "text/plain": tree(prepared(graph, look), look),
    }


def _everything(obj: Any, stage: str) -> str | None:
    """Choose all results for plain variables, where a model would show its cost."""
    is_plain = isinstance(obj, (Mapping, Sequence)) and not isinstance(obj, str)
    return "output" if is_plain and stage == "symbolic" else None
