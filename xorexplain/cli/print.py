"""Print a stage of a model's graph as text: the engine's own debugprint, or our tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.options import Choice, given_options, model_options, stage_options, view_of
from xorexplain.cli.printing import answer_width, print_lines, say, tell, working
from xorexplain.engines.names import TITLES
from xorexplain.errors import XorexplainError, did_you_mean

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.graph.records import Graph
    from xorexplain.models.stages import View
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
OWN_OPTIONS = ("types", "shapes")
ID_STYLES = {"theano": ("id", "int", "CHAR", ""), "pytensor": ("id", "int", "CHAR", "auto", "")}


@click.command(
    "print", epilog="Example:  python -m xorexplain print --stage optimized --style default"
)
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
    stage: str | None,
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
    from xorexplain.render.look import Look
    from xorexplain.rewrites.listen import load_heard

    _refuse_idle_options(style, as_json)
    is_engines = style == "engine" and not as_json
    with working("building the model"):
        chosen, loaded, _ = load_heard(model, engine)
    options = _engine_options(chosen, given) if is_engines else {}
    built = view_of(chosen, loaded, stage, target)
    tell(built.source.remarks)
    look = Look(raw=raw or as_json, types=given["types"], shapes=given["shapes"])
    if as_json:
        from xorexplain.graph.json import to_json

        say(to_json(_own(built, look)), end="")
    elif is_engines:
        try:
            written = chosen.debugprint(built.source.object, options)
        except Exception as error:  # noqa: BLE001 - the code of ops of the user's own
            name = type(error).__name__
            tell([f"{chosen.title}'s debugprint fails with {name}: this is our own tree"])
            _print_tree(_own(built, look), look)
        else:
            say(written, end="")
    else:
        _print_tree(_own(built, look), look)


def _refuse_idle_options(style: str, as_json: bool) -> None:
    """Raise XorexplainError for an option that what is printed would not follow."""
    foreign = given_options(*(name for name in ENGINE_OPTIONS if name not in OWN_OPTIONS))
    if foreign and (as_json or style == "default"):
        cure = "--json" if as_json else "--style default"
        raise XorexplainError(
            f"{foreign[0]} is an option of the engine's debugprint: leave out {cure}"
        )
    if style == "engine" and not as_json and given_options("raw"):
        raise XorexplainError("--raw is an option of our tree: add --style default")


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


def _own(built: View, look: Look) -> Graph:
    from xorexplain.api import prepared

    return prepared(built.graph(), look)


def _print_tree(graph: Graph, look: Look) -> None:
    from xorexplain.render.pictures.tree import depth_within, lines

    print_lines(lines(graph, look, depth_within(answer_width())))
