"""Turn a graph into bytes of any format: one table of renderers, looked up by name or suffix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.escaping import encoded
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph
from xorexplain.render.layout.worker import DPI, MIN_DPI
from xorexplain.render.look import Look

if TYPE_CHECKING:
    from xorexplain.render.layout.process import Worker


LAYOUTS = ("embedded", "system")
MAX_BUDGET = 86_400
"""Seconds of a day."""
MAX_DPI = 1_200
"""Dots per inch of a PNG at most; `DPI` are those where nothing is said."""


@dataclass(frozen=True)
class Layout:
    """Choose who places the nodes: `embedded` or `system` Graphviz, within `budget` seconds.

    `worker` is an embedded layout process started ahead of time. A PNG has `dpi` dots per inch.
    """

    engine: str = "embedded"
    budget: float = 10.0
    worker: Worker | None = None
    dpi: float = DPI

    def __post_init__(self) -> None:
        if self.engine not in LAYOUTS:
            hint = did_you_mean(self.engine, LAYOUTS)
            raise XorexplainError(f"unknown layout {self.engine!r}: {hint}")
        if not 0 <= self.budget <= MAX_BUDGET:
            raise XorexplainError(
                f"{self.budget} seconds for the layout: give a number from 0 to {MAX_BUDGET:,}"
            )
        if not MIN_DPI <= self.dpi <= MAX_DPI:
            raise XorexplainError(
                f"{self.dpi:g} dots per inch: give a number from {MIN_DPI} to {MAX_DPI:,}"
            )


@dataclass(frozen=True)
class Rendering:
    """Hold what a renderer made, and one line for each thing the user should know of it."""

    data: bytes
    notes: tuple[str, ...] = ()


Renderer = Callable[[Graph, Look, Layout], Rendering]


def _dot(graph: Graph, look: Look, layout: Layout) -> Rendering:
    from xorexplain.render.pictures.dot import dot

    return Rendering(encoded(dot(graph, look)))


def _mermaid(graph: Graph, look: Look, layout: Layout) -> Rendering:
    from xorexplain.render.pictures.mermaid import mermaid

    return Rendering(encoded(mermaid(graph, look)))


def _text(graph: Graph, look: Look, layout: Layout) -> Rendering:
    from xorexplain.render.pictures.tree import tree

    return Rendering(encoded(tree(graph, look)))


def _json(graph: Graph, look: Look, layout: Layout) -> Rendering:
    from xorexplain.graph.json import to_json

    return Rendering(to_json(graph).encode())


def _html(graph: Graph, look: Look, layout: Layout) -> Rendering:
    from xorexplain.explorer.bundle import graph_story, page_of

    story = graph_story(graph)
    return Rendering(page_of(story, story["views"][0]["key"]))


def _picture(format_: str) -> Renderer:
    def draw(graph: Graph, look: Look, layout: Layout) -> Rendering:
        from xorexplain.render.pictures import labels
        from xorexplain.render.pictures.dot import dot

        small = format_ == "svg" and len(graph.applies) <= MAX_DESCRIBED
        words = _words(graph, look) if small else labels.subtitle(graph)
        return draw_dot(dot(graph, look), format_, layout, labels.title(graph.origin), words)

    return draw


def _words(graph: Graph, look: Look) -> str:
    from xorexplain.render.pictures.tree import tree

    return tree(graph, look)


def draw_dot(
    text: str, format_: str, layout: Layout, title: str = "", description: str = ""
) -> Rendering:
    """Lay out DOT text and draw it as png, svg or pdf; an SVG carries title and description."""
    from xorexplain.render.layout import image

    picture = image.render(
        text,
        format_,
        layout=layout.engine,
        budget=layout.budget,
        dpi=layout.dpi,
        worker=layout.worker,
        title=title,
        description=description,
    )
    return Rendering(picture.data, picture.notes)


MAX_DESCRIBED = 300
"""Pictures of up to this many apply nodes carry their whole text tree as a description."""

PICTURES = ("png", "svg", "pdf")
RENDERERS: Mapping[str, Renderer] = {
    **{name: _picture(name) for name in PICTURES},
    "html": _html,
    "dot": _dot,
    "json": _json,
    "mmd": _mermaid,
    "txt": _text,
}
"""Every output format by its name, which is also the suffix of its files."""
SUFFIXES: Mapping[str, str] = {name: name for name in RENDERERS}


def render(graph: Graph, format_: str, look: Look, layout: Layout) -> Rendering:
    """Render a graph; raise XorexplainError for an unknown format."""
    if format_ not in RENDERERS:
        raise XorexplainError(_unknown(format_))
    return RENDERERS[format_](graph, look, layout)


def _unknown(format_: str) -> str:
    return f"unknown format {format_!r}: {did_you_mean(format_, list(RENDERERS))}"


def format_of(
    path: str | PurePath, format_: str | None = None, known: Mapping[str, str] = SUFFIXES
) -> str:
    """Return the format asked for, else the one that the file's suffix stands for in `known`.

    Raise XorexplainError where the two contradict each other, and where none is told.
    """
    suffix = PurePath(path).suffix.lstrip(".").lower()
    meant = known.get(suffix)
    if format_ is not None and format_ not in known.values():
        raise XorexplainError(_unknown(format_))
    if format_ is not None and meant not in (None, format_):
        ending = next((s for s, name in known.items() if name == format_), format_)
        raise XorexplainError(
            f"{path} would hold {format_}, not {suffix}: end the name in .{ending}, or leave "
            "--format out"
        )
    if format_ is not None or meant is not None:
        return format_ or meant or ""
    if suffix:
        problem = f"unknown suffix .{suffix}: {did_you_mean(suffix, list(known))}"
    elif str(path) == "-":
        raise XorexplainError("stdout has no suffix that tells the format: add --format")
    else:
        problem = f"no suffix tells the format: add one of .{', .'.join(known)}"
    raise XorexplainError(f"{path}: {problem}, or say --format")
