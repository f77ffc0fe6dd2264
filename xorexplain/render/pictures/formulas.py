"""Write what a node computes as a formula of the values outside, and the constants of a box."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.ops import PRECEDENCE, has, is_kernel, row
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.inner import ALL, argument_name, askable, fed_inside
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.state import is_followed
from xorexplain.notation.build import adds_leading_axes, express, inlined
from xorexplain.notation.expr import SYMBOL, Expr, postorder, symbol, with_args
from xorexplain.notation.formula import Term, constant, infix, negated
from xorexplain.notation.lets import bind, merged
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import TEXT
from xorexplain.render.limits import FORMULA_LINES, FORMULA_NODES, FORMULA_WIDTH
from xorexplain.render.look import OPENED
from xorexplain.render.pictures.labels import folded_value, op_words, value_text, wrapped

_SPACE = "ˍ"
"""Stands for a space in a name while a formula is written, so that the name is one word."""
Equation = tuple[str, str]
"""What is computed, or nothing where it has no name, and the expression for it."""


@dataclass(frozen=True)
class Formula:
    """Hold what an op computes: shared parts first, then a line for each output that has a name.

    `reads` are the variables outside that occur in it.
    """

    equations: tuple[Equation, ...]
    reads: frozenset[str] = frozenset()

    def lines(self, is_named: bool = True) -> list[str]:
        """Write it on lines, of which the last says so where some are left out.

        Without `is_named`, a value that nothing refers to has no name.
        """
        texts = [f"{name} = {text}" if name else text for name, text in self.equations]
        if not is_named:
            texts[-1] = self.equations[-1][1]
        wide = [line for text in texts for line in wrapped(text, width=FORMULA_WIDTH)]
        lines = [line.replace(_SPACE, " ") for line in wide]
        return lines if len(lines) <= FORMULA_LINES else [*lines[: FORMULA_LINES - 1], "…"]


def is_told(graph: Graph, apply: Apply) -> bool:
    """Tell whether a formula says all of what an op with an inner graph, or one of BLAS, does."""
    if is_kernel(apply.op.kind, len(apply.inputs)):
        return True
    if apply.inner is None or not is_followed(apply, graph.inner[apply.inner]):
        return False
    inner = graph.inner[apply.inner]
    if len(apply.inner_inputs) != len(inner.inputs):
        return False
    return has(apply.op.kind, "fused") or (
        apply.op.kind == "op_from_graph"
        and 0 < len(inner.applies) <= FORMULA_NODES
        and all(_is_plain(inside) for inside in inner.applies)
    )


def _is_plain(apply: Apply) -> bool:
    family = row(apply.op.kind).family if apply.op.kind != "composite" else "elementwise"
    return family not in ("random", "control", "other")


def formula(
    graph: Graph, apply: Apply, names: Mapping[str, str], called: Mapping[str, str]
) -> Formula | None:
    """Write what an op computes, in the names of its inputs; None where none tells all of it.

    `called` names those of its outputs that are to have a line.
    """
    if not is_told(graph, apply):
        return None
    if is_kernel(apply.op.kind, len(apply.inputs)):
        terms = [_input_term(graph, v, names) for v in apply.inputs]
        text = _kernel(apply.op.kind, terms).text
        found = {v for v in apply.inputs if not graph.variable[v].folded}
        return Formula(((called.get(apply.outputs[0], ""), text),), frozenset(found))
    known = {v: names[v].replace(" ", _SPACE) for v in apply.inputs if v in names}
    args = [symbol(known[v]) if v in known else express(graph, v, known) for v in apply.inputs]
    outputs = [v for v in apply.outputs if v in called] or list(apply.outputs[:1])
    made = [simplify(_without_axes(inlined(graph, apply, v, args))) for v in outputs]
    wanted = [called.get(v, "").replace(" ", _SPACE) for v in outputs]
    equations = _equations(made, wanted, {*known.values(), *wanted})
    texts = TEXT.write(value for _, value in equations)
    occurring = {part.text for part in postorder(v for _, v in equations) if part.kind == SYMBOL}
    return Formula(
        tuple((name, term.text) for (name, _), term in zip(equations, texts, strict=True)),
        frozenset(v for v, name in known.items() if name in occurring),
    )


def _equations(
    results: Sequence[Expr], names: Sequence[str], taken: Collection[str]
) -> list[tuple[str, Expr]]:
    """Write results and parts that they share, what is used first; a result is a part of others.

    One without a name comes last.
    """
    same = merged(results)
    roots = [same[id(result)] for result in results]
    named = {id(root): name for root, name in zip(roots[::-1], names[::-1], strict=True)}
    named = {id_: name for id_, name in named.items() if name}
    done: dict[int, Expr] = {}
    for current in postorder(roots):
        args = [
            symbol(named[id(a)]) if id(a) in named and a.args else done[id(a)] for a in current.args
        ]
        done[id(current)] = with_args(current, tuple(args))
    bodies = [
        done[id(root)] if named.get(id(root), name) == name else symbol(named[id(root)])
        for root, name in zip(roots, names, strict=True)
    ]
    lets, written = bind(bodies, taken, longest=FORMULA_WIDTH)
    found = [*lets, *zip(names, written, strict=True)]
    return _in_order_of_use(found)


def _in_order_of_use(equations: Sequence[tuple[str, Expr]]) -> list[tuple[str, Expr]]:
    """Put each equation behind those whose names it uses."""
    waiting, ordered = list(equations), []
    while waiting:
        names = {name for name, _ in waiting if name}
        ready = [e for e in waiting if not names & _symbols(e[1]) - {e[0]}] or waiting[:1]
        first = next((e for e in ready if e[0]), ready[0])
        waiting.remove(first)
        ordered.append(first)
    return ordered


def _symbols(value: Expr) -> set[str]:
    return {part.text for part in postorder([value]) if part.kind == SYMBOL}


def _without_axes(root: Expr) -> Expr:
    """Leave out axes of length 1 put in front of what an elementwise op reads: NumPy adds them."""
    made: dict[int, Expr] = {}
    for current in postorder([root]):
        args = [made[id(argument)] for argument in current.args]
        if row(current.kind).family == "elementwise":
            args = [_bare(argument) for argument in args]
        made[id(current)] = with_args(current, tuple(args))
    return made[id(root)]


def _bare(value: Expr) -> Expr:
    is_bare = value.kind == "expand_dims" and adds_leading_axes(value.params)
    return value.args[0] if is_bare else value


def constants_given(graph: Graph, apply: Apply) -> list[str]:
    """Write the folded constants that an op with an inner graph is given: `i1 = 0`."""
    if apply.inner is None or is_told(graph, apply):
        return []
    return [
        line
        for position, id_ in enumerate(apply.inputs)
        if graph.variable[id_].folded
        for line in wrapped(
            f"{argument_name(graph, apply, position)} = {folded_value(graph, apply, id_)}"
        )
    ]


def values_inside(graph: Graph, apply: Apply) -> dict[str, str]:
    """Return the values of those inputs of an inner graph that are folded constants outside."""
    return {
        inside: folded_value(graph, apply, id_)
        for position, id_ in enumerate(apply.inputs)
        if graph.variable[id_].folded
        for inside in fed_inside(graph, apply, position)
    }


def hidden_lines(graph: Graph, apply: Apply, is_opened: bool) -> list[str]:
    """Say how many apply nodes an op carries that are not drawn, where nothing tells of them.

    The name of an op such as softmax tells what is inside. One that was to be opened is too large.
    """
    if apply.inner is None:
        return []
    count = len(graph.inner[apply.inner].applies)
    if is_opened:
        return [f"{count} apply nodes inside, not drawn;", "their text: --format txt"]
    if is_told(graph, apply) or not has(apply.op.kind, "own graph"):
        return []
    return [f"{count} apply node{'' if count == 1 else 's'} inside"]


def outer_names(graph: Graph) -> dict[str, str]:
    """Name the variables of a graph as formulas call them, a result by its label."""
    names = intermediate_names(graph)
    for output in graph.outputs:
        if output.label and not graph.variable[output.variable].name:
            names[output.variable] = output.label
    return names


def openable(graph: Graph) -> list[str]:
    """Return the words by which the ops of a graph that carry one can be asked for, each once."""
    found: list[str] = []
    waiting = [graph]
    while waiting:
        current = waiting.pop()
        names = outer_names(current)
        for apply in current.applies:
            if apply.inner is not None:
                found += askable(current, apply, names)
        waiting += current.inner
    return list(dict.fromkeys(found))


def check_opened(graph: Graph, asked: Collection[str]) -> None:
    """Raise XorexplainError for a word that no op with an inner graph is asked for by."""
    unsaid = sorted(set(asked) - {*OPENED, ALL})
    known = openable(graph) if unsaid else []
    for word in unsaid:
        if word not in known:
            raise XorexplainError(
                f"nothing to open is called {word!r}: {did_you_mean(word, known)}"
            )


def inside_words(apply: Apply) -> str:
    """Entitle the box around an op's inner graph."""
    return f"inside {op_words(apply)}"


