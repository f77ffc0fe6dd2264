"""Public reports about rewriting: what each step says of the value is right, whose fault it is."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy
import pytest
from public.reports import changing, ends, rewritten, scanned, shared

from xorexplain.engines import Engine
from xorexplain.graph.difference import Unknown
from xorexplain.render.reports.steps import check_words
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.check import StepCheck

pytestmark = pytest.mark.filterwarnings("ignore")


class Case(NamedTuple):
    """Hold a result of its inputs at data, and its right value."""

    result: Any
    inputs: list[Any]
    data: Mapping[str, Any]
    right: Any


def log_of_exp_of_integers(engine: Engine) -> Case:
    """aesara#555: log(exp(i)) is i as a float, and not i itself."""
    i = engine.tensor.lvector("i")
    data = {"i": numpy.array([1, 2, 3])}
    return Case(engine.tensor.log(engine.tensor.exp(i)), [i], data, [1.0, 2.0, 3.0])


def product_of_exponentials(engine: Engine) -> Case:
    """pytensor#186: a product of exponentials is the exponential of the sum."""
    a, b = engine.tensor.dvector("a"), engine.tensor.dvector("b")
    data = {"a": numpy.array([0.5, 1.0]), "b": numpy.array([0.25, -1.0])}
    right = numpy.exp([0.75, 0.0])
    return Case(engine.tensor.exp(a) * engine.tensor.exp(b), [a, b], data, right)


def quotient_by_an_exponential(engine: Engine) -> Case:
    """pytensor#1965: a over exp(b) is a times exp(-b)."""
    a, b = engine.tensor.dvector("a"), engine.tensor.dvector("b")
    data = {"a": numpy.array([2.0, 3.0]), "b": numpy.array([1.0, -1.0])}
    return Case(a / engine.tensor.exp(b), [a, b], data, [2.0 / numpy.e, 3.0 * numpy.e])


def log_of_one_minus_sigmoid(engine: Engine) -> Case:
    """aesara#531: log1p(-sigmoid(x)) is -softplus(x), also where the sigmoid rounds to 1."""
    x = engine.tensor.dvector("x")
    data = {"x": numpy.array([-1.0, 0.0, 2.0])}
    right = -numpy.log1p(numpy.exp([-1.0, 0.0, 2.0]))
    return Case(engine.tensor.log1p(-engine.sigmoid(x)), [x], data, right)


def softplus_of_log(engine: Engine) -> Case:
    """pytensor#1451: softplus(log(x)) is log1p(x)."""
    T = engine.tensor
    softplus = T.softplus if engine.name == "pytensor" else T.nnet.softplus
    x = T.dvector("x")
    data = {"x": numpy.array([0.5, 1.0, 4.0])}
    return Case(softplus(T.log(x)), [x], data, numpy.log1p([0.5, 1.0, 4.0]))


def slice_of_negative_step(engine: Engine) -> Case:
    """pytensor#1054: x[0:-3:-1] is the first element alone, and not x[:-3:-1]."""
    x = engine.tensor.lvector("x")
    return Case(x[0:-3:-1], [x], {"x": numpy.array([7, 2])}, [7])


def element_of_a_slice(engine: Engine) -> Case:
    """pytensor#2098: an element counted from the end of a slice counted from the end."""
    x = engine.tensor.lvector("x")
    return Case(x[-4:-1][-2] * 10 + x[1:][0], [x], {"x": numpy.arange(6)}, 31)


def masked_vector_of_scalars(engine: Engine) -> Case:
    """pytensor#2297: a mask of booleans is no list of the positions 0 and 1."""
    T = engine.tensor
    a, b, c = T.dscalar("a"), T.dscalar("b"), T.dscalar("c")
    mask = T.as_tensor_variable(numpy.array([True, False, True]))
    data = {name: numpy.array(float(n)) for n, name in enumerate("abc", start=5)}
    return Case(T.stack([a, b, c])[mask.nonzero()], [a, b, c], data, [5.0, 7.0])


