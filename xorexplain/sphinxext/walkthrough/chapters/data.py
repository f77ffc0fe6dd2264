"""Tell what a model is given, in which shapes, and how the shapes fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xorexplain.engines.shared.common import toposort
from xorexplain.graph.ops import has, kind_words
from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.names import fixed_variables
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.pictures.labels import variable_name
from xorexplain.render.writers.marks import (
    bullets,
    code,
    count,
    directive,
    escape,
    formulas,
    heading,
    is_short,
    listed,
    math,
    name,
    paragraphs,
    table,
)
from xorexplain.sphinxext.walkthrough.compared import is_compared
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.values import Array, array_of, matrix, number_tex, summary

MAX_SHOWN = 12
MAX_FLOW = 40
MAX_TERMS = 4
"""So many products are written out of a sum."""
PARAMETER, TARGET, DATA, INPUT = "parameter", "target", "data", "input"
OF_COST = "of the cost"
_MEANING = {
    PARAMETER: "learned: a shared variable that training changes",
    TARGET: "what the output should become: only the cost reads it",
    OF_COST: "given to the cost alone, which compares no output with it",
    DATA: "a shared variable with a value of its own, which training leaves alone",
    INPUT: "an input: whoever calls the function passes its value",
}


def page(material: Material) -> Page:
    """Write the page on what the model is given."""
    graph = material.forward
    assert graph is not None
    given = givens(graph)
    roles = {v.id: role_of(material, v) for v in given}
    return Page(
        "data",
        "The data and its shapes",
        f"{count(len(given), 'given value')}, and the shapes of everything made from them.",
        paragraphs(
            _opening(material, given, roles),
            ".. index:: ! NumPy array",
            heading("What is given", 1),
            table(
                ["Name", "Shape", "Type", "What it is"],
                (
                    [
                        code(variable_name(v)),
                        shape_words(v),
                        escape(v.dtype or v.type),
                        _MEANING[roles[v.id]],
                    ]
                    for v in given[:MAX_SHOWN]
                ),
                "15 15 15 55",
            ),
            _more(len(given)),
            _kinds(roles),
            *_values(material, given),
            *_flow(material, graph),
        ),
    )


def givens(graph: Graph) -> list[Variable]:
    """Return what a graph is given, without constants, in the graph's order."""
    return [
        v for v in graph.variables if v.owner is None and v.role in ("input", "shared", "output")
    ]


def role_of(material: Material, variable: Variable) -> str:
    """Say what a given value is to the model; a target is what the cost compares an output with."""
    graph, network = material.forward, material.network
    assert graph is not None
    if variable.id in graph.parameters:
        return PARAMETER
    if network is not None and variable.id not in network.variable:
        return TARGET if is_compared(graph, network, variable.id) else OF_COST
    return DATA if variable.role == "shared" else INPUT


def shape_words(variable: Variable) -> str:
    """Write a shape in words and numbers: `4 × 2`, `a number`, with `?` for an open length."""
    if variable.shape is None:
        return "no array"
    if not variable.shape:
        return "a number"
    return " × ".join("?" if n is None else str(n) for n in variable.shape)


def _opening(material: Material, given: list[Variable], roles: dict[str, str]) -> str:
    by_role = {
        role: [code(variable_name(v)) for v in given if roles[v.id] == role] for role in _MEANING
    }
    learned = by_role[PARAMETER]
    others = [entry for role in (DATA, INPUT, TARGET, OF_COST) for entry in by_role[role]]
    said = []
    if learned:
        said.append(
            f"training may change {_some(learned)} and nothing else"
            + (
                f"; {_some(others)} stay{'s' if len(others) == 1 else ''} as given"
                if others
                else ""
            )
        )
    first = "Before any formula, look at two things: who may change a value, and how shapes fit."
    return paragraphs(
        first + (f" Here {'; '.join(said)}." if said else ""),
        "Nothing on these pages starts as a number. A line such as ``T.dot(X, W)`` computes "
        "nothing: it returns a *variable*, whose *apply node* remembers the op and what goes in. "
        "Values enter in two ways. A *shared variable* is an array that lives inside "
        f"{material.engine.title}, so that a function can read it without being passed it, and "
        "replace it. An *input* has no value until somebody calls the function.",
    )


