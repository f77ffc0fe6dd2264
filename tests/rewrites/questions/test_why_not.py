"""Give every verdict on rewrites that did not fire, and on those that did, and change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from models import model
from rewriters import contents, op_of, registered, registered_last

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.render.reports.why_not import verdict_sentence
from xorexplain.render.reports.why_not import why_not as report
from xorexplain.render.reports.why_not_json import verdict_json
from xorexplain.render.writers import terminal
from xorexplain.rewrites.questions.why_not import WhyNot, why_not

# Both engines register these; the first fires on the XOR network, the last belongs to no mode.
FIRES, UNASKED = "local_add_canonizer", "local_remove_all_assert"
BEATEN = {"theano": "local_dot22_to_dot22scalar", "pytensor": "local_pow_to_nested_squaring"}


def text(found: WhyNot) -> str:
    return terminal.plain(report(found))


def asked(engine: Engine, name: str, node: str | None = None, of: str = "xor") -> WhyNot:
    return why_not(engine, model(engine, of), None, name, node)


def one_output(engine: Engine, build: Any) -> Model:
    x = engine.tensor.dvector("x")
    return Model({"y": build(x)}, inputs=[x])


def test_it_fired(engine: Engine) -> None:
    found = asked(engine, FIRES)

    assert found.verdict == "fired"
    assert all(FIRES in (step.rewrite, *step.members) for step in found.steps)
    assert found.tries >= len(found.steps)
    assert str(found.steps[0].number) in verdict_sentence(found)


def test_it_fired_under_another_name(engine: Engine) -> None:
    found = asked(engine, "topo_constant_folding")

    assert found.verdict == "fired"
    assert found.steps


def test_no_tag_of_it_is_asked_for(engine: Engine) -> None:
    found = asked(engine, UNASKED)

    assert found.verdict == "not in this mode"
    assert {place.refusal.cause for place in found.places if place.refusal} == {"unasked"}
    assert f'mode.including("{UNASKED}")' in verdict_sentence(found)


@pytest.mark.pytensor
def test_the_mode_excludes_the_database_it_is_in(engine: Engine) -> None:
    found = asked(engine, "local_gemm_to_gemv")

    assert found.verdict == "not in this mode"
    assert found.places[0].refusal is not None
    assert found.places[0].refusal.place == ("BlasOpt",)
    assert "excludes BlasOpt" in verdict_sentence(found)


def test_a_test_rewrite_that_no_mode_asks_for_would_have_matched(engine: Engine) -> None:
    def never_asked(node: Any) -> Any:
        return [node.inputs[0] * 1.0] if node.op == op_of(engine, "exp") else False

    made = one_output(engine, op_of(engine, "exp"))
    with registered(engine, "never_asked", never_asked, "specialize", tags=("mine",)):
        # The name of its database would be a tag that is asked for.
        found = why_not(engine, made, None, "never_asked")

    assert found.verdict == "not in this mode"
    assert found.places[0].tags == ("mine", "specialize")
    assert [match.first for match in found.matches] == [0]


def test_no_node_has_an_op_it_tracks(engine: Engine) -> None:
    found = asked(engine, "local_join_1")

    assert found.verdict == "never tried"
    assert found.candidates == ()
    assert "which the graph never had" in verdict_sentence(found)


def test_it_never_matched(engine: Engine) -> None:
    found = asked(engine, "local_abs_merge")

    assert found.verdict == "never matched"
    assert found.tries > 0
    assert set(found.tried_on) <= set(found.candidates)


def test_a_rewrite_of_the_whole_graph_changed_nothing(engine: Engine) -> None:
    found = asked(engine, "merge1.2")

    assert (found.verdict, found.is_of_nodes) == ("never matched", False)
    assert "over the whole graph" in verdict_sentence(found)


def test_it_matched_before_its_turn(engine: Engine) -> None:
    def divides(node: Any) -> Any:
        return [node.inputs[0] * (1.0 / node.inputs[1])]

    made = one_output(engine, lambda x: (x * 3.0) / x)
    tracks = [op_of(engine, "true_div")]
    with registered(engine, "divides", divides, "specialize", tracks):
        found = why_not(engine, made, None, "divides")

    assert (found.verdict, found.tries) == ("matched too early", 0)
    (match,) = found.matches
    assert match.first == 0
    step = found.trace.step[match.last + 1]
    assert step.phase == "canonicalize"
    assert f"step {step.number} ({step.title}" in verdict_sentence(found)
    assert "its phase, specialize, ran only after that" in verdict_sentence(found)


def test_it_matches_when_its_turn_is_over(engine: Engine) -> None:
    def squares(node: Any) -> Any:
        return [node.inputs[0] * node.inputs[0]]

    made = one_output(engine, lambda x: x**2)
    with registered(engine, "squares", squares, "canonicalize", [op_of(engine, "sqr")]):
        found = why_not(engine, made, None, "squares")

    assert found.verdict == "matched too late"
    assert found.matches[0].last == len(found.trace.steps)
    assert "by then its phase, canonicalize, was over with step " in verdict_sentence(found)


def test_another_rewrite_came_first(engine: Engine) -> None:
    found = asked(engine, BEATEN[engine.name])

    assert found.verdict == "missed"
    assert "had not come to it" in verdict_sentence(found)


def test_its_change_was_taken_back(engine: Engine) -> None:
    exp = op_of(engine, "exp")

    def destroys_an_input(node: Any) -> Any:
        if node.op != exp:
            return False
        return [type(exp)(exp.scalar_op, {0: 0})(node.inputs[0])]

    with registered_last(engine, "destroys_an_input", destroys_an_input):
        found = why_not(engine, one_output(engine, exp), None, "destroys_an_input")

    assert found.verdict == "rejected"
    assert "protected" in found.steps[0].message
    assert "protected" in verdict_sentence(found)


def test_it_raised(engine: Engine) -> None:
    def raises(node: Any) -> Any:
        raise ValueError("no luck today")

    made = one_output(engine, op_of(engine, "exp"))
    with registered(engine, "raises", raises, "specialize", [op_of(engine, "exp")]):
        found = why_not(engine, made, None, "raises")

    assert found.verdict == "failed"
    assert "no luck today" in verdict_sentence(found)


def test_it_answers_with_what_is_there(engine: Engine) -> None:
    def does_nothing(node: Any) -> Any:
        return list(node.outputs)

    made = one_output(engine, op_of(engine, "exp"))
    with registered(engine, "does_nothing", does_nothing, "specialize", [op_of(engine, "exp")]):
        found = why_not(engine, made, None, "does_nothing")

    assert found.verdict == "nothing to change"
    assert found.hits == found.tries


@pytest.mark.pytensor
@pytest.mark.parametrize(
    ("around", "verdict", "first"),
    [
        (
            lambda T, x: x,
            "never tried",
            "It was never tried outside of ops: it works on Log, which no node there had.",
        ),
        (
            lambda T, x: T.log(x),
            "never matched",
            "It was tried {} times outside of ops, and no node there ever had the form it needs.",
        ),
    ],
    ids=["not around it", "around it"],
)
def test_what_it_answers_inside_of_an_op_is_no_answer_in_the_graph(
    engine: Engine, around: Callable[[Any, Any], Any], verdict: str, first: str
) -> None:
    T = engine.tensor
    x, a = T.dvector("x"), T.dvector("a")
    op = engine.module.compile.builders.OpFromGraph([a], [T.log(1 + a)], inline=False)

    found = why_not(engine, Model({"y": around(T, op(x))}, inputs=[x]), None, "local_log1p")

    told = first.format(found.tries)
    assert (found.verdict, found.hits, found.inside_hits) == (verdict, 0, 1)
    assert verdict_sentence(found) == f"{told} In graphs inside of ops it had 1 answer."


def test_one_node_that_it_fired_on_and_one_it_does_not_track(engine: Engine) -> None:
    whole = asked(engine, FIRES)
    trace, step = whole.trace, whole.steps[0]
    taken = step.removed[0] if step.removed else trace.universe.variable[step.edits[0].old].owner
    other = next(a.id for a in trace.universe.applies if a.op.kind == "dot")

    on_taken, on_other = asked(engine, FIRES, taken), asked(engine, FIRES, other)

    assert on_taken.verdict == "fired"
    assert step.number in [made.number for made in on_taken.steps]
    assert (on_other.verdict, on_other.candidates) == ("never tried", ())
    assert len(on_other.elsewhere) == len(whole.steps)
    assert "it works on" in verdict_sentence(on_other)


def test_a_node_may_be_named_by_what_it_computes(engine: Engine) -> None:
    trace = asked(engine, FIRES).trace
    apply = trace.universe.apply[trace.start[0]]

    assert asked(engine, FIRES, apply.outputs[0]).node == apply.id


@pytest.mark.parametrize(
    ("name", "node", "message"),
    [
        ("local_add_canonizr", None, "did you mean local_add_canonizer"),
        ("fast_run", None, "is a tag of .* rewrites: name one of them"),
        ("canonicalize", None, "is a group of .* rewrites: name one of them"),
        (FIRES, "n99999", "choose from n0 to n"),
        (FIRES, "v0", "nothing computes v0"),
    ],
)
def test_names_that_are_unknown(engine: Engine, name: str, node: str | None, message: str) -> None:
    with pytest.raises(XorexplainError, match=message):
        asked(engine, name, node)


@pytest.mark.parametrize("name", [FIRES, UNASKED, "local_abs_merge", "local_join_1"])
def test_nothing_is_changed(engine: Engine, name: str) -> None:
    made = model(engine, "mlp")
    graph, databases = view(engine, made, "updates").graph(), contents(engine)

    why_not(engine, made, None, name)

    assert view(engine, made, "updates").graph() == graph
    assert contents(engine) == databases


@pytest.mark.parametrize("name", [FIRES, UNASKED, "local_abs_merge", "merge1.2"])
def test_text_and_json_say_the_same(engine: Engine, name: str) -> None:
    found = asked(engine, name)
    data = json.loads(verdict_json(found))

    assert data["verdict"] == found.verdict
    assert data["sentence"] in " ".join(text(found).split())
    assert data["steps"] == [step.number for step in found.steps]
    assert len(data["places"]) == len(found.places)


def test_a_large_rewriting_is_searched_near_the_changes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = {"theano": "local_fill_to_alloc", "pytensor": "local_1msigmoid"}[engine.name]
    exact = asked(engine, name)
    monkeypatch.setattr("xorexplain.rewrites.questions.candidates.MAX_TRIES", -1)

    near = asked(engine, name)

    assert (exact.is_exact, near.is_exact) == (True, False)
    assert near.matches == exact.matches != ()
    assert "within 3 edges" in text(near)
    assert json.loads(verdict_json(near))["exact"] is False
