"""Failing calls are led back to the line and the values that are to blame, whatever the backend."""

from __future__ import annotations

from typing import Any

import failing_calls
import numpy
import pytest
from failing_calls import CASES, Case

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.runs import written
from xorexplain.runs.failing import explanation_of, explanation_of_graph
from xorexplain.runs.records import Explanation


def explained(engine: Engine, case: Case, mode: object) -> Explanation:
    return explained_twice(engine, case, mode)[0]


def explained_twice(engine: Engine, case: Case, mode: object) -> tuple[Explanation, Explanation]:
    """Explain by the graph that was written, and by the compiled one as if that was not kept."""
    engine.keep_inner_lines()
    inputs, outputs, arguments = case.made(engine)
    with engine.listening(written.keep):
        function = engine.module.function(inputs, outputs, mode=mode)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - engines raise what they like
        function(*arguments)
    told = explanation_of(caught.value, function, arguments)
    run = written.compiled_of(function)
    return told, explanation_of(caught.value, function, arguments, written=run)


def is_of(case: Case, told: Explanation) -> bool:
    return told.source is not None and case.line in told.source.code


def quick(engine: Engine) -> object:
    """Return a mode that compiles nothing and rewrites little."""
    mode = engine.module.compile.mode.Mode("py", "fast_compile")
    return mode.excluding("BlasOpt", "blas", "c_blas")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_failing_call_is_explained(engine: Engine, case: Case) -> None:
    if engine.name not in case.raising:
        return
    told, without = explained_twice(engine, case, quick(engine))

    assert told.problem == case.problem, told
    assert [words for words in case.says if words not in told.sentence] == [], told.sentence
    assert is_of(case, told) or not case.line
    assert not told.source_of
    assert told.cure
    assert told.error
    assert told.is_written
    # A line that is not the right one is told as what it is.
    assert without.source is None or is_of(case, without) or without.source_of


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.made in (failing_calls.bias_too_long,)]
)
def test_the_default_backend_is_explained_too(engine: Engine, case: Case) -> None:
    told, without = explained_twice(engine, case, None)

    assert told.problem == case.problem
    assert is_of(case, told)
    assert without.source is None or is_of(case, without) or without.source_of
    assert told.compiled is not None
    assert "Composite" in told.compiled.op
    assert told.compiled.others >= 1
    assert any("usion" in name for _, name in told.compiled.rewrites)


def test_whole_numbers_divided_by_zero_are_told_where_compiled_code_stops(engine: Engine) -> None:
    T = engine.tensor
    n, m = T.lvector("n"), T.lvector("m")
    with engine.listening(written.keep):
        function = engine.module.function([n, m], (n + 1) // m, mode=quick(engine))

    # The engines' C code raises it; their Python answers 0.
    told = explanation_of(ZeroDivisionError(), function, ([4, 3], [2, 0]))

    assert (told.problem, told.expression) == ("division by zero", "(n + 1) // m")
    assert told.sentence.startswith("m holds 1 zero")


def test_what_goes_in_is_described(engine: Engine) -> None:
    told = explained(engine, CASES[0], quick(engine))

    product, bias = told.values
    assert (product.expression, product.shape, product.dtype) == ("dot(x, W)", (2, 4), "float64")
    x, W = product.made_of
    assert (x.came, x.shape) == ("argument 1 of the call", (2, 3))
    assert (W.came, W.text) == ("a shared variable", "1 everywhere")
    assert W.source is not None
    assert "W = shared" in W.source.code
    assert (bias.expression, bias.shape, bias.text) == ("b", (5,), "[1, 1, 1, 1, 1]")


def test_a_round_of_a_loop_is_told(engine: Engine) -> None:
    case = next(case for case in CASES if case.made is failing_calls.in_a_loop)
    told = explained(engine, case, quick(engine))

    assert told.inside == ("round 1 of the 5 of a loop",)
    assert told.source is not None
    assert told.source.code == "return T.tanh(x_t + mixed)"
    assert "mixed has 3" in told.sentence


@pytest.mark.parametrize(
    ("made", "arguments", "expression", "sentence"),
    [
        (lambda T, x, u, w: T.dot(x, w), (3, 3), "dot(x, w)", "x is 2 × 4, w is 3: 4 columns"),
        (lambda T, x, u, w: T.dot(u, x), (3, 3), "dot(u, x)", "u is 3, x is 2 × 4: 3 elements"),
        (lambda T, x, u, w: T.dot(u, w), (2, 3), "dot(u, w)", "u is 2, w is 3: 2 elements"),
        (lambda T, x, u, w: T.dot(x, w) + u, (3, 4), "dot(x, w) + u", "dot(x, w) has 2, u has 3"),
    ],
)
def test_products_of_vectors_are_told_without_the_axes_an_engine_adds(
    engine: Engine, made: Any, arguments: tuple[int, int], expression: str, sentence: str
) -> None:
    T = engine.tensor
    x, u, w = T.dmatrix("x"), T.dvector("u"), T.dvector("w")
    result = made(T, x, u, w)
    values = {x: numpy.ones((2, 4)), u: numpy.ones(arguments[0]), w: numpy.ones(arguments[1])}
    graph = written.Written([x, u, w], [result], toposort([result]))
    told = explanation_of_graph(None, engine, graph, values)

    assert told.expression == expression
    assert sentence in told.sentence
    assert "[None" not in told.cure + "".join(value.expression for value in told.values)


def test_a_state_of_a_loop_has_the_name_of_what_it_becomes(engine: Engine) -> None:
    T = engine.tensor
    xs, U = T.dmatrix("xs"), engine.module.shared(numpy.ones((4, 4)), name="U")
    h, _ = failing_calls.scan(engine, lambda x, before: x + T.dot(before, U), xs, T.zeros((5,)))
    h.name, total = "h", h.sum()
    graph = written.Written([xs], [total], toposort([total]))
    told = explanation_of_graph(None, engine, graph, {xs: numpy.ones((2, 4))})

    assert told.sentence.startswith("h[t−1] is ")


def test_the_compiled_graph_is_told_where_nothing_was_kept(engine: Engine) -> None:
    inputs, outputs, arguments = failing_calls.bias_too_long(engine)
    function = engine.module.function(inputs, outputs, mode=quick(engine))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        function(*arguments)
    told = explanation_of(caught.value, function, arguments)

    assert told.problem == "dimension mismatch"
    assert "dot(x, W) is 2 × 4, b has 5" in told.sentence
    assert told.is_written == (engine.name == "theano")


def test_nothing_is_blamed_where_no_node_fails_alone(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    function = engine.module.function([x], x + 1, mode=quick(engine))
    told = explanation_of(RuntimeError("no reason"), function, [numpy.ones(2)])

    assert told.found == "nothing"
    assert told.error == "RuntimeError: no reason"
    assert "every apply node can be computed alone" in told.sentence


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(XorexplainError, match="no compiled function"):
        explanation_of(ValueError(), 3)
