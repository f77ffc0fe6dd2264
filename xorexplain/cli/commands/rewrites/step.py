"""Show one step of a rewriting in full, or draw the graph before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xorexplain.cli.commands.rewrites.request import PICTURES, Request, asks
from xorexplain.cli.commands.rewrites.whole import WHOLE, write_whole
from xorexplain.cli.options import Choice, seed_option
from xorexplain.cli.output import write_out
from xorexplain.cli.printing import tell
from xorexplain.cli.progress import working
from xorexplain.errors import XorexplainError
from xorexplain.render.theme import THEMES

if TYPE_CHECKING:
    from xorexplain.render.reports.document import Field
    from xorexplain.rewrites.check import StepCheck
    from xorexplain.rewrites.steps import ExplainedStep
    from xorexplain.rewrites.trace import Trace


@click.command("step", epilog="Example:  xorexplain rewrites step 13 net.py -o step.svg")
@click.argument("number", type=click.IntRange(min=1))
@seed_option
@click.option("--all", "everything", is_flag=True, help="Define every name below those it used.")
@click.option("--theme", type=Choice(list(THEMES)), default="light", help="Colours of a picture.")
@asks({"txt": "the step as printed", **WHOLE, **dict.fromkeys(PICTURES, "")})
def command(request: Request, number: int, seed: int, everything: bool, theme: str) -> None:
    """Show one step in full, or draw the graph before and after it.

    What was replaced by what, why that is valid, what the numbers say, where the rewrite is
    defined, and which name excludes it.
    """
    from xorexplain.render.reports.steps import step, steps_json

    if request.format_ in WHOLE:
        write_whole(request)
        return
    trace = request.trace
    told = _told(trace, number)
    if request.format_ in PICTURES:
        _draw(request, told, theme)
        return
    check = _check_of(request, number, seed)
    request.answer(
        lambda: steps_json(trace, [told], {number: check} if check else {}),
        lambda: step(trace, told, check, _excluding(request, told), everything),
        f"step {number}",
    )


def _told(trace: Trace, number: int) -> ExplainedStep:
    from xorexplain.rewrites.steps import explained_steps

    if number > len(trace.steps):
        last = f"the last one is {len(trace.steps)}" if trace.steps else "nothing was rewritten"
        raise XorexplainError(f"there is no step {number}: {last}")
    return next(entry for entry in explained_steps(trace) if entry.step.number == number)


def _draw(request: Request, told: ExplainedStep, theme: str) -> None:
    from xorexplain.render.pictures.step_picture import draw_step

    assert request.out is not None
    with working("laying out the picture"):
        rendering = draw_step(request.trace, told, request.format_, theme)
    tell(rendering.notes)
    write_out(request.out, rendering.data, f"step {told.step.number}")


def _check_of(request: Request, number: int, seed: int) -> StepCheck | None:
    """Check a step by numbers; where the values do not fit the graph, say so and go on."""
    if request.subject is None:
        return None
    try:
        with working("computing every state"):
            return request.subject.step_checks(seed)[number - 1]
    except XorexplainError as error:
        tell([str(error)])
        return None


def _excluding(request: Request, told: ExplainedStep) -> list[Field]:
    """Say which name excludes the rewrite of a step, as recording without it has shown."""
    from xorexplain.render.reports.without import exclusion
    from xorexplain.rewrites.questions.switches import excluding_name

    step = told.step
    subject = request.subject
    if subject is None or step.verdict == "failed":
        return []
    with working("recording without it"):
        name = step.members[0] if step.members else step.rewrite
        firings = subject.recording.firings
        found = excluding_name(subject.engine, subject.model, subject.target, name, firings)
    return list(exclusion(found))
