"""Tell for each apply node of a rewritten graph what it was made from, in a person's words.

From the trace come the expressions of the graph before rewriting and the rewrites that led here;
from the engine's traces the lines of the user's program; from the derivation the gradient's rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xorexplain.engines import Engine, Source
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.records import Derivation
from xorexplain.graph.ops import has
from xorexplain.graph.records import Ancestor, Ancestry, Apply, Graph, Output
from xorexplain.graph.views.matching import corresponding
from xorexplain.graph.views.names import called, intermediate_names
from xorexplain.graph.views.printed_names import holders, without_round
from xorexplain.models.capture import capture, outputs_source, variable_ids
from xorexplain.models.model import Model
from xorexplain.models.stages import View, default_target
from xorexplain.models.targets import function_parts
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.rewrites.cures import cure
from xorexplain.rewrites.questions.provenance import Provenance, offspring, provenance, together
from xorexplain.rewrites.record import record
from xorexplain.rewrites.steps import names_at
from xorexplain.rewrites.trace import Trace


def with_ancestry(trace: Trace, rules: Mapping[str, str] | None = None) -> Graph:
    """Return the rewritten graph with the ancestry of each of its apply nodes.

    `rules` says for variables of the graph before rewriting which rule of the gradient made them
    (see `gradient_rules`).
    """
    graph = trace.last.graph
    start = trace.first.graph
    found = provenance(trace)
    known = _ancestors(start, rules or {})
    return replace(graph, ancestry=tuple(_ancestry(trace, a, found, known) for a in graph.applies))


def _ancestry(
    trace: Trace, apply: Apply, found: Mapping[str, Provenance], known: Mapping[str, Ancestor]
) -> Ancestry:
    entry = together(found, apply.outputs)
    return Ancestry(
        apply=apply.id,
        ancestors=tuple(known[v] for v in entry.sources if v in known),
        rewrites=tuple((number, trace.step[number].rewrite) for number in entry.steps),
    )


def _ancestors(start: Graph, rules: Mapping[str, str]) -> dict[str, Ancestor]:
    """Describe every variable that the graph before rewriting computes."""
    names = intermediate_names(start)
    found = {}
    for apply in start.applies:
        for variable in apply.outputs:
            record = start.variable[variable]
            found[variable] = Ancestor(
                variable,
                names.get(variable, variable),
                # Not simplified: x ^ (2 − 1) was written where x is what it says.
                text(express(start, variable, names, (variable,))),
                rules.get(variable, ""),
                record.source,
            )
    return found


def optimized_with_ancestry(engine: Engine, model: Model, target: str | None = None) -> View:
    """Return the optimized stage of a model, its rewriting recorded, with every node's ancestry."""
    recording = record(engine, model, target)
    trace = recording.trace
    graph = with_ancestry(trace, gradient_rules(engine, model, trace))
    origin = replace(graph.origin, stage="optimized")
    outputs = [recording.variables[output.variable] for output in graph.outputs]
    source = Source(outputs, outputs, [output.label for output in graph.outputs])
    return View(engine, source, origin, model.parameters, replace(graph, origin=origin))


def gradient_rules(engine: Engine, model: Model, trace: Trace) -> dict[str, str]:
    """Say which rule of the gradient made which variable of the graph before rewriting.

    The derivation of the model's gradient is walked in step with the updates of the trace. A model
    without a cost, parameters or updates has none of that, and the answer is empty.
    """
    if model.cost is None or not model.parameters or not model.update_pairs:
        return {}
    derivation = differentiate(engine, model)
    start = trace.first.graph
    pairs = list(_paired(derivation, start))
    if not pairs:
        return {}
    before = replace(derivation.graph, outputs=tuple(Output(one) for one, _ in pairs))
    after = replace(start, outputs=tuple(Output(other) for _, other in pairs))
    across = corresponding(before, after)
    words = _rule_words(derivation)
    found: dict[str, str] = {}
    for one, other in across.items():
        number = derivation.classes.get(one)
        if number in words and other in start.variable:
            found.setdefault(other, words[number])
    return found


