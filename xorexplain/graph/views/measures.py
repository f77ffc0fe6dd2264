"""Work out the shapes of a graph, with unknown lengths as symbols, and the lengths it computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has
from xorexplain.graph.ops.rounds import UNTIL, runs_at_least_once
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import (
    OLDEST,
    POSITIVE,
    Form,
    known,
    read,
    unknown,
    written,
)
from xorexplain.graph.views.length_given import Lengths
from xorexplain.graph.views.length_rules import shape_rule
from xorexplain.graph.views.length_values import Value, given_value, parts_of, value_of
from xorexplain.graph.views.loop_lengths import loop_of
from xorexplain.graph.views.undecided import Undecided

MAX_DEPTH = 8
"""Graphs that lie deeper in one another are not looked into."""


@dataclass
class Measures:
    """Hold shapes and lengths by variable, those of inner graphs behind their apply node's id.

    `shapes` are of what is a tensor. `values` are of whole numbers, alone or in a vector, that are
    computed from lengths and constants alone; `undecided` is what is known of others. Forms are as
    they were found: `equations` solves them.
    """

    equations: Equations = field(default_factory=Equations)
    shapes: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    undecided: Undecided = field(default_factory=Undecided)
    symbols: int = 0

    def fresh(self) -> Form:
        """Return a length that nothing is known of."""
        self.symbols += 1
        return unknown(f"{self.symbols:08}")

    def shape(self, id_: str) -> tuple[Form, ...] | None:
        """Return the shape of a variable as it is known by now, None for what is no tensor."""
        found = self.shapes.get(id_)
        return None if found is None else tuple(map(self.equations.solved, found))

    def value(self, id_: str) -> Value | None:
        """Return what a variable that holds lengths is, as it is known by now."""
        found = self.values.get(id_)
        if found is None or isinstance(found, Form):
            return found if found is None else self.equations.solved(found)
        return tuple(None if f is None else self.equations.solved(f) for f in found)


def measure(graph: Graph) -> Measures:
    """Follow shapes through a graph and its inner graphs, by NumPy's rules.

    Lengths that an op takes only when they are equal are taken for equal: all that is told holds
    wherever the graph can be computed.
    """
    measures = follow(graph, Measures())
    if not any(apply.op.kind == "scan" for apply in graph.applies):
        return measures
    # How many rows a loop keeps is computed before it, from lengths that only the loop tells to be
    # equal, or to be 1 at least.
    if runs_at_least_once(graph.origin.engine):
        for symbol in _rounds(graph, measures):
            rounds = measures.equations.cut.get(symbol, unknown(symbol))
            measures.equations.equate(rounds, unknown(POSITIVE + symbol))
    known_then = {v.id: measures.shape(v.id) for v in _given(graph)}
    shapes = {id_: shape for id_, shape in known_then.items() if shape is not None}
    equations = Equations(measures.equations.cut)
    return follow(graph, Measures(equations, shapes=shapes, symbols=measures.symbols))


def follow(graph: Graph, measures: Measures) -> Measures:
    """Follow shapes through a graph from those that are known already, and return all of them."""
    for variable in _given(graph):
        _enter(measures, "", variable)
    _follow(measures, graph, "", 0)
    return measures


def _given(graph: Graph) -> Iterator[Variable]:
    """Yield the variables that nothing computes, the inputs of the graph first."""
    yield from map(graph.variable.__getitem__, graph.inputs)
    inputs = {*graph.inputs}
    yield from (v for v in graph.variables if v.owner is None and v.id not in inputs)


def _enter(measures: Measures, prefix: str, variable: Variable) -> None:
    """Give a variable that nothing computes its own lengths and value."""
    if variable.shape is not None and prefix + variable.id not in measures.shapes:
        repeated = variable.broadcastable or (False,) * len(variable.shape)
        told = [read(text) for text in variable.lengths or ()] or [None] * len(variable.shape)
        measures.shapes[prefix + variable.id] = tuple(
            known(1) if is_one else (form or measures.fresh()) if length is None else known(length)
            for length, is_one, form in zip(variable.shape, repeated, told, strict=True)
        )
    value = given_value(variable)
    if value is not None:
        measures.values[prefix + variable.id] = value


def _follow(measures: Measures, graph: Graph, prefix: str, depth: int) -> None:
    """Give each apply node's results their shapes and values, also within what it carries."""
    for apply in graph.applies:
        shapes = [measures.shape(prefix + v) for v in apply.inputs]
        values = [measures.value(prefix + v) for v in apply.inputs]
        outputs = [graph.variable[v] for v in apply.outputs]
        found: Sequence[Lengths | None] | None = shape_rule(
            graph, apply, shapes, values, measures.equations
        )
        value: Value | None = measures.undecided.rest(prefix, apply, values, measures.equations)
        if value is None:
            value = value_of(apply, shapes, values)
        if value is None:
            value = measures.undecided.decide(prefix, apply, values)
        told: Sequence[Value | None] = parts_of(apply, shapes) or [value]
        if apply.inner is not None and depth < MAX_DEPTH:
            inside, told = _inside(measures, graph, prefix, apply, depth)
            found = found if found is not None else inside
        results = found or [None] * len(outputs)
        for output, lengths in zip(outputs, results, strict=False):
            _record(measures, prefix, output, lengths)
        for output, known_as in zip(outputs, told, strict=False):
            if known_as is not None and _may_hold(output, known_as):
                measures.values[prefix + output.id] = known_as


def _may_hold(variable: Variable, value: Value) -> bool:
    """Tell whether a value has the dimensions that its variable has."""
    return variable.shape is not None and len(variable.shape) == (not isinstance(value, Form))


