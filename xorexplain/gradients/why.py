"""Explain why a gradient exists, or why it is zero, disconnected or undefined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors.records import dataclass
from xorexplain.gradients.choose import wrt_variables
from xorexplain.gradients.cuts import CutKind, integer_words, words
from xorexplain.gradients.derive import check_cost
from xorexplain.gradients.paths import UNDEFINED, Count, Edge, Leading, Web, counts, leading, web
from xorexplain.graph.ops import has
from xorexplain.graph.records import SourceLine
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.calling import call_values
from xorexplain.models.failures import is_float
from xorexplain.models.model import Model
from xorexplain.models.targets import need_cost
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

State = Literal["exists", "zero", "disconnected", "undefined", "integer", "unread"]
"""What an engine makes of a gradient; `unread` where the cost does not read the variable."""


@dataclass(frozen=True)
class Cut:
    """Name an op that cuts paths, how many, why, and the cure.

    `equation` is what the op computes, in readable names; `input` what the paths would go on to.
    `op` is the kind of the op and `label` the engine's own text for it.
    """

    kind: CutKind
    op: str
    label: str
    equation: str
    input: str
    source: SourceLine | None
    paths: int
    reason: str
    cure: str


@dataclass(frozen=True)
class Faint:
    """Name a node that no path is cut at, and through which next to nothing gets.

    Of the adjoint that arrives, at most `arrives` in an element, at most `goes_on` is handed on.
    What the node reads lies between `low` and `high`.
    """

    op: str
    equation: str
    source: SourceLine | None
    arrives: float
    goes_on: float
    low: float
    high: float


Stop = Literal["factor", "apart", "cancels", "underflows", ""]
"""How a node makes 0 of an adjoint that is not: a factor is 0 in every element; at each element
some factor is; terms cancel; products are too small for their type; or this is not known."""

Role = Literal["parameter", "given", "computed", "condition", ""]
"""What a factor is that is 0: a condition holds in no element then."""


@dataclass(frozen=True)
class Vanished:
    """Name a node at which an adjoint becomes exactly 0, though no path is cut there.

    Of the adjoint that arrives, at most `arrives` in an element, it hands on `hands_on`. `factor`
    is what is 0 in every element there, and `role` what that is to the model.
    """

    op: str
    equation: str
    source: SourceLine | None
    arrives: float
    hands_on: str
    how: Stop
    factor: str = ""
    role: Role = ""


@dataclass(frozen=True)
class Answer:
    """Say for one variable whether the gradient exists, with every cut on the way.

    Of `paths` paths from the cost, `open` pass something on to the end; the cuts account for the
    others. `reason` and `cure` are for what no op is to blame for. `faint` are nodes that let next
    to nothing through at the model's own values, where those were looked at; `is_zero` tells that
    every element of the gradient is exactly 0 there, and `vanished` the nodes that make it so.
    """

    variable: str
    cost: str
    state: State
    paths: int
    open: int
    cuts: tuple[Cut, ...] = ()
    reason: str = ""
    cure: str = ""
    faint: tuple[Faint, ...] = ()
    is_zero: bool = False
    vanished: tuple[Vanished, ...] = ()


@dataclass(frozen=True)
class _Names:
    """Hold readable names of the variables of a web."""

    engine: Engine
    web: Web
    names: Mapping[str, str]

    def of(self, variable: Any) -> str:
        id_ = self.web.ids[variable]
        return self.names.get(id_) or text(simplify(express(self.web.graph, id_, self.names)))

    def equation(self, variable: Any) -> str:
        id_ = self.web.ids[variable]
        value = text(simplify(express(self.web.graph, id_, self.names, (id_,))))
        return f"{self.names[id_]} = {value}" if id_ in self.names else value


def explain_why(engine: Engine, model: Model, wrt: Sequence[str] = ()) -> tuple[Answer, ...]:
    """Explain the gradient of a model's cost for the named variables, all parameters by default.

    Raise XorexplainError for a model without a cost, a cost that is no float scalar, and names
    the model does not know.
    """
    cost = need_cost(model)
    check_cost(engine, cost)
    call_values(engine, model, [cost])
    chosen = wrt_variables(engine, model, wrt)
    found = web(engine, cost, chosen)
    forward = {found.ids[v] for node in toposort([cost]) for v in (*node.inputs, *node.outputs)}
    known = intermediate_names(found.graph, forward | {found.ids[v] for v in chosen})
    names = _Names(engine, found, known)
    return tuple(_answer(names, model, variable) for variable in chosen)


def _answer(names: _Names, model: Model, variable: Any) -> Answer:
    found, engine = names.web, names.engine
    name, cost = names.of(variable), names.of(found.cost)
    arriving = found.arriving[variable]
    if not is_float(engine, variable):
        info = engine.type_of(variable)
        reason, cure = integer_words(info.dtype or info.text)
        return Answer(name, cost, "integer", arriving.paths, 0, (), reason, cure)
    if not arriving.paths:
        return _unread(names, model, variable)
    if arriving.open == arriving.paths:
        return Answer(name, cost, "exists", arriving.paths, arriving.open)
    ahead = leading(found, variable)
    cut = counts(found, ahead)
    return Answer(
        variable=name,
        cost=cost,
        state=_state(arriving.open, [count.edge for count in cut]),
        paths=arriving.paths,
        open=arriving.open,
        cuts=_merged(_cut(names, ahead, count) for count in cut),
    )


def _state(open_: int, cut: Sequence[Edge]) -> State:
    flows = {edge.flow for edge in cut}
    if flows & UNDEFINED:
        return "undefined"
    if open_:
        return "exists"
    return "zero" if "zero" in flows else "disconnected"


def _unread(names: _Names, model: Model, variable: Any) -> Answer:
    """Say where a variable is read, as the cost does not, and whether a namesake of it is."""
    name, cost = names.of(variable), names.of(names.web.cost)
    below = {v for node in toposort([names.web.cost]) for v in node.inputs}
    if variable.name and any(v.name == variable.name for v in below):
        reason = f"{cost} reads another variable of the name {variable.name}"
        cure = "build the cost from this one, or differentiate for the one it reads"
        return Answer(name, cost, "unread", 0, 0, (), reason, cure)
    readers = [
        label
        for label, output in model.outputs.items()
        if any(variable in node.inputs for node in toposort([output]))
    ]
    reason = f"{cost} does not read {name}"
    if readers:
        reason += f"; the output {readers[0]} does"
    cure = "build the cost from it, or leave it out of what is differentiated"
    return Answer(name, cost, "unread", 0, 0, (), reason, cure)


def _cut(names: _Names, ahead: Mapping[Any, Leading], count: Count) -> Cut:
    engine = names.engine
    edge = _maker(engine, names.web, ahead, count.edge)
    described = engine.op_of(edge.apply)
    op = "argmax" if described.kind == "max_and_argmax" else described.kind
    kind = _kind(engine, edge, op)
    reason, cure = words(kind, op)
    return Cut(
        kind=kind,
        op=op,
        label=described.label,
        equation=names.equation(edge.output),
        input=names.of(edge.input),
        source=engine.source_line(edge.output),
        paths=count.paths,
        reason=edge.reason.strip().rstrip(".") if edge.flow in UNDEFINED else reason,
        cure=cure,
    )


def _kind(engine: Engine, edge: Edge, op: str) -> CutKind:
    if has(op, "stops gradient"):
        return "stopped"
    if edge.flow == "undefined" or edge.flow == "refused":
        return edge.flow
    if edge.flow in ("unconnected", "disconnected"):
        return "disconnected"
    return "zero" if is_float(engine, edge.output) else "integer"


def _maker(engine: Engine, web: Web, ahead: Mapping[Any, Leading], edge: Edge) -> Edge:
    """Return the edge to blame: where integers are handed on, the one that makes them of floats.

    An index is cut at the op that takes it, but what made it an integer is what to change. What
    reads only a shape does so whatever it is given.
    """
    if has(engine.op_of(edge.apply).kind, "reads shape"):
        return edge
    seen: set[Any] = set()
    waiting = [edge]
    while waiting:
        current = waiting.pop(0)
        if is_float(engine, current.input):
            return current
        if current.flow in UNDEFINED or current.input in seen:
            continue
        seen.add(current.input)
        waiting.extend(e for e in web.below[current.input] if ahead[e.input].paths)
    return edge


def _merged(cuts: Iterator[Cut]) -> tuple[Cut, ...]:
    """Join the cuts of one op on one input, however many edges it has there."""
    found: dict[Cut, int] = {}
    for cut in cuts:
        alone = _counted(cut, 0)
        found[alone] = found.get(alone, 0) + cut.paths
    return tuple(_counted(cut, paths) for cut, paths in found.items())


def _counted(cut: Cut, paths: int) -> Cut:
    return replace(cut, paths=paths)