def _paired(derivation: Derivation, start: Graph) -> list[tuple[str, str]]:
    """Pair each update of the derivation with that of the same parameter in the other graph."""
    by_name: dict[str, str] = {}
    for output in start.outputs:
        if output.updates is not None:
            by_name[start.variable[output.updates].name or ""] = output.variable
    pairs = []
    for result in derivation.results:
        name = derivation.graph.variable[result.parameter].name or ""
        if result.update is not None and name in by_name:
            pairs.append((result.update, by_name[name]))
    return pairs


def _rule_words(derivation: Derivation) -> dict[int, str]:
    """Word the rule behind each computation that the gradient added to the forward graph."""
    graph = derivation.graph
    forward = {
        derivation.classes[v] for id_ in derivation.forward for v in graph.apply[id_].outputs
    }
    found: dict[int, str] = {}
    for step in derivation.steps:
        apply = graph.apply[step.apply]
        name = next((derivation.names[v] for v in apply.outputs if v in derivation.names), apply.id)
        for id_ in step.emitted:
            for variable in graph.apply[id_].outputs:
                number = derivation.classes[variable]
                if number not in forward:
                    found.setdefault(number, f"{apply.op.kind} at {name}")
    return found


def result_names(engine: Engine, model: Model, trace: Trace) -> dict[str, str]:
    """Return the variables of the graph before rewriting that a model's outputs are, by their keys.

    A variable that a result is called by may have another name of its own, or none.
    """
    target = trace.universe.origin.target or default_target(model, "optimized")
    outputs, _, updates = function_parts(engine, model, target)
    results = [*outputs, *(new for _, new in updates)]
    source = outputs_source(results, [None] * len(results))
    written = capture(engine, source, trace.universe.origin, model.parameters)
    ids, across = variable_ids(source), corresponding(written, trace.first.graph)
    keys = [*model.outputs.items(), *([] if model.cost is None else [("cost", model.cost)])]
    found = {key: across.get(ids.get(variable, "")) for key, variable in keys}
    return {key: id_ for key, id_ in found.items() if id_ is not None}


def find_apply(trace: Trace, name: str, results: Mapping[str, str] | None = None) -> str:
    """Return the id of the apply node a user names: its id, or a variable it computes.

    The rewritten graph is looked at first, then the graph before, then all that came and went
    between them. `results` are variables by the keys of a model's outputs. Raise XorexplainError,
    naming the closest, for an unknown name.
    """
    start, known = trace.first.graph, _by_name(trace)
    for key, variable in (results or {}).items():
        after = trace.universe.owner(_replaced(trace, variable))
        owner = after if after is not None and after.id in trace.end else start.owner(variable)
        if owner is not None:
            known.setdefault(key, owner.id)
    printed = called(name, known)
    if printed is not None:
        return known[printed]
    inside = holders(trace.last.graph, name) or holders(trace.first.graph, name)
    whole = None if inside else known.get(without_round(name) or "")
    return whole or _holder(trace, name, inside, list(known))


def counterpart(trace: Trace, graph: Graph, node: str) -> str:
    """Return the id in a rewriting of an apply node of a stage, which has ids of its own.

    `graph` is of the updates, before any step, or of what is left after the last one. Raise
    XorexplainError for a node that the stage does not have, or the rewriting has not.
    """
    if node not in graph.apply:
        words = did_you_mean(node, list(graph.apply))
        raise XorexplainError(f"the stage {graph.origin.stage} has no node {node!r}: {words}")
    whole = trace.first if graph.origin.stage == "updates" else trace.last
    found = corresponding(graph, whole.graph).get(node)
    if found is None:
        raise XorexplainError(f"the rewriting has no {node} of that stage: ask for what it reads")
    return found


