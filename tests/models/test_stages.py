"""A model, a stage and a target make the engine's graph of that stage."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import models
import numpy
import pytest
from processes import environment, output_of

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.json import to_json
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import STAGES
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.models.targets import target_variables

APPLY_NODES = {
    "theano": {"symbolic": 8, "gradient": 34, "updates": 40, "optimized": 15, "compiled": 15},
    "pytensor": {"symbolic": 8, "gradient": 34, "updates": 40, "optimized": 13, "compiled": 13},
}


def graph_of(engine: Engine, model: Model, stage: str, target: str | None = None) -> Graph:
    return view(engine, model, stage, target).graph()


def kinds(graph: Graph) -> list[str]:
    return [apply.op.kind for apply in graph.applies]


@pytest.fixture
def squares(engine: Engine) -> Model:
    """A model with an input, two outputs, a cost and a parameter, and nothing else."""
    x = engine.tensor.dvector("x")
    W = engine.module.shared(numpy.ones(3), name="W")
    y = (W * x) ** 2
    total = y.sum()
    return Model({"y": y, "total": total}, total, [W])


# The five stages


@pytest.mark.parametrize("stage", STAGES)
def test_apply_nodes_of_the_tutorials_network(engine: Engine, stage: str) -> None:
    graph = models.record(engine, "xor", stage)

    assert len(graph.applies) == APPLY_NODES[engine.name][stage]
    assert (graph.origin.engine, graph.origin.version) == (engine.name, engine.version)
    assert (graph.origin.model, graph.origin.stage) == ("xor", stage)


@models.each_model
def test_the_optimized_stage_is_the_compiled_functions_graph(engine: Engine, name: str) -> None:
    optimized = models.record(engine, name, "optimized")
    compiled = models.record(engine, name, "compiled")

    copies = [apply.id for apply in compiled.applies if apply.op.kind == "deep_copy"]
    if copies:
        # A function copies results that would share memory, after the rewriter has ended.
        rest = [apply.op.label for apply in compiled.applies if apply.id not in copies]
        assert sorted(apply.op.label for apply in optimized.applies) == sorted(rest)
        return
    assert to_json(replace(optimized, origin=compiled.origin)) == to_json(compiled)


OPTIMIZE_WITHOUT_A_COMPILER = """
    import json
    import subprocess
    import sys
    import warnings
    from pathlib import Path

    import models
    from xorexplain.engines import choose

    def refuse(*arguments, **options):
        raise AssertionError(f"started {arguments} {options}")

    warnings.simplefilter("ignore")
    engine = choose()
    subprocess.Popen.__init__ = refuse
    if engine.name == "pytensor":
        from numba.core.dispatcher import Dispatcher
        Dispatcher.compile = refuse
    names = [parameter.values[0] for parameter in models.each_model.args[1]]
    for name in names:
        if name != "convolution" or engine.name == "theano":
            models.record(engine, name, "optimized")
    print(json.dumps([path.name for path in Path(sys.argv[1]).rglob("*") if path.is_file()]))
