"""Test that a value is called what the program that made it assigns it to, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from textwrap import indent
from types import FrameType, ModuleType
from typing import Any

import models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.loops import step_of
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.assigned import assigned_names
from xorexplain.models.loading import as_model, load_model
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.stages import view
from xorexplain.render.pictures.roles import variable_words

PEOPLE = Path(__file__).parents[2] / "benchmarks" / "people.py"
HEAD = """
def model(engine):
    T, theano = engine.tensor, engine.module
    x, W = T.dmatrix("x"), T.dmatrix("W")
"""
PROGRAMS = {
    "one assignment": ("h = T.tanh(T.dot(x, W) + 1.5)\nreturn T.sum(h)", {"tanh": ["h"]}),
    "several lines": (
        "h = T.tanh(\n    T.dot(x, W)\n    + 1.5\n)\nreturn T.sum(h)",
        {"tanh": ["h"]},
    ),
    "a loop": (
        "h = x\nfor i in range(3):\n    h = T.tanh(T.dot(h, W))\nreturn T.sum(h)",
        {"tanh": ["h1", "h2", "h3"]},
    ),
    "set again": ("h = T.exp(x)\nh = T.tanh(h)\nreturn T.sum(h)", {"exp": ["h1"], "tanh": ["h2"]}),
    "a digit at its end": (
        "h0 = T.exp(x)\nh0 = T.tanh(h0)\nreturn T.sum(h0)",
        {"exp": ["h0_1"], "tanh": ["h0_2"]},
    ),
    "added to": ("z = T.dot(x, W)\nz += 1.5\nreturn T.tanh(z)", {"dot": ["z1"], "add": ["z2"]}),
    "an attribute": ("class net: pass\nnet.h = T.tanh(x)\nreturn T.exp(net.h)", {"tanh": ["h"]}),
    "a function": (
        "def layer(x):\n    z = T.dot(x, W)\n    return T.tanh(z)\n"
        "a = layer(x)\nb = layer(a)\nreturn T.sum(b)",
        {"dot": ["z1", "z2"], "tanh": ["a", "b"]},
    ),
    "a lambda": ("f = lambda v: T.tanh(v)\nh = f(x)\nreturn T.exp(h)", {"tanh": ["h"]}),
    "its own name": ("h = T.tanh(x)\nh.name = 'mine'\nreturn T.exp(h)", {"tanh": ["mine"]}),
    "only a part is read": ("y = T.exp(x * W) + W\nreturn y.owner.inputs[0]", {"exp": [None]}),
    "a list": ("hs = [T.tanh(x), T.exp(x)]\nreturn hs[0] + hs[1]", {"tanh": [None], "exp": [None]}),
    "two on a line": ("a = T.tanh(x); b = T.exp(a)\nreturn T.sum(b)", {"tanh": [None]}),
    "a taken name": ("h = T.tanh(x)\nW.name = 'h'\nreturn T.dot(h, W)", {"tanh": ["h1"]}),
    "thrown away": ("_ = T.tanh(x)\nreturn T.exp(_)", {"tanh": [None]}),
    "nested": ("h = T.tanh(T.tanh(x))\nreturn T.exp(h)", {"tanh": [None, "h"]}),
    "a unary minus": ("cost = -T.sum(x)\nreturn cost", {"sum": [None], "neg": ["cost"]}),
    "a part of it": (
        "last = T.tanh(x)[-1]\nreturn T.exp(last)",
        {"tanh": [None], "subtensor": ["last"]},
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_value_is_called_what_it_is_assigned_to(
    program: str, engine: Engine, tmp_path: Path
) -> None:
    body, expected = PROGRAMS[program]
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (tmp_path / "written.py").write_text(HEAD + lines)
    _, model = as_model(load_module(tmp_path / "written.py").model(engine))

    (top,) = model.outputs.values()
    found = {kind: names(engine, top, kind) for kind in expected}
    assert found == expected


def load_module(path: Path) -> ModuleType:
    """Run a file as a module of its own."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(engine: Engine, top: Any, kind: str) -> list[str | None]:
    """Return the names of what the apply nodes of a kind compute, in order."""
    found = [node for node in toposort([top]) if engine.op_of(node).kind == kind]
    return [name_of(node.outputs[0]) for node in found]