def _some(entries: list[str], most: int = 6) -> str:
    if len(entries) <= most:
        return listed(entries)
    return listed([*entries[: most - 1], f"{len(entries) - most + 1} more"])


def _more(number: int) -> str:
    return f"and {number - MAX_SHOWN} more." if number > MAX_SHOWN else ""


def _kinds(roles: dict[str, str]) -> str:
    if TARGET not in roles.values():
        return ""
    return (
        "A target is told from data by looking at the graph: no path leads from it to the output, "
        "and the cost compares it with what the network computes."
    )


def _values(material: Material, given: list[Variable]) -> Iterator[str]:
    """Show the values: small arrays in full, large ones by their range."""
    engine, model = material.engine, material.model
    owned = {v.name: v for v in engine_variables(material) if v.name}
    lines, told, lacking = [], [], []
    for variable in given[:MAX_SHOWN]:
        value: Array | None = None
        if variable.name in owned:
            value = array_of(engine, owned[variable.name], model.data)
        if value is None:
            lacking.append(code(variable_name(variable)))
            continue
        written = matrix(value)
        if written is None:
            told.append(f"{code(variable_name(variable))}: {summary(value)}")
        else:
            lines.append((symbol_latex(variable_name(variable)), f"= {written}"))
    if lines or told:
        yield heading("Their values before training", 1)
        yield formulas(lines)
        yield bullets(told) if told else ""
        if material.is_xor:
            yield (
                "Each row of :math:`X` is one case and the same row of :math:`y` its answer: 1 "
                "where exactly one of the two inputs is 1. No straight line separates the ones "
                "from the zeros, so there is a layer in between. The weights start as random "
                "numbers; with equal ones all neurons would learn the same.\n\n"
                "``X`` and ``y`` are shared although nothing changes them: so ``train()`` needs no "
                "arguments, and 60000 calls hand nothing over: the list of inputs of "
                "``theano.function([], cost, updates=updates)`` is empty. As inputs, made with "
                "``T.dmatrix``, both would stand in it, ``theano.function([X, y], cost, "
                "updates=updates)``, and be passed with every call, ``train(cases, answers)``; "
                "``test`` is ``theano.function([X], output)`` then, which reads no ``y``. "
                "That is for data which change. The graph stays as it is, node for node, before "
                "and after rewriting; a length that a call alone knows is a letter in it, "
                "*n* × 2.\n\n"
                "And plain NumPy arrays? One that stands in an expression becomes a *constant* of "
                "the graph. As such X and y would do, for good: what depends on them alone, as "
                ":math:`X^{\\top}`, is computed once, when the function is compiled. The weights "
                "would not do: ``T.grad`` and updates take variables, and refuse an array. They "
                "could be inputs, though not of a function with updates, which replace shared "
                "variables alone: the new weights are returned instead of kept, each of the 60000 "
                "calls hands them over and takes them back, and nothing is written over them."
            )
    if lacking:
        yield (
            f"There is no value for {listed(lacking)}. Where these pages need numbers, they are "
            "left out; ``Model(..., data={...})`` gives samples."
        )


def engine_variables(material: Material) -> list[Any]:
    """Return the engine's own variables of a model."""
    model = material.model
    tops = [*model.outputs.values(), *([model.cost] if model.cost is not None else [])]
    read = [v for node in toposort(tops) for v in node.inputs]
    return list(dict.fromkeys([*read, *tops, *model.parameters, *model.inputs]))


