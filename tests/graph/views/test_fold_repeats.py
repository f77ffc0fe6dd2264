"""Show equal layers and equal updates once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import graphs
import numpy
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.graph.records import Apply, Graph, Output
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.fold_repeats import REPEAT, fold_repeats
from xorexplain.graph.views.ranges import spread
from xorexplain.models.stages import view


def network(engine: Engine, depth: int, widths: list[int] | None = None) -> Model:
    """Layers of tanh with weights and biases, trained by gradient descent."""
    T = engine.tensor
    sizes = widths or [4] * (depth + 1)
    x = T.dmatrix("x")
    h: Any = x
    parameters = []
    for layer in range(1, depth + 1):
        W = engine.module.shared(numpy.ones((sizes[layer - 1], sizes[layer])), name=f"W{layer}")
        b = engine.module.shared(numpy.ones(sizes[layer]), name=f"b{layer}")
        h = T.tanh(T.dot(h, W) + b)
        parameters += [W, b]
    cost = (h**2).sum()
    updates = [
        (p, p - 0.1 * g) for p, g in zip(parameters, engine.grad(cost, parameters), strict=True)
    ]
    return Model({"h": h}, cost, parameters, updates, [x])


def folded(engine: Engine, model: Model, stage: str) -> Graph:
    graph = fold_repeats(apply_views(view(engine, model, stage).graph(), DEFAULT_VIEWS))
    assert graphs.consistent(graph)
    seen = {v.id for v in graph.variables if v.owner is None}
    for apply in graph.applies:
        assert seen.issuperset(apply.inputs), "in the order of execution"
        seen.update(apply.outputs)
    return graph


def repeats(graph: Graph) -> list[Apply]:
    return [apply for apply in graph.applies if apply.op.kind == REPEAT]


def named(graph: Graph, ids: tuple[str, ...]) -> list[str | None]:
    return [graph.variable[v].name for v in ids]


def test_equal_layers_are_one_node(engine: Engine) -> None:
    graph = folded(engine, network(engine, 6), "symbolic")

    (layers,) = repeats(graph)
    assert layers.op.params == (("name", "layers 1 to 6, the same"), ("count", "6"))
    assert {"W1 … W6", "b1 … b6", "x"} == set(named(graph, layers.inputs))
    assert len(layers.outputs) == 1
    assert layers.inner is not None
    assert [a.op.kind for a in graph.inner[layers.inner].applies] == ["dot", "add", "tanh"]
    assert {"W1 … W6", "b1 … b6"} == set(named(graph, graph.parameters))


def test_the_first_layer_may_read_what_has_other_lengths(engine: Engine) -> None:
    """A normalizing flow: what it is given may have any width, what a layer gives has 4 columns."""
    T = engine.tensor
    x = z = T.dmatrix("x")
    for number in range(1, 5):
        W = engine.module.shared(numpy.ones((2, 2)), name=f"W{number}")
        kept, moved = z[:, :2], z[:, 2:4]
        z = T.concatenate([moved * T.exp(T.dot(kept, W)), kept], axis=1)
    graph = folded(engine, Model({"z": z}, inputs=[x]), "symbolic")

    (layers,) = graph.applies
    assert layers.op.params == (("name", "layers 1 to 4, the same"), ("count", "4"))


@pytest.mark.parametrize("stage", ["gradient", "updates", "optimized"])
def test_layers_are_folded_forward_and_backward(engine: Engine, stage: str) -> None:
    model = network(engine, 8)
    whole = view(engine, model, stage).graph()
    graph = folded(engine, model, stage)

    assert len(repeats(graph)) >= 2
    assert len(graph.applies) < len(whole.applies) / 2
    assert len(graph.outputs) < len(whole.outputs)


def test_three_layers_and_layers_of_other_shapes_stay(engine: Engine) -> None:
    for model in (network(engine, 3), network(engine, 5, [2, 3, 4, 5, 6, 7])):
        assert repeats(folded(engine, model, "symbolic")) == []


def test_equal_updates_are_one_node_whatever_their_shapes(engine: Engine) -> None:
    graph = folded(engine, network(engine, 2, [2, 3, 4]), "updates")

    (updates,) = repeats(graph)
    assert updates.op.param("name") == "× 4: W1, b1, W2, b2"
    assert [output.label for output in graph.outputs] == [
        graph.outputs[0].label,
        "W1, b1, W2, b2 (new)",
    ]


def test_gradients_that_each_join_several_values_stay_apart(engine: Engine) -> None:
    """One node for the sums of a network that is used twice would have all their edges."""
    T = engine.tensor
    x, z = T.dmatrix("x"), T.dmatrix("z")
    parameters = [engine.module.shared(numpy.ones((3, 3)), name=f"W{i}") for i in range(4)]
    cost = sum((T.dot(T.dot(x, W), T.dot(z, W)) ** 2).sum() for W in parameters)

    assert repeats(folded(engine, Model({}, cost, parameters, [], [x, z]), "gradient")) == []


def test_a_parameter_and_what_an_optimizer_keeps_of_it_are_updated_as_one() -> None:
    names = ["W", "b", "V"]
    lines = [
        line
        for p in names
        for line in (
            f"d{p} = sub({p}, g{p})",
            f"m{p} = mul(0.9, v{p})",
            f"n{p} = add(m{p}, d{p})",
            f"u{p} = add(n{p}, d{p})",
        )
    ]
    shared = [kept for p in names for kept in (p, f"v{p}")]
    made = [new for p in names for new in (f"u{p}", f"n{p}")]
    graph = graphs.graph(*lines, outputs=made, shared=shared)
    ids = {v.name: v.id for v in graph.variables}
    outputs = (Output(ids[new], None, ids[kept]) for new, kept in zip(made, shared, strict=True))
    given = (replace(v, name=v.name if not v.owner else None) for v in graph.variables)
    graph = fold_repeats(replace(graph, outputs=tuple(outputs), variables=tuple(given)))

    (fold,) = graph.applies
    assert fold.op.param("name") == "× 3: W, b, V"
    assert len(graph.outputs) == 2


def test_layers_that_differ_in_one_property_stay() -> None:
    lines = [
        line
        for n in range(1, 7)
        for line in (
            f"p{n} = mul(h{n - 1}, w{n})",
            f"h{n} = sum[axis={n % 2}](p{n})",
        )
    ]

    assert repeats(fold_repeats(graphs.graph(*lines, shared=[f"w{n}" for n in range(1, 7)]))) == []


@pytest.mark.parametrize(
    ("added", "counts"),
    [("aaaaaa", ["6"]), ("wwwwww", ["6"]), ("ababab", []), ("wwwwwa", ["5"])],
    ids=["one for all", "its own weight", "two that take turns", "another in the last"],
)
def test_only_layers_that_share_alike_are_the_same(added: str, counts: list[str]) -> None:
    lines = [
        line
        for n, one in enumerate(added, 1)
        for line in (
            f"p{n} = mul(h{n - 1}, w{n})",
            f"s{n} = add(p{n}, {one.replace('w', f'w{n}')})",
            f"h{n} = tanh(s{n})",
        )
    ]
    shared = ["a", "b", *(f"w{n}" for n in range(1, 7))]
    folds = repeats(fold_repeats(graphs.graph(*lines, shared=shared)))

    assert [fold.op.param("count") for fold in folds] == counts


def test_updates_that_differ_in_a_vector_stay() -> None:
    graph = graphs.graph(*(f"u{n} = mul(w{n}, c{n})" for n in range(3)), shared=["w0", "w1", "w2"])
    ids = {v.name: v.id for v in graph.variables}

    def with_rates(rates: list[str]) -> Graph:
        told = {f"c{n}": rate for n, rate in enumerate(rates)}
        outputs = tuple(Output(ids[f"u{n}"], None, ids[f"w{n}"]) for n in range(3))
        variables = tuple(
            replace(v, name=None, role="constant", value=told[v.name], folded=True)
            if v.name in told
            else v
            for v in graph.variables
        )
        return fold_repeats(replace(graph, outputs=outputs, variables=variables))

    assert repeats(with_rates(["[0.1, 0.2]", "[0.3, 0.4]", "[0.5, 0.6]"])) == []
    assert len(repeats(with_rates(["[0.1, 0.2]"] * 3))) == 1


def test_a_chain_without_parameters_stays() -> None:
    graph = graphs.chain(30)

    assert fold_repeats(graph) == graph


def test_a_sum_of_many_inputs_stays() -> None:
    graph = graphs.graph(*(f"s{n} = add(s{n - 1}, x{n})" for n in range(1, 9)))

    assert fold_repeats(graph) == graph


def test_a_value_in_the_middle_that_something_else_reads_is_given_by_its_name() -> None:
    lines = [
        line for n in range(1, 7) for line in (f"p{n} = mul(h{n - 1}, w{n})", f"h{n} = tanh(p{n})")
    ]
    graph = graphs.graph(*lines, "y = add(h6, h3)", shared=[f"w{n}" for n in range(1, 7)])
    found = fold_repeats(replace(graph, outputs=(Output(graph.outputs[0].variable, "y"),)))

    (layers,) = repeats(found)
    assert set(named(found, layers.outputs)) == {"h3", "h6"}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["W1", "W2", "W3"], "W1 … W3"),
        (["W3 (new)", "W2 (new)", "W1 (new)"], "W3 … W1 (new)"),
        (["W1 (new)", "b1 (new)"], "W1, b1 (new)"),
        (["∂c/∂W1", "∂c/∂W2", "∂c/∂W3"], "∂c/∂W1 … ∂c/∂W3"),
        (["(dc/dW1)", "(dc/dW2)", "(dc/dW3)"], "(dc/dW1) … (dc/dW3)"),
        ([f"p{n}{n}x" for n in range(20)], "p00x … p1919x"),
    ],
)
def test_names_in_short(names: list[str], text: str) -> None:
    assert spread(names) == text or len(names) > 12
    assert len(spread(names)) < 120