def test_a_loop_has_its_name_whatever_it_is_handed(engine: Engine, tmp_path: Path) -> None:
    """The shape that its start is made of is indexed too, as what the loop gives is."""
    options = "" if engine.name == "theano" else ", return_updates=False"
    assigned = "h, _" if engine.name == "theano" else "h"
    path = tmp_path / "program.py"
    body = (
        f"{assigned} = theano.scan(lambda v, s: T.tanh(v + s), sequences=x, "
        f"outputs_info=T.zeros((x.shape[1],)){options})\nlast = h[-1]\nreturn T.sum(last)"
    )
    path.write_text(HEAD + indent(body, "    "), encoding="utf-8")
    top = load_module(path).model(engine)

    assert [*assigned_names(engine, [top]).values()][:2] == ["h", "last"]


@pytest.mark.filterwarnings("ignore:Scan return signature")
def test_a_loop_that_updates_shared_variables_has_its_results_told_apart(
    engine: Engine, tmp_path: Path
) -> None:
    """Engines put what a loop updates behind its states and before what is no state."""
    path = tmp_path / "chain.py"
    body = """count = theano.shared(numpy.zeros(2), name="count")
def step(h):
    return [h + 1.0, T.tanh(h)], {count: count + 1.0}
(low, high), updates = theano.scan(step, outputs_info=[None, T.zeros(3)], n_steps=4)
return {"low": low, "high": high}, updates[count]"""
    path.write_text("import numpy\n" + HEAD + indent(body, "    "), encoding="utf-8")
    results, counted = load_module(path).model(engine)
    as_model(results)

    assert [*map(name_of, results.values())] == ["low", "high"]
    assert name_of(counted) not in ("low", "high")


def test_what_the_engine_calls_a_mean_is_called_by_the_user(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "written.py").write_text(f"{HEAD}    cost = T.mean(T.sqr(x))\n    return cost\n")

    _, model = as_model(load_module(tmp_path / "written.py").model(engine))

    (top,) = model.outputs.values()
    assert (top.name, name_of(top)) == ("mean", "cost")


@pytest.mark.pytensor
def test_what_a_library_builds_on_an_earlier_line_is_not_its_result(engine: Engine) -> None:
    pymc = pytest.importorskip("pymc")
    with pymc.Model() as model:
        scale = pymc.HalfNormal("scale", 1)
        pymc.Normal("y", 0, scale, observed=numpy.arange(4.0))
    lp = model.logp()

    assert "lp" not in assigned_names(engine, [lp]).values()