"""


def test_the_optimized_stage_compiles_nothing(tmp_path: Path) -> None:
    folder = f"base_compiledir={tmp_path}"
    env = environment(THEANO_FLAGS=folder, PYTENSOR_FLAGS=folder)

    made = json.loads(output_of(OPTIMIZE_WITHOUT_A_COMPILER, str(tmp_path), env=env))

    # Theano compiles its virtual machine when it is imported.
    compiled = {name for name in made if not name.endswith(".pyc")}
    assert compiled <= {"__init__.py", "lazylinker_ext.so", "mod.cpp"}


def test_a_compiled_function_computes_what_the_model_says(engine: Engine) -> None:
    function = engine.compile([], models.model(engine, "xor").outputs["output"], [])

    assert numpy.asarray(function()).shape == (4, 1)


def test_a_scan_compiles(engine: Engine) -> None:
    model = models.model(engine, "recurrent")
    W, U = (parameter.get_value() for parameter in model.parameters)
    function = engine.compile(model.inputs, list(model.outputs.values()), [])
    sequence = numpy.array([[0.1, 0.2, 0.3], [-1.0, 0.5, 2.0], [0.0, 0.0, 1.0]])

    state, expected = numpy.zeros(2), []
    for row in sequence:
        state = numpy.tanh(row @ W + state @ U)
        expected.append(state)

    numpy.testing.assert_allclose(function(sequence)[0], expected, rtol=1e-12)


@pytest.mark.theano
def test_the_gradient_of_a_scan_compiles(engine: Engine) -> None:
    model = models.model(engine, "recurrent")
    W = model.parameters[0]
    (gradient,) = engine.grad(model.cost, [W])
    function = engine.compile(model.inputs, [model.cost, gradient], [])
    sequence = numpy.array([[0.1, 0.2, 0.3], [-1.0, 0.5, 2.0]])
    before = W.get_value()
    step = numpy.zeros_like(before)
    step[1, 0] = 1e-6

    try:
        cost, slope = function(sequence)
        W.set_value(before + step)
        moved, _ = function(sequence)
    finally:
        W.set_value(before)

    assert (moved - cost) / 1e-6 == pytest.approx(float(slope[1, 0]), rel=1e-4)


# Targets


@pytest.mark.parametrize(
    ("stage", "target"),
    [
        ("symbolic", "cost"),
        ("gradient", "gradient"),
        ("updates", "train"),
        ("optimized", "train"),
        ("compiled", "train"),
    ],
)
def test_a_stage_has_a_usual_target(engine: Engine, stage: str, target: str) -> None:
    assert view(engine, models.model(engine, "xor"), stage).origin.target == target


@pytest.mark.parametrize(
    ("stage", "lacking", "target"),
    [
        ("symbolic", "cost", "output"),
        ("optimized", "updates", "cost"),
        ("optimized", "cost", "test"),
        ("compiled", "cost", "test"),
    ],
)
def test_the_usual_target_is_one_the_model_has(
    engine: Engine, squares: Model, stage: str, lacking: str, target: str
) -> None:
    model = replace(squares, cost=None, parameters=[]) if lacking == "cost" else squares

    assert view(engine, model, stage).origin.target == target


def test_a_target_is_an_output_a_parameter_or_any_named_variable(engine: Engine) -> None:
    model = models.model(engine, "mlp")

    assert kinds(graph_of(engine, model, "symbolic", "hidden"))[-1] == "tanh"
    assert graph_of(engine, model, "symbolic", "W1").applies == ()
    assert graph_of(engine, model, "symbolic", "chances").outputs[0].label == "chances"
    gradient = graph_of(engine, model, "gradient", "b1")
    assert [output.label for output in gradient.outputs] == ["∂cost/∂b1"]


def test_output_and_test_stand_for_all_outputs(engine: Engine, squares: Model) -> None:
    for target in ("output", "test"):
        variables, labels = target_variables(engine, squares, target)

        assert variables == list(squares.outputs.values())
        assert labels == ["y", "total"]


def test_train_before_rewriting_is_the_updates_stage(engine: Engine) -> None:
    model = models.model(engine, "xor")

    assert graph_of(engine, model, "symbolic", "train").outputs == (
        models.record(engine, "xor", "updates").outputs
    )


@pytest.mark.parametrize("stage", ["symbolic", "updates", "optimized", "compiled"])
def test_results_keep_their_names_at_every_stage(
    engine: Engine, squares: Model, stage: str
) -> None:
    graph = graph_of(engine, squares, stage, "output")

    assert [output.label for output in graph.outputs] == ["y", "total"]


def test_a_cost_without_a_name_is_labelled_cost(engine: Engine) -> None:
    for stage in ("symbolic", "optimized"):
        assert models.record(engine, "lstm", stage).outputs[0].label == "cost"


def test_the_gradient_can_be_rewritten(engine: Engine) -> None:
    graph = graph_of(engine, models.model(engine, "xor"), "optimized", "gradient")

    assert [output.label for output in graph.outputs] == ["∂cost/∂W1", "∂cost/∂W2"]


# What a function is given


def test_a_function_takes_the_models_inputs_in_its_order(engine: Engine) -> None:
    T = engine.tensor
    a, b, c = T.dscalars("a", "b", "c")
    model = Model({"y": c * a + b}, inputs=[b, a])

    graph = graph_of(engine, model, "optimized")

    assert [graph.variable[id_].name for id_ in graph.inputs] == ["b", "a", "c"]


def test_an_input_that_is_not_read_is_left_out(engine: Engine) -> None:
    T = engine.tensor
    a, b = T.dscalars("a", "b")
    model = Model({"y": a + 1.0}, inputs=[a, b])

    assert len(graph_of(engine, model, "optimized").inputs) == 1


def test_an_input_may_be_the_new_value_itself(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    last = engine.module.shared(numpy.float64(0.0), name="last")
    model = Model({}, updates=[(last, x)])

    graph = graph_of(engine, model, "optimized", "train")

    assert {graph.variable[id_].name for id_ in graph.inputs} == {"x", "last"}


# Functions the user compiled


def test_a_function_is_shown_as_compiled(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    _, model = as_model(engine.compile([x], x * 2.0, []))

    graph = graph_of(engine, model, "compiled")

    assert graph.origin.target == "function"
    assert kinds(graph) == ["mul"]


@pytest.mark.parametrize("stage", ["symbolic", "gradient", "updates"])
def test_a_function_has_no_earlier_stage(engine: Engine, stage: str) -> None:
    x = engine.tensor.dscalar("x")
    _, model = as_model(engine.compile([x], x * 2.0, []))

    with pytest.raises(XorexplainError, match=f"keeps only its optimized graph.*the {stage} one"):
        view(engine, model, stage)


def test_a_function_beside_variables_is_one_target_of_many(engine: Engine, squares: Model) -> None:
    x = engine.tensor.dscalar("x")
    model = replace(squares, function=engine.compile([x], x * 2.0, []))

    assert kinds(graph_of(engine, model, "compiled")) == ["mul"]
    assert "sum" in kinds(graph_of(engine, model, "symbolic", "cost"))
    assert graph_of(engine, model, "gradient").outputs


def test_a_function_graph_is_of_no_stage(engine: Engine, squares: Model) -> None:
    source = engine.rewrite([], [squares.parameters[0] * 2.0], [])
    graph_object = source.object
    assert engine.is_graph(graph_object)
    _, model = as_model(graph_object)

    graph = graph_of(engine, model, "compiled")

    assert graph.origin.stage is None
    assert kinds(graph) == ["mul"]


# Mistakes


@pytest.mark.parametrize(
    ("stage", "target", "message"),
    [
        ("symbol", None, "unknown stage 'symbol': did you mean symbolic?"),
        ("xyz", None, "choose from symbolic, gradient, updates, optimized, compiled"),
        ("symbolic", "totl", "unknown target 'totl': did you mean total or test?"),
        ("symbolic", "?", "choose from output, cost, test, y, total"),
        ("gradient", "V", "no parameter is named 'V'"),
        ("updates", None, "the model has no updates"),
        ("optimized", "train", "the model has no updates"),
    ],
)
def test_mistakes_are_told(
    engine: Engine, squares: Model, stage: str, target: str | None, message: str
) -> None:
    with pytest.raises(XorexplainError) as caught:
        view(engine, squares, stage, target)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "stage", "message"),
    [
        ("cost", None, "gradient", "the model has no cost"),
        ("parameters", [], "gradient", "the model names no parameters"),
        ("outputs", {}, "compiled", "the model names no outputs"),
    ],
)
def test_what_a_model_lacks_is_told(
    engine: Engine, squares: Model, field: str, value: Any, stage: str, message: str
) -> None:
    model = replace(squares, **{field: value})
    target = "test" if field == "outputs" else None

    with pytest.raises(XorexplainError, match=message) as caught:
        view(engine, model, stage, target)

    assert "xorexplain.Model(" in str(caught.value)


def test_names_in_a_hint_are_short(engine: Engine) -> None:
    with pytest.raises(XorexplainError) as caught:
        view(engine, models.model(engine, "hostile_names"), "symbolic", "nothing like it")

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_cost_that_is_no_scalar_is_the_models_mistake(engine: Engine, squares: Model) -> None:
    model = replace(squares, cost=squares.outputs["y"])

    with pytest.raises(XorexplainError, match="scalar"):
        view(engine, model, "gradient")


def test_a_parameter_the_cost_does_not_read_is_the_models_mistake(
    engine: Engine, squares: Model
) -> None:
    other = engine.module.shared(numpy.ones(3), name="other")
    model = replace(squares, parameters=[other])

    with pytest.raises(XorexplainError, match="other"):
        view(engine, model, "gradient")


@pytest.mark.parametrize("stage", ["optimized", "compiled"])
def test_an_update_of_another_type_is_the_models_mistake(
    engine: Engine, squares: Model, stage: str
) -> None:
    W = squares.parameters[0]
    model = replace(squares, updates=[(W, W.sum())])

    with pytest.raises(XorexplainError, match=f"{engine.title} cannot") as caught:
        view(engine, model, stage)

    assert "\n" not in str(caught.value)


# Deep graphs


@pytest.mark.usefixtures("usual_recursion_limit")
def test_a_deep_network_can_be_differentiated(engine: Engine) -> None:
    graph = graph_of(engine, models.deep_chain(engine, 400), "gradient")

    assert len(graph.applies) == 12 * 400 + 2
    assert len(graph.outputs) == 400
