"""What cannot be compiled is led back to the node, the rewrite, or the line of generated code."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import failing_compiles
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.runs.building.explained import explanation_of_building, explanation_of_call
from xorexplain.runs.records import Explanation


def explained(engine: Engine, made: Callable[[Engine], Any]) -> Explanation:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - engines raise what they like
            made(engine)
    told = explanation_of_building(caught.value)
    assert told is not None
    assert told.found == "compiling"
    assert told.asked is not None
    assert "engine.module.function(" in told.asked.code
    assert told.cure
    return told


def test_a_rewrite_that_fails_is_named_with_its_node(engine: Engine) -> None:
    told = explained(engine, failing_compiles.rewrite_of_nodes)

    assert (told.problem, told.rewrite) == ("failed rewrite", "local_broken")
    assert "local_broken fails at y: no case for this op" in told.sentence
    assert told.source is not None
    assert told.source.code == "y = engine.tensor.exp(x)"
    assert [operand.expression for operand in told.operands] == ["x"]
    assert "excluding('local_broken')" in told.cure


def test_a_rewrite_of_whole_graphs_that_fails_is_named(engine: Engine) -> None:
    told = explained(engine, failing_compiles.rewrite_of_graphs)

    assert (told.problem, told.rewrite) == ("failed rewrite", "Broken")
    assert "no case for this graph" in told.sentence


def test_c_code_that_does_not_compile_is_shown(engine: Engine) -> None:
    told = explained(engine, failing_compiles.c_code)

    assert told.problem == "failed compiler"
    assert "the C code of twice(h) does not compile" in told.sentence
    assert "no_such_function" in told.sentence
    assert "Bad argument" not in told.sentence
    assert told.source is not None
    assert "own_op(engine," in told.source.code
    (wrong,) = [line for line in told.generated if line.startswith(">")]
    assert "= no_such_function(" in wrong
    assert [(o.expression, o.shape) for o in told.operands] == [("h", (None,))]
    assert "Compilation failed" in told.error


@pytest.mark.pytensor
def test_a_library_that_is_not_installed_is_named(engine: Engine) -> None:
    if importlib.util.find_spec("jax") is not None or engine.name != "pytensor":
        return
    told = explained(engine, failing_compiles.jax)

    assert told.problem == "not supported"
    assert "JAX, which is not installed" in told.sentence
    assert "pip install jax" in told.cure


@pytest.mark.pytensor
def test_an_op_without_code_for_numba_is_named(engine: Engine) -> None:
    if engine.name != "pytensor":
        return
    told = explained(engine, failing_compiles.object_mode)

    assert told.problem == "not supported"
    assert "Numba has no code for twice(exp(x))" in told.sentence
    assert told.source is not None
    assert "y = own_op(engine)" in told.source.code


@pytest.mark.pytensor
def test_what_numba_cannot_compile_at_the_first_call_is_found(engine: Engine) -> None:
    if engine.name != "pytensor":
        return
    function, arguments = failing_compiles.float16(engine)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - Numba raises what it likes
        function(*arguments)
    told = explanation_of_call(caught.value, function, arguments, {})

    assert told.problem == "failed compiler"
    assert "Numba could not compile exp(x)" in told.sentence
    assert told.source is not None
    assert told.source.code == "y = engine.tensor.exp(x)"
    assert [(value.expression, value.dtype) for value in told.values] == [("x", "float16")]
    assert "Numba could not compile exp(x)" in str(xorexplain.explain(caught.value))
