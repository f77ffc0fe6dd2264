"""What a round of a loop reads by the name `x[t]` is the row t of the array with the name `x`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy
import pytest

from xorexplain import Model
from xorexplain.api.drawing import prepared
from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.loops import Step, step_of
from xorexplain.graph.views.memory import destroyed_by, origins
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.capture import variable_ids
from xorexplain.models.samples import given_values
from xorexplain.models.stages import view
from xorexplain.render.look import Look
from xorexplain.runs.inside import levels
from xorexplain.runs.unwritten_memory import settled
from xorexplain.runs.walk import Walk, given

Array = Any
ROUNDS = 6
END = re.compile(r"([^\[\]]+)\[([−+\dt]+)\](\.T)?")
STAGES = ("symbolic", "gradient", "optimized")


def loop(engine: Engine, step: Callable[..., Any], *args: Any, **options: Any) -> Any:
    if engine.name == "theano":
        return engine.module.scan(step, *args, **options)[0]
    return engine.module.scan(step, *args, return_updates=False, **options)


def later_part(engine: Engine) -> Model:
    """The part of a state that is read begins two rounds later, and has a name."""
    T = engine.tensor
    x, W = T.dmatrix("x"), T.dmatrix("W")
    h = loop(engine, lambda a, h: T.tanh(a + T.dot(h, W)), x, [T.zeros(3)])
    y = h[2:]
    y.name = "y"
    return Model({"y": y}, (y**2).sum(), [W])


def turned(engine: Engine) -> Model:
    """The elements of the sequence are transposes, and so is what a mask is of."""
    T = engine.tensor
    x, W = T.dtensor3("x"), T.dmatrix("W")
    rows = x.dimshuffle(0, 2, 1)
    h = loop(engine, lambda a, h: T.tanh(T.dot(a, W) + h), rows, [T.zeros((3, 3))])
    return Model({"h": h}, (h**2).sum(), [W])


def both_ways(engine: Engine) -> Model:
    """Two loops, of which one goes backwards, with a parameter in both."""
    T = engine.tensor
    x, W = T.dmatrix("x"), T.dmatrix("W")
    step = lambda a, h: T.tanh(a + T.dot(h, W))  # noqa: E731
    f = loop(engine, step, x, [T.zeros(3)])
    g = loop(engine, step, x, [T.zeros(3)], go_backwards=True)
    return Model({"f": f, "g": g}, (f**3).sum() + (g[::-1] * f).sum(), [W])


def unread_state(engine: Engine) -> Model:
    """Of two states with names, one is read by the next round alone."""
    T = engine.tensor
    x, W = T.dmatrix("x"), T.dmatrix("W")

    def step(a: Any, m: Any, P: Any) -> list[Any]:
        P = T.tanh(T.dot(P, W)) + 1.0
        return [a + T.dot(P, m), P, (P * a).sum()]

    m, P, ll = loop(engine, step, x, [T.zeros(3), T.ones((3, 3)), None])
    del P
    return Model({"m": m}, ll.sum() + m.sum(), [W])


def taps(engine: Engine) -> Model:
    T = engine.tensor
    x, a = T.dvector("x"), T.dscalar("a")
    start = {"initial": T.dvector("start"), "taps": [-3, -1]}
    sequence = {"input": x, "taps": [-2, 0]}
    y = loop(engine, lambda p, q, y3, y1: a * y1 - y3 + p * q, sequence, start)
    return Model({"y": y}, (y**2).sum(), [a])


def two_before(engine: Engine) -> Model:
    """A state begins with two values, of which the gradient is asked for; nothing is a sequence."""
    start = engine.tensor.dvector("start")
    states = [{"initial": start, "taps": [-2, -1]}, None]
    f, ratio = loop(engine, lambda p, q: [p + q, (p + q) / q], None, states, n_steps=ROUNDS)
    return Model({"f": f, "ratio": ratio}, ratio.sum(), [start])


def twice(engine: Engine) -> Model:
    """A function makes two loops, whose states have the same names."""
    T = engine.tensor
    x, W = T.dmatrix("x"), T.dmatrix("W")

    def layer(rows: Any) -> Any:
        h, _ = loop(engine, lambda a, h, c: [T.tanh(c), a + T.dot(h, W)], rows, [T.zeros(3)] * 2)
        return h

    h = layer(layer(x))
    return Model({"h": h}, h.sum(), [W])


CASES = (later_part, turned, both_ways, unread_state, taps, two_before, twice)


def row(array: Array, place: str, t: int) -> Array | None:
    """Return the row of an array that a place is of, None where it has no such row."""
    number = eval(re.sub(r"\bt\b", str(t), place.replace("−", "-")))
    is_from_end = place.startswith("−")
    there = -len(array) <= number < 0 if is_from_end else 0 <= number < len(array)
    return array[number] if there else None


def ends(step: Step, inside: Mapping[str, Any], results: list[Any]) -> Iterator[tuple[str, Array]]:
    """Yield what a round reads and gives, but for what it adds up, which is not done yet."""
    changed = {name.removesuffix(" (new)") for name in step.outputs if name.endswith(" (new)")}
    read = ((name, inside[id_]) for id_, name in step.inputs.items())
    for name, value in (*read, *zip(step.outputs, results, strict=True)):
        is_sum = name.startswith("∂") or (step.is_reversed and name.startswith("δ"))
        if not is_sum and name not in changed:
            yield name, value


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("case", CASES)
def test_a_name_with_a_round_is_that_row(
    case: Callable[[Engine], Model], stage: str, engine: Engine
) -> None:
    model = case(engine)
    seen = view(engine, model, stage)
    graph = seen.graph()
    variables = {id_: variable for variable, id_ in variable_ids(seen.source).items()}
    rng = numpy.random.default_rng(0)
    drawn = {
        v.name: rng.uniform(-1, 1, (ROUNDS if v.name == "x" else 3, 3, 3)[: len(v.shape or ())])
        for v in graph.variables
        if v.owner is None and v.name and v.role == "input"
    }
    known = {variables[i]: x for i, x in given_values(engine, graph, variables, drawn)[0].items()}
    values = settled(engine, known, [variables[o.variable] for o in graph.outputs], _fail)
    names = intermediate_names(graph)
    arrays = {name: values.get(variables[id_]) for id_, name in names.items() if id_ in variables}
    checked = 0
    for apply in graph.applies:
        step = step_of(graph, apply, names)
        if step is None:
            continue
        assert apply.inner is not None
        node = variables[apply.outputs[0]].owner
        room = Walk(engine, dict(values))
        for _ in room.run(node.inputs):
            pass
        rounds = levels(engine, node, [room.known[v] for v in node.inputs])
        assert rounds is not None
        count = int(room.known[node.inputs[0]])
        for number, level in enumerate(rounds.levels):
            walk = Walk(engine, given(level.written.inputs, level.values))
            for _ in walk.run(level.written.outputs):
                pass
            rounds.results[:] = [walk.known[v] for v in level.written.outputs]
            inside = dict(zip(graph.inner[apply.inner].inputs, level.values, strict=True))
            t = count - 1 - number if step.is_reversed else number
            for name, value in ends(step, inside, rounds.results):
                found = END.fullmatch(name)
                array = None if found is None else arrays.get(found[1])
                if found is None or array is None:
                    continue
                expected = row(array, found[2], t)
                if expected is not None:
                    expected = expected.T if found[3] else expected
                    # NumPy adds axes in front by itself.
                    numpy.testing.assert_allclose(
                        numpy.reshape(value, numpy.shape(value)[-expected.ndim or 99 :]), expected
                    )
                    checked += 1
    assert checked
    assert_written_over(graph, prepared(graph, Look()))


def assert_written_over(graph: Graph, shown: Graph) -> None:
    """Assert that a picture says of no memory that it is written over where another is.

    A loop writes over the memory that is made for its rounds, not over what they start from.
    """
    found = origins(graph.applies)
    lost = {apply.id: destroyed_by(apply, found) for apply in graph.applies}
    for apply in shown.applies:
        for v in (apply.inputs[p] for _, ps in apply.destroy_map for p in ps):
            if apply.id in lost and not shown.variable[v].folded:
                assert not lost[apply.id].isdisjoint(found.get(v, {v})), (apply.id, v)


def _fail(ran: Any) -> Any:
    raise ran.error
