"""Name ops as people call them, in pictures, text and formulas; never less than their engine says.

One table for both engines where they have the same op, one for what only one of them has.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

import complete
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Apply, Graph, Origin
from xorexplain.graph.views.fold import fold_constants
from xorexplain.graph.views.plumbing import fold_plumbing
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.labels import op_heading
from xorexplain.render.pictures.scene import scene
from xorexplain.render.pictures.tree import tree
from xorexplain.rewrites.distinctions import SIZED
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import explained_steps

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
Build = Callable[[Engine], Any]
PLACES = {
    "builders": ("theano.compile.builders", "pytensor.compile.builders"),
    "graph": ("theano.gof.graph", "pytensor.graph.basic"),
    "op": ("theano.gof.op", "pytensor.graph.op"),
    "ops": ("theano.compile.ops", "pytensor.compile.ops"),
    "shape": ("theano.compile.ops", "pytensor.tensor.shape"),
    "special": ("theano.tensor.nnet", "pytensor.tensor.special"),
    "streams": ("theano.tensor.shared_randomstreams", "pytensor.tensor.random.basic"),
}


def home(engine: Engine, name: str) -> Any:
    """Import the engine's module of that purpose."""
    return importlib.import_module(PLACES[name][engine.name == "pytensor"])


def matrix(engine: Engine) -> Any:
    return engine.tensor.dmatrix("x")


def vector(engine: Engine) -> Any:
    return engine.tensor.dvector("v")


def places(engine: Engine, name: str) -> Any:
    return engine.tensor.lvector(name)


def softmax(engine: Engine) -> Any:
    special, x = home(engine, "special"), matrix(engine)
    return special.softmax(x) if engine.name == "theano" else special.softmax(x, axis=1)


def log_softmax(engine: Engine) -> Any:
    special, x = home(engine, "special"), matrix(engine)
    return special.logsoftmax(x) if engine.name == "theano" else special.log_softmax(x, axis=1)


def drawn(engine: Engine, name: str) -> Any:
    if engine.name == "theano":
        made = getattr(home(engine, "streams").RandomStreams(1), name)((3,), 0.0, 1.0)
        generator = next(v for v in made.owner.inputs if hasattr(v, "get_value"))
        generator.name = "rng"
        return made
    rng = engine.module.shared(numpy.random.default_rng(1), name="rng")
    return getattr(home(engine, "streams"), name)(0.0, 1.0, rng=rng)


def graph_of_its_own(engine: Engine, name: str, **members: Any) -> Any:
    base, a = home(engine, "builders").OpFromGraph, engine.tensor.dmatrix("a")
    return type(name, (base,), members)([a], [a * 2])(matrix(engine))


def function_of_its_own(engine: Engine) -> Any:
    ops, T = home(engine, "ops"), engine.tensor
    wrap = ops.as_op if engine.name == "theano" else ops.wrap_py

    @wrap(itypes=[T.dmatrix], otypes=[T.dmatrix])
    def smoothed(values: Any) -> Any:
        return values

    return smoothed(matrix(engine))


def unheard_of(engine: Engine, name: str, **members: Any) -> Any:
    """Apply an op nobody knows to a matrix."""
    apply = home(engine, "graph").Apply
    members = {
        "__module__": __name__,
        "__props__": (),
        "make_node": lambda self, x: apply(self, [x], [x.type()]),
        "perform": lambda self, *given: None,
        **members,
    }
    return type(name, (home(engine, "op").Op,), members)()(matrix(engine))


