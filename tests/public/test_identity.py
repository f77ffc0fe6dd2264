"""Two apply nodes that compute different things on the same inputs never read the same.

Two oracles: families of computations that differ in one property of an op, and the engines' own
classes, each property of which is varied.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import models
import numpy
import op_families
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.kinds import kind_of
from xorexplain.engines.shared.properties import properties
from xorexplain.graph.json import to_json
from xorexplain.graph.records import Graph, Origin
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.stages import view
from xorexplain.notation.build import express
from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.latex import latex
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.labels import op_heading
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.tree import tree

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
FAMILIES = {**op_families.BOTH, **op_families.THEANO, **op_families.PYTENSOR}
each_family = pytest.mark.parametrize(
    "name",
    [
        *op_families.BOTH,
        *(pytest.param(name, marks=pytest.mark.theano) for name in op_families.THEANO),
        *(pytest.param(name, marks=pytest.mark.pytensor) for name in op_families.PYTENSOR),
    ],
)
VALUES = {"x": numpy.array([[2.0, 0.5, 0.25], [0.5, 3.0, 0.125], [0.25, 0.125, 4.0]])}
Read = Callable[[Graph], str]
# A picture or text of a graph on its own.
READINGS: Mapping[str, Read] = {
    "text": lambda graph: tree(graph, Look()),
    "raw text": lambda graph: tree(graph, Look(raw=True)),
    "DOT": lambda graph: dot(graph, Look()),
    "Mermaid": lambda graph: mermaid(graph, Look()),
    "JSON": to_json,
}


@cache
def family(engine: Engine, name: str) -> Mapping[str, Any]:
    x = engine.tensor.dmatrix("x")
    return FAMILIES[name](engine, x)


def captured(engine: Engine, *outputs: Any) -> Graph:
    labels = [f"y{position}" for position in range(len(outputs))]
    origin = Origin(engine.name, engine.version)
    return capture(engine, outputs_source(outputs, labels), origin)


def alike(written: Mapping[str, object]) -> list[list[str]]:
    """Return the names of what reads the same."""
    names: dict[object, list[str]] = {}
    for name, reading in written.items():
        names.setdefault(reading, []).append(name)
    return [found for found in names.values() if len(found) > 1]


@pytest.mark.parametrize("reading", READINGS)
@each_family
def test_no_two_graphs_read_the_same(engine: Engine, name: str, reading: str) -> None:
    written = {
        member: READINGS[reading](captured(engine, variable))
        for member, variable in family(engine, name).items()
    }

    assert alike(written) == []


@each_family
def test_no_two_nodes_of_a_graph_read_the_same(engine: Engine, name: str) -> None:
    variables = list(family(engine, name).values())
    graph = captured(engine, *variables)

    told_apart(graph, toposort(variables))


def told_apart(graph: Graph, nodes: list[Any]) -> None:
    """Check that nodes that read the same, on the same inputs, hold equal ops of the engine."""
    headings: dict[object, Any] = {}
    records: dict[object, Any] = {}
    for apply, node in zip(graph.applies, nodes, strict=True):
        place = apply.inputs, apply.inner, apply.destroy_map
        types = tuple(v.type for v in node.outputs)
        assert apply.op.param("unreadable") is None
        heading, record = op_heading(graph, apply), (apply.op.kind, apply.op.params)
        for found, key in ((headings, heading), (records, record)):
            other = found.setdefault((key, place, types), node)
            assert other.op == node.op, key


@models.each_model
def test_nodes_of_the_gallery_that_read_the_same_are_the_same(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        shown = view(engine, models.model(engine, name), stage)
        source = shown.source
        nodes = source.applies if source.applies is not None else toposort(source.outputs)
        told_apart(shown.graph(), list(nodes))


@pytest.mark.parametrize("write", [text, latex])
@each_family
def test_no_two_formulas_are_the_same(engine: Engine, name: str, write: Any) -> None:
    members = family(engine, name)
    graph = captured(engine, *members.values())
    names = {v.id: v.name for v in graph.variables if v.name and v.owner is None}
    written = {
        member: write(express(graph, output.variable, names))
        for member, output in zip(members, graph.outputs, strict=True)
    }

    assert alike(written) == []


def leaves(engine: Engine, variable: Any) -> list[Any]:
    below = [v for node in toposort([variable]) for v in node.inputs]
    found = [v for v in [variable, *below] if v.owner is None]
    return list(dict.fromkeys(v for v in found if engine.role_of(v) != "constant"))


@each_family
def test_a_formula_that_can_be_computed_gives_what_the_engine_gives(
    engine: Engine, name: str
) -> None:
    for member, variable in family(engine, name).items():
        graph = captured(engine, variable)
        given = leaves(engine, variable)
        if not {v.name for v in given} <= set(VALUES):
            continue
        names = {v.id: v.name for v in graph.variables if v.name and v.owner is None}
        try:
            found = evaluate(express(graph, graph.outputs[0].variable, names), VALUES)
        except NotComputableError:
            continue
        (expected,) = engine.evaluator([variable], given)(*(VALUES[v.name] for v in given))
        numpy.testing.assert_allclose(
            found, expected, rtol=1e-6, atol=1e-12, err_msg=f"{name}: {member}"
        )


# Properties that say how memory and processors are used, of which kind of gradient an op has, or
# what a node's inputs, outputs and inner graph show as well.
WITHOUT_MEANING = frozenset(
    {
        "inplace",
        "inplace_pattern",
        "destructive",
        "destroyhandler_tolerate_aliased",
        "view",
        "as_view",
        "imshp",
        "kshp",
        "convdim",
        "input_ndim",
        "input_broadcastable",
        "len_splits",
        "n_outs",
        "n_inputs",
        "b_ndim",
        "upcast_discrete_output",
        "idx",
        "true_branch",
        "false_branch",
        "input_types",
        "output_types",
        "output_type",
        "fgraph",
    }
)
# Pairs of values a property really takes, where any two texts would not do.
VALUES_OF: Mapping[str, tuple[Any, Any]] = {
    "axis": (0, 1),
    "axes": ((0,), (1,)),
    "i": (0, 1),
    "new_order": ((0, 1), (1, 0)),
    "idx_list": ((0,), (slice(0, None, None),)),
    "set_instead_of_inc": (False, True),
    "dtype": ("int32", "complex64"),
    "acc_dtype": ("int32", "complex64"),
}


_SKIPPED = (".tests", ".gpuarray", ".link", ".d3viz", ".bin", ".misc", ".sandbox", ".ipython")


def _modules(package: Any) -> Iterator[str]:
    """Yield the engine's modules; what is skipped is not imported, since it registers rewrites."""
    waiting = [package]
    while waiting:
        parent = waiting.pop()
        for module in pkgutil.iter_modules(parent.__path__, f"{parent.__name__}."):
            if any(part in module.name for part in _SKIPPED) or "_numba" in module.name:
                continue
            yield module.name
            if module.ispkg:
                with contextlib.suppress(ImportError):
                    waiting.append(importlib.import_module(module.name))


