"""Say what every node of a stage held: its value and its gradient, a loop's round by round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph, Origin, Role, SourceLine, Variable
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.names import called
from xorexplain.graph.views.plumbing import fold_plumbing
from xorexplain.models.capture import variable_ids
from xorexplain.notation.build import express
from xorexplain.notation.shorten import shortened
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import calls
from xorexplain.render.reports.computed import (
    Case,
    Computing,
    MisfitError,
    Moment,
    Values,
    adjoint_numbers,
)
from xorexplain.render.reports.loop_values import Loop, loops
from xorexplain.render.reports.numbering import Numbered
from xorexplain.render.reports.summaries import Summary, summarized
from xorexplain.runs.failing import explanation_of_graph
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written

MOST = 24
"""Symbols of what computes a node that are written."""
TOLD = ("symbolic", "gradient", "updates")
"""Stages whose loops are told round by round: what an engine makes of a loop reads buffers."""
ROUNDS = "The rounds of a loop are told of what was written: --stage symbolic."
MISFIT = "the model cannot be computed with these values ({}): give arrays that fit, with --input"


@dataclass(frozen=True)
class Held:
    """Hold what a node held for a case at a moment; None where it could not be computed."""

    moment: str
    case: str
    value: Summary | None
    gradient: Summary | None = None


@dataclass(frozen=True)
class ValuedNode:
    """Hold a variable of a stage with its values; `node` is the apply node that computes it."""

    id: str
    node: str
    name: str
    expression: str
    role: Role
    labels: tuple[str, ...]
    source: SourceLine | None
    held: tuple[Held, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be asked for by."""
        return tuple(filter(None, (self.name, *self.labels, self.id, self.node)))


@dataclass(frozen=True)
class NodeValues:
    """Hold the values of all nodes of a stage; `note` says where those of the inputs come from.

    `hidden` are those that a picture folds away, which are told to whoever asks for one.
    """

    origin: Origin
    note: str
    nodes: tuple[ValuedNode, ...]
    loops: tuple[Loop, ...] = ()
    hidden: tuple[ValuedNode, ...] = ()

    def only(self, name: str) -> NodeValues:
        """Return the values of one node, or of one value in the rounds of loops.

        Raise XorexplainError where none is called so.
        """
        for nodes in (self.nodes, self.hidden):
            printed = called(name, (one for node in nodes for one in node.names))
            if printed is not None:
                found = tuple(node for node in nodes if printed in node.names)
                ids = {node.node for node in found}
                rounds = tuple(one for one in self.loops if one.node in ids or one.name == printed)
                return replace(self, nodes=found, loops=rounds)
        inside = tuple(part for one in self.loops if (part := one.about(name)) is not None)
        if inside:
            return replace(self, nodes=(), loops=inside)
        known = [one for node in (*self.nodes, *self.hidden) for one in node.names]
        raise XorexplainError(f"no node is called {name!r}: {did_you_mean(name, known)}")

    def round(self, number: int) -> NodeValues:
        """Return one round of each loop; raise XorexplainError where none has it."""
        if not self.loops:
            raise XorexplainError("there is no loop whose rounds are told: leave --round out")
        having = [one for one in self.loops if number <= len(one.rounds)] or self.loops[:1]
        return replace(self, loops=tuple(one.only(number) for one in having))


def node_values(
    computing: Computing, stage: str, cases: Sequence[Case], moments: Sequence[Moment]
) -> NodeValues:
    """Compute a stage for some cases at some moments.

    Raise XorexplainError where the model cannot be computed with the values that there are.
    """
    material = computing.material
    graph = material.graphs[stage]
    nodes, hidden = nodes_of(graph, material.names_in(stage))
    numbers, adjoints = material.numbers.get(stage, {}), adjoint_numbers(material)
    held: dict[str, list[Held]] = {node.id: [] for node in (*nodes, *hidden)}
    rounds: list[Loop] = []
    try:
        for moment, case, found in computing.each(moments, cases):
            for id_ in held:
                number = numbers.get(id_, -1)
                gradient = adjoints.get(number, -1)
                told = (_summary(found, number), _summary(found, gradient))
                held[id_].append(Held(moment.title, case.title, *told))
            rounds += _loops(material, stage, moment, case, found)
    except MisfitError as error:
        raise XorexplainError(MISFIT.format(_why(material, cases[0]) or error)) from error
    note = computing.note
    if graph.origin.stage not in TOLD and any(a.op.kind == "scan" for a in graph.applies):
        note = f"{note} {ROUNDS}"
    valued, folded = (
        tuple(replace(node, held=tuple(held[node.id])) for node in some) for some in (nodes, hidden)
    )
    return NodeValues(graph.origin, note, valued, tuple(rounds), folded)