# What an op is called in a picture and in text, and the formula of what it computes.
BOTH: dict[str, tuple[Build, str, str]] = {
    "softmax": (softmax, "softmax over axis 1", "softmax(x, axis 1)"),
    "log softmax": (log_softmax, "log softmax over axis 1", "log_softmax(x, axis 1)"),
    "length": (
        lambda engine: home(engine, "shape").Shape_i(1)(matrix(engine)),
        "length of axis 1",
        "x.shape[1]",
    ),
    "length of a sum": (
        lambda engine: home(engine, "shape").Shape_i(0)(matrix(engine) + 1),
        "length of axis 0",
        "(x + 1).shape[0]",
    ),
    "entry of a shape": (lambda engine: matrix(engine).shape[1], "index [1]", "x.shape[1]"),
    "index": (lambda engine: matrix(engine)[1:, 0], "index [1:, 0]", "x[1:, 0]"),
    "pairs": (
        lambda engine: matrix(engine)[places(engine, "i"), places(engine, "j")],
        "take [·, ·]",
        "x[i, j]",
    ),
    "slice among places": (
        lambda engine: engine.tensor.dtensor3("A")[places(engine, "i"), 1:, places(engine, "j")],
        "take",
        "A[i, 1:, j]",
    ),
    "pairs set": (
        lambda engine: engine.tensor.set_subtensor(
            matrix(engine)[places(engine, "i"), places(engine, "j")], 1.0
        ),
        "set at",
        "set_at(x[i, j], 1)",
    ),
    "rows added to": (
        lambda engine: engine.tensor.inc_subtensor(matrix(engine)[places(engine, "i")], 1.0),
        "add at",
        "add_at(x[i], 1)",
    ),
    "mask": (
        lambda engine: (lambda v: v[v > 0])(vector(engine)),
        "take",
        "v[v > 0]",
    ),
    "normal": (lambda engine: drawn(engine, "normal"), "normal(0.0, 1.0", "normal(0, 1, "),
    "uniform": (lambda engine: drawn(engine, "uniform"), "uniform(0.0, 1.0", "uniform(0, 1, "),
    "graph of a class": (
        lambda engine: graph_of_its_own(engine, "Doubled"),
        "op from graph Doubled",
        "Doubled(x)",
    ),
    "graph with a text": (
        lambda engine: graph_of_its_own(engine, "Scaled", __str__=lambda op: "Scaled{by two}"),
        "op from graph Scaled{by two}",
        "Scaled{by two}(x)",
    ),
    "function": (function_of_its_own, "from function smoothed", "smoothed(x)"),
    "unknown": (lambda engine: unheard_of(engine, "Bare"), "Bare", "bare(x)"),
    "unknown with a text": (
        lambda engine: unheard_of(engine, "Odd", __str__=lambda op: "Odd<rate 3>"),
        "Odd<rate 3>",
        "odd(x, label=Odd<rate 3>)",
    ),
    "unknown with properties": (
        lambda engine: unheard_of(engine, "Fast", __props__=("rate", "mode"), rate=3, mode="up"),
        "Fast{rate=3, mode='up'}",
        "fast(x, rate=3",
    ),
    "unknown with hidden properties": (
        lambda engine: unheard_of(
            engine, "Shy", __props__=("rate",), rate=3, __str__=lambda op: "Shy"
        ),
        "Shy (rate=3)",
        "shy(x, rate=3)",
    ),
    "repeated elements": (
        lambda engine: engine.tensor.repeat(matrix(engine), engine.tensor.lvector("n"), axis=1),
        "repeat over axis 1",
        "repeat(x, n, axis 1)",
    ),
    "called as an engine's that has a fixed axis": (
        lambda engine: unheard_of(engine, "Softmax"),
        "own softmax",
        "own_softmax(x)",
    ),
    "called as the engine's loop": (
        lambda engine: unheard_of(engine, "Scan"),
        "own scan",
        "own_scan(x)",
    ),
    "called as the engine's base": (
        lambda engine: unheard_of(engine, "Elemwise", __props__=("rate",), rate=3),
        "Elemwise{rate=3}",
        "elemwise(x, rate=3",
    ),
    "called as the engine's": (
        lambda engine: unheard_of(engine, "Softmax", __props__=("axis",), axis=1),
        "own softmax over axis 1",
        "own_softmax(x, axis 1)",
    ),
}


def scalarized(engine: Engine) -> Any:
    place = importlib.import_module("pytensor.tensor.rewriting.scalarize")
    scalar = importlib.import_module("pytensor.scalar").float64("s")
    v, a = vector(engine), scalar.type()
    inside = v.type()
    made = engine.tensor.tensor_from_scalar(a) * inside
    return place.ScalarizedElemwise([a, inside], [made])(scalar, v)


