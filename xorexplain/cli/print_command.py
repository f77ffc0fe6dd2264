"""Print a stage of a model's graph as text: the engine's own debugprint, or our tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.options import Choice, console, model_options, stage_options, working
from xorexplain.errors import XorexplainError

if TYPE_CHECKING:
    from xorexplain.graph import Graph
    from xorexplain.stages import View

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
OWN_OPTIONS = ("types", "shapes")
ID_STYLES = {"theano": ("id", "int", "CHAR", ""), "pytensor": ("id", "int", "CHAR", "auto", "")}


@click.command(epilog="Example:  python -m xorexplain print --stage optimized --style default")
@model_options
@stage_options
@click.option(
    "--style",
    type=Choice(["engine", "default"]),
    default="engine",
    show_default=True,
    help="The engine's own debugprint, or our tree.",
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
    stage: str,
    target: str | None,
    style: str,
    raw: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Print a stage of a model's graph as text.

    --style engine prints what theano.printing.debugprint or pytensor.dprint prints, with every
    option that engine has. --style default prints our tree: each node once, constants folded,
    Composites as formulas, in colour on a terminal.
    """
    from xorexplain.loading import load_model
    from xorexplain.stages import view

    asked = {name: value for name, value in given.items() if value not in (None, False)}
    if given["inner_graphs"] is False:
        asked["inner_graphs"] = False
    if style == "default" and not as_json:
        _refuse_engine_options(asked)
    with working("building the model"):
        chosen, loaded = load_model(model, engine)
    with working("compiling" if stage == "compiled" else f"making the {stage} graph"):
        built = view(chosen, loaded, stage, target)
    if as_json:
        from xorexplain.jsonio import to_json

        click.echo(to_json(_own(built, raw=True, shapes="shapes" in asked)), nl=False)
    elif style == "engine":
        options = _engine_options(built, asked)
        click.echo(built.engine.debugprint(built.source.object, options), nl=False)
    else:
        _print_tree(_own(built, raw, "shapes" in asked), "types" in asked, "shapes" in asked)


def _refuse_engine_options(asked: dict[str, Any]) -> None:
    foreign = [name for name in asked if name not in OWN_OPTIONS]
    if foreign:
        raise XorexplainError(
            f"--{foreign[0].replace('_', '-')} is an option of the engine's debugprint: "
            "leave out --style default"
        )


def _engine_options(built: View, asked: dict[str, Any]) -> dict[str, Any]:
    """Translate our option names into the engine's; raise for one the engine does not have."""
    name = built.engine.name
    options: dict[str, Any] = {}
    for option, value in asked.items():
        theirs = ENGINE_OPTIONS[option].get(name)
        if theirs is None:
            other = "PyTensor" if name == "theano" else "Theano"
            raise XorexplainError(
                f"--{option.replace('_', '-')}: {built.engine.title}'s debugprint has no such "
                f"option ({other}'s has); leave it out"
            )
        options[theirs] = value
    if "ids" in asked:
        style = "" if asked["ids"] == "none" else asked["ids"]
        if style not in ID_STYLES[name]:
            known = ", ".join(entry or "none" for entry in ID_STYLES[name])
            raise XorexplainError(f"unknown --ids {asked['ids']!r}: choose from {known}")
        options[ENGINE_OPTIONS["ids"][name]] = style
    return options


def _own(built: View, raw: bool, shapes: bool) -> Graph:
    from xorexplain.api import prepared
    from xorexplain.render.look import Look

    return prepared(built.graph(), Look(raw=raw, shapes=shapes))


def _print_tree(graph: Graph, types: bool, shapes: bool) -> None:
    from rich.text import Text

    from xorexplain.render.tree import STYLES, lines

    out = console()
    for line in lines(graph, types, shapes):
        out.print(Text.assemble(*((text, STYLES[style]) for text, style in line)))
