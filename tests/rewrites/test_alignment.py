"""The steps of two rewritings are aligned as lines of two texts are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from models import GALLERY

from xorexplain.engines import Engine, choose
from xorexplain.graph.views.congruence import computations
from xorexplain.rewrites.alignment import NumberedTrace, Row, aligned, part_of
from xorexplain.rewrites.record import record
from xorexplain.rewrites.trace import Trace


def rows_of(left: Trace, right: Trace) -> list[Row]:
    numbers = computations([part_of(left, {}), part_of(right, {})])
    return aligned(*(NumberedTrace(t, n) for t, n in zip((left, right), numbers, strict=True)))


@cache
def trace_of(engine: Engine, name: str, *excluding: str) -> Trace:
    return record(engine, GALLERY[name](engine), excluding=excluding).trace


@pytest.mark.parametrize("name", ["xor", "mlp", "recurrent"])
def test_a_trace_is_the_same_as_itself(engine: Engine, name: str) -> None:
    trace = trace_of(engine, name)
    rows = rows_of(trace, trace)
    assert rows == [Row(n, n, "same") for n in range(1, len(trace.steps) + 1)]


@pytest.mark.parametrize("name", ["xor", "mlp"])
@pytest.mark.parametrize("excluded", ["fusion", "inplace", "local_useless_elemwise"])
def test_each_step_is_in_one_row_and_in_its_order(engine: Engine, name: str, excluded: str) -> None:
    left, right = trace_of(engine, name), trace_of(engine, name, excluded)
    rows = rows_of(left, right)
    assert [row.left for row in rows if row.kind != "right"] == list(left.step)
    assert [row.right for row in rows if row.kind != "left"] == list(right.step)
    for before, after in zip([Row(0, 0, "same"), *rows], rows, strict=False):
        assert after.left - before.left == (after.kind != "right")
        assert after.right - before.right == (after.kind != "left")
    for row in rows:
        if row.kind in ("same", "other"):
            assert left.step[row.left].made_by == right.step[row.right].made_by


def test_without_inplace_rewrites_the_two_part_where_these_begin(engine: Engine) -> None:
    left, right = trace_of(engine, "xor"), trace_of(engine, "xor", "inplace")
    rows = rows_of(left, right)
    first = next(row for row in rows if row.kind != "same")
    assert first.kind == "left"
    assert "inplace" in left.step[first.left].phase.lower()
    assert first.right == first.left - 1


@given(st.data())
def test_what_is_cut_out_of_one_side_is_what_the_other_waits_for(data: st.DataObject) -> None:
    """Steps of a trace are taken out of it; what is left is found, in its order."""
    whole = trace_of(choose(None), "xor")
    is_kept = data.draw(
        st.lists(st.booleans(), min_size=len(whole.steps), max_size=len(whole.steps))
    )
    kept = [step for step, keeps in zip(whole.steps, is_kept, strict=True) if keeps]
    less = replace(whole, steps=tuple(replace(step, number=n) for n, step in enumerate(kept, 1)))
    rows = rows_of(whole, less)
    assert [row.left for row in rows if row.kind != "right"] == list(whole.step)
    assert [row.right for row in rows if row.kind != "left"] == list(less.step)
    assert sum(row.kind == "left" for row in rows) >= len(whole.steps) - len(kept)
    assert all(row.elsewhere for row in rows if row.kind == "right")
