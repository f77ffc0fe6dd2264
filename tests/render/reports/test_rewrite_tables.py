"""Tables sum up what each rewrite cost and gave, and what the numbers say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from models import model

from xorexplain.engines import Engine
from xorexplain.render.reports.rewrite_tables import (
    check_document,
    usage,
    usage_document,
    usage_json,
)
from xorexplain.render.writers import terminal
from xorexplain.rewrites.check import Difference, StepCheck
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.trace import Trace


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


def test_usage_adds_up_to_the_trace(trace: Trace) -> None:
    found = usage(trace)
    applied = [s for s in trace.steps if s.verdict == "applied"]

    assert sum(u.fired + u.rejected for u in found) == len(trace.steps)
    assert sum(u.nodes_in for u in found) == sum(len(s.removed) for s in applied)
    assert sum(u.nodes_out for u in found) == sum(len(s.added) for s in applied)
    assert all(u.tries >= u.hits for u in found)


def test_a_step_of_a_group_is_counted_for_the_one_that_made_it(trace: Trace) -> None:
    step = next(s for s in trace.steps if len(set(s.members)) == 1)
    others = replace(step, members=(*step.members, "another"))
    alone = {u.rewrite: u for u in usage(replace(trace, steps=(step,)))}
    together = {u.rewrite: u for u in usage(replace(trace, steps=(others,)))}

    group, member = step.rewrite, step.members[0]
    assert (alone[group].fired, alone[member].fired) == (0, 1)
    assert (together[group].fired, together[member].fired) == (1, 0)
    assert together[member].together == 1


def test_those_that_did_nothing_are_one_line(trace: Trace) -> None:
    short = terminal.plain(usage_document(usage(trace), everything=False))
    long = terminal.plain(usage_document(usage(trace), everything=True))

    assert "more were tried" in short
    assert "more were tried" not in long
    assert len(long.splitlines()) > 2 * len(short.splitlines())


def test_usage_is_data(trace: Trace) -> None:
    assert {e["rewrite"] for e in json.loads(usage_json(usage(trace)))} == set(trace.rewrite)


def test_the_first_step_that_changes_a_value_is_named(trace: Trace) -> None:
    wrong = StepCheck(3, Difference(1.0, 0.5), Difference(), is_fine=False)
    written = terminal.plain(
        check_document(trace, [StepCheck(1), StepCheck(2), wrong, StepCheck(4)])
    )

    assert "CHANGED" in written
    assert f"step 3, {trace.step[3].title}, is the first that changes a value" in written
