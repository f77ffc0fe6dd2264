"""Print a stage of a model's graph as text: our tree, or the engine's own debugprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.building import built_model
from xorexplain.cli.model_stage import print_model
from xorexplain.cli.options import (
    Choice,
    given_options,
    model_options,
    stage_options,
    view_of,
)
from xorexplain.cli.printing import print_lines, say, tell
from xorexplain.cli.stored import read_graph, stored_or_model
from xorexplain.cli.terminal import answer_width
from xorexplain.engines.names import TITLES
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.stages import MODEL

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.graph.records import Graph
    from xorexplain.render.look import Look

# What each option is called by the engines; an engine that is missing has no such option.
ENGINE_OPTIONS: dict[str, dict[str, str]] = {
    "ids": {"theano": "ids", "pytensor": "id_type"},
    "depth": {"theano": "depth", "pytensor": "depth"},
    "types": {"theano": "print_type", "pytensor": "print_type"},
    "shapes": {"pytensor": "print_shape"},
    "stop_on_name": {"theano": "stop_on_name", "pytensor": "stop_on_name"},
    "storage": {"theano": "print_storage", "pytensor": "print_storage"},
    "clients": {"theano": "print_clients"},
    "op_info": {"pytensor": "print_op_info"},
    "destroy_map": {"pytensor": "print_destroy_map"},
    "view_map": {"pytensor": "print_view_map"},
    "memory_map": {"pytensor": "print_memory_map"},
    "inner_graphs": {"pytensor": "print_inner_graphs"},
    "fgraph_inputs": {"pytensor": "print_fgraph_inputs"},
    "assumptions": {"pytensor": "print_assumptions"},
}
FOREIGN = [name for name in ENGINE_OPTIONS if name not in ("types", "shapes")]
ID_STYLES = {"theano": ("id", "int", "CHAR", ""), "pytensor": ("id", "int", "CHAR", "auto", "")}


@click.command("print", epilog="Example:  xorexplain print net.py --stage optimized")
@model_options
@stage_options
@click.option(
    "--style",
    type=Choice(["default", "engine"]),
    default="default",
    show_default=True,
    help="Our tree, or the engine's own debugprint.",
)
@click.option("--types", is_flag=True, help="Show types.")
@click.option("--shapes", is_flag=True, help="Show shapes.")
@click.option("--raw", is_flag=True, help="Our tree with constants and broadcasts.")
@click.option("--ids", metavar="id|int|CHAR|auto|none", help="How debugprint names nodes.")
@click.option("--depth", type=click.IntRange(min=-1), help="Print to this depth; -1 is all.")
@click.option("--stop-on-name", is_flag=True, help="Print nothing below a named variable.")
@click.option("--storage", is_flag=True, help="Show what a compiled function stores.")
@click.option("--clients", is_flag=True, help="Show which nodes read a node (Theano).")
@click.option("--op-info", is_flag=True, help="Show what ops say of themselves (PyTensor).")
@click.option("--destroy-map", is_flag=True, help="Show which inputs are overwritten (PyTensor).")
@click.option("--view-map", is_flag=True, help="Show which inputs share memory (PyTensor).")
@click.option("--memory-map", is_flag=True, help="Both maps (PyTensor).")
@click.option("--inner-graphs/--no-inner-graphs", default=None, help="Inner graphs (PyTensor).")
@click.option("--fgraph-inputs", is_flag=True, help="Show the inputs of the graph (PyTensor).")
@click.option("--assumptions", is_flag=True, help="Show what is known of matrices (PyTensor).")
@click.option("--json", "as_json", is_flag=True, help="Print the graph as JSON.")
def command(
    model: str | None,
    engine: str | None,
    stage: str | None,
    target: str | None,
    style: str,
    raw: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Print a stage of a model's graph as text.

    It is our tree: each node once, constants folded, Composites as formulas, in colour on a
    terminal. --style engine prints what theano.printing.debugprint or pytensor.dprint prints; the
    options from --ids on are its own.
    """
    from xorexplain.render.look import Look

    stored, model = stored_or_model("", None, model, "engine", "stage", "target")
    if stored is not None and (foreign := given_options("style", *FOREIGN)):
        raise XorexplainError(f"{foreign[0]} asks an engine, and {stored} has none: leave it out")
    style = _style(style, as_json)
    look = Look(raw=raw or as_json, types=given["types"], shapes=given["shapes"])
    if stored is not None:
        _print_own(read_graph(stored), look, as_json)
        return
    if stage == MODEL:
        print_model({"model": model, "engine": engine}, as_json)
        return
    is_engines = style == "engine" and not as_json
    chosen, loaded = built_model(model, engine)
    options = _engine_options(chosen, given) if is_engines else {}
    built = view_of(chosen, loaded, stage, target)
    tell(built.source.remarks)
    if is_engines:
        try:
            written = chosen.debugprint(built.source.object, options)
        except Exception as error:  # noqa: BLE001 - the code of ops of the user's own
            name = type(error).__name__
            tell([f"{chosen.title}'s debugprint fails with {name}: this is our own tree"])
        else:
            say(written, end="")
            return
    _print_own(built.graph(), look, as_json)


def _style(style: str, as_json: bool) -> str:
    """Return the style that is meant; raise XorexplainError for an option it would not follow.

    For one release an option of the engine's debugprint alone asks for it, as it did.
    """
    foreign = given_options(*FOREIGN)
    if foreign and not as_json and not given_options("style"):
        tell(
            [
                f"{foreign[0]} is an option of the engine's debugprint: with the next release "
                "write --style engine too"
            ]
        )
        style = "engine"
    if foreign and (as_json or style == "default"):
        cure = "--json" if as_json else "--style default"
        raise XorexplainError(
            f"{foreign[0]} is an option of the engine's debugprint: leave out {cure}"
        )
    if style == "engine" and not as_json and given_options("raw"):
        raise XorexplainError("--raw is an option of our tree: leave out --style engine")
    return style


def _engine_options(engine: Engine, given: dict[str, Any]) -> dict[str, Any]:
    """Translate our option names into the engine's; raise for one the engine does not have."""
    options: dict[str, Any] = {}
    for option, theirs in ENGINE_OPTIONS.items():
        for flag in given_options(option):
            if engine.name not in theirs:
                other = next(title for name, title in TITLES.items() if name != engine.name)
                raise XorexplainError(
                    f"{flag} is an option of {other}'s debugprint, which {engine.title}'s lacks: "
                    "leave it out"
                )
            options[theirs[engine.name]] = given[option]
    if given["ids"] is not None:
        style = "" if given["ids"] == "none" else given["ids"]
        if style not in ID_STYLES[engine.name]:
            known = [entry or "none" for entry in ID_STYLES[engine.name]]
            hint = did_you_mean(given["ids"], known)
            raise XorexplainError(f"unknown ids {given['ids']!r}: {hint}")
        options[ENGINE_OPTIONS["ids"][engine.name]] = style
    return options


def _print_own(graph: Graph, look: Look, as_json: bool) -> None:
    """Print our tree of a graph, or the graph as JSON."""
    from xorexplain.api import prepared
    from xorexplain.graph.json import to_json
    from xorexplain.render.pictures.tree import depth_within, lines

    shown = prepared(graph, look)
    if as_json:
        say(to_json(shown), end="")
    else:
        print_lines(lines(shown, look, depth_within(answer_width())))