def _by_name(trace: Trace) -> dict[str, str]:
    """Return the apply nodes of all graphs of a rewriting by every name that is understood."""
    last = trace.last.graph
    start = trace.first.graph
    known: dict[str, str] = {}
    last_names, start_names = (names_at(trace, n) for n in (len(trace.steps), 0))
    for graph in (last, start, trace.universe):
        for apply in graph.applies:
            known.setdefault(apply.id, apply.id)
            for v in apply.outputs:
                record = graph.variable[v]
                words = (v, record.name, last_names.get(v), *record.called, start_names.get(v))
                for word in words:
                    if word:
                        known.setdefault(word, apply.id)
        for output in graph.outputs:
            owner = graph.owner(output.variable)
            if output.label and owner is not None:
                known.setdefault(output.label, owner.id)
    for id_, word in intermediate_names(last).items():
        owner = last.owner(id_)
        if owner is not None:
            known.setdefault(word, owner.id)
    return known


def _holder(trace: Trace, name: str, inside: Sequence[str], known: Sequence[str]) -> str:
    """Return the one apply node that has a value of that name inside; `known` are other names."""
    if len(inside) > 1:
        raise XorexplainError(f"{name} is inside of {', '.join(inside)}: ask for one of these")
    if not inside:
        raise XorexplainError(
            cure(trace, name) or f"no node is called {name!r}: {did_you_mean(name, known)}"
        )
    return inside[0]


def find_given(trace: Trace, name: str) -> str | None:
    """Return the id of what a user names that nothing makes: an input, say; None for all else."""
    known: dict[str, str] = {}
    pictured = intermediate_names(trace.last.graph)
    for variable in (*trace.first.graph.variables, *trace.last.graph.variables):
        if variable.owner is None:
            for word in (variable.name, *variable.called, pictured.get(variable.id)):
                known.setdefault(word or "", variable.id)
    known.pop("", None)
    printed = called(name, known)
    return None if printed is None else known[printed]


def readers(trace: Trace, given: str) -> tuple[Apply, ...]:
    """Return the apply nodes of the rewritten graph that read a variable, or what is equal to it.

    A constant may have been merged with another, which is read in its place. What only makes a
    number of a tensor is no reader; those of the number are.
    """
    read = {_replaced(trace, given)}
    found = []
    for apply in trace.last.graph.applies:
        if not read.isdisjoint(apply.inputs):
            if has(apply.op.kind, "converts"):
                read.update(apply.outputs)
            else:
                found.append(apply)
    return tuple(found)


def _replaced(trace: Trace, variable: str) -> str:
    """Return what took the place of a variable of the graph before rewriting."""
    for step in trace.steps:
        if step.verdict == "applied":
            variable = next((e.new for e in step.edits if e.old == variable), variable)
    return variable


def descendants(trace: Trace, apply: str) -> tuple[Apply, ...]:
    """Return the apply nodes of the rewritten graph that came from one that is no more there."""
    last = trace.last.graph
    if apply not in trace.start:
        after = _after(trace, apply)
        return tuple(node for node in last.applies if node.id in after)
    made = offspring(provenance(trace))
    outputs: Sequence[str] = trace.universe.apply[apply].outputs
    owners = dict.fromkeys(last.owner(v) for output in outputs for v in made.get(output, ()))
    return tuple(owner for owner in owners if owner is not None)


def _after(trace: Trace, apply: str) -> set[str]:
    """Return an apply node and all that came in its place, and in theirs."""
    instead: dict[str, list[str]] = {}
    for step in trace.steps:
        if step.verdict == "applied":
            owners = (trace.universe.variable[edit.new].owner for edit in step.edits)
            came = [*step.added, *(owner for owner in owners if owner is not None)]
            instead.update(dict.fromkeys(step.removed, came))
    found: set[str] = set()
    waiting = [apply]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += instead.get(one, []) if one not in trace.end else []
    return found