def picked_again_from_what_was_set(engine: Engine) -> Case:
    """Theano#5212: rows are read again where integers were added to floats."""
    T = engine.tensor
    x = T.dmatrix("x")
    rows = numpy.array([0, 2])
    made = T.inc_subtensor(T.zeros((3, 1))[rows], x)[rows]
    data = {"x": numpy.array([[1.5], [2.5]])}
    return Case(made, [x], data, [[1.5], [2.5]])


def increment_written_as_setting(engine: Engine) -> Case:
    """Theano#2338: x[i] set to x[i] + 1 is an increment in disguise."""
    T = engine.tensor
    x = T.dvector("x")
    picked = x[numpy.array([2, 1])]
    data = {"x": numpy.array([1.0, 2.0, 3.0])}
    return Case(T.set_subtensor(picked, picked + 1.0), [x], data, [1.0, 3.0, 4.0])


def rows_of_a_list(engine: Engine) -> Case:
    """Theano#1914: a list of rows and all columns."""
    x = engine.tensor.dmatrix("x")
    data = {"x": numpy.arange(6.0).reshape(3, 2)}
    return Case(x[[2, 0], :] * 2.0, [x], data, [[8.0, 10.0], [0.0, 2.0]])


def minus_a_comparison(engine: Engine) -> Case:
    """Theano#4287: minus a comparison is -1, and never the opposite truth value."""
    T = engine.tensor
    a, b = T.dvector("a"), T.dvector("b")
    made = T.cast(-T.cast(T.gt(a, b), "int8"), "float64") * a + b
    data = {"a": numpy.array([2.0, 1.0]), "b": numpy.array([1.0, 2.0])}
    return Case(made, [a, b], data, [-1.0, 2.0])


def truth_as_a_complex_number(engine: Engine) -> Case:
    """pytensor#1815: a truth value as a complex number."""
    x = engine.tensor.vector("x", dtype="bool")
    data = {"x": numpy.array([True, False])}
    return Case(engine.tensor.cast(x, "complex128") * 2, [x], data, [2.0 + 0j, 0j])


def three_taps_of_small_integers(engine: Engine) -> Case:
    """pytensor#328: zero where one of the three results before is not."""
    T = engine.tensor
    i = T.matrix("i", dtype="int8")
    start = {"initial": T.zeros((3, 2), "int8"), "taps": [-3, -2, -1]}
    made = scanned(
        engine,
        lambda now, c, b, a: T.switch(T.neq(c | b | a, 0), T.zeros_like(now), now),
        sequences=i,
        outputs_info=start,
    )
    data = {"i": numpy.array([[1, 0], [1, 1], [0, 1], [1, 1], [1, 0], [1, 1]], dtype="int8")}
    right = [[1, 0], [0, 1], [0, 0], [0, 0], [1, 0], [0, 1]]
    return Case(made, [i], data, right)


SAME: tuple[Callable[[Engine], Case], ...] = (
    log_of_exp_of_integers,
    product_of_exponentials,
    quotient_by_an_exponential,
    log_of_one_minus_sigmoid,
    softplus_of_log,
    slice_of_negative_step,
    element_of_a_slice,
    masked_vector_of_scalars,
    picked_again_from_what_was_set,
    increment_written_as_setting,
    rows_of_a_list,
    minus_a_comparison,
    truth_as_a_complex_number,
    three_taps_of_small_integers,
)

FAILING = {("theano", three_taps_of_small_integers): ["scanOp_save_mem"]}
"""Rewrites that raise an exception in the engine, which leaves the graph as it is."""


@pytest.mark.parametrize("make", SAME, ids=lambda make: make.__name__)
def test_no_step_changes_the_value_and_the_last_state_has_it(
    engine: Engine, make: Callable[[Engine], Case]
) -> None:
    case = make(engine)
    recording, checks = rewritten(engine, case.result, case.inputs, case.data)
    written, final = ends(recording, case.data)

    assert changing(recording, checks) == []
    failed = [step.title for step in recording.trace.steps if step.verdict == "failed"]
    assert failed == FAILING.get((engine.name, make), [])
    numpy.testing.assert_allclose(written, case.right, rtol=1e-6)
    numpy.testing.assert_allclose(final, case.right, rtol=1e-6)


def softmax(engine: Engine, x: Any) -> Any:
    T = engine.tensor
    return T.nnet.softmax(x) if engine.name == "theano" else T.special.softmax(x, axis=-1)


