"""Tell what a kind of op does on an example: its formula, shapes, gradient and NumPy's code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xorexplain.gradients.rules import Local, Rule
from xorexplain.graph.ops.records import Kind
from xorexplain.graph.records import DELTA, Apply, Graph, Op, Origin, Output, Variable
from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import Form, known, unknown, written, written_shape
from xorexplain.graph.views.length_rules import shape_rule
from xorexplain.notation.build import express
from xorexplain.notation.code import code, sources
from xorexplain.notation.expr import symbol
from xorexplain.notation.simplify import simplify
from xorexplain.render.reports.document import Code, Equation, Field, Name, field
from xorexplain.render.reports.document import Equations as Written

_INPUTS = ("x", "y", "w", "u", "v")
_RESULT = "z"
_HELPERS = re.compile(rf"\b({'|'.join(sources())})\(")
"""Functions of our own, which code for a program carries along."""


def fields(kind: Kind, rule: Rule | None) -> Iterator[Field]:
    """Yield the formula, the shapes and the code of an example, and its gradient by a rule."""
    graph = example(kind)
    if graph is None:
        return
    axes, names = _axes(kind), {name: name for name in graph.variable}
    formula = express(graph, _RESULT, names, (_RESULT,))
    # Beside a comparison's own sign, `z =` would be taken for a part of it.
    left = () if "comparison" in kind.traits else (Name(_RESULT),)
    yield Field("formula", (Written((Equation(left, formula),)),))
    in_numpy = code(formula)
    if in_numpy is not None and not _HELPERS.search(in_numpy):
        yield field("NumPy", Code(in_numpy))
    lengths = _lengths(graph, axes)
    if lengths is not None:
        given = ", ".join(map(_shape, axes))
        result = _shape([written(form, {s: s for s in form.symbols}) for form in lengths if form])
        yield field("shapes", f"{given} → {result}")
    received = () if rule is None else tuple(_received(graph, rule, axes))
    if received:
        yield Field("gradient", (Written(received),))


def example(kind: Kind) -> Graph | None:
    """Return a graph of one apply node of a kind; None where none would tell anything."""
    given = _given(kind)
    if not given:
        return None
    inputs = [
        Variable(
            *(name, name, "", "input", "float64", (None,) * len(letters)),
            broadcastable=tuple(letter == "1" for letter in letters),
        )
        for name, letters in zip(_INPUTS, _axes(kind), strict=False)
    ]
    params = (part.partition("=") for part in given if "=" in part)
    op = Op(kind.name, kind.family, "", tuple((name, value) for name, _, value in params))
    ids = tuple(variable.id for variable in inputs)
    return Graph(
        Origin("", ""),
        (*inputs, Variable(_RESULT, _RESULT, "", "output", "float64", owner="n0")),
        (Apply("n0", op, ids, (_RESULT,)),),
        ids,
        (Output(_RESULT),),
    )


def _given(kind: Kind) -> tuple[str, ...]:
    """Return the example of a kind, or what its family usually reads."""
    if kind.example is not None:
        return kind.example
    if kind.family == "elementwise" and not {"fused", "graph"} & {*kind.traits}:
        return ("nm",) * (2 if kind.sign else kind.least)
    return ("nm", "axis=1") if "reduces" in kind.traits else ()


def _axes(kind: Kind) -> list[str]:
    return [part for part in _given(kind) if "=" not in part]


def _lengths(graph: Graph, axes: Sequence[str]) -> Sequence[Form | None] | None:
    """Return the lengths of the result, None where no rule tells them."""
    shapes = [tuple(known(1) if axis == "1" else unknown(axis) for axis in one) for one in axes]
    nothing = [None] * len(shapes)
    found = shape_rule(graph, graph.applies[0], shapes, nothing, Equations())
    lengths = found[0] if found else None
    return None if lengths is None or None in lengths else lengths


def _received(graph: Graph, rule: Rule, axes: Sequence[str]) -> Iterator[Equation]:
    """Write what each input receives, of the inputs, the result and its adjoint."""
    (apply,) = graph.applies
    x, result = [symbol(name) for name in apply.inputs], symbol(_RESULT)
    adjoint, ranks = symbol(DELTA + _RESULT), [len(one) for one in axes]
    made = rule.formula(Local(x, [result], [adjoint], apply, ranks)) if rule.formula else ()
    for name, received in zip(apply.inputs, made, strict=False):
        if received is not None:
            yield Equation((Name(DELTA + name),), simplify(received))


def _shape(axes: Sequence[str]) -> str:
    return written_shape(axes) if axes else "a number"