def scalar_made(name: str, array: Any) -> Any:
    """Make a native scalar of what one op computes, as PyTensor's rewriting for Numba does."""
    place = importlib.import_module("pytensor.tensor.rewriting.scalarize")
    given = array.owner.inputs
    inside = [variable.type() for variable in given]
    result = importlib.import_module("pytensor.tensor").scalar_from_tensor(array.owner.op(*inside))
    return getattr(place, name)(inside, [result])(*given)


def scalarized_twice(engine: Engine) -> Any:
    place = importlib.import_module("pytensor.tensor.rewriting.scalarize")
    v, inside = vector(engine), vector(engine)
    return place.ScalarizedElemwise([inside], [(inside * inside).sum()])(v)


def batched_index(engine: Engine) -> Any:
    """Have PyTensor take elements of each row by a row of indices."""
    T = engine.tensor
    v, chosen = T.dvector("v"), T.lvector("chosen")
    replacing = importlib.import_module("pytensor.graph.replace")
    return replacing.vectorize_graph(v[chosen], {v: T.dmatrix("x"), chosen: T.lmatrix("rows")})


def distribution_of_its_own(engine: Engine) -> Any:
    base = home(engine, "streams").RandomVariable
    members = {"name": "frobnicated", "signature": "(),()->()", "dtype": "floatX"}
    rng = engine.module.shared(numpy.random.default_rng(1), name="rng")
    return type("OddRV", (base,), members)()(0.0, 1.0, rng=rng)


PYTENSOR: dict[str, tuple[Build, str, str]] = {
    "softmax over columns": (
        lambda engine: home(engine, "special").softmax(matrix(engine), axis=0),
        "softmax over axis 0",
        "softmax(x, axis 0)",
    ),
    "columns by place": (
        lambda engine: matrix(engine)[:, places(engine, "i")],
        "take [:, ·]",
        "x[:, i]",
    ),
    "scalarized": (scalarized, "multiply", "s × v"),
    "scalarized sum": (
        lambda engine: scalar_made("ScalarCAReduce", vector(engine).sum()),
        "sum",
        "sum(v)",
    ),
    "scalarized index": (
        lambda engine: scalar_made("ScalarSubtensor", vector(engine)[2]),
        "index [2]",
        "v[2]",
    ),
    "scalarized, of two ops": (scalarized_twice, "op from graph Scalarized", "Scalarized"),
    "multivariate normal": (
        lambda engine: home(engine, "streams").multivariate_normal(
            vector(engine),
            matrix(engine),
            rng=engine.module.shared(numpy.random.default_rng(1), name="rng"),
        ),
        "multivariate_normal (method=cholesky)",
        "multivariate_normal(v, x, rng=rng, method=cholesky)",
    ),
    "distribution of its own": (
        distribution_of_its_own,
        "frobnicated(0.0, 1.0)",
        "frobnicated(0, 1, rng=rng)",
    ),
    "batched": (
        lambda engine: engine.tensor.linalg.cholesky(engine.tensor.dtensor3("A")),
        "batched cholesky (m,m)->(m,m)",
        "cholesky(A, signature=(m,m)->(m,m))",
    ),
    "batched index": (batched_index, "batched take [·]", "take(x, rows, batched)"),
}
CASES = [
    *(pytest.param(*case, id=name) for name, case in BOTH.items()),
    *(pytest.param(*c, id=n, marks=pytest.mark.pytensor) for n, c in PYTENSOR.items()),
]


WORD = re.compile(r"[A-Za-z]+|\d+")
UNSAID = (
    r"(?<=\w)Op\b|Scalar(ized)?(?=[A-Z])",
    r"inline=False|(no_)?inplace(=False)?|overwrite_a=False|set_instead_of_inc=True",
    r"lower=True|dtype='float64'|signature='[^']*'|int64|start|stop",
    r"AdvancedSubtensor(?=.*->)",
    r"idx_list=\(.*\)|AdvancedInc(?=.*set_instead_of_inc)|name=|\.\d$|axes=None",
)
"""What a label says that changes no value, is usual, or is said in another way by each notation."""