LARGE = (numpy.arange(1, 10) * 13).astype("float32")


def test_a_logarithm_of_a_softmax_is_mended(engine: Engine) -> None:
    """Theano#2781: written down, the logarithm of what rounds to 0 is infinite; 104 is right."""
    x = shared(engine, LARGE, "x")
    losses = -engine.tensor.log(softmax(engine, x))
    recording, checks = rewritten(engine, losses.sum(), [], {})
    written, final = ends(recording, {})

    assert numpy.isposinf(written)
    assert float(final) == 13.0 * sum(range(9))
    assert changing(recording, checks) == ["local_logsoftmax"]
    (told,) = [c for c in checks if c.is_fine is False]
    assert "became another value" in check_words(told)
    assert "inf" in check_words(told)


def test_a_logarithm_folded_too_early_stays_infinite(engine: Engine) -> None:
    """Theano#2781: of a constant, the softmax is folded before the logarithm is looked at."""
    x = engine.tensor.constant(LARGE, name="x")
    losses = -engine.tensor.log(softmax(engine, x))
    recording, checks = rewritten(engine, losses.sum(), [], {})
    titles = [step.title for step in recording.trace.steps]

    assert "constant_folding" in titles
    assert "local_logsoftmax" not in titles
    assert changing(recording, checks) == []
    assert numpy.isposinf(ends(recording, {})[1])


def test_a_sigmoid_that_rounds_to_one(engine: Engine) -> None:
    """aesara#531: at 800 the result is -800; Theano has no rewrite for it, and nothing changes."""
    x = engine.tensor.dvector("x")
    data = {"x": numpy.array([800.0])}
    recording, checks = rewritten(engine, engine.tensor.log1p(-engine.sigmoid(x)), [x], data)
    expected = {"theano": ([], -numpy.inf), "pytensor": (["log1p_neg_sigmoid"], -800.0)}

    assert (changing(recording, checks), ends(recording, data)[1][0]) == expected[engine.name]


def draws(engine: Engine) -> tuple[Any, Any]:
    """Return two draws: of one generator, or of Theano's streams, which make one for each."""
    if engine.name == "theano":
        home = importlib.import_module("theano.tensor.shared_randomstreams")
        streams = home.RandomStreams(3)
        return streams.normal((3,)), streams.normal((3,))
    rng = engine.module.shared(numpy.random.default_rng(3), name="rng")
    normal = engine.tensor.random.normal
    return normal(0.0, 1.0, size=(3,), rng=rng), normal(0.0, 1.0, size=(3,), rng=rng)


def test_two_draws_of_one_generator_become_one(engine: Engine) -> None:
    """pymc#4728: two variables of one generator were merged, being the same draw; two are two."""
    one, other = draws(engine)
    recording, checks = rewritten(engine, one + 2 * other, [], {})
    trace = recording.trace
    sources = {"theano": "random_function", "pytensor": "sized_draw"}
    drawn = [n for n in trace.end if trace.universe.apply[n].op.kind == sources[engine.name]]

    assert len(drawn) == (2 if engine.name == "theano" else 1)
    assert changing(recording, checks) == []
    assert "MergeOptimizer" in [step.title for step in trace.steps]


@pytest.mark.pytensor
@pytest.mark.parametrize("lengths", [(2,), (1, 2)])
def test_a_draw_whose_axis_is_dropped_is_the_same_draw(
    engine: Engine, lengths: tuple[int, ...]
) -> None:
    """pytensor#60: lifting the dropped axis above the draw failed for parameters of one row."""
    T = engine.tensor
    rng = engine.module.shared(numpy.random.default_rng(3), name="rng")
    drawn = T.random.normal(numpy.zeros(lengths), 1.0, size=(1, 2), rng=rng).dimshuffle(1)
    recording, checks = rewritten(engine, drawn, [], {})
    written, final = ends(recording, {})

    assert not [step for step in recording.trace.steps if step.verdict == "failed"]
    assert changing(recording, checks) == []
    assert written.tolist() == final.tolist()
    assert written.tolist() == numpy.random.default_rng(3).normal(size=2).tolist()


