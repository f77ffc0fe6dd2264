"""Read formulas back as Python and compare what they compute with what the graph does."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from string import ascii_lowercase
from typing import Any

import graphs
import models
import numpy
import pytest
import running

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph, Variable
from xorexplain.models.stages import view
from xorexplain.notation.formula import MAX_PART, Formula, Term, constant, formula

PYTHON = {"−": "-", "×": "*", "÷": "/", "^": "**", "²": "**2", "mod": "%", "·": "@"}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "true_div": lambda a, b: a / b,
    "int_div": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "pow": lambda a, b: a**b,
}
UNARY: dict[str, Callable[[Any], Any]] = {
    "neg": lambda a: -a,
    "sqr": lambda a: a * a,
    "reciprocal": lambda a: 1 / a,
    "identity": lambda a: a,
}
# Complex powers do not mix with remainders, so each has a family of its own. Squares of
# reciprocals are left out: (1 ÷ a)² happens to be 1 ÷ a².
EXACT = ("add", "sub", "mul", "true_div", "int_div", "mod", "neg", "identity", "reciprocal")
POWERS = ("add", "sub", "mul", "true_div", "pow", "neg", "sqr")


def write(graph: Graph) -> Formula:
    """Write a graph whose inputs keep their own names."""
    names = {v.id: Term(v.name) for v in graph.variables if v.id in graph.inputs and v.name}
    return formula(graph, names)


def one_line(*lines: str) -> str:
    """Write a graph that needs no named parts."""
    (line,) = write(graphs.graph(*lines)).lines()
    return line


def as_python(text: str) -> str:
    for sign, python in PYTHON.items():
        text = text.replace(sign, python)
    return text


class Grower:
    """Grow a random expression in which every leaf is another variable or another number."""

    def __init__(self, chance: random.Random, kinds: tuple[str, ...]) -> None:
        self.chance = chance
        self.kinds = kinds
        self.lines: list[str] = []
        self.variables = iter(ascii_lowercase)
        self.numbers = iter([3, -5, 7, -11, 13, -17, 19, -23])

    def grow(self, depth: int) -> str:
        """Add the lines of an expression and return its name."""
        if depth == 0 or self.chance.random() < 0.2:
            is_number = "pow" not in self.kinds and self.chance.random() < 0.2
            return str(next(self.numbers if is_number else self.variables))
        kind = self.chance.choice(self.kinds)
        arguments = [self.grow(depth - 1) for _ in range(2 if kind in BINARY else 1)]
        self.lines.append(f"t{len(self.lines)} = {kind}({', '.join(arguments)})")
        return f"t{len(self.lines) - 1}"


def expressions(kinds: tuple[str, ...], seed: int) -> Iterator[list[str]]:
    """Yield random expressions as lines of a graph."""
    chance = random.Random(seed)
    while True:
        grower = Grower(chance, kinds)
        grower.grow(3)
        if grower.lines:
            yield grower.lines


def computed(graph: Graph, values: dict[str, Any]) -> Any:
    """Compute a graph of the ops above from values by name; None where it has no value."""
    try:
        return compute(graph, values)
    except (ZeroDivisionError, OverflowError):
        return None


def compute(graph: Graph, values: dict[str, Any]) -> Any:
    found = {v.id: values.get(v.name or "", v.value and int(v.value)) for v in graph.variables}
    for apply in graph.applies:
        arguments = [found[v] for v in apply.inputs]
        function: Any = {**BINARY, **UNARY}[apply.op.kind]
        found[apply.outputs[0]] = function(*arguments)
    return found[graph.outputs[0].variable]


def samples(kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    chance = random.Random(1)
    if "pow" in kinds:
        return [{c: complex(chance.uniform(1, 2), chance.uniform(-1, 1)) for c in ascii_lowercase}]

    def number() -> Fraction:
        return Fraction(chance.randint(-(10**6), 10**6), 10 ** chance.randint(0, 12))

    return [{letter: number() for letter in ascii_lowercase} for _ in range(40)]


def evaluated(text: str, values: dict[str, Any]) -> Any:
    """Compute a text as Python; numbers in it are whole."""
    try:
        return eval(as_python(text), {"__builtins__": {}}, dict(values))
    except (ZeroDivisionError, OverflowError):
        return None


def same(one: Any, other: Any) -> bool:
    if one is None or other is None or isinstance(one, Fraction):
        return bool(one == other)
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def agrees(text: str, pairs: list[tuple[Any, dict[str, Any]]]) -> bool:
    """Tell whether a text has the values it should have, each paired with where."""
    return all(same(value, evaluated(text, point)) for value, point in pairs)


def without_one_pair(text: str) -> Iterator[str]:
    """Yield the text without each pair of parentheses in turn."""
    for start, character in enumerate(text):
        if character == "(":
            depth = 0
            for end in range(start, len(text)):
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                if depth == 0:
                    yield text[:start] + text[start + 1 : end] + text[end + 1 :]
                    break


@pytest.mark.parametrize("kinds", [EXACT, POWERS], ids=["remainders", "powers"])
def test_parentheses_are_all_needed_and_none_is_missing(kinds: tuple[str, ...]) -> None:
    points = samples(kinds)
    wrong, superfluous = [], []
    for lines in islice(expressions(kinds, seed=0), 500):
        graph = graphs.graph(*lines)
        text = write(graph).results[0]
        pairs = [(computed(graph, point), point) for point in points]
        if not agrees(text, pairs):
            wrong.append((lines, text))
        # Two signs side by side are kept apart, needed or not.
        if not any(signs in text for signs in ("−(−", ")²)²")):
            pairs = [(value, point) for value, point in pairs if value is not None]
            shorter = [t for t in without_one_pair(text) if "²²" not in t and pairs]
            superfluous += [(text, t) for t in shorter if agrees(t, pairs)]

    assert wrong == []
    assert superfluous == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["y = sub(a, b)", "z = sub(c, y)"], "c − (a − b)"),
        (["y = sub(a, b)", "z = sub(y, c)"], "a − b − c"),
        (["y = sub(a, b)", "z = add(c, y)"], "c + a − b"),
        (["y = true_div(a, b)", "z = true_div(c, y)"], "c ÷ (a ÷ b)"),
        (["y = mul(a, b)", "z = true_div(c, y)"], "c ÷ (a × b)"),
        (["y = int_div(a, b)", "z = mul(c, y)"], "c × (a // b)"),
        (["y = mod(a, b)", "z = mul(c, y)"], "c × (a mod b)"),
        (["y = pow(a, b)", "z = pow(y, c)"], "(a ^ b) ^ c"),
        (["y = pow(a, b)", "z = pow(c, y)"], "c ^ a ^ b"),
        (["y = neg(a)", "z = pow(b, y)"], "b ^ −a"),
        (["y = neg(a)", "z = pow(y, b)"], "(−a) ^ b"),
        (["y = pow(a, b)", "z = neg(y)"], "−a ^ b"),
        (["y = pow(a, -2)"], "a ^ −2"),
        (["y = pow(-2, a)"], "(−2) ^ a"),
        (["y = mul(a, -0.5)"], "a × −0.5"),
        (["y = add(a, -0.5)"], "a − 0.5"),
        (["y = mul(-0.5, a)", "z = add(b, y)"], "b − 0.5 × a"),
        (["y = mul(-0.5, a)", "z = sub(b, y)"], "b + 0.5 × a"),
        (["y = neg(a)", "z = sqr(y)"], "(−a)²"),
        (["y = sqr(a)", "z = neg(y)"], "−a²"),
        (["y = neg(a)", "z = neg(y)"], "−(−a)"),
        (["y = mul(a, b)", "z = neg(y)"], "−a × b"),
        (["y = add(a, b)", "z = neg(y)"], "−(a + b)"),
        (["y = add(a, b, c)", "z = mul(y, d, e)"], "(a + b + c) × d × e"),
        (["y = reciprocal(a)", "z = mul(b, y)"], "b × 1 ÷ a"),
        (["y = reciprocal(a)", "z = true_div(b, y)"], "b ÷ (1 ÷ a)"),
        (["y = lt(a, b)", "z = lt(y, c)"], "(a < b) < c"),
        (["y = lt(a, b)", "z = eq(c, y)"], "c == (a < b)"),
        (["y = lt(a, b)", "z = ge(c, d)", "w = and(y, z)"], "a < b and c ≥ d"),
        (["y = or(a, b)", "z = and(y, c)"], "(a or b) and c"),
        (["y = or(a, b)", "z = or(c, y)"], "c or a or b"),
        (["y = xor(a, b)", "z = or(c, y)"], "c or a xor b"),
        (["y = or(a, b)", "z = xor(y, c)"], "(a or b) xor c"),
        (["y = dot(a, b)", "z = dot(c, y)"], "c · (a · b)"),
        (["y = dot(a, b)", "z = mul(c, y)"], "c × (a · b)"),
        (["y = mul(a, b)", "z = dot(c, y)"], "c · (a × b)"),
        (["y = add(a, b)", "z = tanh(y)", "w = mul(z, c)"], "tanh(a + b) × c"),
        (["y = maximum(a, b)"], "max(a, b)"),
        (["y = cast[dtype=float32](a)"], "float32(a)"),
        (["y = second(a, b)", "z = mul(c, y)"], "c × b"),
        (["y = add(a)"], "add(a)"),
    ],
)
def test_parentheses(lines: list[str], expected: str) -> None:
    assert one_line(*lines) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2.0", "x × 2.0"),
        ("-2.0", "x × −2.0"),
        ("1e-05", "x × 1e-05"),
        ("2.0 everywhere", "x × (2.0 everywhere)"),
        ("[1, -2]", "x × [1, -2]"),
    ],
)
def test_a_constant_is_an_operand(value: str, text: str) -> None:
    graph = graphs.graph("y = mul(x, k)")
    names = {graphs.named(graph, "x").id: Term("x"), graphs.named(graph, "k").id: constant(value)}

    assert formula(graph, names).lines() == [text]


def test_a_part_used_twice_has_one_name() -> None:
    graph = graphs.graph("s = sigmoid(x)", "u = sub(1.0, s)", "d = mul(s, u)")

    assert write(graph).lines() == ["t0 = sigmoid(x)", "t0 × (1.0 − t0)"]


def test_a_result_that_is_read_as_well_has_a_name() -> None:
    graph = graphs.graph("s = sigmoid(x)", "u = sub(1.0, s)", outputs=["s", "u", "s"])

    assert write(graph).lines() == ["t0 = sigmoid(x)", "t0", "1.0 − t0", "t0"]


def test_part_names_pass_over_names_that_are_taken() -> None:
    graph = graphs.graph("s = tanh(t0)", "u = mul(s, s)")

    assert write(graph).lines() == ["t1 = tanh(t0)", "t1 × t1"]


def test_several_outputs_of_one_op_name_its_call_once() -> None:
    graph = graphs.graph("high, low = divmod(x, y)", "z = mul(high, low)")

    assert write(graph).lines() == ["t0 = divmod(x, y)", "t0[0] × t0[1]"]


def test_one_output_of_several_needs_no_name() -> None:
    graph = graphs.graph("high, low = divmod(x, y)", "z = tanh(low)")

    assert write(graph).lines() == ["tanh(divmod(x, y)[1])"]


def test_what_is_given_a_name_is_not_opened() -> None:
    graph = graphs.graph("s = tanh(x)", "u = mul(s, s)")

    lines = formula(graph, {graphs.named(graph, "s").id: Term("hidden")}).lines()

    assert lines == ["hidden × hidden"]


def test_fused_graphs_inside_fused_graphs_are_opened() -> None:
    inner = graphs.graph("s = sqr(p)", "d = sub(s, q)")
    graph = graphs.graph("y = composite[inner=0](x, w)", "z = mul(y, y)", inner=[inner])

    assert write(graph).lines() == ["t0 = x² − w", "t0 × t0"]


def test_an_input_as_result() -> None:
    assert write(graphs.graph(outputs="x")).lines() == ["x"]


def test_text_grows_linearly_with_shared_squares() -> None:
    lines = write(graphs.squares(1000)).lines()

    assert lines[:2] == ["t0 = x0 × x0", "t1 = t0 × t0"]
    assert len(lines) == 1000
    assert max(map(len, lines)) < 20


def test_deep_formulas_are_cut_into_short_lines() -> None:
    lines = write(graphs.chain(10_000)).lines()

    assert max(map(len, lines)) <= MAX_PART + len("t9999 = tanh()")
    assert sum(map(len, lines)) < 10_000 * len("tanh()") * 2


@pytest.mark.parametrize("name", ["fused", "xor"])
def test_formulas_of_real_composites_compute_what_they_compute(engine: Engine, name: str) -> None:
    built = view(engine, models.model(engine, name), "optimized")
    graph = built.graph()
    pairs = zip(graph.applies, built.source.applies or (), strict=True)
    composites = [(apply, node) for apply, node in pairs if apply.op.kind == "composite"]
    for apply, node in composites:
        assert apply.inner is not None
        inner = graph.inner[apply.inner]
        values = [_value(inner.variable[v], i) for i, v in enumerate(inner.inputs)]
        names = {v: Term(f"i{i}") for i, v in enumerate(inner.inputs)}
        arrays = [
            variable.type.filter(numpy.full((1,) * variable.ndim, value, dtype=variable.dtype)[()])
            for variable, value in zip(node.inputs, values, strict=True)
        ]
        computed = running.run([node], dict(zip(node.inputs, arrays, strict=True)))

        results = read_back(formula(inner, names), values)

        assert results == pytest.approx([computed[v].item() for v in node.outputs], rel=1e-9)
    assert composites


def _value(variable: Variable, position: int) -> float:
    return 0.2 + 0.1 * position if "float" in (variable.dtype or "") else 3


def read_back(written: Formula, values: list[float]) -> list[float]:
    """Compute a formula line by line, as a reader would."""
    functions = {
        "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
        "switch": lambda condition, a, b: a if condition else b,
        "float64": float,
        **{name: getattr(math, name) for name in ("tanh", "exp", "cos", "sin", "sqrt")},
    }
    names: dict[str, Any] = {f"i{position}": value for position, value in enumerate(values)}
    for part, text in written.lets:
        names[part] = eval(as_python(text), functions, names)
    return [eval(as_python(text), functions, names) for text in written.results]
