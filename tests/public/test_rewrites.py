"""Tell the rewriting of models from public reports rightly: names, values, branches, functions."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest
from public.conftest import Call

from xorexplain.engines import Engine
from xorexplain.models.model import Model
from xorexplain.render.reports.steps import steps
from xorexplain.render.writers import terminal
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.listen import record_rewrites
from xorexplain.rewrites.questions.switches import excluding_name
from xorexplain.rewrites.record import record
from xorexplain.rewrites.steps import explained_steps


def names(recording: Recording) -> list[str]:
    return [step.title for step in recording.trace.steps]


def changing(recording: Recording, data: dict[str, Any], seed: int = 0) -> list[str]:
    checks = check_steps(recording, data, seed)
    return [recording.trace.step[c.number].title for c in checks if c.is_fine is False]


def noisy(engine: Engine) -> Model:
    """aesara#1412, #454, #1114: the update of the generator that a draw brings along."""
    T = engine.tensor
    x, w = T.dvector("x"), engine.module.shared(1.0, name="w")
    if engine.name == "pytensor":
        rng = engine.module.shared(numpy.random.default_rng(3), name="rng")
        following, noise = T.random.normal(0.0, 1.0, size=(3,), rng=rng, return_next_rng=True)
        more = [(rng, following)]
    else:
        streams = importlib.import_module("theano.tensor.shared_randomstreams")
        noise, more = streams.RandomStreams(3).normal((3,)), []
    cost = T.mean((w * x + noise) ** 2)
    return Model({"y": cost}, cost, [w], [(w, w - 0.1 * engine.grad(cost, [w])[0]), *more], [x])


def test_a_draw_made_in_place_is_no_folding_of_constants(engine: Engine) -> None:
    recording = record(engine, noisy(engine))
    (told,) = [t for t in explained_steps(recording.trace) if t.step.title == "random_make_inplace"]

    assert not told.step.members
    assert told.law is not None
    assert told.law.kind == "in-place"
    assert recording.trace.rewrite["random_make_inplace"].where
    found = excluding_name(engine, noisy(engine), None, "random_make_inplace")
    assert found.verified
    assert "constant_folding" not in found.names


def classes(engine: Engine) -> Model:
    """The logistic regression of Theano's deep learning tutorials."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.ivector("y")
    W = engine.module.shared(numpy.zeros((4, 3)), name="W")
    b = engine.module.shared(numpy.zeros(3), name="b")
    p = T.nnet.softmax(T.dot(x, W) + b)
    cost = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
    updates = [(v, v - 0.1 * g) for v, g in zip([W, b], engine.grad(cost, [W, b]), strict=True)]
    return Model({"p": p}, cost, [W, b], updates, [x, y])


@pytest.mark.theano
@pytest.mark.parametrize("suffix", ["", "_grad"])
def test_cross_entropy_is_not_told_as_a_bias(engine: Engine, suffix: str) -> None:
    name = f"local_advanced_indexing_crossentropy_onehot{suffix}"
    recording = record(engine, classes(engine))

    assert names(recording).count(name) == 1
    assert "theano/tensor/nnet" in recording.trace.rewrite[name].where
    assert excluding_name(engine, classes(engine), None, name).verified
    data = {"x": numpy.ones((5, 4)), "y": numpy.array([0, 1, 2, 1, 0], dtype="int32")}
    assert changing(recording, data) == []


def test_names_are_written_whole(engine: Engine, call: Call, tmp_path: Any) -> None:
    file = tmp_path / "m.py"
    file.write_text(
        "import numpy\nfrom xorexplain import Model\n"
        f"import {engine.name} as module, {engine.name}.tensor as T\n"
        "def model():\n"
        "    x = T.dscalar('x')\n"
        "    return Model({'y': (x + 1) * 3}, inputs=[x])\n"
    )
    told = call("rewrites", "--model", f"{file}:model", "--all")

    assert told.status == 0
    assert "local_upcast_elemwise_constant_inputs" in told.out


def times_nothing(engine: Engine) -> Model:
    """Theano#3848, #4213: 0 · NaN becomes 0."""
    T = engine.tensor
    x = T.dvector("x")
    return Model({"y": x * T.zeros((3,)), "z": 0.0 / (x + 1.0)}, inputs=[x])