def _flow(material: Material, graph: Graph) -> Iterator[str]:
    """Tell the shape of every intermediate, and explain those of matrix products."""
    applies = material.told_applies(graph)
    if not applies:
        return
    yield heading("The shapes on the way", 1)
    yield (
        "Results that have no name of their own get one here, and keep it on the pages of this "
        "walk-through: :math:`z` for a matrix product (with or without a bias), :math:`a` for an "
        "activation, :math:`d` for a difference, :math:`q` for a power, :math:`m` for a product, "
        ":math:`s` for a sum or another reduction; a function gives its own name "
        "(:math:`\\mathrm{log}_{1}`)."
    )
    fixed = fixed_variables(graph)
    rows = []
    for apply in applies[:MAX_FLOW]:
        symbol, value = material.equation(graph, apply.outputs[0])
        written = math(value) if is_short(value) else escape(kind_words(apply.op.kind))
        rows.append([name(symbol), written, shape_words(graph.variable[apply.outputs[0]])])
    yield table(["Name", "Computed as", "Shape"], rows, "20 55 25")
    if len(applies) > MAX_FLOW:
        yield f"and {len(applies) - MAX_FLOW} more."
    products = [a for a in applies if has(a.op.kind, "matrix product")]
    if products:
        yield _product(material, graph, products[0].inputs, products[0].outputs[0])
    if any(v.shape and None in v.shape for v in graph.variables if v.id not in fixed):
        yield "A ``?`` is a length that is known only when the function is called."


def _product(material: Material, graph: Graph, inputs: tuple[str, ...], output: str) -> str:
    """Tell what a matrix product sums over, by its indices and one of its numbers."""
    shapes = [shape_words(graph.variable[v]) for v in (*inputs, output)]
    symbol, value = material.equation(graph, output)
    if any(part in ("a number", "no array") for part in shapes[:2]) or not is_short(value):
        return ""
    told = (
        f"Take {name(symbol)} :math:`=` {math(value)} as an example: a {shapes[0]} array times a "
        f"{shapes[1]} one. The inner lengths must be the same, for they are summed over; "
        f"the outer ones remain, so the result is {shapes[2]}."
    )
    if [len(graph.variable[v].shape or ()) for v in (*inputs, output)] != [2, 2, 2]:
        return told
    names = [material.names.get(v) or variable_name(graph.variable[v]) for v in inputs]
    first, second = (symbol_latex(one) for one in names)
    by_index = (
        rf"{{{symbol_latex(symbol)}}}_{{nj}} = \sum_{{i}} {{{first}}}_{{ni}} \, {{{second}}}_{{ij}}"
    )
    return paragraphs(
        told,
        f"{material.topic('product', 'By indices')}, with :math:`n` for a row, :math:`j` for a "
        "column and :math:`i` for what is summed over:",
        directive("math", body=by_index),
        _element(material, inputs),
    )


def _element(material: Material, inputs: tuple[str, ...]) -> str:
    """Compute the first element of a product, where both factors have values."""
    graph, derivation, followed = material.forward, material.derivation, material.followed
    if graph is None or derivation is None or followed is None or followed.drawn:
        return ""
    named = ((derivation.graph.variable[v].name, x) for v, x in followed.values.items())
    known = {name: x for name, x in named if name is not None}
    first, second = (known.get(graph.variable[v].name or "") for v in inputs)
    if first is None or second is None or not 0 < len(second) <= MAX_TERMS:
        return ""
    row, column = first[0], second[:, 0]
    terms = [rf"{_signed(a)} \cdot {_signed(b)}" for a, b in zip(row, column, strict=True)]
    return f"The first of them is :math:`{' + '.join(terms)} = {number_tex(row @ column)}`."


def _signed(number: Any) -> str:
    written = number_tex(number)
    return f"({written})" if written.startswith("-") else written


def number_words(value: float) -> str:
    """Write a number as mathematics."""
    return f":math:`{number_tex(value)}`"