def _why(material: Numbered, case: Case) -> str:
    """Say in the user's terms why a case cannot be computed, empty where that is not found."""
    inputs = [material.variables[number] for number in case.given]
    outputs = list(material.model.results)
    written = Written(inputs, outputs, toposort(outputs))
    values = dict(zip(inputs, case.given.values(), strict=True))
    told = explanation_of_graph(None, material.engine, written, values)
    return told.sentence if told.found == "node" else ""


def _summary(found: Values, number: int) -> Summary | None:
    return summarized(found[number]) if number in found else None


def nodes_of(graph: Graph, names: Mapping[str, str]) -> tuple[list[ValuedNode], list[ValuedNode]]:
    """List what a picture of a graph shows, and what it folds away.

    What is given comes first, then each apply node's results.
    """
    shown = apply_views(graph, DEFAULT_VIEWS)
    given = [v for v in shown.variables if v.owner is None and not v.folded]
    made = [shown.variable[v] for apply in shown.applies for v in apply.outputs]
    listed = {v.id for v in (*given, *made)} & set(graph.variable)
    written = {id_: name for id_, name in names.items() if id_ in listed}
    plain = fold_plumbing(graph, tells_constants=False)
    shown_nodes = [_node(graph, plain, variable, written) for variable in (*given, *made)]
    hidden = [_node(graph, graph, v, names) for v in graph.variables if v.id not in listed]
    return shown_nodes, hidden


def _node(graph: Graph, plain: Graph, variable: Variable, names: Mapping[str, str]) -> ValuedNode:
    """Describe a variable of a graph, which is `plain` without what only makes shapes fit."""
    known = graph.variable.get(variable.id, variable)
    expression = ""
    if known.owner is not None and variable.id in graph.variable:
        whole = simplify(express(plain, variable.id, names, (variable.id,)))
        expression = calls(shortened(whole, MOST))
    labels = [output.label for output in graph.results.get(variable.id, ()) if output.label]
    name = names.get(variable.id) or variable.name or ""
    if labels and not (variable.name or variable.called or graph.clients[variable.id]):
        # Nothing reads it, so that no formula has its letter: it is `w (new)`, not `u7`.
        name = labels[0]
    told = (variable.owner or "", name, expression, variable.role, tuple(labels))
    return ValuedNode(variable.id, *told, known.source)


def _loops(
    material: Numbered, stage: str, moment: Moment, case: Case, found: Values
) -> Iterator[Loop]:
    """Take the loops of a stage that was written round by round."""
    if not any(apply.op.kind == "scan" for apply in material.graphs[stage].applies):
        return
    if material.graphs[stage].origin.stage not in TOLD:
        return
    source = material.subject.view(stage).source
    ids: dict[Any, str] = variable_ids(source)
    numbers = material.numbers[stage]
    known = {v: found[numbers[id_]] for v, id_ in ids.items() if numbers.get(id_) in found}
    inputs = [v for v in ids if v.owner is None]
    owners = {id_: v.owner for id_, v in material.graphs[stage].variable.items()}
    applies = [apply for apply in dict.fromkeys(v.owner for v in ids) if apply is not None]
    words = Words(material.engine, Written(inputs, list(source.outputs), applies))
    for loop, apply in loops(words, known):
        node = owners[ids[apply.outputs[0]]] or ""
        yield replace(loop, node=node, moment=moment.title, case=case.title)