def _record(measures: Measures, prefix: str, variable: Variable, found: Lengths | None) -> None:
    """Keep the shape of a result: what its rule says, what the engine knows, else new symbols."""
    if variable.shape is None:
        return
    rank = len(variable.shape)
    told = found if found is not None and len(found) == rank else (None,) * rank
    lengths = []
    for axis, (length, form) in enumerate(zip(variable.shape, told, strict=True)):
        is_one = bool(variable.broadcastable and variable.broadcastable[axis])
        own = known(1) if is_one else None if length is None else known(length)
        if form is not None and own is not None:
            form = measures.equations.equate(form, own)
        lengths.append(own or form or measures.fresh())
    measures.shapes[prefix + variable.id] = tuple(lengths)


def _inside(
    measures: Measures, graph: Graph, prefix: str, apply: Apply, depth: int
) -> tuple[list[Lengths | None], list[Value | None]]:
    """Follow shapes and values through the inner graph of an apply node, and return its results.

    Inside a loop, a value has an axis less than what it is taken from, round by round.
    """
    assert apply.inner is not None
    inner, below = graph.inner[apply.inner], f"{prefix}{apply.id}/"
    fed = dict(zip(inner.inputs, apply.inner_inputs, strict=False))
    for variable in inner.variables:
        if variable.owner is not None:
            continue
        _enter(measures, below, variable)
        feed = fed.get(variable.id)
        if feed is not None:
            _feed(measures, below, variable, prefix + apply.inputs[feed], apply)
    _follow(measures, inner, below, depth + 1)
    ends = [below + o.variable for o in inner.outputs if o.label != UNTIL]
    if not has(apply.op.kind, "graph", "fused"):
        return _of_rounds(measures, graph, prefix, apply, ends), []
    if len(ends) != len(apply.outputs):
        return [], []
    return [measures.shape(end) for end in ends], [measures.value(end) for end in ends]


def _feed(measures: Measures, below: str, variable: Variable, outer: str, apply: Apply) -> None:
    shape, own = measures.shape(outer), measures.shapes.get(below + variable.id)
    value = measures.value(outer)
    if shape is None or own is None:
        return
    is_loop = apply.op.kind == "scan"
    if len(shape) == len(own) + 1 and is_loop:
        shape = shape[1:]
    elif value is not None and not is_loop and len(shape) == len(own):
        measures.values[below + variable.id] = value
    if len(shape) == len(own):
        measures.shapes[below + variable.id] = tuple(
            measures.equations.equate(a, b) for a, b in zip(shape, own, strict=True)
        )


def _of_rounds(
    measures: Measures, graph: Graph, prefix: str, apply: Apply, ends: Sequence[str]
) -> list[Lengths | None]:
    """Give states their own shapes, and plain results those of a round behind those kept.

    A loop that stops early keeps fewer; what is of the last round alone is as in a round.
    """
    loop = loop_of(graph, apply)
    if loop is None:
        return []
    is_certain = apply.op.param("until") is None
    found: list[Lengths | None] = []
    for position in loop.states:
        shape = measures.shape(prefix + apply.inputs[position])
        found.append(None if shape is None else (shape[0] if is_certain else None, *shape[1:]))
    plain = ends[-len(apply.outputs) :][len(loop.states) :]
    for position, end in zip(loop.kept, plain, strict=False):
        shape, kept = measures.shape(end), measures.value(prefix + apply.inputs[position])
        first = kept if is_certain and isinstance(kept, Form) else None
        found.append(None if shape is None else (first, *shape))
    return [*found, *(measures.shape(end) for end in plain[len(loop.kept) :])]


def names_of(measures: Measures, graph: Graph) -> Mapping[str, str]:
    """Name the unknown lengths that inputs have: `n`, `m`, ..., in their order.

    No variable is called so, and the number of rounds of a loop is `T`.
    """
    taken = {
        name
        for part in _parts(graph)
        for v in part.variables
        for name in (v.name, *(v.lengths or ()))
    }
    rounds = _rounds(graph, measures)
    named: dict[str, str] = {}
    for shape in measures.shapes.values():
        told = {symbol for form in shape for symbol in form.symbols if symbol.startswith(OLDEST)}
        named.update((symbol, symbol.removeprefix(OLDEST)) for symbol in told)
    letters = (name for name in _letters() if name not in {*taken, *named.values()})
    for id_ in graph.inputs:
        for form in measures.shape(id_) or ():
            for symbol in sorted(measures.equations.bases(form) - named.keys()):
                if symbol in measures.equations.cut:
                    continue
                is_rounds = symbol in rounds and not {"T"} & {*taken, *named.values()}
                named[symbol] = "T" if is_rounds else next(letters)
    return named | _names_of_cut(measures.equations, named)


def _names_of_cut(equations: Equations, names: Mapping[str, str]) -> dict[str, str]:
    """Write what slices leave, `n−2`, which is read as 0 where `n` is less."""
    found: dict[str, str] = {}
    for symbol, form in equations.cut.items():
        text = written(equations.solved(form), {**names, **found})
        if text:
            found[symbol] = text
    return found


def _rounds(graph: Graph, measures: Measures) -> set[str]:
    """Return the unknown lengths that say how many rounds a loop runs."""
    forms = [measures.value(a.inputs[0]) for a in graph.applies if a.op.kind == "scan" and a.inputs]
    return {form.symbol for form in forms if isinstance(form, Form) and form.symbol}


def _parts(graph: Graph) -> Iterator[Graph]:
    waiting = [graph]
    while waiting:
        yield waiting[-1]
        waiting += waiting.pop().inner


def _letters() -> Iterator[str]:
    yield from ("n", "m", "k", "l", "p", "q", "r", "s")
    number = 0
    while True:
        number += 1
        yield f"n{number}"
