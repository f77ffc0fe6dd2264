"""Say what each step of a trace replaced by what, on names that last through the rewriting."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, fields, replace
from functools import cached_property, partial

from xorexplain.errors.faults import made_or
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.names import intermediate_names, is_short_constant, long_constants
from xorexplain.notation.build import express
from xorexplain.notation.expr import SYMBOL, Expr, symbol, symbols_in
from xorexplain.notation.shorten import shortened
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.rewrites.distinctions import distinction
from xorexplain.rewrites.laws import described
from xorexplain.rewrites.laws.records import Law
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.trace import RewriteStep, Trace

MOST = 300
"""Symbols of one side of a replacement; there are a thousand sides in the rewriting of a loop."""


@dataclass(frozen=True)
class Replacement:
    """Hold one value a step computes in another way: its name, the old and the new expression.

    `before_op` and `after_op` are the engine's texts of the ops that computed and compute it, and
    `is_named` tells that the name is more than an id. `other` says what else is another, where the
    formula alone does not tell it.
    """

    name: str
    before: Expr
    after: Expr
    before_op: str
    after_op: str
    is_named: bool = True
    other: str = ""

    @cached_property
    def is_alike(self) -> bool:
        """Tell whether the formula is the same before and after."""
        return text(self.before) == text(self.after)


@dataclass(frozen=True)
class ExplainedStep:
    """Hold a step with what it replaced and why that is valid, None where nothing is known."""

    step: RewriteStep
    replacements: tuple[Replacement, ...]
    law: Law | None
    nodes: int


@dataclass(frozen=True)
class _Rewired(Graph):
    """The universe of a trace, whose apply nodes read what they do at one step after the other.

    A graph of its own for each step would take a time that grows with steps times nodes.
    """

    now: dict[str, Apply] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, universe: Graph) -> _Rewired:
        """Begin before the first step."""
        told = {part.name: getattr(universe, part.name) for part in fields(universe)}
        return cls(**told, now=dict(universe.apply))

    def owner(self, variable: str) -> Apply | None:
        """Return the apply node that computes a variable, with what it reads now."""
        owner = self.variable[variable].owner
        return None if owner is None else self.now[owner]

    def rewire(self, step: RewriteStep) -> None:
        """Have the apply nodes that a step changed read what they do after it."""
        for edit in step.edits:
            if edit.apply is not None:
                known = self.now[edit.apply]
                inputs = list(known.inputs)
                inputs[edit.position] = edit.new
                self.now[edit.apply] = replace(known, inputs=tuple(inputs))


def explained_steps(
    trace: Trace, known: Mapping[str, str] | None = None
) -> Iterator[ExplainedStep]:
    """Tell every step in order.

    A variable that replaces another takes over its name, since it has the same value; so `z1` is
    `z1` from the first graph to the last. `known` are names for the variables of the start.
    """
    names = intermediate_names(trace.first.graph) if known is None else dict(known)
    nodes = len(trace.start)
    before, after = _Rewired.of(trace.universe), _Rewired.of(trace.universe)
    for step in trace.steps:
        what = f"the formulas of step {step.number}"
        if step.verdict == "applied":
            after.rewire(step)
        written = _replacements(trace, step, names, before, after)
        replacements = made_or(what, partial(tuple, written), lambda why: ())
        if step.verdict == "applied":
            before.rewire(step)
            nodes += len(step.added) - len(step.removed)
        _pass_on(trace, step, names)
        law = _law(trace, step)
        yield ExplainedStep(step, replacements, law, nodes)


def equations(
    trace: Trace,
    number: int,
    kept: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Iterator[tuple[str, Expr]]:
    """Yield the graph after a step as equations, a named value each, in execution order.

    The graph after the last step is told as short as it goes, every other as it is: else what a
    later step finds would be done in the listing above it. What only renames another value is
    called as that one, unless it has a name of its own or is among `kept`. `only` restricts what is
    told to some names, and to those their equations use.
    """
    graph, names = state_at(trace, number).graph, names_at(trace, number)
    is_last = 0 < number == len(trace.steps)
    labels: dict[str, list[str]] = {}
    for output in graph.outputs:
        if output.label:
            labels.setdefault(output.variable, []).append(output.label)
    told: list[tuple[str, Expr]] = []
    for apply in graph.applies:
        for variable in apply.outputs:
            if variable in names or variable in labels:
                written = express(graph, variable, names, (variable,))
                value = simplify(written) if is_last else written
                is_own = graph.variable[variable].name or names.get(variable) in kept
                called = names.get(variable, "")
                if value.kind == SYMBOL and not is_own and called not in labels.get(variable, ()):
                    names[variable] = value.text
                elif called:
                    # A loop calls a part of its sequence `x[0:]`, which defines itself.
                    told += [(called, value)] if text(value) != called else []
                    value = symbol(called)
                told += [(label, value) for label in labels.get(variable, ()) if label != called]
    constants = [(name, symbol(value)) for name, value in long_constants(graph, names)]
    used = symbols_in([value for _, value in told])
    told = [*((name, value) for name, value in constants if name in used), *told]
    yield from told if only is None else _used(told, only)


def _used(told: Sequence[tuple[str, Expr]], only: Collection[str]) -> list[tuple[str, Expr]]:
    """Choose the equations of some names and of all that those use."""
    wanted = set(only)
    found = []
    for name, value in reversed(told):
        if name in wanted:
            found.append((name, value))
            wanted |= symbols_in([value])
    return found[::-1]


def names_at(trace: Trace, number: int) -> dict[str, str]:
    """Return the names of variables after a step, 0 for the start."""
    names = intermediate_names(trace.first.graph)
    for step in trace.steps[:number]:
        _pass_on(trace, step, names)
    return names


def _pass_on(trace: Trace, step: RewriteStep, names: dict[str, str]) -> None:
    """Give a value the name of what it replaces; a short constant is written out as any other."""
    if step.verdict == "applied":
        for old, new in replaced(trace, step):
            is_written = is_short_constant(trace.universe.variable[new])
            if old in names and not is_written:
                told = names.get(new, "")
                is_again = told.rpartition("_")[0] == names[old] != ""
                names[new] = names[old] if is_again or not told else told


def replaced(trace: Trace, step: RewriteStep) -> Iterator[tuple[str, str]]:
    """Yield what a step replaces with what takes its place, by id.

    Of a loop that is made anew that is each result, also one that nothing reads: it is called as
    what it is the same as.
    """
    universe = trace.universe
    for edit in step.edits:
        yield edit.old, edit.new
        old, new = universe.owner(edit.old), universe.owner(edit.new)
        if old is None or new is None or old.op.kind != "scan" or new.op.kind != "scan":
            continue
        named = {name: v for v in new.outputs for name in universe.variable[v].called[:1]}
        for result in old.outputs:
            (name,) = universe.variable[result].called[:1] or ("",)
            if name in named and named[name] != edit.new and result != edit.old:
                yield result, named[name]


def touches(trace: Trace, told: ExplainedStep) -> frozenset[str]:
    """Return the ids and names of all that a step replaces, adds or removes, or is told with."""
    step = told.step
    ids = {*step.added, *step.removed}
    ids |= {edit.apply for edit in step.edits if edit.apply is not None}
    ids |= {v for edit in step.edits for v in (edit.old, edit.new)}
    universe = trace.universe
    nodes = [universe.apply[id_] for id_ in ids if id_ in universe.apply]
    # What is given is touched where a node that reads it comes or goes.
    ids |= {v for node in nodes for v in node.inputs if universe.variable[v].owner is None}
    found = [universe.variable[v] for v in ids if v in universe.variable]
    named = {word for v in found for word in (v.name, *v.called)}
    named |= {r.name for r in told.replacements}
    named |= symbols_in(side for r in told.replacements for side in (r.before, r.after))
    return frozenset(word for word in (*ids, *named) if word)


def _law(trace: Trace, step: RewriteStep) -> Law | None:
    """Return the law of a step; of a group, that of the one member which did it."""
    known = trace.rewrite.get(step.made_by)
    return described(trace.universe.origin.engine, step.made_by, known.summary if known else None)


def _replacements(
    trace: Trace, step: RewriteStep, names: dict[str, str], before: Graph, after: Graph
) -> Iterator[Replacement]:
    """Write each replaced variable through the nodes that left and those that came."""
    universe = trace.universe
    for old, new in dict.fromkeys((edit.old, edit.new) for edit in step.edits):
        if step.verdict == "rejected" and _is_taken_back(step, old, new):
            continue
        # A name of a node that a step brings back says nothing before it.
        is_known = new in names and universe.variable[new].owner not in step.added
        yield Replacement(
            names.get(old, old),
            shortened(express(before, old, names, (old,)), MOST),
            shortened(express(after, new, names, () if is_known else (new,)), MOST),
            _op(universe, old),
            _op(universe, new),
            old in names,
            distinction(trace, step, names, old, new),
        )


def _op(graph: Graph, variable: str) -> str:
    owner = graph.owner(variable)
    return owner.op.label if owner is not None else ""


def _is_taken_back(step: RewriteStep, old: str, new: str) -> bool:
    """Tell whether an edit of a rejected step only restores what another one changed."""
    first = next(e for e in step.edits if {e.old, e.new} == {old, new})
    return (first.old, first.new) != (old, new)
