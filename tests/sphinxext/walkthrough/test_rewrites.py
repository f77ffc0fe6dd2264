"""Choose the steps that matter, and name values as the gradient does."""

from __future__ import annotations

import itertools

import pytest
from models import each_model, model

from xorexplain.engines import Engine
from xorexplain.models.tutorial import xor
from xorexplain.notation.expr import symbol
from xorexplain.notation.text import text
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import numbered
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import explained_steps
from xorexplain.sphinxext.walkthrough.chapters.rewrites import examples, phases
from xorexplain.sphinxext.walkthrough.firing import kind_of
from xorexplain.sphinxext.walkthrough.gathering import STARTS
from xorexplain.sphinxext.walkthrough.phase_words import purpose
from xorexplain.sphinxext.walkthrough.renaming import rename


@each_model
def test_one_step_of_each_kind_is_enough(engine: Engine, name: str) -> None:
    told = list(explained_steps(record_rewriting(engine, model(engine, name))))

    chosen = examples(told)

    kinds = [kind_of(entry) for entry in chosen]
    assert len(kinds) == len(set(kinds)) <= 8
    assert [entry.step.number for entry in chosen] == sorted(e.step.number for e in chosen)
    assert all(entry.step.verdict == "applied" for entry in chosen)


def test_the_phases_lead_from_start_to_end(engine: Engine) -> None:
    trace = record_rewriting(engine, xor(engine))

    found = phases(list(explained_steps(trace)), len(trace.start))

    assert found[0].before == len(trace.start)
    assert found[-1].after == len(trace.end)
    assert all(one.after == other.before for one, other in itertools.pairwise(found))
    assert len({phase.page for phase in found}) == len(found)
    assert all(purpose(phase.name) for phase in found)


def test_all_adjoints_are_found_again(engine: Engine) -> None:
    names = numbered(Subject(engine, xor(engine)), STARTS).adjoint_names()

    assert {"δW1", "δW2", "δz1", "δz2", "δa1"} <= set(names.values())
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(("name", "expected"), [("u1", "δz1 × y + 1"), ("x", "u1 × y + 1")])
def test_rename(name: str, expected: str) -> None:
    expression = symbol("u1") * symbol("y") + 1

    assert text(rename(expression, {name: "δz1"})) == expected