def test_nan_that_becomes_a_number_is_a_change(engine: Engine) -> None:
    recording = record(engine, times_nothing(engine))
    guilty = {
        "theano": ["local_mul_zero", "local_zero_div"],
        "pytensor": ["local_mul_canonizer", "local_mul_canonizer"],
    }

    assert changing(recording, {"x": numpy.array([0.0, 1.0, numpy.nan])}) == guilty[engine.name]
    assert changing(recording, {"x": numpy.array([0.0, 1.0, 2.0])}) == []
    checks = check_steps(recording, {"x": numpy.array([0.0, 1.0, numpy.nan])})
    assert {c.replaced.lost_nan for c in checks if c.is_fine is False} == {1}


def upcast(engine: Engine) -> Model:
    """Theano#2676: log(1 - sigmoid) of float32 with ones of float64; the rewrite fails there."""
    T = engine.tensor
    a = T.fmatrix("a")
    b = engine.sigmoid(a)
    return Model({"c": T.log(T.ones(b.shape, dtype="float64") - b)}, inputs=[a])


def test_a_failed_rewrite_is_not_well(engine: Engine) -> None:
    recording = record(engine, upcast(engine))
    checks = check_steps(recording, {"a": numpy.array([[0.5, -1.0]], dtype="float32")})
    failed = [c for c in checks if recording.trace.step[c.number].verdict == "failed"]

    assert len(failed) == (1 if engine.name == "theano" else 0)
    for c in failed:
        types = "TensorType(float64, matrix) may not become TensorType(float32, matrix)"
        assert types in recording.trace.step[c.number].message
    assert all(c.is_fine is None and c.note.startswith("failed") for c in failed)
    assert not any(c.is_fine is False for c in checks)


def choosing(engine: Engine) -> Model:
    """Theano#3552, #2955: ifelse in an update of a shared variable that starts empty."""
    T = engine.tensor
    home = {"theano": "theano.ifelse", "pytensor": "pytensor.conditional.op"}[engine.name]
    ifelse = importlib.import_module(home).ifelse
    x, known = T.dvector("x"), T.dscalar("known")
    y = engine.module.shared(numpy.zeros(0), name="y")
    return Model({"new": ifelse(T.gt(known, 0), x + y, x)}, inputs=[x, known])


def test_a_branch_that_is_not_taken_is_not_computed(engine: Engine) -> None:
    recording = record(engine, choosing(engine))
    checks = check_steps(recording, {"x": numpy.arange(3.0), "known": numpy.array(0.0)})

    assert checks
    assert not any(c.is_fine is False for c in checks)
    assert not any(c.results.uncompared for c in checks)
    assert all("branch" in c.note for c in checks if c.is_fine is None)


def given(engine: Engine) -> Any:
    """Theano#5482: what function(..., givens=) really substitutes."""
    a = engine.tensor.dscalar("a")
    b = a + 1
    c = b + 2
    d = b * 3
    return engine.module.function([a], [b, c, d, c + d], givens={b: c})


def minibatch(engine: Engine) -> Any:
    """The minibatch function of Theano's tutorials: an index, and a slice for the input."""
    T = engine.tensor
    data = engine.module.shared(numpy.random.RandomState(0).rand(20, 4), name="data")
    W = engine.module.shared(numpy.ones((4, 2)), name="W")
    index, x = T.lscalar("index"), T.dmatrix("x")
    cost = T.sum(T.dot(x, W) ** 2)
    updates = [(W, W - 0.1 * engine.grad(cost, [W])[0])]
    chosen = {x: data[index * 5 : (index + 1) * 5]}
    return engine.module.function([index], cost, updates=updates, givens=chosen)


@pytest.mark.parametrize("build", [given, minibatch])
def test_a_function_is_rewritten_again_as_it_was(
    engine: Engine, build: Callable[[Engine], Any]
) -> None:
    with record_rewrites(engine) as recorded:
        function = build(engine)
    heard = recorded.recording(function)
    again = record(engine, Model(function=function, before=recorded.before(function)))

    assert names(again) == names(heard)
    assert [a.op.label for a in again.trace.universe.applies] == [
        a.op.label for a in heard.trace.universe.applies
    ]
    assert not any(c.is_fine is False for c in check_steps(again))


