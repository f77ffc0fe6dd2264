"""Programs that cannot be built or compiled, as people write them, with what must be found.

`made` raises. `line` is a part of the line that is to blame, `says` what the explanation must say,
`operands` what it must list first, as the program calls it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy

from xorexplain.engines import Engine

BOTH = ("theano", "pytensor")


@dataclass(frozen=True)
class Case:
    """Hold a program that raises while it builds, and what is to be found of it."""

    made: Callable[[Engine], Any]
    problem: str
    says: tuple[str, ...]
    line: str
    operands: tuple[str, ...]
    raising: tuple[str, ...] = BOTH
    """Engines that raise an error."""

    @property
    def name(self) -> str:
        """The name of the program."""
        return self.made.__name__


def function(engine: Engine, *arguments: Any, **options: Any) -> Any:
    return engine.module.function(*arguments, **options)


def cost_without_sum(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dvector("x")
    errors = (x - 1) ** 2
    return engine.module.gradient.grad(errors, x)


def parameter_not_used(engine: Engine) -> Any:
    T = engine.tensor
    x, b = T.dvector("x"), T.dscalar("b")
    cost = (x**2).sum()
    return engine.module.gradient.grad(cost, [x, b])


def only_through_argmax(engine: Engine) -> Any:
    T = engine.tensor
    E, i = T.dmatrix("E"), T.dvector("i")
    picked = E[T.argmax(i)].sum()
    return engine.module.gradient.grad(picked, i)


def gradient_for_a_name(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dvector("x")
    return engine.module.gradient.grad(x.sum(), "x")


def stacked_matrices(engine: Engine) -> Any:
    T = engine.tensor
    batch, W = T.tensor3("batch"), T.dmatrix("W")
    op = T.basic.Dot() if engine.name == "theano" else T.math.Dot()
    return op(batch, W)


def fixed_lengths_of_a_product(engine: Engine) -> Any:
    T = engine.tensor
    W, V = T.matrix("W", shape=(3, 4)), T.matrix("V", shape=(5, 2))
    return T.dot(W, V)


def fixed_lengths_of_a_sum(engine: Engine) -> Any:
    T = engine.tensor
    scores, bias = T.matrix("scores", shape=(3, 4)), T.vector("bias", shape=(5,))
    return scores + bias


def vector_beside_matrix(engine: Engine) -> Any:
    T = engine.tensor
    bias, W = T.dvector("bias"), T.dmatrix("W")
    return T.concatenate([bias, W], axis=0)


def joined_along_no_axis(engine: Engine) -> Any:
    T = engine.tensor
    a, b = T.dvector("a"), T.dvector("b")
    return T.concatenate([a, b], axis=1)


def shape_of_unknown_length(engine: Engine) -> Any:
    T = engine.tensor
    x, wanted = T.dvector("x"), T.lvector("wanted")
    return x.reshape(wanted)


def shape_of_floats(engine: Engine) -> Any:
    T = engine.tensor
    x, n = T.dvector("x"), T.dscalar("n")
    return x.reshape((n, 2))


def float_as_index(engine: Engine) -> Any:
    T = engine.tensor
    x, half = T.dvector("x"), T.dscalar("half")
    return x[half]


def floats_as_indices(engine: Engine) -> Any:
    T = engine.tensor
    E, words = T.dmatrix("E"), T.dvector("words")
    return E[words]


def too_many_indices(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dmatrix("x")
    return x[0, 1, 2]


def matrix_into_vector(engine: Engine) -> Any:
    T = engine.tensor
    x, rows = T.dvector("x"), T.dmatrix("rows")
    return T.set_subtensor(x[1:], rows)


def set_what_is_no_part(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dvector("x")
    return T.set_subtensor(x * 2, 3.0)


def axis_dropped(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dmatrix("x")
    return x.dimshuffle(0)


def sum_over_no_axis(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dvector("x")
    return x.sum(axis=1)


def cholesky_of_vector(engine: Engine) -> Any:
    v = engine.tensor.dvector("v")
    home = "slinalg" if engine.name == "theano" else "linalg"
    linear = importlib.import_module(f"{engine.name}.tensor.{home}")
    return linear.cholesky(v)


def branches_apart(engine: Engine) -> Any:
    T = engine.tensor
    home = "theano.ifelse" if engine.name == "theano" else "pytensor"
    ifelse = importlib.import_module(home).ifelse
    x, y = T.dvector("x"), T.dmatrix("y")
    return ifelse(x.sum() > 0, x, y)


def state_of_another_dtype(engine: Engine) -> Any:
    T = engine.tensor
    x, h0 = T.dvector("x"), T.fscalar("h0")
    return engine.module.scan(lambda x_t, h: h + x_t, sequences=x, outputs_info=h0)


def state_without_a_name(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dvector("x")
    begin = T.zeros((3,), dtype="float32")

    def round_(x_t: Any, h: Any) -> Any:
        return x_t + h

    return engine.module.scan(round_, sequences=[x], outputs_info=[begin * 2])


def two_states_that_are_numbers(engine: Engine) -> Any:
    T = engine.tensor
    y = T.dvector("y")

    def round_(y_t: Any, m: Any, P: Any) -> Any:
        gain = P / (P + y_t)
        return m + gain * y_t, (1 - gain) * P

    begin = [T.constant(value, dtype="float32") for value in (0, 1)]
    return engine.module.scan(round_, sequences=[y], outputs_info=begin)


def part_assigned(engine: Engine) -> Any:
    x = engine.tensor.dvector("x")
    x[0] = 1.0
    return x


def state_of_fewer_dimensions(engine: Engine) -> Any:
    T = engine.tensor
    x, h0 = T.dmatrix("x"), T.dscalar("h0")
    return engine.module.scan(lambda x_t, h: h + x_t, sequences=x, outputs_info=h0)


def truth_of_a_symbol(engine: Engine) -> Any:
    x = engine.tensor.dscalar("x")
    return x if x > 0 else -x


def sum_of_python(engine: Engine) -> Any:
    x = engine.tensor.dscalar("x")
    return sum(v for v in x)


def length_of_a_symbol(engine: Engine) -> Any:
    x = engine.tensor.dvector("x")
    return range(len(x))


def text_added(engine: Engine) -> Any:
    x = engine.tensor.dscalar("x")
    return x + "1"


def list_with_nothing(engine: Engine) -> Any:
    T = engine.tensor
    x = T.dscalar("x")
    return T.exp([x, None])


def list_shared(engine: Engine) -> Any:
    w = engine.module.shared([1, 2], name="w")
    return w + 1


def value_of_other_dimensions(engine: Engine) -> Any:
    w = engine.module.shared(numpy.ones((2, 2)), name="w")
    w.set_value(numpy.ones(3))


def update_of_another_dtype(engine: Engine) -> Any:
    T, shared = engine.tensor, engine.module.shared
    w = shared(numpy.ones(3, "float32"), name="w")
    x, rate = T.fvector("x"), T.dscalar("rate")
    step = rate * x
    return function(engine, [x, rate], [], updates=[(w, w - step)])


def update_of_more_dimensions(engine: Engine) -> Any:
    T, shared = engine.tensor, engine.module.shared
    w, x = shared(numpy.ones(3), name="w"), T.dmatrix("x")
    return function(engine, [x], [], updates=[(w, w - x)])


def update_of_no_shared(engine: Engine) -> Any:
    w = engine.tensor.dvector("w")
    return function(engine, [w], w, updates=[(w, w * 2)])


def updated_twice(engine: Engine) -> Any:
    w = engine.module.shared(1.0, name="w")
    return function(engine, [], w, updates=[(w, w * 2), (w, w * 3)])


def given_of_another_type(engine: Engine) -> Any:
    T, shared = engine.tensor, engine.module.shared
    x, y, data = T.dvector("x"), T.dvector("y"), shared(numpy.ones((3, 3)), name="data")
    return function(engine, [], x + y, givens={x: data, y: numpy.ones(3)})


def input_left_out(engine: Engine) -> Any:
    T = engine.tensor
    x, target = T.dvector("x"), T.dvector("target")
    cost = ((T.tanh(x) - target) ** 2).sum()
    return function(engine, [x], cost)


def input_not_needed(engine: Engine) -> Any:
    T = engine.tensor
    x, target = T.dvector("x"), T.dvector("target")
    return function(engine, [x, target], T.tanh(x))


def input_given_twice(engine: Engine) -> Any:
    x = engine.tensor.dvector("x")
    return function(engine, [x, x], x * 2)


def shared_as_input(engine: Engine) -> Any:
    w = engine.module.shared(1.0, name="w")
    return function(engine, [w], w * 2)


def inputs_without_list(engine: Engine) -> Any:
    x = engine.tensor.dvector("x")
    return function(engine, x, x * 2)


def mode_misspelt(engine: Engine) -> Any:
    x = engine.tensor.dvector("x")
    return function(engine, [x], x * 2, mode="FAST")


CALL = "engine.module.function(*arguments, **options)"
WRONG_DIMENSIONS = "wrong number of dimensions"
PYTENSOR = ("pytensor",)

CASES = (
    Case(
        cost_without_sum,
        "cost not scalar",
        ("1 dimension", "errors"),
        "grad(errors, x)",
        ("errors",),
    ),
    Case(parameter_not_used, "no gradient", ("for b", "not computed"), "[x, b]", ("b", "cost")),
    Case(only_through_argmax, "no gradient", ("for i", "argmax"), "grad(picked, i)", ("i",)),
    Case(gradient_for_a_name, "wrong type", ("'x' is a str",), 'grad(x.sum(), "x")', ("'x'",)),
    Case(stacked_matrices, WRONG_DIMENSIONS, ("batch has 3",), "op(batch, W)", ("batch", "W")),
    Case(
        fixed_lengths_of_a_product,
        "dimension mismatch",
        ("W is 3 × 4, V is 5 × 2", "4 and 5"),
        "T.dot(W, V)",
        ("W", "V"),
        PYTENSOR,
    ),
    Case(
        fixed_lengths_of_a_sum,
        "dimension mismatch",
        ("scores is 3 × 4, bias has 5", "last axis"),
        "scores + bias",
        ("scores", "bias"),
        PYTENSOR,
    ),
    Case(
        vector_beside_matrix,
        WRONG_DIMENSIONS,
        ("bias has 1 dimension", "W has 2"),
        "T.concatenate",
        ("bias", "W"),
    ),
    Case(joined_along_no_axis, "wrong axis", ("axis 1",), "T.concatenate", ("a", "b")),
    Case(shape_of_unknown_length, WRONG_DIMENSIONS, ("wanted",), "reshape", ("x", "wanted")),
    Case(shape_of_floats, "wrong dtype", ("n is a float64 scalar",), "reshape((n, 2))", ("x", "n")),
    Case(float_as_index, "wrong dtype", ("half is a float64",), "x[half]", ("x", "half")),
    Case(floats_as_indices, "wrong dtype", ("words is a float64 v",), "E[words]", ("E", "words")),
    Case(too_many_indices, WRONG_DIMENSIONS, ("x has 2", "3 indices"), "x[0, 1, 2]", ("x",)),
    Case(matrix_into_vector, WRONG_DIMENSIONS, ("rows has 2",), "set_subt", ("x[1:]", "rows")),
    Case(set_what_is_no_part, "wrong type", ("no part",), "set_subtensor", ("2 × x",)),
    Case(
        axis_dropped,
        "broadcasting forbidden",
        ("axis 1",),
        "dimshuffle(0)",
        ("x",),
        ("theano",),
    ),
    Case(sum_over_no_axis, "wrong axis", ("x has 1 dimension",), "x.sum(axis=1)", ("x",)),
    Case(cholesky_of_vector, WRONG_DIMENSIONS, ("v has 1",), "cholesky(v)", ("v",)),
    Case(branches_apart, "wrong type", ("float64 vector", "float64 matrix"), "ifelse", ("x", "y")),
    Case(
        state_of_another_dtype,
        "wrong dtype",
        ("h0 begins as float32", "float64"),
        "engine.module.scan",
        ("h0", "h0[t-1] + x[t]"),
    ),
    Case(
        state_of_fewer_dimensions,
        WRONG_DIMENSIONS,
        ("h0 has 0 dimensions", "value of 1"),
        "engine.module.scan",
        ("h0",),
    ),
    Case(
        state_without_a_name,
        "wrong dtype",
        ("2 × begin begins as float32",),
        "engine.module.scan",
        ("2 × begin", "x[t] + h"),
    ),
    Case(
        two_states_that_are_numbers,
        "wrong dtype",
        ("begins as float32", "a round makes float64"),
        "engine.module.scan",
        ("0", "m + gain × y[t]"),
    ),
    Case(part_assigned, "not a number yet", ("nothing can be set in it",), "x[0] = 1.0", ("x",)),
    Case(truth_of_a_symbol, "not a number yet", ("x > 0",), "if x > 0", ("x > 0",)),
    Case(sum_of_python, "not a number yet", ("go through",), "sum(v for v in x)", ("x",)),
    Case(length_of_a_symbol, "not a number yet", ("wants a number",), "range(len(x))", ("x",)),
    Case(text_added, "wrong type", ("'1' is a str",), 'x + "1"', ("'1'", "x")),
    Case(list_with_nothing, "wrong type", ("None",), "T.exp([x, None])", ("None",)),
    Case(list_shared, "wrong type", ("w is of the type Generic",), "w + 1", ("w",)),
    Case(
        value_of_other_dimensions,
        "wrong number of dimensions",
        ("w has 2 dimensions, and its new value has 1",),
        "w.set_value",
        ("w",),
    ),
    Case(
        update_of_another_dtype,
        "wrong dtype",
        ("w is float32", "w − step, is float64", "comes in with rate"),
        CALL,
        ("w", "w − step", "rate"),
    ),
    Case(update_of_more_dimensions, WRONG_DIMENSIONS, ("has 2",), CALL, ("w", "w − x")),
    Case(update_of_no_shared, "wrong type", ("w is no shared",), CALL, ("w",)),
    Case(updated_twice, "updated twice", ("2 × w", "3 × w"), CALL, ("w", "2 × w", "3 × w")),
    Case(
        given_of_another_type,
        "wrong type",
        ("x is a float64 vector", "data in its place, a float64 matrix"),
        CALL,
        ("x", "data"),
    ),
    Case(input_left_out, "missing input", ("target is no input",), CALL, ("target",)),
    Case(input_not_needed, "unused input", ("target is an input",), CALL, ("target", "tanh(x)")),
    Case(input_given_twice, "unused input", ("x is twice",), CALL, ("x",)),
    Case(shared_as_input, "wrong type", ("w is a shared variable",), CALL, ("w",)),
    Case(inputs_without_list, "wrong type", ("no list",), CALL, ("x",)),
    Case(mode_misspelt, "unknown mode", ("no mode FAST",), CALL, ()),
)
