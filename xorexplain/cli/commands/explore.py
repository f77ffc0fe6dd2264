"""Write one page in which the whole story of a model can be explored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.arrays import read_arrays
from xorexplain.cli.building import built_subject
from xorexplain.cli.options import model_options, target_option
from xorexplain.cli.output import STDOUT, check_out, named, write_out
from xorexplain.cli.printing import say, tell
from xorexplain.cli.progress import working
from xorexplain.cli.stored import read_trace, stored_or_model
from xorexplain.errors import XorexplainError
from xorexplain.models.tutorial import STEPS

if TYPE_CHECKING:
    from xorexplain.render.layout.node_places import Placer


@click.command(
    "explore",
    epilog="Example:  xorexplain explore net.py -o story.html\n\n"
    "Example:  xorexplain explore net.py --against excluding=fusion -o pair.html\n\n"
    "Example:  xorexplain explore net.py --against mode=FAST_COMPILE --against floatX=float32\n\n"
    "Example:  xorexplain explore net.py --against before.json\n\n"
    "Example:  xorexplain explore trace.json",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="File to write: one page that works without a network. `-` is stdout.  "
    "[default: story.html]",
)
@model_options
@target_option("Function to rewrite and compile.  [default: train]")
@click.option(
    "--inputs",
    "inputs",
    type=click.Path(path_type=Path),
    metavar="FILE.npz",
    help="Arrays for the model's inputs by name.  [default: the model's own data, else random]",
)
@click.option(
    "--train",
    "train_steps",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"Show values after so many training steps too.  [default: {STEPS} for the XOR network]",
)
@click.option("--compile/--no-compile", "compiles", default=True, help="Compile the function.")
@click.option(
    "--against",
    multiple=True,
    metavar="B",
    help="Put another side beside it: excluding=REWRITE, mode=NAME or floatX=DTYPE for the same "
    "model, net2.py:name, or a graph or trace in a .json file. May be repeated: a model and its "
    "settings.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the page's data as JSON instead.")
def command(
    out: Path | None,
    model: str | None,
    engine: str | None,
    target: str | None,
    inputs: Path | None,
    train_steps: int | None,
    compiles: bool,
    against: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write one page in which the whole story of a model can be explored.

    It has the five stages with links between them, the gradient equation by equation, every step
    of the rewriter with its reason, and the value of every node before and after training. The
    page is one file and asks no network for anything. With --against it holds two of them, in
    step, and tells what of them is the same.
    """
    from xorexplain.render.layout.node_places import Placer

    out = out or named("story.html")
    if not as_json:
        _check_out(out)
    if not against:
        trace, model = stored_or_model(
            "--model", None, model, "engine", "target", "inputs", "train_steps"
        )
        if trace is not None:
            _explore_stored(out, trace, as_json)
            return
    data = {} if inputs is None else read_arrays(inputs, "--inputs")
    # Started now, it is ready when the engine has been imported.
    with Placer() as placer:
        if against:
            from xorexplain.cli.against import Making, explore_pair

            making = Making(engine, target, data, train_steps or 0, compiles)
            explore_pair(out, model, against, as_json, making, placer)
            return
        _explore(out, model, engine, target, data, train_steps, compiles, as_json, placer)


def _explore_stored(out: Path, path: Path, as_json: bool) -> None:
    """Write the page of a trace that `rewrites --out` wrote: its first graph, last, and steps."""
    from xorexplain.explorer.bundle import to_json, trace_story

    trace = read_trace(path)
    with working("laying out the steps"):
        story = trace_story(trace)
    if as_json:
        say(to_json(story))
        return
    write_page(out, story, "rewrites")


def _check_out(out: Path) -> None:
    """Raise XorexplainError for a file that would not be taken for a page, or cannot be written."""
    if out != STDOUT and out.suffix.lower() not in (".html", ".htm"):
        raise XorexplainError(f"{out}: this is a page: end the name in .html")
    check_out(out)


def _explore(
    out: Path,
    spec: str | None,
    engine_name: str | None,
    target: str | None,
    data: dict[str, Any],
    train_steps: int | None,
    compiles: bool,
    as_json: bool,
    placer: Placer,
) -> None:
    from xorexplain.explorer.bundle import PARTS, bundle, to_json

    subject = built_subject(spec, engine_name, target, data, tells=False)
    if train_steps is None:
        trains = spec is None and compiles and target in (None, "train")
        train_steps = STEPS if trains else 0
    elif train_steps and not compiles:
        raise XorexplainError("--train calls the compiled function: leave out --no-compile")
    parts = [part for part in PARTS if compiles or part != "compiled"]
    story = bundle(subject, parts, train_steps, working, placer)
    if as_json:
        say(to_json(story))
        return
    write_page(out, story)


def write_page(out: Path, story: dict[str, Any], opens: str = "start") -> None:
    """Pack a story into a page that opens at a view, write it and say so."""
    from xorexplain.explorer.bundle import page_of
    from xorexplain.render.pictures.labels import clip

    with working("writing the page"):
        data = page_of(story, opens)
    tell(story["notes"])
    made_by = story["engine"]
    words = f"{clip(story['title'], 60)} ({made_by}), {len(data) / 1e6:.1f} MB"
    write_out(out, data, words)
