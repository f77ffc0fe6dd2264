"""Where a formula stays as it is, what else a step changed is read from its nodes."""

from __future__ import annotations

import re

import pytest
from models import model

from xorexplain.engines import Engine
from xorexplain.rewrites.distinctions import ANEW, LOOP, manner
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import Replacement, explained_steps
from xorexplain.rewrites.trace import Trace


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


@pytest.fixture(scope="module")
def alike(trace: Trace) -> list[Replacement]:
    told = explained_steps(trace)
    return [r for entry in told for r in entry.replacements if r.is_alike]


def test_it_is_always_said_what_differs(alike: list[Replacement]) -> None:
    assert alike
    assert [r.name for r in alike if not r.other] == []
    assert [r.name for r in alike if r.other == ANEW] == []


def test_the_input_that_is_overwritten_is_named(alike: list[Replacement]) -> None:
    assert {r.other for r in alike if r.name == "a1" and "place" in r.other} == {
        "now in place on z1"
    }


def test_what_takes_the_place_is_named(trace: Trace) -> None:
    merged = [r.other for entry in explained_steps(trace) for r in entry.replacements]

    assert "merged with a1" in merged


@pytest.mark.pytensor
def test_ops_and_numbers_are_named(alike: list[Replacement]) -> None:
    said = {r.other for r in alike if "place" not in r.other}

    assert {"a constant from now on", "op Pow → Sqr", "0.01 moved into the op"} <= said
    assert "now d1 itself" in said
    constants = {r.name: r.other for r in alike if "2.0 moved" in r.other}
    assert constants["δz2"] == "1.0 and 2.0 moved into the op", "q1 reads neither"
    assert constants["q1"].startswith("another result of its op has 1.0")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("now in place on z1", "in place"),
        ("another result of its op written over an argument", "in place"),
        ("no longer in place on z2", "no longer in place"),
        ("another result of its op no longer in place on z2", "no longer in place"),
        ("0.01 and 2.0 moved into the op", "moved into the op"),
        ("another result of its op has 2.0 moved into the op", "moved into the op"),
        ("merged with a1", "merged with"),
        ("now d1 itself", " itself"),
        ("its 1 now float64", "its argument now float64"),
        ("op Pow → Sqr", "op Pow → Sqr"),
    ],
)
def test_distinctions_of_a_kind_are_one(words: str, kind: str) -> None:
    assert manner(words) == kind


def test_ids_are_no_names(trace: Trace) -> None:
    told = [r for entry in explained_steps(trace) for r in entry.replacements]

    assert all(re.fullmatch(r"v\d+", r.name) for r in told if not r.is_named)


@pytest.mark.pytensor
def test_a_loop_is_told_by_what_it_reads(engine: Engine) -> None:
    told = explained_steps(record_rewriting(engine, model(engine, "recurrent")))
    others = {r.other for entry in told for r in entry.replacements}
    found = {other for other in others if other.startswith(LOOP)}

    assert found
    for other in found:
        assert re.fullmatch(r"its loop (reads .+ (too|no more)|computes .+ another way)", other)
