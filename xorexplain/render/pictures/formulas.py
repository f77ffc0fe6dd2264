"""Write what a node computes as a formula of the values outside, and the constants of a box."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.ops import PRECEDENCE, has, is_kernel, row
from xorexplain.graph.ops.rounds import rounds_of
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.inner import ALL, STEPS, argument_name, askable, fed_inside
from xorexplain.graph.views.loops import Step, step_of
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.repeated import REPEAT
from xorexplain.graph.views.state import is_followed
from xorexplain.notation.build import express, inlined
from xorexplain.notation.expr import SYMBOL, postorder, symbol
from xorexplain.notation.formula import Term, constant, infix, negated
from xorexplain.notation.formula import formula as step_by_step
from xorexplain.notation.simplify import simplify
from xorexplain.render.limits import FORMULA_NODES, LOOP_NODES, PART_LINES
from xorexplain.render.look import OPENED
from xorexplain.render.pictures.equations import SPACE, Formula, equations, without_axes, written
from xorexplain.render.pictures.labels import (
    MAX_NAME,
    clip,
    folded_value,
    kind_words,
    op_heading,
    op_words,
    value_text,
    wrapped,
)

_UNNAMED, _GRADIENT_OF = "scan_fn", "grad_of_"
"""What the engines call a Scan that the user did not name, and the gradient of one."""


def is_told(graph: Graph, apply: Apply) -> bool:
    """Tell whether a formula says all of what an op with an inner graph, or one of BLAS, does."""
    if is_kernel(apply.op.kind, len(apply.inputs)):
        return True
    if apply.inner is None:
        return False
    inner = graph.inner[apply.inner]
    if len(apply.inner_inputs) != len(inner.inputs):
        return False
    if apply.op.kind == "scan":
        is_long = LOOP_NODES < len(inner.applies) <= FORMULA_NODES
        return is_long and all(map(_is_plain, inner.applies)) and rounds_of(apply.op) is not None
    if not is_followed(apply, inner):
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
        read = {v for v in apply.inputs if not graph.variable[v].folded}
        return Formula(((called.get(apply.outputs[0], ""), text),), frozenset(read))
    if apply.op.kind == "scan":
        step = step_of(graph, apply, names)
        return None if step is None else _of_step(graph, apply, step)
    known = {v: names[v].replace(" ", SPACE) for v in apply.inputs if v in names}
    args = [symbol(known[v]) if v in known else express(graph, v, known) for v in apply.inputs]
    outputs = [v for v in apply.outputs if v in called] or list(apply.outputs[:1])
    made = [simplify(without_axes(inlined(graph, apply, v, args))) for v in outputs]
    found = equations(made, [called.get(v, "") for v in outputs], known.values())
    occurring = {part.text for part in postorder(v for _, v in found) if part.kind == SYMBOL}
    return Formula(written(found), frozenset(v for v, name in known.items() if name in occurring))


def _of_step(graph: Graph, apply: Apply, step: Step) -> Formula:
    """Write what a Scan computes in each round."""
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    known = {v: name.replace(" ", SPACE) for v, name in step.inputs.items()}
    made = [express(inner, output.variable, known) for output in inner.outputs]
    made = [simplify(without_axes(value)) for value in made]
    return Formula(written(equations(made, step.outputs, known.values())), step.reads)


def named_by_part(graph: Graph, apply: Apply) -> list[str]:
    """Return what equal updates read whose names the formula of the first one uses."""
    if apply.op.kind != REPEAT or apply.inner is None:
        return []
    names = {graph.inner[apply.inner].variable[v].name for v in graph.inner[apply.inner].inputs}
    called = intermediate_names(graph) if names else {}
    return [v for v in apply.inputs if called.get(v) in names]


def part_lines(graph: Graph, apply: Apply) -> list[str]:
    """Write what the first of several equal parts computes, where all that it reads has a name."""
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    names = {v.id: v.name.replace(" ", SPACE) for v in inner.variables if v.name and not v.owner}
    if not all(v in names for v in inner.inputs) or not all(map(_is_plain, inner.applies)):
        return []
    ends = list(dict.fromkeys(output.variable for output in inner.outputs))
    ends = [v for v in ends if inner.variable[v].name] or ends[:1]
    called = [inner.variable[v].name or "" for v in ends]
    made = [simplify(without_axes(express(inner, v, names))) for v in ends]
    lines = Formula(written(equations(made, called, names.values()))).lines()
    return lines if len(lines) <= PART_LINES else []


def constants_given(graph: Graph, apply: Apply) -> list[str]:
    """Write the folded constants that an op with an inner graph is given: `7 rounds`, `i1 = 0`.

    Of a loop, how many values it keeps of a result is not told.
    """
    if apply.inner is None or is_told(graph, apply):
        return []
    texts = []
    for position, id_ in enumerate(apply.inputs):
        if not graph.variable[id_].folded:
            continue
        name, value = argument_name(graph, apply, position), folded_value(graph, apply, id_)
        if name == STEPS:
            texts.append(f"{value} round{'' if value == '1' else 's'}")
        elif apply.op.kind != "scan" or fed_inside(graph, apply, position):
            texts.append(f"{name} = {value}")
    return [line for text in texts for line in wrapped(text)]


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


def inside_words(apply: Apply, step: Step | None) -> str:
    """Entitle the box around an op's inner graph; `step` is that of a Scan."""
    if step is None:
        return f"inside {op_words(apply)}"
    counted = ", t from the last round to the first" if step.is_reversed else ""
    return f"inside {loop_words(apply)}{counted}"