def test_a_line_that_has_changed_since_tells_nothing(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "changed.py"
    path.write_text(HEAD + "    h = T.tanh(x)\n    return T.exp(h)\n")
    made = load_module(path).model(engine)
    path.write_text(HEAD + "    g = T.tanh(x)\n    return T.exp(g)\n")

    assert "g" not in assigned_names(engine, [made]).values()


@pytest.mark.parametrize("name", ["mlp", "vae", "adam", "rnn", "deep"])
def test_what_people_write_is_called_what_they_call_it(name: str, engine: Engine) -> None:
    people = load_module(PEOPLE)
    with bound_in(str(PEOPLE)) as bound:
        model = people.MODELS[name](engine)

    found = check(engine, model, bound)

    assert len(found) >= 3


@models.each_model
def test_no_name_is_one_the_program_did_not_give(name: str, engine: Engine) -> None:
    with bound_in(models.__file__) as bound:
        model = models.GALLERY[name](engine)

    check(engine, model, bound)


def check(engine: Engine, model: Model, bound: set[tuple[str, Any]]) -> dict[Any, str]:
    """Compare each name with what the program's own variables held; return what was named."""
    tops = [*model.outputs.values(), *([] if model.cost is None else [model.cost])]
    found = assigned_names(engine, [*tops, *(new for _, new in model.update_pairs)])
    assert {(name, variable) for variable, name in found.items()} <= bound
    return found


@contextmanager
def bound_in(file: str) -> Iterator[set[tuple[str, Any]]]:
    """Collect every name that code of a file gives a value of a graph, or several, as it runs."""
    bound: set[tuple[str, Any]] = set()

    def look(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        for name, held in frame.f_locals.items():
            values = held if isinstance(held, tuple) else (held,)
            bound.update((name, v) for v in values if hasattr(v, "owner") and hasattr(v, "tag"))
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield bound
    finally:
        sys.settrace(before)


def test_a_name_is_the_same_at_each_stage_and_is_a_target(engine: Engine) -> None:
    model = load_module(PEOPLE).mlp(engine)
    for stage in ("symbolic", "gradient", "updates"):
        graph = view(engine, model, stage).graph()
        assert [graph.owner(v.id).op.kind for v in graph.variables if v.name == "h"] == ["tanh"]

    graph = view(engine, model, "symbolic", "h").graph()
    assert graph.owner(graph.outputs[0].variable).op.kind == "tanh"


GIVEN = {
    "one": ("w = theano.shared(1.0)\nreturn x * w", ["w"]),
    "two": ("w, b = theano.shared(1.0), theano.shared(2.0)\nreturn x * w + b", ["b", "w"]),
    "a taken name": ("x.name = 'w'\nw = theano.shared(1.0)\nreturn x * w", ["w1"]),
    "a loop": (
        "h = x\nfor i in range(2):\n    w = theano.shared(1.0)\n    h = h * w\nreturn h",
        ["w1", "w2"],
    ),
    "a function": (
        "def made():\n    return theano.shared(1.0)\nw = made()\nv = made()\nreturn x * w + v",
        ["v", "w"],
    ),
    "inside of a value": ("h = x * theano.shared(1.0)\nreturn h", ["x1"]),
    "several of a lambda": (
        "made = lambda: theano.shared(1.0)\nw, v = made(), made()\nreturn x * w + v",
        ["v", "w"],
    ),
    "several of a helper": (
        "def made():\n    return theano.shared(1.0)\nw, v = made(), made()\nreturn x * w + v",
        ["v", "w"],
    ),
    "one of a lambda": ("made = lambda: theano.shared(1.0)\nw = made()\nreturn x * w", ["w"]),
}


@pytest.mark.parametrize("program", GIVEN)
def test_what_is_given_without_a_name_is_called_so_too(
    program: str, engine: Engine, tmp_path: Path
) -> None:
    body, names = GIVEN[program]
    model = model_of(engine, body, tmp_path)

    view(engine, model, "symbolic")

    given = [v for node in toposort(model.results) for v in node.inputs]
    assert sorted({str(name_of(v)) for v in given if engine.role_of(v) == "shared"}) == names


def test_several_results_of_a_loop_are_called_as_its_function_calls_them(
    engine: Engine, tmp_path: Path
) -> None:
    # PyTensor shares what is alike inside of loops for as long as another is there, and a product
    # alone may be of a loop that an engine made while it compiled, without lines.
    lines = (
        "def step(row, before):\n    state = T.cosh(row) * before\n    out = state.sum()\n"
        "    return [out, state]\n"
        "options = {} if engine.name == 'theano' else {'return_updates': False}\n"
        "made = theano.scan(step, x, [None, T.ones_like(x[0])], **options)\n"
        "outs, states = made[0] if engine.name == 'theano' else made\n"
        "return outs.sum() + states.sum()"
    )

    graph, scan = loop_of(engine, lines, tmp_path)

    assert {graph.variable[v].name for v in scan.outputs} == {"out", "state_all"}
    step = step_of(graph, scan, intermediate_names(graph))
    assert step is not None
    assert sorted(step.outputs) == ["out[t]", "state[t]"]


UNPACKED = {
    "in its statement": "{results} = {loop}",
    "below": "kept{_} = {loop}\nouts, states, sums = kept",
    "below, one by one": "kept{_} = {loop}\nsums = kept[2]\nouts = kept[0]\nstates = kept[1]",
}


@pytest.mark.parametrize("way", UNPACKED)
def test_several_results_of_a_loop_have_the_names_of_its_statement(
    way: str, engine: Engine, tmp_path: Path
) -> None:
    """The engine has those that begin with something first."""
    is_pair = engine.name == "theano"
    options = "" if is_pair else ", return_updates=False"
    loop = f"theano.scan(step, x, [None, T.ones_like(x[0]), T.zeros(())]{options})"
    results = "[outs, states, sums], _" if is_pair else "outs, states, sums"
    statements = UNPACKED[way].format(results=results, _=", _" if is_pair else "", loop=loop)
    lines = (
        "def step(row, before, whole):\n    made = row * before\n"
        "    return made.sum(), made, whole + made.sum()\n"
        f"{statements}\nreturn outs.sum() + states[-1].sum() + sums[-1]"
    )

    graph, scan = loop_of(engine, lines, tmp_path)

    step = step_of(graph, scan, intermediate_names(graph))
    assert step is not None
    assert step.outputs == ("states[t]", "sums[t]", "outs[t]")


@pytest.mark.parametrize("draws", [1, 2])
def test_the_state_of_a_generator_is_called_that(draws: int, engine: Engine) -> None:
    model = Model({f"u{n}": drawn(engine) for n in range(draws)})

    graph = view(engine, model, "symbolic").graph()

    states = [v for v in graph.variables if v.role == "shared"]
    names = ["rng"] if draws == 1 else ["rng1", "rng2"]
    assert [v.name for v in states] == names
    assert {variable_words(graph, v) for v in states} == {"random state"}


@pytest.mark.theano
def test_the_state_that_a_loop_draws_with_is_not_called_as_the_numbers(
    engine: Engine, tmp_path: Path
) -> None:
    lines = (
        "from theano.sandbox.rng_mrg import MRG_RandomStreams\n"
        "streams = MRG_RandomStreams(1)\n"
        "def step(v):\n    v = streams.binomial(size=v.shape, p=v, dtype='float64')\n    return v\n"
        "chain, new = theano.scan(step, None, [x[0]], n_steps=3)\n"
        "import xorexplain\n"
        "return xorexplain.Model({'last': chain[-1]}, updates=list(new.items()))"
    )
    model = model_of(engine, lines, tmp_path)

    graph = view(engine, model, "updates").graph()

    assert [graph.variable[o.updates].name for o in graph.outputs if o.updates] == ["rng"]


@pytest.mark.theano
def test_a_state_that_is_an_array_is_told_by_what_draws_with_it(engine: Engine) -> None:
    mrg_uniform = import_module("theano.sandbox.rng_mrg").mrg_uniform
    state = engine.module.shared(numpy.ones((2, 6), "int32"))
    new, sample = mrg_uniform.new(state, 1, "float64", (2,))

    graph = view(engine, Model({"new": new, "sample": sample}), "symbolic").graph()

    (shared,) = (v for v in graph.variables if v.role == "shared")
    assert (shared.name, variable_words(graph, shared)) == ("rng", "random state")


def drawn(engine: Engine) -> Any:
    """Return numbers that are drawn, with a generator that has no name."""
    if engine.name == "theano":
        streams = import_module("theano.tensor.shared_randomstreams")
        return streams.RandomStreams(1).uniform((3,))
    rng = engine.module.shared(numpy.random.default_rng(1))
    return engine.tensor.random.uniform(size=(3,), rng=rng, return_next_rng=True)[1]


def model_of(engine: Engine, body: str, folder: Path) -> Model:
    """Return the model that the lines of a function give."""
    (folder / "program.py").write_text(HEAD + indent(body, "    "), encoding="utf-8")
    return as_model(load_module(folder / "program.py").model(engine))[1]


def loop_of(engine: Engine, body: str, folder: Path) -> tuple[Graph, Apply]:
    """Return the graph of a program of which a function has these lines, and its loop."""
    program = "from xorexplain.engines import choose\nengine = choose()\n"
    lines = HEAD.replace("model(engine)", "model()") + indent(body, "    ")
    (folder / "program.py").write_text(program + lines, encoding="utf-8")
    _, model = load_model(f"{folder / 'program.py'}:model")
    graph = view(engine, model, "symbolic").graph()
    (scan,) = (apply for apply in graph.applies if apply.op.kind == "scan")
    return graph, scan


def test_what_a_round_computes_is_called_as_its_function_calls_it(
    engine: Engine, tmp_path: Path
) -> None:
    lines = (
        "def step(row, before):\n    gate = T.tanh(row)\n    return gate * before + gate\n"
        "options = {} if engine.name == 'theano' else {'return_updates': False}\n"
        "made = theano.scan(step, x, T.ones_like(x[0]), **options)\n"
        "return made[0] if engine.name == 'theano' else made"
    )
    graph, scan = loop_of(engine, lines, tmp_path)
    step = step_of(graph, scan, intermediate_names(graph))

    assert step is not None
    assert list(step.within.values()) == ["gate[t]"]


@pytest.mark.pytensor
def test_a_generator_that_is_read_inside_of_an_op_is_called_one(engine: Engine) -> None:
    """PyMC draws the rows of a mini-batch in a graph of its own."""
    state = engine.module.shared(numpy.random.default_rng(1))
    generator = state.type("inside")
    draw = engine.tensor.random.uniform(size=(3,), rng=generator, return_next_rng=True)
    library = import_module("pytensor.compile.builders")
    _, drawn = library.OpFromGraph([generator], list(draw))(state)

    as_model({"drawn": drawn})

    assert name_of(state) == "rng"
