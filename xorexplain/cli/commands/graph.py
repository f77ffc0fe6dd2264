"""Draw a stage of a model's graph into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xorexplain.cli.building import built_model
from xorexplain.cli.data_options import graph_with_values, value_options
from xorexplain.cli.model_stage import draw_model
from xorexplain.cli.options import (
    Choice,
    Positive,
    fineness_options,
    given_options,
    model_options,
    open_option,
    part_options,
    stage_options,
    view_of,
)
from xorexplain.cli.output import check_out, named, write_out
from xorexplain.cli.printing import tell, write_json
from xorexplain.cli.progress import working
from xorexplain.cli.stored import read_graph, stored_or_model
from xorexplain.cli.unused_options import refuse_idle_options
from xorexplain.errors import XorexplainError
from xorexplain.graph.stages import MODEL
from xorexplain.render import LAYOUTS, PICTURES, RENDERERS
from xorexplain.render.look import DIRECTIONS
from xorexplain.render.theme import THEMES

if TYPE_CHECKING:
    from xorexplain.graph.records import Graph, Origin
    from xorexplain.models.stages import View
    from xorexplain.render import Layout, Rendering
    from xorexplain.render.layout.process import Worker


class _Direction(Choice):
    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value.upper(), param, ctx)


@click.command(
    "graph",
    epilog="Example:  xorexplain graph net.py --stage gradient --target W1 -o gradient.svg",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; its suffix chooses the format. `-` is stdout, with --format.  "
    "[default: graph.png, or as --format says]",
)
@click.option(
    "--format", "format_", type=Choice(list(RENDERERS)), help="Format, whatever the suffix."
)
@click.option(
    "--from",
    "stored",
    type=click.Path(path_type=Path),
    metavar="FILE.json",
    help="Draw a graph written with -o FILE.json, as MODEL does that ends so; no engine is needed. "
    "`-` is stdin.",
)
@model_options
@stage_options
@click.option(
    "--style",
    type=Choice(["default", "pydotprint"]),
    default="default",
    show_default=True,
    help="Our picture, or the engine's own printing.pydotprint.",
)
@click.option("--raw", is_flag=True, help="Every apply node and every variable is a node.")
@click.option(
    "--origins", is_flag=True, help="Say of each node of the optimized stage what it was made from."
)
@open_option
@click.option("--types", is_flag=True, help="Show types.")
@click.option(
    "--shapes/--no-shapes",
    default=True,
    help="Show shapes; unknown lengths have names: n×5.  [default: on]",
)
@click.option(
    "--legend/--no-legend", default=True, help="Explain colours and lines.  [default: on]"
)
@click.option(
    "--ids", is_flag=True, help="Show the ids of nodes, as --around and others take them."
)
@click.option(
    "--direction",
    type=_Direction(DIRECTIONS),
    metavar="TB|LR|BT|RL",
    default="TB",
    show_default=True,
    help="Which way the edges point.",
)
@click.option(
    "--theme",
    type=Choice(list(THEMES)),
    default="light",
    show_default=True,
    help="Colours; `print` is black on white.",
)
@click.option(
    "--values", "shows_values", is_flag=True, help="Write at each node what it holds, as `values`."
)
@value_options
@part_options
@click.option(
    "--layout",
    type=Choice(LAYOUTS),
    default="embedded",
    show_default=True,
    help="Graphviz as installed by pip, or the `dot` program on PATH.",
)
@click.option(
    "--time-limit",
    type=Positive(most=86_400),
    default=10.0,
    show_default=True,
    help="Seconds for Graphviz's layout, after which a coarser one is drawn; with more than 10 it "
    "tries graphs of any size.",
)
@fineness_options
@click.option("--json", "as_json", is_flag=True, help="Report what was written as JSON.")
def command(
    out: Path | None,
    format_: str | None,
    stored: Path | None,
    model: str | None,
    engine: str | None,
    stage: str | None,
    target: str | None,
    style: str,
    raw: bool,
    origins: bool,
    opened: tuple[str, ...],
    fold: bool,
    types: bool,
    shapes: bool,
    legend: bool,
    ids: bool,
    direction: str,
    theme: str,
    shows_values: bool,
    around: str | None,
    radius: int,
    path: tuple[str, str] | None,
    select: tuple[str, ...],
    max_nodes: int | None,
    layout: str,
    time_limit: float,
    dpi: float,
    scale: float,
    as_json: bool,
) -> None:
    """Draw a stage of a model's graph into a file.

    Stages: symbolic is what was written, gradient what T.grad made of it, updates the training
    function before rewriting, optimized the graph after it (nothing is compiled), compiled what
    really runs.
    """
    from xorexplain.api.drawing import drawn, node_limit
    from xorexplain.graph.views.part import Part
    from xorexplain.render import Layout, format_of
    from xorexplain.render.look import OPENED, Look

    if out is not None and out.suffix and not given_options("format_"):
        # A default gives way to what the name says.
        format_ = None
    out = out or named(f"graph.{format_ or 'png'}")
    check_out(out)
    chosen = format_of(out, format_)
    others = ("engine", "stage", "target", "origins", "style", "shows_values")
    stored, model = stored_or_model("--from", stored, model, *others)
    refuse_idle_options(style, chosen, out, around, shows_values)
    if stage == MODEL:
        draw_model(click.get_current_context().params, chosen, out)
        return
    part = Part(around, radius, path, select, node_limit(max_nodes, chosen, raw))
    # What is shown once for several has not one value.
    fold = fold and not shows_values
    look = Look(
        raw, direction, theme, types, shapes, legend, opened=(*OPENED, *opened), fold=fold, ids=ids
    )
    settings = Layout(layout, time_limit, _early_worker(chosen, layout), dpi * scale)
    graph = None
    try:
        if stored is not None:
            whole = read_graph(stored)
            origin = whole.origin
            with working("laying out the picture"):
                rendering, graph = drawn(whole, chosen, part, look, settings)
        elif shows_values:
            whole, look = graph_with_values(model, engine, stage, target, look)
            origin = whole.origin
            with working("laying out the picture"):
                rendering, graph = drawn(whole, chosen, part, look, settings)
        else:
            built = _build(model, engine, stage, target, origins)
            tell(built.source.remarks)
            origin = built.origin
            if style == "pydotprint":
                rendering = _pydotprint(built, chosen, settings)
            else:
                whole = built.graph()
                with working("laying out the picture"):
                    rendering, graph = drawn(whole, chosen, part, look, settings)
    finally:
        if settings.worker is not None:
            settings.worker.close()
    tell(rendering.notes)
    _write(origin, graph, chosen, out, rendering, as_json)


def _early_worker(format_: str, layout: str) -> Worker | None:
    """Start the layout process now, so that it is ready when the engine has been imported."""
    if format_ not in PICTURES or layout != "embedded":
        return None
    from xorexplain.render.layout.image import start_worker

    return start_worker()


def _build(
    model: str | None, engine: str | None, stage: str | None, target: str | None, origins: bool
) -> View:
    if origins and stage != "optimized":
        raise XorexplainError("--origins is about what rewriting made: add --stage optimized")
    chosen_engine, loaded = built_model(model, engine)
    if origins:
        from xorexplain.rewrites.questions.origins import optimized_with_ancestry

        with working("recording the rewrites"):
            return optimized_with_ancestry(chosen_engine, loaded, target)
    return view_of(chosen_engine, loaded, stage, target)


def _pydotprint(built: View, format_: str, layout: Layout) -> Rendering:
    from xorexplain.errors.escaping import encoded
    from xorexplain.models.failures import reporting
    from xorexplain.render import Rendering, draw_dot

    with reporting(built.engine, "draw the graph with pydotprint", "leave --style out"):
        dot = built.engine.pydotprint(built.source.object)
    if format_ == "dot":
        return Rendering(encoded(dot))
    with working("laying out the picture"):
        return draw_dot(dot, format_, layout, "pydotprint")


def _write(
    origin: Origin,
    graph: Graph | None,
    format_: str,
    out: Path,
    rendering: Rendering,
    as_json: bool,
) -> None:
    """Write the picture and say so, in words or as JSON."""
    from xorexplain.render.pictures.labels import engine_title, title

    if as_json:
        write_out(out, rendering.data)
        write_json(
            {
                "file": str(out),
                "format": format_,
                "engine": origin.engine,
                "version": origin.version,
                "model": origin.model,
                "stage": origin.stage,
                "target": origin.target,
                "apply_nodes": None if graph is None else graph.count,
                "shown": None if graph is None else len(graph.applies),
                "notes": list(rendering.notes),
            }
        )
        return
    made_by = f"{engine_title(origin.engine)} {origin.version}"
    write_out(out, rendering.data, f"{title(origin)} ({made_by})")
