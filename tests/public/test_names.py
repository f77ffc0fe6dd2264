"""Hold listings to their names: each is defined where it is used, and understood where it is asked.

Models of the gallery, and those that people write, in `benchmarks/people.py`.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import models
import numpy
import pytest

from xorexplain.api.drawing import prepared
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate, wrt_variables
from xorexplain.gradients.explain import Equation, Story, tell
from xorexplain.graph.records import Graph
from xorexplain.graph.views.names import intermediate_names, understood
from xorexplain.graph.views.printed_names import holders
from xorexplain.graph.views.select import around
from xorexplain.models.capture import variable_ids
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.models.targets import target_variables
from xorexplain.notation.expr import Expr, symbols_in
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures.records import Group
from xorexplain.render.pictures.scene import scene
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.steps import steps
from xorexplain.render.reports.values_asked import Asked, valued
from xorexplain.render.writers import terminal
from xorexplain.rewrites.choose import chosen
from xorexplain.rewrites.questions.origins import find_apply, find_given, result_names
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import equations, explained_steps, names_at, touches
from xorexplain.rewrites.trace import Trace

NAMES = ("xor", "embedding", "twins", "many_outputs")
PEOPLE = ("mlp", "adam")
PRINTED = ("xor", "recurrent", "twins", "people's adam")
NAME = re.compile(
    r"(?<![\w.'])(?:∂\w+/∂\w+|[^\W\d²³¹⁰⁴-⁹ᵀ][A-Za-z_0-9δ]*(?:\.T)?)"
    r"(?:\[t[^]]*\])?(?: \(new\))?(?![\w(.])"
)
WORDS = {"else", "if", "axes", "axis", "begins", "with", "rounds", "round", "in", "None", "t", "e"}
"""Words of formulas that are no names, and the exponent of a number."""


@pytest.fixture(scope="module")
def people() -> Any:
    return runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "people.py"))["MODELS"]


@pytest.fixture(params=[*NAMES, *(f"people's {name}" for name in PEOPLE)])
def model(request: pytest.FixtureRequest, engine: Engine, people: Any) -> Model:
    return built(engine, people, request.param)


def built(engine: Engine, people: Any, name: str) -> Model:
    gallery = people if name.startswith("people's ") else models.GALLERY
    made: Model = gallery[name.removeprefix("people's ")](engine)
    return made


def stages(engine: Engine, model: Model) -> Iterator[Graph]:
    for stage in ("symbolic", "gradient", "updates", "optimized"):
        try:
            yield view(engine, model, stage).graph()
        except XorexplainError:
            assert model.cost is None or not model.update_pairs


def printed(graph: Graph) -> Iterator[str]:
    """Yield what values are called in a picture: in formulas, and beside nodes."""
    look = Look(shapes=True)
    waiting = list(scene(prepared(graph, look, folds=True), look).members)
    while waiting:
        member = waiting.pop()
        if isinstance(member, Group):
            waiting += member.members
            continue
        for line in member.told("formula"):
            yield from (name for name in NAME.findall(line) if name not in WORDS)
        yield from member.told("name")
        if member.kind in ("result", "update"):
            yield from (name.strip() for name in ", ".join(member.told("heading")).split(","))


@pytest.mark.parametrize("name", PRINTED)
def test_every_printed_name_is_understood_or_its_cure_is_told(
    engine: Engine, people: Any, name: str
) -> None:
    """What no variable has, as a length, a round of a loop or a part of a formula, says so."""
    model, look = built(engine, people, name), Look(shapes=True)
    trace = record_rewriting(engine, model)
    results, told = result_names(engine, model, trace), list(explained_steps(trace))
    found: dict[str, str] = {}
    for graph in stages(engine, model):
        shown = prepared(graph, look)
        for word in printed(graph):
            found.setdefault(word, graph.origin.stage or "")
            accepted(around, shown, word, 1, graph)
    for word, stage in found.items():
        accepted(lambda word=word: find_given(trace, word) or find_apply(trace, word, results))
        accepted(chosen, trace, told, None, None, word)
        if stage != "optimized":
            accepted(target_variables, engine, model, word)

    assert len(found) > 5


def accepted(ask: Callable[..., Any], *args: Any) -> None:
    """Ask for a name; a refusal has to say what to ask for instead."""
    said = ": ask for that or so"
    try:
        ask(*args)
    except XorexplainError as error:
        said = str(error)
    assert re.search(r": ask for |as it was written$", said), said


def test_names_of_several_and_of_lengths_tell_what_to_ask_for(engine: Engine, people: Any) -> None:
    model = people["mlp"](engine)
    graph = view(engine, model, "symbolic").graph()

    for name, cure in (
        ("W1 … W12", "are several variables: ask for one of them, as W1"),
        ("t12", "is a part of a formula, and no variable: ask for what the formula gives"),
        ("n", "is a length, axis 0 of x: ask for that"),
    ):
        with pytest.raises(XorexplainError, match=f"^{name} {cure}$"):
            around(graph, name, 1)
        with pytest.raises(XorexplainError, match=f"^{name} {cure}$"):
            target_variables(engine, model, name)


def given(graph: Graph) -> set[str]:
    """Return what needs no definition: given by a name of its own, and constants as written."""
    return {v.name or v.value or (v.called or ("",))[0] for v in graph.variables if not v.owner}


def test_every_name_of_a_stage_is_understood(engine: Engine, model: Model) -> None:
    for graph in stages(engine, model):
        known = understood(graph)
        for id_, name in intermediate_names(graph).items():
            assert known[name] == id_
            around(graph, name, 1)


def test_every_name_is_a_target_and_can_be_differentiated_for(engine: Engine, model: Model) -> None:
    made = view(engine, model, "symbolic")
    variables = {id_: variable for variable, id_ in variable_ids(made.source).items()}

    for id_, name in intermediate_names(made.graph()).items():
        variable = variables[id_]
        assert target_variables(engine, model, name)[0] == [variable]
        if model.cost is not None and engine.role_of(variable) != "constant":
            assert wrt_variables(engine, model, [name]) == [variable]


def test_every_name_of_a_trace_is_defined_and_understood(engine: Engine, model: Model) -> None:
    trace = record_rewriting(engine, model)
    told = list(explained_steps(trace))
    sides = [side for entry in told for r in entry.replacements for side in (r.before, r.after)]
    kept = names_used(sides) | {r.name for e in told for r in e.replacements if r.is_named}
    start, end = (dict(equations(trace, n, kept)) for n in (0, len(trace.steps)))
    is_given = given(trace.universe)

    assert names_used(start.values()) <= {*start, *is_given}
    assert names_used(end.values()) <= {*end, *is_given}
    assert kept <= {*start, *end, *literals(trace), *is_given}
    for number in (0, len(trace.steps)):
        for id_, name in names_at(trace, number).items():
            if trace.universe.owner(id_) is not None:
                assert find_apply(trace, name)
    for entry in told:
        touched = touches(trace, entry)
        assert {r.name for r in entry.replacements} <= touched


def names_used(sides: Iterable[Expr]) -> set[str]:
    return set(symbols_in(list(sides)))


def literals(trace: Trace) -> set[str]:
    return {v.value for v in trace.universe.variables if v.value is not None}


def test_every_name_of_a_step_is_defined_before_it(engine: Engine, model: Model) -> None:
    trace = record_rewriting(engine, model)
    is_given = {*given(trace.universe), *literals(trace)}

    for entry in explained_steps(trace):
        used = names_used(s for r in entry.replacements for s in (r.before, r.after))
        found = dict(equations(trace, entry.step.number - 1, used, used))
        assert used <= {*found, *is_given}, entry.step.number


def test_every_name_of_a_gradient_is_defined(engine: Engine, model: Model) -> None:
    if model.cost is None or not model.parameters:
        return
    derivation = differentiate(engine, model)
    story = tell(derivation)
    told = list(told_equations(story))
    defined = {equation.name for equation in told} | given(derivation.graph) | {f"δ{story.cost}"}
    arrived = {name for step in story.steps for name in (*step.arrives, *step.reused)}

    assert names_used(e.value for e in told) | arrived <= defined


def told_equations(story: Story) -> Iterator[Equation]:
    yield from (*story.forward, *story.sums)
    for step in story.steps:
        yield from (*step.rule, *step.lets, *step.gives)
    for finish in story.finishes:
        yield from (e for e in (finish.gradient, finish.update, *finish.lets) if e is not None)


def test_a_long_listing_defines_its_names(engine: Engine, people: Any) -> None:
    """Of more than 80 values none was defined: an autoencoder has 124, and a network 120 rows."""
    trace = record_rewriting(engine, people["vae"](engine))
    told = list(explained_steps(trace))
    listing = terminal.plain(steps(trace, told, 0, True, everything=False), 10_000)
    start = listing.partition("\nstep ")[0].splitlines()
    defined = {line.partition(" = ")[0].strip() for line in start if " = " in line}

    assert len(defined) > 80
    assert {"hidden", "code", "decoded", "image"} <= defined
    assert "--all" not in listing


@pytest.mark.parametrize("name", ["xor", "recurrent", "twins"])
def test_every_name_has_values(engine: Engine, name: str) -> None:
    """What a picture folds away is told as well, and so is each row of a loop's rounds."""
    subject = Subject(engine, models.model(engine, name))
    _, found = valued(subject, "symbolic", None, Asked(), lambda what: nullcontext())
    graph = view(engine, subject.model, "symbolic").graph()
    rows = {row for loop in found.loops for entry in loop.rounds[0] for row in entry.words}

    for printed in (*intermediate_names(graph).values(), *(apply.id for apply in graph.applies)):
        assert found.only(printed).nodes, printed
    for printed in rows:
        told = found.only(printed)
        assert told.nodes or all(entry for loop in told.loops for entry in loop.rounds), printed
    assert bool(rows) is (name == "recurrent")


