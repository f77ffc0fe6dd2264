"""Draw what a statistical model says: `draw(model, stage="model")`, and the same as text."""

from __future__ import annotations

from functools import partial
from typing import Any

from xorexplain.api.shown import Picture
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded, json_text
from xorexplain.graph.stages import MODEL
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.structure import Structure
from xorexplain.render import PICTURES, Layout, Rendering, draw_dot
from xorexplain.render.pictures.plates import plates_dot, plates_text

FORMATS = {name: name for name in (*PICTURES, "dot", "txt", "json")}


def structure_of(obj: Any) -> tuple[Structure, str]:
    """Return the variables of a statistical model with a title; raise where it is none."""
    return described(as_model(obj)[1])


def described(model: Model) -> tuple[Structure, str]:
    """Return the variables of a model that is understood already."""
    if model.structure is None:
        raise XorexplainError(
            "--stage model shows the random variables of a PyMC model, and this is none: "
            "leave it out"
        )
    return model.structure(), f"{model.name or 'the model'} · {MODEL}"


def rendered(
    structure: Structure,
    title: str,
    format_: str,
    layout: Layout,
    theme: str = "light",
    direction: str = "TB",
) -> Rendering:
    """Write the picture of a model in a format."""
    if format_ == "txt":
        return Rendering(encoded(plates_text(structure, title)))
    if format_ == "json":
        return Rendering(encoded(json_text(structure)))
    if format_ not in FORMATS:
        raise XorexplainError(f"--stage model is written as {', '.join(FORMATS)}, not {format_}")
    dot = plates_dot(structure, title, theme, direction)
    if format_ == "dot":
        return Rendering(encoded(dot))
    return draw_dot(dot, format_, layout, title, plates_text(structure, title))


def model_picture(obj: Any, layout: Layout, theme: str, direction: str) -> Picture:
    """Hold the picture of a model, for a notebook and for files."""
    structure, title = structure_of(obj)

    def made(format_: str) -> Rendering:
        return rendered(structure, title, format_, layout, theme, direction)

    return Picture(title, made, partial(plates_text, structure, title), FORMATS)