def positions(apply: Apply) -> dict[str, str]:
    """Call the inputs of an op `i0`, `i1`, ..., as a picture does that shows every variable."""
    return {v: f"i{position}" for position, v in reversed(list(enumerate(apply.inputs)))}


def _input_term(graph: Graph, id_: str, names: Mapping[str, str]) -> Term:
    """Write a folded constant as its value, any other input by its name.

    The formula is of single elements, so a constant of one element is written without brackets.
    """
    variable = graph.variable[id_]
    is_one = (variable.value or "").startswith("[")
    value = (variable.filling if is_one else None) or value_text(variable)
    if variable.folded and value:
        return constant(value)
    return Term(names.get(id_, variable.name or id_).replace(" ", _SPACE))


def _kernel(kind: str, inputs: Sequence[Term]) -> Term:
    """Write what a BLAS kernel computes, from its Theano docstring."""
    if kind == "dot22_scalar":
        left, right, factor = inputs
        return _scaled(factor, infix("dot", [left, right]))
    if kind == "ger":
        start, factor, left, right = inputs
        return infix("add", [start, _scaled(factor, Term(f"{left.text} ⊗ {right.text}"))])
    start, factor, left, right, kept = inputs
    product = _scaled(factor, infix("dot", [left, right]))
    return product if kept.text == "0.0" else infix("add", [_scaled(kept, start), product])


def _scaled(factor: Term, value: Term) -> Term:
    """Multiply by a number, which needs no parentheses around a product."""
    if factor.text in ("1.0", "−1.0"):
        return value if factor.text == "1.0" else negated(value)
    opposite = None if factor.opposite is None else _scaled(factor.opposite, value)
    return Term(f"{factor.text} × {value.text}", PRECEDENCE["mul"], "mul", opposite)
