"""Offer the package from Python: snapshot a graph, draw it, print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from xorexplain.api.drawing import picture, picture_of, prepared
from xorexplain.api.shown import Picture, destination, written
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import MODEL
from xorexplain.models.loading import as_model
from xorexplain.models.stages import default_stage, view
from xorexplain.render import Layout
from xorexplain.render.layout.worker import DPI
from xorexplain.render.look import OPENED, Look

__all__ = ["draw", "everything", "picture", "prepared", "snapshot", "text"]


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
    return view(engine, model, chosen, target or everything(obj, chosen)).graph()


@overload
def draw(
    obj: Any,
    out: None = None,
    *,
    stage: str | None = ...,
    target: str | None = ...,
    format: None = ...,
    raw: bool = ...,
    direction: str = ...,
    theme: str = ...,
    types: bool = ...,
    shapes: bool = ...,
    opened: Sequence[str] = ...,
    fold: bool = ...,
    layout: str = ...,
    budget: float = ...,
    dpi: float = ...,
) -> Picture: ...
@overload
def draw(
    obj: Any,
    out: str | Path,
    *,
    stage: str | None = ...,
    target: str | None = ...,
    format: str | None = ...,
    raw: bool = ...,
    direction: str = ...,
    theme: str = ...,
    types: bool = ...,
    shapes: bool = ...,
    opened: Sequence[str] = ...,
    fold: bool = ...,
    layout: str = ...,
    budget: float = ...,
    dpi: float = ...,
) -> Path: ...
def draw(
    obj: Any,
    out: str | Path | None = None,
    *,
    stage: str | None = None,
    target: str | None = None,
    format: str | None = None,
    raw: bool = False,
    direction: str = "TB",
    theme: str = "light",
    types: bool = False,
    shapes: bool = True,
    opened: Sequence[str] = OPENED,
    fold: bool = True,
    layout: str = "embedded",
    budget: float = 10.0,
    dpi: float = DPI,
) -> Path | Picture:
    """Draw a graph into a file and return its path; without a file return a `Picture`.

    A notebook shows the picture. The format of a file is `format`, else the file's suffix: png,
    svg, pdf, dot, mmd, json, txt, html. `raw` shows every apply node and variable; else constants
    are folded and broadcasts hidden. `shapes` are those that follow from the inputs', whose unknown
    lengths have names: `n×5`. `opened` names the ops whose inner graph is drawn, by kind or name,
    or `all`; any other is one node that tells its formula. `fold` has a picture show equal layers
    and equal updates once. `budget` is the time for the layout in seconds, after which cheaper
    settings are used. A PNG has `dpi` dots per inch.
    """
    look = Look(
        raw=raw,
        direction=direction,
        theme=theme,
        types=types,
        shapes=shapes,
        opened=tuple(opened),
        fold=fold,
    )
    settings = Layout(layout, budget, dpi=dpi)
    if stage == MODEL:
        from xorexplain.api.plates import model_picture  # no graph needs it

        made = model_picture(obj, settings, theme, direction)
        return made if out is None else made.save(out, format)
    if out is not None:
        chosen = destination(Path(out), format)
        rendering = picture(snapshot(obj, stage, target), chosen, look, settings)
        return written(Path(out), rendering.data)
    if format is not None:
        raise XorexplainError("format is that of a file: say which file, or leave it out")
    return picture_of(snapshot(obj, stage, target), look, settings)


def text(
    obj: Any,
    *,
    stage: str | None = None,
    target: str | None = None,
    types: bool = False,
    shapes: bool = False,
    raw: bool = False,
    opened: Sequence[str] = OPENED,
) -> str:
    """Write a graph as a text tree: every apply node once, later uses as references.

    `opened` is as for `draw`.
    """
    if stage == MODEL:
        from xorexplain.api.plates import structure_of
        from xorexplain.render.pictures.plates import plates_text

        return plates_text(*structure_of(obj))
    look = Look(raw=raw, types=types, shapes=shapes, opened=tuple(opened))
    from xorexplain.render.pictures.tree import tree  # no picture needs it

    return tree(prepared(snapshot(obj, stage, target), look), look)


def everything(obj: Any, stage: str) -> str | None:
    """Choose all results for plain variables, where a model would show its cost."""
    is_plain = isinstance(obj, (Mapping, Sequence)) and not isinstance(obj, str)
    return "output" if is_plain and stage == "symbolic" else None
