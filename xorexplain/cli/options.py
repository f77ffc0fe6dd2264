"""Share the options and helpers that several commands use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from xorexplain.cli.context import kept_option
from xorexplain.cli.cost import cost_option
from xorexplain.cli.printing import tell
from xorexplain.cli.progress import working
from xorexplain.engines.names import ENGINES, VARIABLE
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.stages import MODEL, STAGES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from xorexplain.engines import Engine
    from xorexplain.models.model import Model
    from xorexplain.models.stages import View

F = TypeVar("F", bound=Callable[..., Any])
MODES = f"{__name__}.modes"
"""Where a context keeps what the command line says of the mode."""
PLACED = "placed_model"
"""The parameter of the model that is named without --model."""


def completed(
    what: str,
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Have a shell complete a parameter by a function of `completion.words`."""

    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from xorexplain.cli.completion import words

        found: list[CompletionItem] = getattr(words, what)(context, incomplete)
        return found

    return complete


class Choice(click.Choice[str]):
    """Take one of some words, and name the closest one for a mistyped word."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word itself; raise XorexplainError, naming the closest, for another."""
        if value in self.choices:
            return str(value)
        name = param.opts[0].lstrip("-") if param is not None else "value"
        raise XorexplainError(f"unknown {name} {value!r}: {did_you_mean(value, self.choices)}")


