"""Train the XOR network, or a model of one's own, and show what it learned."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.building import asked_settings, built_model
from xorexplain.cli.options import given_options, model_options
from xorexplain.cli.output import check_out, is_stdout, write_out
from xorexplain.cli.printing import print_lines, say, tell, write_json
from xorexplain.cli.progress import working
from xorexplain.cli.terminal import console, is_interactive
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded, json_text
from xorexplain.errors.records import dataclass
from xorexplain.models.files.spec import is_tutorial
from xorexplain.models.model import OWN_STEPS
from xorexplain.models.tutorial import HIDDEN, LEARNING_RATE, SEED, STEPS

if TYPE_CHECKING:
    from xorexplain.models.training import Progress, Trained, TrainingResult

ROWS = 10
"""How many costs of a training are shown."""


@click.command(
    "train",
    epilog="Example:  xorexplain train --hidden 3 --seed 7\n\n"
    "Example:  xorexplain train net.py --steps 500 -o costs.json",
)
@model_options
@click.option(
    "--steps",
    type=int,
    help=f"Training steps.  [default: {STEPS} for XOR, {OWN_STEPS} for a model of your own]",
)
@click.option("--hidden", type=int, default=HIDDEN, show_default=True, help="Hidden neurons.")
@click.option(
    "--learning-rate",
    type=float,
    default=LEARNING_RATE,
    show_default=True,
    help="Length of a step.",
)
@click.option(
    "--seed", type=int, default=SEED, show_default=True, help="Seed of the first weights."
)
@click.option("--quiet", is_flag=True, help="Show no progress bar and no notes.")
@click.option("--json", "as_json", is_flag=True, help="Print the result and cost curve as JSON.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Write a .txt, what is printed, or a .json. `-` is stdout.",
)
def command(
    model: str | None,
    steps: int | None,
    hidden: int,
    learning_rate: float,
    seed: int,
    quiet: bool,
    as_json: bool,
    out: Path | None,
    engine: str | None,
) -> None:
    """Train the tutorial's XOR network and show what it learned.

    Prints the four inputs with target and prediction. A model of your own that has a cost, updates
    and data is trained with them, and its cost on the way is printed. The exit status is 1 where
    the cost became nan or infinite.
    """
    from xorexplain.engines import choose
    from xorexplain.models import training

    answer = _answer(out, as_json)
    if not is_tutorial(model):
        if foreign := given_options("hidden", "learning_rate", "seed"):
            raise XorexplainError(f"{foreign[0]} is about the XOR network: leave it out")
        _train_own(model, engine, OWN_STEPS if steps is None else steps, answer)
        return
    settings = training.Settings(STEPS if steps is None else steps, hidden, learning_rate, seed)
    training.check(settings)
    chosen = choose(engine)
    if chosen.runs_python() and not quiet:
        tell(
            [
                f"there is no C compiler, so {chosen.title} runs its Python code, many times "
                "slower: `python -m xorexplain doctor` names the cure"
            ]
        )
    shown = _progress_bar(shown=is_interactive() and not quiet)
    with chosen.configured(asked_settings(engine)), shown as on_progress:
        result = training.train(chosen, settings, on_progress)
    told = [*table(result).splitlines(), "", summary(result, chosen.title)]
    answer.give(told, partial(training.to_json, result))
    if not result.is_finite:
        say(
            f"xorexplain: the cost is not finite after step {result.steps}: "
            f"give a lower --learning-rate than {learning_rate:g}",
            err=True,
        )
        raise click.exceptions.Exit(1)


@dataclass(frozen=True)
class _Answer:
    """Hold where the result goes: `out` is None where it is printed, which may be as JSON."""

    out: Path | None
    is_json: bool

    def give(self, told: Iterable[str], data: Callable[[], dict[str, Any]]) -> None:
        """Print or write lines, or the data."""
        if self.out is not None:
            text = json_text(data()) if self.is_json else "".join(f"{line}\n" for line in told)
            write_out(self.out, encoded(text), "training")
        elif self.is_json:
            write_json(data())
        else:
            print_lines([(line, "plain")] for line in told)


def _answer(out: Path | None, as_json: bool) -> _Answer:
    """Say where the result goes; raise XorexplainError for a file that cannot be written."""
    if out is None or is_stdout(out):
        return _Answer(None, as_json)
    if as_json:
        raise XorexplainError("--json prints: leave it out where --out says where to write")
    from xorexplain.render import format_of

    chosen = format_of(out, None, {"txt": "txt", "json": "json"})
    check_out(out)
    return _Answer(out, chosen == "json")


def _train_own(spec: str | None, engine_name: str | None, steps: int, answer: _Answer) -> None:
    """Train the model that is named and print its cost on the way."""
    from xorexplain.models import training

    if steps < 1:
        raise XorexplainError(f"--steps {steps}: give 1 or more")
    engine, model = built_model(spec, engine_name)
    with working("training"):
        trained = training.train_model(engine, model, steps)
    answer.give(own_table(trained), partial(training.own_json, model, engine, trained))
    if not math.isfinite(trained.cost):
        say(f"xorexplain: the cost is not finite after step {trained.steps}", err=True)
        raise click.exceptions.Exit(1)


def own_table(trained: Trained) -> Iterator[str]:
    """Write the cost at some steps of a training, about ten of them, and after the last."""
    costs = trained.costs
    shown = [costs[round(i * (len(costs) - 1) / (ROWS - 1))] for i in range(ROWS)]
    room = len(str(trained.steps))
    yield f"{'step':>{max(room, 4)}}  cost"
    for step, cost in dict.fromkeys(shown):
        yield f"{step:>{max(room, 4)}}  {cost:.6g}"
    yield ""
    yield f"cost {trained.cost:.6g} after {trained.steps} steps"


def table(result: TrainingResult) -> str:
    """Write a row for each of the four inputs: x1, x2, target and prediction, aligned."""
    head = f"{'x1':>2}  {'x2':>2}  {'target':>6}  {'prediction':>10}"
    rows = [
        f"{x1:>2}  {x2:>2}  {target:>6}  {output:>10.8f}"
        for (x1, x2), target, output in zip(
            result.inputs, result.targets, result.outputs, strict=True
        )
    ]
    return "\n".join([head, *rows])


def summary(result: TrainingResult, title: str) -> str:
    """Write cost, number of steps, engine and times in one line."""
    steps = f"{result.steps} step" + ("" if result.steps == 1 else "s")
    speed = f", {result.steps_per_second:.0f} steps/s" if result.steps_per_second else ""
    return (
        f"cost {result.cost:.8f} after {steps} on {title} {result.version}: "
        f"compiled in {result.compile_seconds:.1f} s, trained in {result.seconds:.2f} s{speed}"
    )


@contextlib.contextmanager
def _progress_bar(shown: bool) -> Iterator[Callable[[Progress], None]]:
    """Yield what takes a run's progress and shows it on stderr, if it is to be shown."""
    if not shown:
        yield lambda progress: None
        return
    from rich import progress as bar

    columns = (
        bar.TextColumn("{task.description}"),
        bar.BarColumn(),
        bar.TextColumn("{task.fields[state]}"),
        bar.TimeRemainingColumn(),
    )
    with bar.Progress(*columns, console=console(stderr=True), transient=True) as display:
        task = display.add_task("compiling", total=None, state="")
        started = 0.0

        def show(progress: Progress) -> None:
            nonlocal started
            if progress.cost is None:
                return
            if progress.step == 1:
                started = time.perf_counter()
            rate = (progress.step - 1) / max(time.perf_counter() - started, 1e-9)
            display.update(
                task,
                description="training",
                total=progress.steps,
                completed=progress.step,
                state=f"{progress.step}/{progress.steps}  {rate:.0f} steps/s  "
                f"cost {progress.cost:.6f}",
            )

        yield show
