"""What is taken for granted about a model is right: its parameters, its state, its identity."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import graphs
import numpy
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.records import Graph
from xorexplain.models.loading import as_model
from xorexplain.models.stages import view
from xorexplain.models.tutorial import xor
from xorexplain.notation.text import text
from xorexplain.render.pictures.roles import variable_words
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.record import record_rewriting
from xorexplain.sphinxext.walkthrough.material import Material, Settings

# PyTensor 3.3 tells of newer ways to say the same, which models of today do not use yet.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Setting default_update is deprecated"),
    pytest.mark.filterwarnings("ignore:The no_default_updates parameter is deprecated"),
    pytest.mark.filterwarnings("ignore:RandomVariable Ops will stop hiding"),
]
FUNCTIONS = ("updates", "optimized", "compiled")


def shared(engine: Engine, name: str | None, value: Any = (1.0, 2.0, 3.0)) -> Any:
    return engine.module.shared(numpy.asarray(value), name=name)


def words(graph: Graph) -> dict[str, str]:
    return {v.name or v.type: variable_words(graph, v) for v in graph.variables if v.owner is None}


@contextmanager
def set_to(engine: Engine, **flags: Any) -> Iterator[None]:
    """Change the engine's configuration for a block.

    Theano keeps the mode it made for one setting and hands it out for others of the same class.
    """
    owner = engine.module.configparser if engine.name == "theano" else engine.module.config
    modes, kept = engine.module.compile.mode, "instantiated_default_mode"
    before = getattr(modes, kept, None)
    with owner.change_flags(**flags):
        if engine.name == "theano":
            setattr(modes, kept, None)
        yield
    if engine.name == "theano":
        setattr(modes, kept, before)


def updated(graph: Graph) -> list[str | None]:
    return [graph.variable[o.updates].name for o in graph.outputs if o.updates]


def guessed(cost: Any) -> list[str]:
    _, model = as_model(cost)
    return [parameter.name for parameter in model.parameters]


def data_and_parameter(engine: Engine) -> Any:
    """pymc: shared data X_data times a free b; the parameter is b."""
    b = engine.tensor.dscalar("b")
    return ((shared(engine, "X_data") * b) ** 2).sum()


def test_shared_data_are_no_parameters_beside_a_free_variable(engine: Engine) -> None:
    assert guessed(data_and_parameter(engine)) == ["b"]


@pytest.mark.parametrize("name", ["X", "y", "x_train", "data", "y_obs", "targets", "train_x", "x1"])
def test_shared_data_are_no_parameters_beside_weights(engine: Engine, name: str) -> None:
    cost = ((shared(engine, "W") * shared(engine, name)) ** 2).sum()

    assert guessed(cost) == ["W"]


@pytest.mark.parametrize("name", ["W", "beta", "theta", "data_scale_w", "xi", "yaw", "pretrain"])
def test_shared_weights_are_parameters_beside_an_input(engine: Engine, name: str) -> None:
    is_data = name == "data_scale_w"
    cost = ((shared(engine, name) * engine.tensor.dvector("inputs")) ** 2).sum()

    assert guessed(cost) == (["inputs"] if is_data else [name])


def test_shared_data_are_parameters_where_nothing_else_can_be(engine: Engine) -> None:
    assert guessed((shared(engine, "x") ** 2).sum()) == ["x"]


def test_what_updates_itself_is_no_parameter(engine: Engine) -> None:
    rate = shared(engine, "rate", 1.0)
    rate.default_update = rate * 0.9

    assert guessed((shared(engine, "w") * rate).sum()) == ["w"]


def counted_calls(engine: Engine) -> Model:
    """A counter with a default update, read by the cost."""
    n = shared(engine, "n_calls", 0)
    n.default_update = n + 1
    w = shared(engine, "w")
    cost = (w**2).sum() * n
    return Model(outputs={"w": w}, cost=cost, parameters=[w], updates=[(w, w * 0.9)])


@pytest.mark.parametrize("stage", FUNCTIONS)
def test_a_default_update_is_part_of_every_function(engine: Engine, stage: str) -> None:
    graph = view(engine, counted_calls(engine), stage).graph()

    assert set(updated(graph)) == {"w", "n_calls"}
    assert words(graph)["w"] == "parameter"
    assert words(graph)["n_calls"] == "counter"


@pytest.mark.parametrize("stage", FUNCTIONS)
def test_a_default_update_is_part_of_a_function_without_updates(engine: Engine, stage: str) -> None:
    graph = view(engine, counted_calls(engine), stage, "cost").graph()

    assert updated(graph) == ["n_calls"]


def test_an_update_of_the_models_wins_over_the_default_one(engine: Engine) -> None:
    n = shared(engine, "n", 0)
    n.default_update = n + 1
    model = Model(outputs={"double": n * 2}, updates=[(n, n + 5)])

    assert updated(view(engine, model, "updates").graph()) == ["n"]
    graph = view(engine, model, "updates").graph()
    assert {v.value for v in graph.variables if v.role == "constant"} == {"5"}


def test_a_default_update_that_reads_another(engine: Engine) -> None:
    n, m = shared(engine, "n", 0), shared(engine, "m", 0)
    n.default_update = n + m
    m.default_update = m + 1
    model = Model(outputs={"double": n * 2})

    for stage in FUNCTIONS:
        assert set(updated(view(engine, model, stage, "output").graph())) == {"n", "m"}, stage


def test_a_function_without_default_updates_shows_none(engine: Engine) -> None:
    n = shared(engine, "n", 0)
    n.default_update = n + 1
    function = engine.module.function([], n * 2, no_default_updates=True)

    assert updated(view(engine, Model(function=function), "compiled").graph()) == []


def noisy(engine: Engine) -> Model:
    """aesara#1412: the update of the generator that a draw brings along."""
    w = shared(engine, "w", 1.0)
    if engine.name == "pytensor":
        rng = engine.module.shared(numpy.random.default_rng(3), name="rng")
        following, noise = engine.tensor.random.normal(0.0, 1.0, size=(3,), rng=rng).owner.outputs
        rng.default_update = following
    else:
        noise = engine.tensor.shared_randomstreams.RandomStreams(3).normal((3,))
    cost = ((w + noise) ** 2).mean()
    return Model(outputs={"noise": noise}, cost=cost, parameters=[w], updates=[(w, w * 0.9)])