def loop_words(apply: Apply) -> str:
    """Name a Scan whose rounds are told by the names in its step."""
    until = " until its condition holds" if apply.op.param("until") else ""
    name = apply.op.param("name") or ""
    of = " gradient" if name.startswith(_GRADIENT_OF) else ""
    own = name.removeprefix(_GRADIENT_OF)
    return clip(f"scan {own if own != _UNNAMED else ''}".strip() + of, MAX_NAME) + until


def heading_words(graph: Graph, apply: Apply, step: Step | None, raw: bool) -> str:
    """Name the op of a node: what repeats, the beginning of an error's message, a Scan, any other.

    A raw picture says all of a message.
    """
    if apply.op.kind == REPEAT:
        return clip(apply.op.param("name") or "", MAX_NAME)
    message = apply.op.param("msg")
    if message and not raw:
        kind = kind_words(apply.op.kind).removesuffix(" and raise")
        return clip(f"{kind}: {message.partition('. ')[0].rstrip('.')}", MAX_NAME)
    return loop_words(apply) if step is not None else op_heading(graph, apply)


def fused_words(graph: Graph, apply: Apply) -> str:
    """Name an op that a formula tells of; a name that leaves out what it computes says nothing."""
    if apply.op.kind == "scan":
        return ""
    if apply.op.kind != "op_from_graph" or "{...}" not in (apply.op.param("name") or ""):
        return op_words(apply)
    return row("composite").words or ""


def exact_formula(graph: Graph, apply: Apply) -> Formula | None:
    """Write what a fused op or a kernel computes step by step, its inputs as `i0`, `i1`, ..."""
    terms = [Term(f"i{position}") for position, _ in enumerate(apply.inputs)]
    if is_kernel(apply.op.kind, len(terms)):
        return Formula((("", _kernel(apply.op.kind, terms).text),))
    if apply.inner is None or apply.op.kind != "composite":
        return None
    inner = graph.inner[apply.inner]
    found = step_by_step(inner, dict(zip(inner.inputs, terms, strict=False)))
    return Formula((*found.lets, *(("", text) for text in found.results)))


def _input_term(graph: Graph, id_: str, names: Mapping[str, str]) -> Term:
    """Write a folded constant as its value, any other input by its name.

    The formula is of single elements, so a constant of one element is written without brackets.
    """
    variable = graph.variable[id_]
    is_one = (variable.value or "").startswith("[")
    value = (variable.filling if is_one else None) or value_text(variable)
    if variable.folded and value:
        return constant(value)
    return Term(names.get(id_, variable.name or id_).replace(" ", SPACE))


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