QUESTIONS: Sequence[tuple[str, ...]] = (
    ("check",),
    ("why-not", "local_mul_canonizer"),
    ("without", "local_mul_canonizer"),
    ("origins", "n0"),
    ("1",),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_a_function_answers_all_questions(
    engine: Engine, call: Call, tmp_path: Any, question: tuple[str, ...]
) -> None:
    file = tmp_path / "m.py"
    file.write_text(
        f"import {engine.name} as module, {engine.name}.tensor as T\n"
        "def model():\n"
        "    a = T.dscalar('a')\n    b = a + 1\n    c = b + 2\n    d = b * 3\n"
        "    return module.function([a], [b, c, d, c + d], givens={b: c})\n"
    )
    told = call("rewrites", *question, "--model", f"{file}:model")

    assert told.status == 0, told.err
    assert told.out
    assert "whose rewriting is over" not in told.err


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        (("origins", "cost"), ("cost = sum(q1)", "computes together")),
        (("why-not", "local_mul_canonizer"), ("It fired: step",)),
        (
            ("why-not", "local_log1p"),
            ("It was never tried: it works on ", ", which the graph never had."),
        ),
    ],
    ids=["origin", "fired", "never"],
)
def test_the_minibatch_function_answers(
    engine: Engine, call: Call, tmp_path: Any, question: tuple[str, ...], answers: tuple[str, ...]
) -> None:
    file = tmp_path / "m.py"
    file.write_text(
        f"import numpy, {engine.name} as module, {engine.name}.tensor as T\n"
        "def model():\n"
        "    data = module.shared(numpy.arange(80.0).reshape(20, 4), name='data')\n"
        "    W = module.shared(numpy.ones((4, 2)), name='W')\n"
        "    index, x = T.lscalar('index'), T.dmatrix('x')\n"
        "    cost = T.sum(T.dot(x, W) ** 2)\n    cost.name = 'cost'\n"
        "    updates = [(W, W - 0.1 * T.grad(cost, W))]\n"
        "    chosen = {x: data[index * 5 : (index + 1) * 5]}\n"
        "    return module.function([index], cost, updates=updates, givens=chosen)\n"
    )
    told = call("rewrites", *question, "--model", f"{file}:model")

    assert told.status == 0, told.err
    said = " ".join(told.out.split())
    for answer in answers:
        assert answer in said


def recurrent(engine: Engine) -> Model:
    """Theano#4652 made plain: an ordinary RNN with training updates."""
    T, module = engine.tensor, engine.module
    x, w = T.dmatrix("x"), module.shared(numpy.array([[0.5, 0.1], [0.2, 0.4]]), name="w")
    options = {"return_updates": False} if engine.name == "pytensor" else {}
    found = module.scan(
        lambda i, before: T.tanh(i + T.dot(before, w)),
        sequences=[x],
        outputs_info=[T.zeros((2,))],
        **options,
    )
    h = found if engine.name == "pytensor" else found[0]
    cost = T.sum(h[-1])
    return Model({"h": h}, cost, [w], [(w, w - 0.1 * engine.grad(cost, [w])[0])], [x])


def test_the_steps_of_a_plain_rnn_are_told_at_bounded_length(engine: Engine) -> None:
    recording = record(engine, recurrent(engine))
    told = list(explained_steps(recording.trace))
    lines = terminal.plain(steps(recording.trace, told, 0)).splitlines()

    assert len(recording.trace.steps) > 20
    assert max(map(len, lines)) <= 100
    assert len(lines) < 10 * len(told)


@pytest.mark.pytensor
def test_the_steps_of_a_plain_rnn_change_no_value(engine: Engine) -> None:
    """Theano compiles the loop of each state anew, which takes minutes."""
    recording = record(engine, recurrent(engine))

    assert changing(recording, {"x": numpy.ones((5, 2))}) == []


def test_float32_on_the_way_is_no_change(engine: Engine) -> None:
    T = engine.tensor
    x, f = T.dvector("x"), T.fvector("f")
    recording = record(engine, Model({"y": T.sum(x ** T.tanh(f))}, inputs=[x, f]))

    assert changing(recording, {"x": numpy.array([0.3, 1.7]), "f": numpy.float32([0.2, 0.9])}) == []


def test_sorting_below_a_sum_is_no_change(engine: Engine) -> None:
    T = engine.tensor
    i = T.lvector("i")
    y = T.sum(T.cast(T.sort(i), "float64"))
    recording = record(engine, Model({"y": y}, inputs=[i]))

    assert changing(recording, {"i": numpy.array([2, 0, 1])}) == []
