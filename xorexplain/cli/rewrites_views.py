"""Answer the questions that `rewrites` takes, each as text or JSON."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xorexplain.cli.options import print_document, print_lines, say, tell, working
from xorexplain.cli.output import write_out
from xorexplain.cli.stored import read_trace
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.escaping import encoded

if TYPE_CHECKING:
    from xorexplain.render.lines import Line
    from xorexplain.render.reports.gather import Life
    from xorexplain.rewrites.check import StepCheck
    from xorexplain.rewrites.records import Trace
    from xorexplain.rewrites.steps import Told


@dataclass(frozen=True)
class Asked:
    """Hold the trace in question; `live` is None for one that was read from a file."""

    trace: Trace
    live: Life | None
    seed: int

    def need_live(self, what: str) -> Life:
        """Return what can be computed with; raise XorexplainError for a trace from a file."""
        if self.live is None:
            raise XorexplainError(f"a trace from a file cannot {what}: leave --trace out")
        return self.live

    def checks(self) -> tuple[StepCheck, ...]:
        """Check every step by numbers."""
        live = self.need_live("be computed")
        with working("computing every state"):
            return live.step_checks(self.seed)


def ask(
    model: str | None, engine: str | None, target: str | None, file: Path | None, seed: int
) -> Asked:
    """Record the rewriting of a model, or read a trace from a file."""
    if file is not None:
        if model or engine or target:
            raise XorexplainError("a trace holds one function of one model: say --trace alone")
        return Asked(read_trace(file), None, seed)
    from xorexplain.render.reports.gather import load_life

    with working("building the model"):
        life = load_life(model, engine, target)
    with working("recording the rewrites"):
        trace = life.trace
    return Asked(trace, life, seed)


def listed(
    asked: Asked,
    phase: str | None,
    name: str | None,
    around: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """List the steps that fit."""
    from xorexplain.render.reports.steps import listing, steps_json
    from xorexplain.rewrites.steps import told_steps

    told = list(told_steps(asked.trace))
    shown = _chosen(asked.trace, told, phase, name, around, everything)
    if as_json:
        say(steps_json(asked.trace, shown), end="")
    else:
        hidden = 0 if everything else sum(entry.step.is_noise for entry in told)
        is_whole = phase is None and name is None and around is None
        print_lines(listing(asked.trace, shown, hidden, is_whole))


def _chosen(
    trace: Trace,
    told: list[Told],
    phase: str | None,
    name: str | None,
    around: str | None,
    everything: bool,
) -> list[Told]:
    """Choose steps; raise XorexplainError, naming the closest, for no match."""
    found = [entry for entry in told if everything or not entry.step.is_noise]
    if phase is not None:
        phases = list(dict.fromkeys(entry.step.phase for entry in told))
        if phase not in phases:
            raise XorexplainError(f"no phase {phase!r} did anything: {did_you_mean(phase, phases)}")
        found = [entry for entry in found if entry.step.phase == phase]
    if name is not None:
        names = dict.fromkeys(n for e in told for n in (e.step.rewrite, *e.step.members))
        found = [
            entry
            for entry in found
            if any(fnmatch.fnmatchcase(n, name) for n in (entry.step.rewrite, *entry.step.members))
        ]
        if not found:
            raise XorexplainError(f"no rewrite {name!r} fired: {did_you_mean(name, list(names))}")
    if around is not None:
        from xorexplain.graph.views.names import called
        from xorexplain.rewrites.steps import touches

        known = sorted({word for entry in told for word in touches(trace, entry)})
        printed = called(around, known)
        found = [entry for entry in found if printed in touches(trace, entry)]
        if not found:
            raise XorexplainError(f"no step touches {around!r}: {did_you_mean(around, known)}")
    return found


def one(asked: Asked, number: int, as_json: bool) -> None:
    """Show one step in full, with its numeric check and the name that excludes it."""
    from xorexplain.render.reports.steps import in_full, steps_json

    entry = _told(asked.trace, number)
    check = _check_of(asked, number)
    if as_json:
        say(steps_json(asked.trace, [entry], {number: check} if check else {}), end="")
    else:
        print_lines(in_full(asked.trace, entry, check, _excluding(asked, entry)))


def _told(trace: Trace, number: int) -> Told:
    from xorexplain.rewrites.steps import told_steps

    if number > len(trace.steps):
        last = f"the last one is {len(trace.steps)}" if trace.steps else "nothing was rewritten"
        raise XorexplainError(f"there is no step {number}: {last}")
    return next(entry for entry in told_steps(trace) if entry.step.number == number)


def _check_of(asked: Asked, number: int) -> StepCheck | None:
    """Check a step by numbers; where the values do not fit the graph, say so and go on."""
    if asked.live is None:
        return None
    try:
        return asked.checks()[number - 1]
    except XorexplainError as error:
        tell([str(error)])
        return None


def _excluding(asked: Asked, entry: Told) -> list[Line]:
    """Say which name excludes the rewrite of a step, as recording without it has shown."""
    from xorexplain.render.reports.rewriting_report import exclusion_lines
    from xorexplain.rewrites.questions.switches import excluding_name

    if asked.live is None or entry.step.verdict == "failed":
        return []
    live, step = asked.live, entry.step
    with working("recording without it"):
        name = step.members[0] if step.members else step.rewrite
        firings = live.recording.firings
        found = excluding_name(live.engine, live.model, live.target, name, firings)
    return list(exclusion_lines(found))


def summary(asked: Asked, everything: bool, as_json: bool) -> None:
    """Sum up each rewrite."""
    from xorexplain.render.reports.rewrite_tables import usage, usage_document, usage_json

    entries = usage(asked.trace)
    if as_json:
        say(usage_json(entries), end="")
    else:
        print_document(usage_document(entries, everything))


def write(asked: Asked, number: int | None, out: Path, format_: str, theme: str) -> None:
    """Write the trace, the list, or the picture of a step to a file."""
    trace = asked.trace
    what = f"{len(trace.steps)} steps" if number is None else f"step {number}"
    if format_ == "json":
        from xorexplain.rewrites.json import to_json

        data = to_json(trace).encode()
        what = f"trace of {len(trace.steps)} steps"
    elif format_ == "html":
        _write_page(asked, out)
        return
    elif format_ == "txt":
        data = encoded(_as_text(asked, number))
    else:
        from xorexplain.render.pictures.step_picture import draw_step

        assert number is not None
        entry = _told(trace, number)
        with working("laying out the picture"):
            rendering = draw_step(trace, entry, format_, theme)
        data = rendering.data
        tell(rendering.notes)
    write_out(out, data, what)


def _write_page(asked: Asked, out: Path) -> None:
    """Write the explorer's page with what belongs to the rewriting."""
    from xorexplain.cli.explore import write_page
    from xorexplain.explorer.bundle import REWRITE_PARTS, bundle

    live = asked.live
    if live is None:
        from xorexplain.explorer.bundle import trace_story

        with working("laying out the steps"):
            story = trace_story(asked.trace)
        write_page(out, story)
        return
    write_page(out, bundle(live, REWRITE_PARTS, working=working))


def _as_text(asked: Asked, number: int | None) -> str:
    from xorexplain.render.reports.steps import in_full, listing
    from xorexplain.rewrites.steps import told_steps

    if number is None:
        told = list(told_steps(asked.trace))
        lines = listing(asked.trace, told, 0)
    else:
        entry = _told(asked.trace, number)
        lines = in_full(asked.trace, entry, _check_of(asked, number))
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
