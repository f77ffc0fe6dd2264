"""Choose the steps that matter, and name values as the gradient does."""

from __future__ import annotations

import itertools

import pytest
from models import each_model, model

from xorexplain.engines import Engine
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.tutorial import xor
from xorexplain.notation.expr import symbol
from xorexplain.notation.text import text
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import numbered
from xorexplain.rewrites.laws.fitting import fitting
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import explained_steps
from xorexplain.sphinxext.walkthrough import whole_way
from xorexplain.sphinxext.walkthrough.chapters.phases import phases
from xorexplain.sphinxext.walkthrough.episodes import episode_of, told_episodes
from xorexplain.sphinxext.walkthrough.gathering import STARTS
from xorexplain.sphinxext.walkthrough.material import Material, Settings
from xorexplain.sphinxext.walkthrough.phase_words import purpose
from xorexplain.sphinxext.walkthrough.renaming import rename


@each_model
def test_one_step_shows_each_episode(engine: Engine, name: str) -> None:
    subject = Subject(engine, model(engine, name))
    material = Material(subject, Settings(1), trace=subject.trace, explained=subject.explained)

    found = told_episodes(material)

    sorted_in = [entry for told in found for entry in told.steps]
    assert len(set(map(id, sorted_in))) == len(sorted_in)
    left_out = [e for e in material.explained if not any(e is other for other in sorted_in)]
    assert all(episode_of(e) is None or e.step.verdict != "applied" for e in left_out)
    assert all(told.example in told.steps for told in found)
    assert all(told.example.step.verdict == "applied" for told in found)


def test_the_example_of_a_form_is_a_case_of_its_law(engine: Engine) -> None:
    subject = Subject(engine, xor(engine))
    material = Material(subject, Settings(1), trace=subject.trace, explained=subject.explained)

    told = next(t for t in told_episodes(material) if t.episode.page == "rewrites-form")

    first = told.example.replacements[0]
    found = fitting(told.example.law, first.before, first.after)
    assert found is not None
    assert text(found[0].equation) == "x¹ = x"
    assert {letter: text(value) for letter, value in found[1].items()} == {"x": "d1"}


def test_the_way_of_a_power_is_found_once_for_its_page_and_the_appendix(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, found = Subject(engine, xor(engine)), []
    names = intermediate_names(subject.derivation.graph)
    steps = {"trace": subject.trace, "explained": subject.explained}
    material = Material(subject, Settings(1), names=names, **steps)
    find = whole_way._find
    monkeypatch.setattr(whole_way, "_find", lambda m, e: found.append(e) or find(m, e))

    pages = [whole_way.why_not_at_once(material, t.example) for t in told_episodes(material)]

    assert any("Why not at once?" in page for page in pages)
    assert "The value is the same after each step:" in "".join(whole_way.whole_way(material))
    assert len({entry.step.number for entry in found}) == len(found)


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
