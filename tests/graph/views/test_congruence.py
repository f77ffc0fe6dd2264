"""Computations of several graphs are numbered together, by what they compute from the inputs."""

from __future__ import annotations

from dataclasses import replace

from graphs import graph
from hypothesis import given
from hypothesis import strategies as st
from models import each_model, model, record

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.congruence import Part, computations
from xorexplain.graph.views.same import classes


def number(found: dict[str, int], made: Graph, name: str) -> int:
    return next(found[v.id] for v in made.variables if v.name == name)


def test_the_same_expression_of_the_same_inputs_has_one_number() -> None:
    one = graph("h = dot(x, W)", "y = tanh(h)", outputs=["y", "h"])
    other = graph("p = add(b, c)", "q = dot(x, W)", "r = tanh(q)", outputs=["p", "r"])
    left, right = map(dict, computations([Part(one), Part(other)]))
    assert number(left, one, "y") == number(right, other, "r")
    assert number(left, one, "h") == number(right, other, "q")
    assert number(right, other, "p") not in left.values()


def test_what_a_rewrite_replaced_is_the_same_and_all_that_reads_it() -> None:
    rewritten = graph("a = mul(x, y)", "b = mul(y, x)", "e = exp(b)", outputs=["a", "e"])
    plain = graph("f = exp(a)", "a = mul(x, y)", outputs="f")
    plain = replace(plain, applies=tuple(reversed(plain.applies)))
    ids = {v.name: v.id for v in rewritten.variables}
    for equal, is_same in (((), False), (((ids["a"], ids["b"]),), True)):
        left, right = map(dict, computations([Part(rewritten, equal), Part(plain)]))
        assert (number(left, rewritten, "e") == number(right, plain, "f")) is is_same


def test_constants_are_their_values_and_floats_of_any_width_are_floats() -> None:
    one, other = graph("y = mul(x, 2.0)"), graph("y = mul(x, 2.0)")
    wide = replace(
        other,
        variables=tuple(replace(v, type="float32", dtype="float32") for v in other.variables),
    )
    third = graph("y = mul(x, 3.0)")
    found = [dict(n) for n in computations([Part(one), Part(wide), Part(third)])]
    same, narrow, different = (
        number(n, g, "y") for n, g in zip(found, (one, wide, third), strict=True)
    )
    assert same == narrow != different


def test_a_constant_that_is_not_told_whole_is_the_same_by_what_is_known_besides() -> None:
    def made() -> Graph:
        plain = graph("y = mul(x, 2.0)")
        return replace(
            plain,
            variables=tuple(
                replace(v, value="[0 … 9] (99 elements)") if v.value else v for v in plain.variables
            ),
        )

    one, other = made(), made()
    (constant,) = (v.id for v in one.variables if v.value)
    for values, is_same in (({}, False), ({constant: "digest"}, True)):
        left, right = map(dict, computations([Part(one, (), values), Part(other, (), values)]))
        assert (number(left, one, "y") == number(right, other, "y")) is is_same


@given(st.integers(0, 2**32), st.integers(2, 12))
def test_the_order_of_apply_nodes_is_nothing(seed: int, count: int) -> None:
    import random

    draw = random.Random(seed)
    lines = []
    for n in range(count):
        known = [f"v{i}" for i in range(n)] + ["x", "W"]
        kind = draw.choice(["add", "mul", "dot"])
        lines.append(f"v{n} = {kind}({draw.choice(known)}, {draw.choice(known)})")
    one = graph(*lines, outputs=[f"v{n}" for n in range(count)])
    shuffled = replace(one, applies=tuple(draw.sample(one.applies, count)))
    left, right = computations([Part(one), Part(shuffled)])
    assert left == right


@each_model
def test_within_a_graph_nothing_is_told_apart_that_is_the_same(engine: Engine, name: str) -> None:
    if model(engine, name).function is not None:
        return
    made = record(engine, name, "symbolic")
    alone, (together, again) = classes(made), computations([Part(made), Part(made)])
    assert {v: n for v, n in together.items() if v in again} == together
    joined = {(alone[v], together[v]) for v in alone}
    assert len(joined) == len(set(alone.values()))
    exact = {v.id for v in made.variables if v.role == "constant" and not v.is_exact}
    if not exact:
        assert together == again