def squashed(words: str) -> str:
    return re.sub(r"[\W_]", "", words).casefold()


def captured(engine: Engine, variable: Any) -> Graph:
    origin = Origin(engine.name, engine.version)
    return capture(engine, outputs_source([variable], ["y"]), origin)


def last(graph: Graph) -> Apply:
    apply = graph.owner(graph.outputs[0].variable)
    assert apply is not None
    return apply


@pytest.mark.parametrize(("build", "label", "formula"), CASES)
def test_an_op_keeps_its_identity(engine: Engine, build: Build, label: str, formula: str) -> None:
    graph = fold_constants(captured(engine, build(engine)))
    names = {v.id: v.name for v in graph.variables if v.name and v.owner is None}
    heading = op_heading(graph, last(graph))

    assert heading.startswith(label)
    assert heading in tree(graph, Look())
    assert squashed(heading) in squashed(complete.words_of_dot(dot(graph, Look())))
    assert text(express(graph, graph.outputs[0].variable, names)).startswith(formula)


@pytest.mark.pytensor
@pytest.mark.parametrize(
    ("build", "heading"),
    [
        (lambda engine: drawn(engine, "normal"), "normal(0.0, 1.0)"),
        (
            lambda engine: engine.tensor.linalg.cholesky(engine.tensor.dtensor3("A")),
            "batched cholesky",
        ),
    ],
    ids=["draw", "batched"],
)
def test_an_op_that_is_told_the_lengths_of_its_results_is_that_op(
    engine: Engine, build: Build, heading: str
) -> None:
    trace = record_rewriting(engine, Model({"made": build(engine)}))

    told = [
        replacement
        for entry in explained_steps(trace)
        if entry.step.rewrite.startswith("introduce_explicit_core_shape")
        for replacement in entry.replacements
    ]
    assert told
    assert all(replacement.is_alike for replacement in told)
    assert SIZED in {replacement.other for replacement in told}
    assert heading in tree(fold_constants(trace.last.graph), Look())


def test_two_draws_are_told_apart_by_their_generators(engine: Engine) -> None:
    first, second = drawn(engine, "normal"), drawn(engine, "normal")
    graph = captured(engine, first - second)
    generators = [v for v in graph.variables if v.role == "shared"]
    names = {v.id: f"rng {n}" for n, v in enumerate(generators)}

    shown = text(express(graph, graph.outputs[0].variable, names))

    assert len(generators) == 2
    assert "rng=rng 0" in shown
    assert "rng=rng 1" in shown


def test_the_generator_after_a_draw_is_no_draw(engine: Engine) -> None:
    draw = drawn(engine, "normal")
    graph = captured(engine, draw.owner.outputs[0])
    names = {v.id: "rng" for v in graph.variables if v.role == "shared"}

    shown = text(express(graph, graph.outputs[0].variable, names))

    assert shown.startswith("next_rng(normal(0, 1, ")


@pytest.mark.parametrize(("build", "label", "formula"), CASES)
def test_words_say_no_less_than_the_engines_printer(
    engine: Engine, build: Build, label: str, formula: str
) -> None:
    """Each word of the engine's own label is in ours, but for how it is done and what is usual."""
    variable = build(engine)
    line = engine.module.printing.debugprint(variable, file="str").splitlines()[0]
    graph = fold_constants(captured(engine, variable))
    ours = f"{last(graph).op.kind} {op_heading(graph, last(graph))} {formula}"

    printed = re.sub("|".join(UNSAID), "", line.partition(" [id")[0])
    missing = [w for w in WORD.findall(printed) if w.casefold() not in squashed(ours)]

    assert missing == []


def test_the_node_of_a_draw_has_the_shape_of_what_is_drawn(engine: Engine) -> None:
    if engine.name == "theano":
        streams = importlib.import_module("theano.sandbox.rng_mrg").MRG_RandomStreams(1)
        made = streams.uniform((2, 3))
    else:
        made = home(engine, "streams").normal(size=(2, 3))
    drawing = scene(fold_plumbing(captured(engine, made)), Look(shapes=True))

    assert {told for node in drawing.nodes for told in node.told("computes")} == {"2×3"}
