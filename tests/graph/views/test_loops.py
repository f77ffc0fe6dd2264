"""Name what a Scan reads and gives in a round, forwards and in the gradient."""

from __future__ import annotations

from typing import Any

import models
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.graph.ops.rounds import Rounds, Tap, letter_within, rounds_of
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.inner import opened
from xorexplain.graph.views.loops import Step, step_of
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.stages import view


def steps(graph: Graph) -> list[tuple[Apply, Step]]:
    """Return the loops of a graph and their steps."""
    names = intermediate_names(graph)
    found = [(apply, step_of(graph, apply, names)) for apply in graph.applies]
    return [(apply, step) for apply, step in found if step is not None]


def sequence(engine: Engine) -> Model:
    """A state that looks two rounds back, over a sequence from its second element on."""
    T = engine.tensor
    x, h, w = T.dvector("x"), T.dvector("h"), engine.module.shared(2.0, name="w")
    taps = [{"initial": h, "taps": [-2, -1]}]
    options = {} if engine.name == "theano" else {"return_updates": False}
    made = engine.module.scan(
        lambda a, before, last, w: T.tanh(w * a + before * last),
        [x[1:]],
        taps,
        [w],
        strict=True,
        **options,
    )
    series = made[0] if engine.name == "theano" else made
    series.name = "s"
    return Model({"s": series}, series.sum(), [w], [], [x, h])


def test_a_step_reads_and_gives_what_it_is_called_outside(engine: Engine) -> None:
    ((_, step),) = steps(view(engine, sequence(engine), "symbolic").graph())

    assert list(step.inputs.values()) == ["x[t+1]", "s[t−2]", "s[t−1]", "w"]
    assert step.outputs == ("s[t]",)
    assert not step.is_reversed


def test_the_gradient_of_a_step_goes_back_through_its_rounds(engine: Engine) -> None:
    graph = view(engine, sequence(engine), "gradient").graph()
    _, (_, step) = steps(graph)
    called = set(step.inputs.values())

    assert step.is_reversed
    assert {"x[t+1]", "s[t−2]", "s[t−1]", "δs[t]", "δs[t−1]", "δs[t−2]", "w"} <= called
    assert {"δs[t−1] (new)", "δs[t−2] (new)", "∂cost/∂w[t]"} <= set(step.outputs)
    assert "∂cost/∂w[t+1]" in called


def test_an_array_that_a_gradient_reads_is_the_adjoint_of_what_the_loop_gave(
    engine: Engine,
) -> None:
    """Of a state that the cost does not read, the adjoint begins as zeros at the last round."""
    T = engine.tensor
    x, w = T.dvector("x"), engine.module.shared(2.0, name="w")
    options = {} if engine.name == "theano" else {"return_updates": False}
    made = engine.module.scan(
        lambda a, m, w: [T.tanh(w * a + m), w * (a - m) ** 2],
        [x],
        [T.constant(0.5, dtype="float64"), None],
        [w],
        **options,
    )
    _, ll = made[0] if engine.name == "theano" else made
    ll.name = "ll"
    graph = view(engine, Model({"ll": ll}, ll.sum(), [w], [], [x]), "gradient").graph()
    _, (_, step) = steps(graph)

    assert {"x[t]", "h1[t−1]", "δll[t]", "δh1[t]"} <= set(step.inputs.values())
    assert "ll[t]" not in step.inputs.values()
    assert "δh1[t−1] (new)" in step.outputs


def test_real_loops_have_a_name_for_each_end(engine: Engine) -> None:
    for stage in ("symbolic", "gradient"):
        graph = models.record(engine, "recurrent", stage)
        assert steps(graph)
        for apply, step in steps(graph):
            assert apply.inner is not None
            assert len(step.outputs) == len(graph.inner[apply.inner].outputs)
            assert all(step.outputs)


def test_a_loop_within_a_loop_counts_its_rounds_by_another_letter(engine: Engine) -> None:
    T, module = engine.tensor, engine.module
    options = {} if engine.name == "theano" else {"return_updates": False}

    def last(step: Any, sequence: Any, begin: Any) -> Any:
        made = module.scan(step, [sequence], [begin], **options)
        return (made[0] if engine.name == "theano" else made)[-1]

    def within(row: Any, h: Any) -> Any:
        return last(lambda v, s: T.tanh(v + s), row, h)

    x, h = T.dmatrix("x"), T.dscalar("h")
    model = Model({"y": last(within, x, h)}, None, [], [], [x, h])
    graph = view(engine, model, "symbolic").graph()
    ((outer, step),) = steps(graph)
    ((inner, nested),) = steps(opened(graph, outer, intermediate_names(graph)))
    ends = {*nested.inputs.values(), *nested.outputs}

    assert "x[t]" in step.inputs.values()
    assert "x[t][u]" in ends
    assert all("[t][t" not in end for end in ends)
    assert any(end.endswith("[u−1]") for end in ends)
    assert inner.inner is not None


@pytest.mark.parametrize(
    ("names", "letter"),
    [
        ((), "t"),
        (("x", "W", "x[0]"), "t"),
        (("x[t]",), "u"),
        (("h[t−1]", "δh[t+1]"), "u"),
        (("x[−1−t]", "x[3−t]"), "u"),
        (("x[t][u]", "h[t]"), "v"),
        (("x[t][u][v][w]",), "w"),
    ],
)
def test_rounds_are_counted_by_a_letter_that_nothing_around_them_has(
    names: tuple[str, ...], letter: str
) -> None:
    assert letter_within(names) == letter


def test_the_property_of_a_loop_is_read_as_it_was_written() -> None:
    rounds = Rounds((Tap(None, 0), Tap(0, -2), Tap(1, 1), Tap()), (Tap(0, 0), Tap(1, 1), Tap()))

    assert rounds_of(Op("scan", "control", "", (("rounds", str(rounds)),))) == rounds
    assert rounds.buffers == {2}


@pytest.mark.parametrize("text", ["", "seq", "anything"])
def test_a_loop_of_which_nothing_is_known_has_no_step(text: str) -> None:
    assert rounds_of(Op("scan", "control", "", (("rounds", text),))) is None