def _imported(name: str) -> None:
    """Import a module, and leave its parent's function of the same name, if any, where it was."""
    parent, _, leaf = name.rpartition(".")
    before = getattr(importlib.import_module(parent), leaf, None)
    importlib.import_module(name)
    if before is not None and not inspect.ismodule(before):
        setattr(importlib.import_module(parent), leaf, before)


@cache
def op_classes(engine: Engine) -> tuple[Any, ...]:
    """Return every class of op the engine defines."""
    package = engine.module
    for name in _modules(package):
        with contextlib.suppress(ImportError):
            _imported(name)
    base = {"theano": "theano.gof.op", "pytensor": "pytensor.graph.op"}[engine.name]
    waiting = [importlib.import_module(base).Op]
    found: dict[Any, None] = {}
    while waiting:
        for cls in waiting.pop().__subclasses__():
            if cls not in found:
                found[cls] = None
                waiting.append(cls)
    engines_own = (c for c in found if c.__module__.partition(".")[0] == package.__name__)
    return tuple(cls for cls in engines_own if not inspect.isabstract(cls))


def bare(engine: Engine, cls: Any, given: Mapping[str, Any]) -> Any:
    """Make an op of a class without running its constructor, with these properties."""
    op = cls.__new__(cls)
    scalar = importlib.import_module(f"{engine.module.__name__}.scalar").add
    usual = {"scalar_op": scalar, "core_op": scalar, "mode": "add", "drop": (), "outtype": None}
    for name, value in {**usual, **given}.items():
        with contextlib.suppress(AttributeError):
            setattr(op, name, value)
    return op


def test_every_property_of_every_op_is_seen(engine: Engine) -> None:
    missed = []
    seen = 0
    for cls in op_classes(engine):
        props = [p for p in getattr(cls, "__props__", None) or () if p not in WITHOUT_MEANING]
        for name in props:
            if name in ("scalar_op", "core_op", "signature", "outtype", "name", "mode"):
                continue
            read = []
            for value in VALUES_OF.get(name, ("one value", "another")):
                others = {p: VALUES_OF.get(p, ("x",))[0] for p in props if p != "mode"}
                op = bare(engine, cls, {**others, name: value})
                kind = kind_of(op)
                read.append((kind, properties(op, kind)))
            seen += 1
            if read[0] == read[1] and not name.startswith("overwrite_"):
                missed.append(f"{cls.__module__}.{cls.__name__}.{name}")

    assert missed == []
    assert seen > 60


def test_every_class_of_op_has_a_kind_of_its_own(engine: Engine) -> None:
    """Two classes share a name only where they compute the same, or cannot meet the same inputs."""
    classes: dict[str, set[str]] = {}
    for cls in op_classes(engine):
        if cls.__subclasses__() or is_of_many_kinds(cls) or "gpuarray" in cls.__module__:
            continue
        op = bare(engine, cls, {"new_order": (0,), "axis": 0, "name": None})
        if type(op) is not cls:
            continue
        classes.setdefault(kind_of(op), set()).add(cls.__name__)
    shared = {kind: names for kind, names in classes.items() if len(names) > 1}

    assert {kind: names for kind, names in shared.items() if names not in SAME} == {}


def is_of_many_kinds(cls: Any) -> bool:
    """Tell whether what an op computes depends on another op it holds."""
    bases = {base.__name__ for base in cls.__mro__}
    return bool(bases & {"CAReduce", "Elemwise", "Blockwise", "OpFromGraph", "DimShuffle"})


SAME = (
    {"Gemv", "CGemv"},
    {"Ger", "CGer", "ScipyGer"},
    {"CGer", "ScipyGer"},
    {"IfElse", "LazyIfElse"},
)
