"""Record graphs: as DOT text, as words, as a text tree, and what pages can refer to in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain.errors import XorexplainError
from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

if TYPE_CHECKING:
    from xorexplain.graph.records import Graph
    from xorexplain.models.stages import View


def _view(request: Request) -> View:
    from xorexplain.models.stages import default_stage, view

    engine, model = request.load()
    options = request.options
    return view(engine, model, options.get("stage") or default_stage(model), options.get("target"))


def graph_entry(request: Request) -> tuple[Entry, Maker]:
    """Record a graph as DOT text of each theme, as words and as a text tree."""
    from dataclasses import replace

    from xorexplain.api import prepared
    from xorexplain.graph.views.part import Part
    from xorexplain.render.limits import GRAPH_NODES
    from xorexplain.render.look import Look
    from xorexplain.render.pictures.dot import dot
    from xorexplain.render.pictures.tree import tree
    from xorexplain.render.pictures.words import graph_words

    built = _view(request)
    options = request.options
    raw = options.get("raw", False)
    look = Look(
        raw=raw,
        direction=options.get("direction", "TB"),
        theme=options.get("theme", "light"),
        types=options.get("types", False),
        shapes=not options.get("no-shapes", False),
        legend=options.get("legend", True),
    )
    part = Part(
        options.get("around"),
        options.get("radius", 2),
        options.get("path"),
        tuple(options.get("select", ())),
        options.get("max-nodes", 0 if raw else GRAPH_NODES),
    )
    whole = built.graph()
    if not whole.variables:
        raise XorexplainError("the graph is empty: the model returns nothing to draw")
    simplified = prepared(whole, look)
    shown, note = part.of(simplified)
    look = replace(look, notes=(note,) if note else ())
    entry = {
        **_names(shown, raw),
        "dot": dot(shown, look),
        "words": graph_words(shown),
        "tree": tree(shown, look),
    }
    return entry, maker_of(built.engine)


def _names(graph: Graph, raw: bool) -> dict[str, Any]:
    """Collect what a page can refer to: title, ops, and nodes with the part they are drawn as.

    A variable is drawn as the apply node that computes it, unless the graph is shown raw.
    """
    from xorexplain.render.pictures.labels import title

    parts = {apply.id: apply.id for apply in graph.applies}
    for variable in graph.variables:
        if variable.name and not variable.folded:
            drawn = variable.id if raw else variable.owner or variable.id
            parts.setdefault(variable.name, drawn)
    ops: dict[str, str] = {}
    for apply in graph.applies:
        ops.setdefault(apply.op.kind, apply.id)
    return {"title": title(graph.origin), "ops": ops, "nodes": parts}


def print_entry(request: Request) -> tuple[Entry, Maker]:
    """Record a graph as text: our tree, or the engine's own debugprint."""
    from xorexplain.api import prepared
    from xorexplain.render.look import Look
    from xorexplain.render.pictures.tree import tree

    built = _view(request)
    options = request.options
    graph = built.graph()
    raw = options.get("raw", False)
    if options.get("style") == "engine":
        text = built.engine.debugprint(built.source.object, {})
    else:
        look = Look(
            raw=raw,
            types=options.get("types", False),
            shapes=options.get("shapes", False),
        )
        text = tree(prepared(graph, look), look)
    return {**_names(graph, raw), "text": text.rstrip("\n")}, maker_of(built.engine)
