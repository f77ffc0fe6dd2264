"""Steps are told on names that last, and the graph between them as equations."""

from __future__ import annotations

import itertools
import re

import pytest
from models import each_model, model

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.notation.text import text
from xorexplain.render.reports.document import Document
from xorexplain.render.reports.steps import changed
from xorexplain.render.writers import terminal
from xorexplain.rewrites.choose import chosen
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import equations, explained_steps, names_at, touches
from xorexplain.rewrites.trace import Trace

AXES = re.compile(r"\[(?:None|:)(?:, (?:None|:))*\]")


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


def written(trace: Trace, number: int) -> dict[str, str]:
    return {name: text(value) for name, value in equations(trace, number)}


def test_the_start_is_what_was_written(trace: Trace) -> None:
    found = written(trace, 0)

    assert found["z1"] == "X · W1"
    assert found["cost"] == "sum(q1)"
    assert found["W1 (new)"].startswith("W1 − ")
    # A later step makes d1 of it: the listing above the steps does not do that first.
    assert "d1 ^ (2 − 1)" in found.values()


def test_a_step_finds_what_no_step_before_it_did(trace: Trace) -> None:
    """Step 13 was told with q2 = d1, which step 25 makes of d1 ^ (2 − 1)."""
    steps = {told.step.made_by: told.step.number for told in explained_steps(trace)}
    made = steps["local_pow_canonicalize"]

    for number in range(made):
        assert {"d1 ^ (2 − 1)", "d1¹"} & {*written(trace, number).values()}, number


def test_the_end_is_the_whole_of_what_runs_in_formulas(engine: Engine, trace: Trace) -> None:
    found = written(trace, len(trace.steps))

    assert found["δz1"] == "δa1 × a1 × (1 − a1)"
    update = {"theano": "W1 − 0.01 × X.T · δz1", "pytensor": "W1 − 0.01 × δW1"}
    assert found["W1 (new)"] == update[engine.name]
    assert "composite" not in " ".join(found.values())


def test_a_value_keeps_its_name_through_all_steps(trace: Trace) -> None:
    names = names_at(trace, len(trace.steps))
    last = {trace.universe.apply[a].outputs[0] for a in trace.end}

    assert {"z1", "a1", "δa1"} <= {names[v] for v in last if v in names}


def test_what_a_step_touches(trace: Trace) -> None:
    for told in explained_steps(trace):
        found = touches(trace, told)
        assert found.issuperset(told.step.added)
        assert found.issuperset(r.name for r in told.replacements)


def test_in_place_is_told(trace: Trace) -> None:
    told = [
        r for entry in explained_steps(trace) for r in entry.replacements if "in place" in r.other
    ]

    assert {"a1"} <= {r.name for r in told}
    assert all(text(r.before) == text(r.after) for r in told if r.name == "a1")


@each_model
def test_before_and_after_never_read_the_same(engine: Engine, name: str) -> None:
    made = model(engine, name)
    if made.function is not None:
        pytest.skip("a compiled function has no rewriting left to record")
    trace = record_rewriting(engine, made)
    for told in explained_steps(trace):
        lines = terminal.plain(Document("", tuple(changed(told))), 100_000).splitlines()
        for old, new in itertools.pairwise(lines):
            if old.startswith("  − "):
                assert old.removeprefix("  − ") != new.removeprefix("  + ")
        for side in told.replacements:
            if "Composite" in side.after_op and not side.is_alike:
                # A formula in which an axis alone comes or goes, that fusing does not add.
                before, after = (AXES.sub("", text(one)) for one in (side.before, side.after))
                assert before != after, told.step.number


def test_a_name_that_no_step_has_is_known_all_the_same(trace: Trace) -> None:
    with pytest.raises(XorexplainError, match="'δW1': it is computed as it was written"):
        chosen(trace, (), around="δW1")
