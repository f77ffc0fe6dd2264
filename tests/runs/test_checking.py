"""Answers that are wrong without a word are found, and led back to the line."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain import XorexplainError
from xorexplain.engines import Engine
from xorexplain.runs import checking, written
from xorexplain.runs.checking import check_call
from xorexplain.runs.records import CallCheck


def compiled(
    engine: Engine, inputs: Any, outputs: Any, *, is_quick: bool = True, **more: Any
) -> Any:
    mode = engine.module.compile.mode.Mode("py", None) if is_quick else None
    with engine.listening(written.keep):
        return engine.module.function(inputs, outputs, mode=mode, **more)


def checked(engine: Engine, inputs: Any, outputs: Any, *arguments: Any) -> CallCheck:
    return check_call(compiled(engine, inputs, outputs), arguments)


def test_a_right_answer_is_told_and_changes_nothing(engine: Engine) -> None:
    T = engine.tensor
    w = engine.module.shared(numpy.array([1.0, 2.0]), name="w")
    x = T.dvector("x")
    function = compiled(engine, [x], (w * x).sum(), is_quick=False, updates=[(w, w + x)])
    found = check_call(function, [[3.0, 4.0]])

    assert (found.wrong, found.compared) == ("", 2)
    assert w.get_value().tolist() == [1.0, 2.0]
    assert "the answer is what the graph says: 2 results compared" in str(
        xorexplain.check_call(function, [3.0, 4.0])
    )


def test_an_index_outside_is_told_without_calling_the_function(engine: Engine) -> None:
    T = engine.tensor
    E = engine.module.shared(numpy.arange(20.0).reshape(10, 2), name="E")
    words = T.lvector("words")
    picked = E[words].sum()
    function = compiled(engine, [words], picked, is_quick=False)
    found = check_call(function, [[1, 12]])

    assert (found.wrong, found.sentence) == ("fails", "words is 12, and E has 10 rows")
    assert found.source is not None
    assert found.source.code == "picked = E[words].sum()"
    assert "would answer with foreign memory" in str(xorexplain.check_call(function, [1, 12]))


def test_memory_that_nobody_has_written_is_found(engine: Engine) -> None:
    T = engine.tensor
    n = T.lscalar("n")
    room = engine_op(engine, "AllocEmpty")("float64")(n)
    found = checked(engine, [n], (room * 2).sum(), 3)

    assert found.wrong == "memory"
    assert found.source is not None
    assert 'room = engine_op(engine, "AllocEmpty")' in found.source.code
    filled = T.set_subtensor(room[:], 1.0)
    assert checked(engine, [n], filled.sum(), 3).wrong == ""


def test_an_op_that_writes_into_what_it_reads_is_found(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    doubled = doubling(engine)(x + 1)
    found = checked(engine, [x], doubled.sum() + (x + 1).sum(), [1.0, 2.0])

    assert found.wrong == "overwritten"
    assert found.sentence.startswith("Doubling writes into x + 1")
    assert "oubling(x + 1)" in found.expression


def test_a_wrong_answer_of_the_backend_is_found(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = engine.tensor.dvector("x")
    total = (x * 2).sum()
    function = compiled(engine, [x], [total])
    monkeypatch.setattr(checking, "_answer", lambda *_: {0: 7.0})
    found = check_call(function, [[1.0, 2.0]])

    assert found.wrong == "backend"
    assert (found.expected, found.got) == ("6", "7")
    assert found.results == (1,)


def test_of_a_group_the_member_that_changed_a_value_is_named(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    known = T.switch(T.neq(x, x), 0.0, x).sum()
    found = check_call(compiled(engine, [x], known, is_quick=False), [[1.0, numpy.nan]])

    assert found.wrong == "rewrite"
    assert "rewrite local_useless_elemwise changed it" in found.sentence


def test_a_call_that_does_not_fit_is_told(engine: Engine) -> None:
    x = engine.tensor.dvector("x")

    assert checked(engine, [x], x + 1).sentence.startswith("there is no value for x")
    with pytest.raises(XorexplainError, match="no compiled function"):
        check_call(len, [1])


def engine_op(engine: Engine, name: str) -> Any:
    """Return one of the engine's classes of ops."""
    from importlib import import_module

    home = "theano.tensor.basic" if engine.name == "theano" else "pytensor.tensor.basic"
    return getattr(import_module(home), name)


def doubling(engine: Engine) -> Any:
    """Make an op that doubles its input in place, and does not say so."""
    from importlib import import_module

    op = import_module("theano.gof" if engine.name == "theano" else "pytensor.graph.op").Op
    apply = import_module("theano.gof" if engine.name == "theano" else "pytensor.graph.basic").Apply

    class Doubling(op):  # type: ignore[misc, valid-type]
        def make_node(self, x: Any) -> Any:
            return apply(self, [x], [x.type()])

        def perform(self, node: Any, inputs: Any, storage: Any, *_: Any) -> None:
            inputs[0][...] *= 2
            storage[0][0] = inputs[0].copy()

    return Doubling()