class Positive(click.FloatRange):
    """Take a number above 0 that is no more than `most`."""

    def __init__(self, most: float = 1e9) -> None:
        super().__init__(min=0, min_open=True)
        self.most = most

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; raise XorexplainError for one that is too large, or none."""
        number: float = super().convert(value, param, ctx)
        if number <= self.most:
            return number
        name = param.opts[0] if param is not None else "value"
        raise XorexplainError(f"{name} {value}: give a number from 0 to {self.most:g}")


def seed_option(command: F) -> F:
    """Add --seed."""
    return click.option(
        "--seed",
        type=click.IntRange(0, 2**32 - 1),
        default=0,
        show_default=True,
        help="Seed of the values of the check.",
    )(command)


class _ModelOption(click.Option):
    """Take the model of --model, or the one that the command line names without it."""

    def consume_value(
        self, ctx: click.Context, opts: Mapping[str, Any]
    ) -> tuple[Any, ParameterSource]:
        """Return the model; raise XorexplainError where two are named."""
        value, source = super().consume_value(ctx, opts)
        placed = opts.get(PLACED)
        if not isinstance(placed, str):
            return value, source
        if source is ParameterSource.COMMANDLINE and not ctx.resilient_parsing:
            raise XorexplainError(f"two models are named, {placed} and {value}: leave one out")
        return placed, ParameterSource.COMMANDLINE


def model_options(command: F) -> F:
    """Add MODEL, --model and --engine."""
    placed = click.argument(
        PLACED,
        metavar="[MODEL]",
        required=False,
        expose_value=False,
        shell_complete=completed("models"),
    )
    return placed(named_model_options(command))


def named_model_options(command: F) -> F:
    """Add --model, --engine, --cost and what chooses a mode."""
    model = click.option(
        "-m",
        "--model",
        cls=_ModelOption,
        metavar="MODEL",
        shell_complete=completed("models"),
        help="The same as MODEL: net.py, net.py:name or pkg.module:name; its code is run.  "
        "[default: the XOR network]",
    )
    engine = click.option(
        "--engine",
        type=Choice(ENGINES),
        envvar=VARIABLE,
        help="Engine of the XOR network.  [default: the one installed]",
    )
    return model(engine(cost_option(mode_options(command))))


def mode_options(command: F) -> F:
    """Add --mode, --including, --excluding and --backend, which `building` reads."""
    mode = kept_option(
        MODES,
        "--mode",
        metavar="NAME|FILE.py:NAME",
        shell_complete=completed("modes"),
        help="Rewrite and compile in one of the engine's modes, as FAST_COMPILE, or in your own.",
    )
    backend = kept_option(
        MODES,
        "--backend",
        metavar="NAME",
        shell_complete=completed("backends"),
        help="Rewrite for what runs it: c, numba, jax, pytorch, mlx; python for Theano.",
    )
    including, excluding = (
        kept_option(
            MODES,
            f"--{word}",
            multiple=True,
            metavar="REWRITE",
            shell_complete=completed("rewrites"),
            help=f"{said} a rewrite or a tag. May be repeated.",
        )
        for word, said in (("including", "Run also"), ("excluding", "Leave out"))
    )
    return mode(backend(including(excluding(command))))


def target_option(words: str) -> Callable[[F], F]:
    """Add --target, which `words` explain."""
    return click.option("--target", metavar="NAME", shell_complete=completed("targets"), help=words)


def stage_options(command: F) -> F:
    """Add --stage and --target."""
    stage = click.option(
        "--stage",
        type=Choice((*STAGES, MODEL)),
        help="What was written, what T.grad made, the updates, after the rewriter, what runs; "
        "model: the random variables of a PyMC model.  "
        "[default: symbolic; compiled for a compiled function]",
    )
    target = target_option(
        "output, cost, train, test, or the name of a variable.  [default: by stage]"
    )
    return stage(target(command))


def part_options(command: F) -> F:
    """Add what chooses a part of a graph."""
    from xorexplain.render.limits import GRAPH_NODES

    around = click.option(
        "--around",
        metavar="NAME",
        shell_complete=completed("variables"),
        help="Show only what is near a node.",
    )
    radius = click.option(
        "--radius",
        type=click.IntRange(min=1),
        default=2,
        show_default=True,
        help="How near, in steps, for --around.",
    )
    path = click.option(
        "--path",
        nargs=2,
        metavar="A B",
        shell_complete=completed("variables"),
        help="Show only what lies between two nodes.",
    )
    select = click.option(
        "--select",
        multiple=True,
        metavar="PATTERN",
        shell_complete=completed("selectors"),
        help="Show only op:Dot, name:W* or family:reduction; may be repeated.",
    )
    max_nodes = click.option(
        "--max-nodes",
        type=click.IntRange(min=0),
        metavar="N",
        help=f"Draw the N apply nodes nearest to the results; 0 is all.  [default: {GRAPH_NODES} "
        "for pictures, all with --raw and for text]",
    )
    return around(radius(path(select(max_nodes(command)))))


def open_option(command: F) -> F:
    """Add what opens the inner graphs of ops, and what repeats."""
    fold = click.option(
        "--fold/--no-fold",
        default=True,
        help="Show equal layers and updates once in a picture, long rows of ops as formulas.  "
        "[default: on]",
    )
    opened = click.option(
        "--open",
        "opened",
        multiple=True,
        metavar="NAME|KIND|all",
        help="Draw what is inside these ops, not only its formula. May be repeated.",
    )
    return opened(fold(command))


def fineness_options(command: F) -> F:
    """Add --dpi and --scale."""
    from xorexplain.render import MAX_DPI
    from xorexplain.render.layout.worker import DPI, MIN_DPI

    dpi = click.option(
        "--dpi",
        type=click.FloatRange(MIN_DPI, MAX_DPI),
        default=DPI,
        show_default=True,
        help="Dots per inch of a PNG.",
    )
    scale = click.option(
        "--scale", type=Positive(most=100), default=1.0, help="Make a PNG so many times as large."
    )
    return dpi(scale(command))


def given_options(*names: str) -> list[str]:
    """Return those of some parameters that the command line names, as it names them."""
    context = click.get_current_context()
    sources = {name: context.get_parameter_source(name) for name in names}
    return [
        parameter.opts[-1]
        for parameter in context.command.params
        if sources.get(parameter.name or "") is ParameterSource.COMMANDLINE
    ]


def view_of(engine: Engine, model: Model, stage: str | None, target: str | None) -> View:
    """Return the stage that is asked for, else the usual one; say so where that is no other's."""
    from xorexplain.models.stages import default_stage, view

    usual = default_stage(model)
    if stage is None and usual != "symbolic":
        tell([f"the model is a compiled function: this is its {usual} stage"])
    chosen = stage or usual
    with working("compiling" if stage == "compiled" else f"making the {chosen} graph"):
        return view(engine, model, chosen, target)