@pytest.mark.parametrize(
    ("name", "stage", "inside"),
    [
        ("recurrent", "symbolic", ("sequence[t]", "states[t−1]", "states[t]", "z1")),
        ("op_from_graph", "symbolic", ()),
        ("fused", "optimized", ("i0", "i1")),
    ],
)
def test_a_name_inside_of_an_op_stands_for_the_op(
    engine: Engine, name: str, stage: str, inside: tuple[str, ...]
) -> None:
    model = models.model(engine, name)
    graph = view(engine, model, stage).graph()
    boxed = [graph.inner[a.inner] for a in graph.applies if a.inner is not None]
    own = {name for inner in boxed for name in intermediate_names(inner).values()}
    asked = sorted({*own, *inside} - set(understood(graph)))

    assert asked
    for word in asked:
        found = holders(graph, word)
        assert found
        assert {graph.apply[id_].inner is not None for id_ in found} == {True}
        assert {apply.id for apply in around(graph, word, 0).applies} == set(found)


def test_a_name_inside_of_a_loop_is_no_variable(engine: Engine) -> None:
    model = models.model(engine, "recurrent")
    said = r"^states\[t−1\] is inside of scan, and no variable outside: ask for what that gives, st"

    with pytest.raises(XorexplainError, match=said):
        target_variables(engine, model, "states[t−1]")
    with pytest.raises(XorexplainError, match=said):
        wrt_variables(engine, model, ["states[t−1]"])


def test_a_long_constant_is_defined(engine: Engine) -> None:
    T = engine.tensor
    W = models.shared(engine, (3,), "W")
    made = [T.sum(W * numpy.arange(3.0) + numpy.linspace(1.0, 1.5, 200)[:3] * 1.23456789)]
    model = Model({}, made[0], [W], [(W, W - engine.module.grad(made[0], W))])

    story = tell(differentiate(engine, model))
    start = dict(equations(record_rewriting(engine, model), 0))

    assert next(e.name for e in story.forward) == "c1"
    assert text(start["c1"]).startswith("[1.2345")