@pytest.mark.parametrize("stage", FUNCTIONS)
def test_a_generators_update_is_part_of_the_function(engine: Engine, stage: str) -> None:
    graph = view(engine, noisy(engine), stage).graph()

    assert len(updated(graph)) == 2
    assert sorted(words(graph)[v] for v in words(graph) if words(graph)[v] != "constant") == [
        "parameter",
        "random state",
    ]


def with_momentum(engine: Engine) -> Model:
    """One parameter, its velocity and the number of steps, as in Lasagne and Keras."""
    x = engine.tensor.dvector("x")
    w, velocity, steps = shared(engine, "w"), shared(engine, "v"), shared(engine, "t", 0)
    cost = ((w * x) ** 2).sum()
    (slope,) = engine.grad(cost, [w])
    following = 0.9 * velocity - 0.1 * slope
    updates = [(velocity, following), (w, w + following), (steps, steps + 1)]
    data = {"x": numpy.ones(3)}
    return Model({"y": w * x}, cost, [w], updates, [x], data=data)


@pytest.mark.parametrize("stage", FUNCTIONS)
def test_the_state_of_an_optimizer_is_no_parameter(engine: Engine, stage: str) -> None:
    graph = view(engine, with_momentum(engine), stage).graph()
    found = words(graph)

    assert (found["w"], found["v"], found["t"]) == ("parameter", "optimizer state", "counter")
    assert [graph.variable[v].name for v in graph.parameters] == ["w"]


def with_velocities(engine: Engine) -> Model:
    """Two parameters with Nesterov's momentum, their velocities without names, as in Lasagne."""
    weights = [shared(engine, "weight"), shared(engine, "x1")]
    velocities = [shared(engine, None), shared(engine, None)]
    cost = sum((w**2).sum() for w in weights)
    updates = []
    for w, v, slope in zip(weights, velocities, engine.grad(cost, weights), strict=True):
        stepped = w - 0.1 * slope
        following = 0.9 * v + stepped - w
        updates += [(v, following), (w, 0.9 * following + stepped)]
    return Model({"cost": cost}, cost, weights, updates)


@pytest.mark.parametrize("stage", FUNCTIONS)
def test_what_has_no_name_is_told_apart_by_the_same_number(engine: Engine, stage: str) -> None:
    graph = view(engine, with_velocities(engine), stage).graph()
    pairs = {graph.variable[o.updates].name: o.label for o in graph.outputs if o.updates}

    assert pairs == {n: f"{n} (new)" for n in ("weight", "x1", "x2", "x3")}
    assert [graph.variable[v].name for v in graph.parameters] == ["weight", "x1"]


def test_an_update_is_told_by_the_names_of_what_it_reads(engine: Engine) -> None:
    """A velocity has a number; a part that an update has twice has a name of its own."""
    finishes = tell(differentiate(engine, with_velocities(engine))).finishes
    parts = [equation.name for finish in finishes for equation in finish.lets]
    told = [text(finish.update.value) for finish in finishes if finish.update]

    assert parts == ["t1", "t2"]
    assert told == ["0.9 × (0.9 × x2 + t1 − weight) + t1", "0.9 × (0.9 × x3 + t2 − x1) + t2"]


def test_a_trace_knows_the_same_parameters(engine: Engine) -> None:
    universe = record_rewriting(engine, with_momentum(engine)).universe

    assert {universe.variable[v].name for v in universe.parameters} == {"w"}


def test_the_tutorial_is_known_by_its_identity(engine: Engine) -> None:
    own = dataclasses.replace(with_momentum(engine), name="xor")
    settings = Settings(steps=2)

    found = Material(Subject(engine, own), settings)
    assert not found.is_xor
    assert found.title == "xor"
    mine = dataclasses.replace(xor(engine), name="mine")
    assert Material(Subject(engine, mine), settings).is_xor


@pytest.mark.parametrize("mode", ["DebugMode", "FAST_COMPILE"])
def test_other_modes_rewrite_too(engine: Engine, mode: str) -> None:
    with set_to(engine, mode=mode):
        graph = view(engine, with_momentum(engine), "optimized").graph()

    assert set(updated(graph)) == {"v", "w", "t"}
    assert graphs.named(graph, "w").role == "shared"


def test_profiling_is_no_hindrance(engine: Engine) -> None:
    with set_to(engine, profile=True, print_global_stats=False):
        graph = view(engine, with_momentum(engine), "optimized").graph()

    assert set(updated(graph)) == {"v", "w", "t"}


def test_a_name_that_is_no_text_is_shown_as_its_text(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    x.name = 5
    found, model = as_model(engine.tensor.sum(x**2))
    shown = view(found, model, "symbolic").graph()
    assert "5" in {variable.name for variable in shown.variables}
    assert model.parameters == [x]
