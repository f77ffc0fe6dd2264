"""Every installed engine provides every function of the Engine protocol, and they agree."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import models
import numpy
import pytest

from xorexplain import engines
from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.common import toposort
from xorexplain.models.tutorial import xor

FUNCTIONS = [name for name, _ in inspect.getmembers(Engine, inspect.isfunction) if name[0] != "_"]
ATTRIBUTES = ["name", "title", "version", "module", "tensor"]


@pytest.fixture(params=engines.installed() or ["none"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each installed engine in turn, in place of the chosen one."""
    if request.param == "none":
        pytest.skip("no engine is installed")
    return engines.load(request.param)


@pytest.fixture
def x(engine: Engine) -> Any:
    return engine.tensor.dmatrix("x")


@pytest.fixture
def W(engine: Engine) -> Any:
    return engine.module.shared(numpy.arange(6.0).reshape(2, 3), name="W")


def constant(engine: Engine, value: Any) -> Any:
    return engine.tensor.as_tensor_variable(value)


def names(variables: Any) -> list[str | None]:
    return [variable.name for variable in variables]


# The protocol itself


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_engine_has_the_protocols_attributes(engine: Engine, name: str) -> None:
    assert getattr(engine, name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_engine_has_the_protocols_functions(engine: Engine, name: str) -> None:
    wanted = inspect.signature(getattr(Engine, name))
    found = inspect.signature(getattr(engine, name))

    assert list(found.parameters) == list(wanted.parameters)[1:]
    is_context = hasattr(getattr(engine, name), "__wrapped__")
    assert is_context or found.return_annotation == wanted.return_annotation
    assert getattr(engine, name).__doc__


def test_it_is_the_library_it_is_named_after(engine: Engine) -> None:
    assert engine.module.__name__ == engine.name == engine.title.lower()
    assert engine.version == engine.module.__version__
    assert engine.tensor is engine.module.tensor


# What an object is


def test_objects_are_told_apart(engine: Engine, x: Any, W: Any) -> None:
    function = engine.compile([x], x * 2.0, [])
    graph = function.maker.fgraph
    tests = (engine.is_variable, engine.is_function, engine.is_graph)

    for variable in (x, W, constant(engine, 1.0), x.sum()):
        assert [test(variable) for test in tests] == [True, False, False]
    assert [test(function) for test in tests] == [False, True, False]
    assert [test(graph) for test in tests] == [False, False, True]
    for other in (None, 1, "x", [x], x.type, x.sum().owner, numpy.ones(2)):
        assert [test(other) for test in tests] == [False, False, False]


def test_roles(engine: Engine, x: Any, W: Any) -> None:
    assert engine.role_of(x) == "input"
    assert engine.role_of(W) == "shared"
    assert engine.role_of(constant(engine, 1.0)) == "constant"
    assert engine.role_of(x + W) == "intermediate"


def test_types(engine: Engine, x: Any, W: Any) -> None:
    info = engine.type_of(x)
    assert (info.dtype, info.shape, info.broadcastable) == (
        "float64",
        (None, None),
        (False, False),
    )
    assert "float64" in info.text

    info = engine.type_of(W)
    assert (info.shape, info.broadcastable) == ((2, 3), (False, False))

    info = engine.type_of(constant(engine, [[1, 2, 3]]))
    assert (info.dtype[:3] if info.dtype else "", info.shape) == ("int", (1, 3))
    assert info.broadcastable is not None
    assert info.broadcastable[0]

    row = engine.type_of(engine.tensor.drow("row"))
    assert (row.shape, row.broadcastable) == ((1, None), (True, False))

    scalar = engine.type_of(x.sum())
    assert (scalar.shape, scalar.broadcastable) == ((), ())


def test_a_new_value_of_another_shape_is_seen(engine: Engine, W: Any) -> None:
    W.set_value(numpy.ones((5, 7)))

    assert engine.type_of(W).shape == (5, 7)


def test_types_that_are_no_tensors(engine: Engine) -> None:
    model = models.model(engine, "random")
    state, _ = model.update_pairs[0]
    info = engine.type_of(state)

    assert (info.dtype, info.shape, info.broadcastable) == (None, None, None)
    assert engine.role_of(state) == "shared"
    assert engine.value_of(state) is not None


def test_values(engine: Engine, W: Any) -> None:
    assert engine.value_of(W).tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert engine.value_of(constant(engine, 2.5)).item() == 2.5


# Ops


def test_ops_have_kind_family_and_the_engines_text(engine: Engine, x: Any) -> None:
    node = x.sum(axis=0).owner
    op = engine.op_of(node)

    assert (op.kind, op.family, op.param("axis")) == ("sum", "reduction", "0")
    assert op.label == str(node.op)


def test_sigmoid_is_the_logistic_function(engine: Engine, x: Any) -> None:
    function = engine.compile([x], engine.sigmoid(x), [])

    values = function(numpy.array([[-1.0, 0.0, 2.0]]))

    numpy.testing.assert_allclose(values, 1 / (1 + numpy.exp([[1.0, 0.0, -2.0]])))


def test_most_ops_have_no_inner_graph(engine: Engine, x: Any) -> None:
    for made in (x.sum(), x + 1.0, engine.tensor.dot(x, x), x.T):
        assert engine.inner_of(made.owner) is None


@pytest.mark.parametrize("name", ["op_from_graph", "recurrent"])
def test_an_inner_graph_has_inputs_outputs_and_feeds(engine: Engine, name: str) -> None:
    model = models.model(engine, name)
    found = [inner for node in toposort([model.cost]) if (inner := engine.inner_of(node))]

    assert found
    for inner in found:
        assert len(inner.feeds) == len(inner.inputs)
        assert toposort(inner.outputs)
        assert hash(inner.key) == hash(found[0].key)


def test_a_variable_knows_the_line_that_made_it(engine: Engine, x: Any) -> None:
    made = engine.tensor.tanh(x)

    line = engine.source_line(made)

    assert line is not None
    assert line.file.endswith("test_contract.py")
    assert line.code == "made = engine.tensor.tanh(x)"


def test_a_constant_or_a_variable_without_a_trace_has_no_line(engine: Engine, x: Any) -> None:
    made = engine.tensor.tanh(x)
    made.tag.trace = []

    assert engine.source_line(made) is None


# Gradients


def test_gradients_are_variables_in_the_order_asked_for(engine: Engine, W: Any) -> None:
    b = engine.module.shared(numpy.ones(3), name="b")
    cost = ((W + b) ** 2).sum()

    by_b, by_W = engine.grad(cost, [b, W])
    values = engine.compile([], [by_b, by_W], [])()

    numpy.testing.assert_allclose(values[0], (2 * (W.get_value() + 1)).sum(axis=0))
    numpy.testing.assert_allclose(values[1], 2 * (W.get_value() + 1))


@pytest.mark.usefixtures("usual_recursion_limit")
def test_gradients_of_a_deep_graph(engine: Engine) -> None:
    model = models.deep_chain(engine, 400)

    assert len(engine.grad(model.cost, list(model.parameters))) == 400


# Functions


def test_a_rewritten_graph_is_what_a_function_would_run(engine: Engine, x: Any, W: Any) -> None:
    outputs, updates = [(x * W).sum()], [(W, W + x)]

    rewritten = engine.rewrite([x], outputs, updates)
    compiled = engine.source_of(engine.compile([x], outputs, updates))

    for source in (rewritten, compiled):
        assert source.applies is not None
        assert source.inputs is not None
        assert names(source.inputs) == ["x", "W"]
        assert len(source.outputs) == len(source.labels) == 2
        assert source.updates is not None
        assert {position: v.name for position, v in source.updates.items()} == {1: "W"}
    assert ops(engine, rewritten) == ops(engine, compiled)


def ops(engine: Engine, source: Source) -> list[str]:
    return [engine.op_of(node).label for node in source.applies or ()]


def test_rewriting_leaves_the_users_graph_alone(engine: Engine) -> None:
    model = models.model(engine, "xor")
    before = [engine.op_of(node).label for node in toposort([model.cost])]

    engine.rewrite([], [model.cost], model.update_pairs)

    assert [engine.op_of(node).label for node in toposort([model.cost])] == before


def test_rewriting_leaves_the_engine_as_it_was(engine: Engine, x: Any) -> None:
    engine.rewrite([x], [x * 2.0 + constant(engine, [1.0, 2.0]) * 3.0], [])
    function = engine.compile([x], x * 2.0, [])

    assert function(numpy.ones((1, 2))).tolist() == [[2.0, 2.0]]


def test_a_function_returns_what_it_was_asked_for(engine: Engine, x: Any) -> None:
    value = numpy.array([[1.0, 2.0]])

    assert engine.compile([x], x.sum(), [])(value).shape == ()
    assert [v.shape for v in engine.compile([x], [x.sum(), x * 2.0], [])(value)] == [(), (1, 2)]
    assert list(engine.compile([x], [], [])(value)) == []


def test_a_function_may_ignore_an_input(engine: Engine, x: Any) -> None:
    y = engine.tensor.dmatrix("y")

    assert engine.compile([x, y], x.sum(), [])(numpy.ones((2, 2)), numpy.ones((1, 1))) == 4.0


def test_updates_are_applied(engine: Engine, W: Any) -> None:
    before = W.get_value()
    function = engine.compile([], W.sum(), [(W, W * 2.0)])

    assert function() == before.sum()
    assert W.get_value().tolist() == (before * 2).tolist()


def test_calling_many_times_is_calling_many_times(engine: Engine) -> None:
    results = []
    for many in (True, False):
        model = xor(engine)
        function = engine.compile([], model.cost, model.update_pairs)
        if many:
            cost = engine.call_many(function, 50)
        else:
            cost = [function() for _ in range(50)][-1]
        results.append((float(cost), *(p.get_value().tobytes() for p in model.parameters)))

    assert results[0] == results[1]


# The engine's own text


@pytest.fixture
def graphs(engine: Engine) -> Iterator[Any]:
    """What the printers take: a list of variables, a function, a FunctionGraph."""
    model = models.model(engine, "xor")
    function = engine.compile([], model.cost, model.update_pairs)
    return [[model.cost], function, function.maker.fgraph]


def test_debugprint_is_the_engines_own(engine: Engine, graphs: Any) -> None:
    for obj in graphs:
        names = re.findall(r"\w+", engine.debugprint(obj, {}))

        assert {"W1", "W2", "X", "y"} <= set(names)


def test_debugprint_takes_the_engines_options(engine: Engine, graphs: Any) -> None:
    plain = engine.debugprint(graphs[0], {})
    typed = engine.debugprint(graphs[0], {"print_type": True})

    assert typed.count("float64") > plain.count("float64") + 10
    assert len(engine.debugprint(graphs[0], {"depth": 2}).splitlines()) < len(plain.splitlines())


@pytest.mark.usefixtures("usual_recursion_limit")
def test_debugprint_of_a_deep_graph(engine: Engine) -> None:
    cost = models.deep_chain(engine, 600).cost

    text = engine.debugprint([cost], {})

    assert len(set(re.findall(r"\bW\d+\b", text))) == 600


def test_pydotprint_is_dot_text_and_needs_no_program(engine: Engine, graphs: Any) -> None:
    for obj in graphs:
        text = engine.pydotprint(obj)

        assert text.lstrip().startswith("digraph")
        assert "W1" in text
        assert " -> " in text


def test_pydotprint_writes_the_same_twice(engine: Engine, graphs: Any) -> None:
    model = models.model(engine, "xor")

    assert engine.pydotprint([model.cost]) == engine.pydotprint([model.cost])
    assert engine.pydotprint([xor(engine).cost]) == engine.pydotprint([xor(engine).cost])


# The machine


def test_the_setup_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    # PyTensor runs a compiler to find BLAS, which costs more than a small model's pages.
    monkeypatch.delattr(type(engine), "blas_flags")
    setup = engine.setup()

    assert setup.compile_dir
    assert setup.linker
    assert setup.mode
    assert setup.lock.state in ("free", "held")
    assert engine.runs_python() in (True, False)


# Gradients taken apart


def test_adjoints_of_all_variables_on_the_way(engine: Engine, W: Any) -> None:
    h = W**2
    cost = h.sum()

    adjoints = engine.adjoints(cost, [h, W])
    values = engine.compile([], [adjoint.variable for adjoint in adjoints], [])()

    assert values[0].tolist() == numpy.ones((2, 3)).tolist()
    numpy.testing.assert_allclose(values[1], 2 * W.get_value())


def test_an_evaluator_computes_at_given_values(engine: Engine, x: Any, W: Any) -> None:
    evaluate = engine.evaluator([(x * W).sum(), x + 1.0], [x, W])

    total, more = evaluate(numpy.ones((2, 3)), numpy.full((2, 3), 2.0))

    assert total == 12.0
    assert more.tolist() == numpy.full((2, 3), 2.0).tolist()