def grown(engine: Engine) -> tuple[Any, Any, Any]:
    """Return a loop over n steps that adds 1, its number of steps and its start."""
    n, start = engine.tensor.lscalar("n"), engine.tensor.dvector("start")
    return scanned(engine, lambda v: v + 1.0, outputs_info=[start], n_steps=n), n, start


@pytest.mark.pytensor
def test_a_loop_of_no_steps_has_no_last_state(engine: Engine) -> None:
    """pytensor#1288: rewritten, the last of no states is the start; written, it is an error."""
    states, n, start = grown(engine)
    data = {"n": numpy.array(0), "start": numpy.array([0.0, 1.0])}
    recording, checks = rewritten(engine, states[-1], [n, start], data)
    written, final = ends(recording, data)

    assert isinstance(written, Unknown)
    assert "index -1 is out of bounds" in written.reason
    assert final.tolist() == [0.0, 1.0]
    assert any("index -1 is out of bounds" in c.note for c in checks if c.is_fine is None)


@pytest.mark.pytensor
def test_the_start_of_a_loop_of_no_steps_is_kept(engine: Engine) -> None:
    """pytensor#1878: with the start read too, saving memory read what nobody had written."""
    states, n, start = grown(engine)
    buffer = states.owner.inputs[0]
    data = {"n": numpy.array(0), "start": numpy.array([4.0, 1.0])}
    recording, checks = rewritten(engine, buffer[-1], [n, start], data)

    assert changing(recording, checks) == []
    assert ends(recording, data)[1].tolist() == [4.0, 1.0]


def test_the_last_state_of_some_steps(engine: Engine) -> None:
    """aesara#1499: saving memory where only the last state is read keeps its value."""
    states, n, start = grown(engine)
    data = {"n": numpy.array(2), "start": numpy.array([0.0, 1.0])}
    recording, checks = rewritten(engine, states[-1], [n, start], data)

    assert changing(recording, checks) == []
    assert ends(recording, data)[1].tolist() == [2.0, 3.0]


def told(recording: Recording, check: StepCheck) -> str:
    return recording.trace.step[check.number].title


@pytest.mark.pytensor
def test_loops_that_pass_a_sequence_on_are_not_mixed_up(engine: Engine) -> None:
    """pytensor#2252: two loops merged into one gave one the states of the other."""
    T = engine.tensor
    x, first, second = T.dvector("x"), T.dscalar("first"), T.dscalar("second")
    start = T.as_tensor_variable(numpy.float64(0.0))

    def step(now: Any, before: Any, lag: Any) -> tuple[Any, Any, Any]:
        made = 1.0 + 2.0 * lag + 0.5 * before
        return made, made, now

    results = [
        scanned(engine, step, sequences=[x], outputs_info=[None, begin, start])[0]
        for begin in (first, second)
    ]
    data = {"x": numpy.array([1.0, 2.0, 3.0]), "first": numpy.array(2.0)}
    data["second"] = numpy.array(4.0)
    recording, checks = rewritten(engine, T.stack(results), [x, first, second], data)

    assert changing(recording, checks) == []
    assert ends(recording, data)[1].tolist() == [[2.0, 4.0, 7.0], [3.0, 4.5, 7.25]]


@pytest.mark.pytensor
def test_a_rewrite_that_fails_on_a_known_length_leaves_the_graph(engine: Engine) -> None:
    """pytensor#456: the cube of what has length 1, said to be of any length; the rewrite fails."""
    T = engine.tensor
    x, cube = T.dvector("x", shape=(1,)), T.dvector("cube", shape=(None,))
    importlib.import_module("pytensor.graph.basic").Apply(T.pow, [x, T.as_tensor(3)], [cube])
    data = {"x": numpy.array([2.0])}
    recording, checks = rewritten(engine, T.exp(cube), [x], data)
    failed = [step.title for step in recording.trace.steps if step.verdict == "failed"]

    assert failed == ["local_pow_to_nested_squaring"]
    assert [c.is_fine for c in checks if told(recording, c) == failed[0]] == [None]
    assert changing(recording, checks) == []
    assert ends(recording, data)[1].tolist() == numpy.exp([8.0]).tolist()
