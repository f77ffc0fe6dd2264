"""Steps of a rewriting are told in a row each; what repeats, and what is on lengths, is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import models
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.notation.expr import call, symbol
from xorexplain.notation.text import text
from xorexplain.render.reports.step_rows import MANY_LENGTHS
from xorexplain.render.reports.steps import step, steps
from xorexplain.render.writers import terminal
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import Replacement, equations, explained_steps
from xorexplain.rewrites.trace import Trace

MARKS = ("  − ", "  + ")


def layered(engine: Engine) -> Model:
    T = engine.tensor
    h = x = T.dmatrix("x")
    for n in range(1, 7):
        h = T.tanh(T.dot(h, T.dmatrix(f"W{n}")) + T.dvector(f"b{n}"))
    return Model({"h": h}, inputs=_given(h, x))


def on_lengths(engine: Engine) -> Model:
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")
    rows = (x + y).shape[0] * (y * 2).shape[0] + 0
    return Model({"z": T.alloc(T.sum(x), rows - rows + 1 * (x + y).shape[1])}, inputs=[x, y])


def _given(top: Any, first: Any) -> list[Any]:
    found: dict[Any, None] = {first: None}
    stack = [top]
    while stack:
        variable = stack.pop()
        if variable.owner is None:
            found.setdefault(variable)
        else:
            stack += reversed(variable.owner.inputs)
    return [variable for variable in found if variable.name]


def told(trace: Trace, everything: bool) -> str:
    entries = list(explained_steps(trace))
    return terminal.plain(steps(trace, entries, 0, False, everything), 100)


def numbers(text: str) -> list[int]:
    """Return the numbers of all steps that a listing tells of, by itself or among others."""
    found: list[int] = []
    for line in text.splitlines():
        if match := re.match(r" *(\d+)  \S", line):
            found.append(int(match[1]))
        elif match := re.match(r" *steps (\d+) to (\d+): ", line):
            found += range(int(match[1]), int(match[2]) + 1)
    return found


@pytest.fixture(params=[layered, on_lengths])
def trace(request: pytest.FixtureRequest, engine: Engine) -> Trace:
    return record_rewriting(engine, request.param(engine))


def test_each_step_is_told_of_once(trace: Trace) -> None:
    assert numbers(told(trace, everything=True)) == [step.number for step in trace.steps]
    assert numbers(told(trace, everything=False)) == [step.number for step in trace.steps]


def test_equal_steps_are_counted(engine: Engine) -> None:
    trace = record_rewriting(engine, layered(engine))
    short, whole = told(trace, everything=False), told(trace, everything=True)

    assert re.search(r"steps \d+ to \d+: the same [2-9] more times for [ah]2", short)
    assert " more times" not in whole
    # Dots stand for what is left out, and never for nothing.
    trace = record_rewriting(engine, models.model(engine, "xor"))
    found = told(trace, everything=False)
    again = {"theano": "for z2, δa1, δW1, δW2", "pytensor": "for q1, W2 (new), δz1, W1 (new)"}
    assert again[engine.name] in found
    assert len(short.splitlines()) < len(whole.splitlines())


def test_a_number_that_is_no_length_is_told(engine: Engine) -> None:
    """The exponent 2 − 1 of a square's slope was counted among the lengths."""
    trace = record_rewriting(engine, models.model(engine, "xor"))
    short = told(trace, everything=False)

    assert "on lengths alone" not in short
    assert re.search(r"2(\[None, None\])? − 1 → ", short)


def test_steps_that_are_left_out_are_not_counted(engine: Engine) -> None:
    """`steps 14 to 17: 3` are four numbers: between them was a merge, which is left out."""
    trace = record_rewriting(engine, on_lengths(engine))
    entries = list(explained_steps(trace))
    whole = told(trace, everything=False)
    found = re.findall(r" steps (\d+) to (\d+): (\d+) on lengths alone", whole)
    first, last, count = max((tuple(map(int, one)) for one in found), key=lambda one: one[2])
    fewer = [entry for entry in entries if entry.step.number != first + 1]
    short = terminal.plain(steps(trace, fewer, 0, False, False), 100)

    assert last - first + 1 == count
    assert f"of steps {first} to {last}, {count - 1} on lengths alone" in short


def test_steps_on_lengths_are_counted(engine: Engine) -> None:
    trace = record_rewriting(engine, on_lengths(engine))
    short = told(trace, everything=False)

    counts = [
        int(count) for count in re.findall(r"steps \d+ to \d+: (\d+) on lengths alone", short)
    ]
    assert counts
    assert min(counts) >= MANY_LENGTHS
    assert " on lengths alone" not in told(trace, everything=True)


@pytest.mark.parametrize("reads", [1, 3])
def test_what_a_long_formula_repeats_is_said_once(trace: Trace, reads: int) -> None:
    """A loop that is read three times was written three times, in 60 lines."""
    loop = call("scan", *(symbol(f"value_{n}") for n in range(30)))
    after = call("add", *[call("exp", loop)] * reads)
    first = next(explained_steps(trace))
    made = Replacement("z", symbol("old"), after, "", "")
    written = terminal.plain(step(trace, replace(first, replacements=(made,))), 100)

    assert written.count("value_7") == 1
    assert ("t1" in written) is (reads > 1)
    assert "…" not in written.partition("why")[0]


@pytest.fixture(scope="module", params=["xor", "recurrent", "embedding"])
def of_gallery(request: pytest.FixtureRequest, engine: Engine) -> Trace:
    return record_rewriting(engine, models.model(engine, request.param))


def test_what_stays_as_it_is_stands_once(of_gallery: Trace) -> None:
    """A step in full wrote such a formula twice, once in red and once in green."""
    pairs = []
    for entry in explained_steps(of_gallery):
        lines = terminal.plain(step(of_gallery, entry), 10_000).splitlines()
        sides = [re.sub(r"   (by .*|given)$", "", line) for line in lines if line[:4] in MARKS]
        assert {line[:4] for line in sides[::2]} <= {"  − "}
        pairs += zip(sides[::2], sides[1::2], strict=True)

    assert pairs
    assert [before for before, after in pairs if before[4:] == after[4:]] == []


def test_no_value_is_called_by_an_id(of_gallery: Trace) -> None:
    ids = {v.id for v in of_gallery.universe.variables}
    documents = [step(of_gallery, entry) for entry in explained_steps(of_gallery)]
    lines = [line for d in documents for line in terminal.plain(d, 10_000).splitlines()]

    assert [line for line in lines if line.strip() in ids] == []


def test_nothing_is_defined_by_itself(of_gallery: Trace) -> None:
    """Loops call a part of their sequence `x[0:]`."""
    for number in (0, len(of_gallery.steps)):
        told = equations(of_gallery, number)
        assert [name for name, value in told if text(value) == name] == []
