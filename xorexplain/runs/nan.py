"""Find where NaN or infinity began: the first node whose result has one while its inputs do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from xorexplain.engines import Engine, engine_of
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.runs.backward import Backward
from xorexplain.runs.calls import bind
from xorexplain.runs.failing import inner_words
from xorexplain.runs.finite import elements_of, has, is_bad
from xorexplain.runs.inside import MAX_RUNS, levels
from xorexplain.runs.lines import BEFORE, Where, where
from xorexplain.runs.nan_rules import made_by
from xorexplain.runs.own_work import aside
from xorexplain.runs.records import Bad, Finding
from xorexplain.runs.walk import Ran, Walk, given
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written, written_of

DEAD_BRANCH = (
    "the 0 comes from a branch of a choice that is not taken, as in where(x > 0, log(x), 0): its "
    "gradient is 0 times what the other branch has there, and 0 × ∞ is NaN"
)
UNHELD = "a condition does not hold, for which an engine may answer −∞, as PyMC does of a density"
DEAD_BRANCH_CURE = (
    "choose before, not after: let what goes in be harmless where the branch is not taken, "
    "log(where(x > 0, x, 1)), and choose the result as now"
)


@aside()
def find_nan(
    function: Any,
    arguments: Sequence[Any] = (),
    named: Mapping[Any, Any] | None = None,
    written: Written | None = None,
    *,
    every: bool = False,
) -> Finding | None:
    """Find the first value of a call that is not finite, None where all results are finite.

    `every` looks at all that is computed on the way, besides the results. The shared variables must
    be as they were before the call. Raise XorexplainError for what is no compiled function and for
    arguments that it does not take.
    """
    engine = engine_of(function)
    if engine is None or not engine.is_function(function):
        raise XorexplainError(f"{function!r} is no compiled function: give one with its arguments")
    bound = bind(function, arguments, named or {})
    if bound.fault:
        raise XorexplainError(
            f"the function does not take these arguments ({bound.fault}): see xorexplain.explain"
        )
    graph = written or written_of(engine, function)
    return find_in_graph(
        engine, graph, given(graph.inputs, bound.values), bound.numbers, every=every
    )


@aside()
def find_in_graph(
    engine: Engine,
    written: Written,
    values: Mapping[Any, Any],
    numbers: Mapping[int, str] | None = None,
    *,
    every: bool = False,
) -> Finding | None:
    """Find the first value that is not finite on the way to a result that is not.

    `every` looks at all that is computed, and not at results alone.
    """
    walk = Walk(engine, dict(values))
    order = [ran for ran in walk.run(written.outputs) if ran.error is None]
    search = _Search(engine, Words(engine, written, numbers), walk, order)
    ends = [v for ran in order for v in ran.apply.outputs] if every else written.outputs
    found = search.found(ends)
    if found is not None and every:
        found = replace(found, results=())
    if found is None or not walk.asserted:
        return found
    words = " ".join(str(walk.asserted[0].error).split())
    return replace(found, notes=(*found.notes, f"{UNHELD}: {words}"))


@dataclass
class _Search:
    """Look through a graph that was computed."""

    engine: Engine
    words: Words
    walk: Walk
    order: Sequence[Ran]
    inside: tuple[str, ...] = ()
    around: Where | None = None
    made: dict[Any, Ran] = field(default_factory=dict)

    @property
    def backward(self) -> Backward:
        """What the engine made while it differentiated."""
        return Backward(self.words, self.walk.known, self.order)

    def found(self, outputs: Sequence[Any]) -> Finding | None:
        """Return what made the first NaN among results, or the first infinity."""
        self.made = {v: ran for ran in self.order for v in ran.apply.outputs}
        known = self.walk.known
        for bad in ("NaN", "infinity"):
            ends = [v for v in outputs if v in known and has(known[v], bad)]
            if ends:
                return self._first(ends, "NaN" if bad == "NaN" else "infinity", outputs)
        return None

    def _first(self, ends: Sequence[Any], bad: Bad, outputs: Sequence[Any]) -> Finding:
        """Find the first maker of NaN behind some results, or what was given with one."""
        behind = self._behind(ends, bad)
        leaves = [v for v in behind if v not in self.made]
        if leaves:
            return self._given(leaves[0], bad, outputs)
        maker = next(
            ran
            for ran in self.order
            if any(v in behind for v in ran.apply.outputs)
            and not any(has(value, bad) for value in ran.inputs)
        )
        return self._made(maker, bad, outputs)

    def _behind(self, ends: Sequence[Any], bad: Bad) -> dict[Any, None]:
        """Return everything with a NaN from which results got theirs."""
        found: dict[Any, None] = {}
        stack = list(ends)
        while stack:
            variable = stack.pop()
            if variable in found:
                continue
            found[variable] = None
            ran = self.made.get(variable)
            if ran is not None:
                pairs = zip(ran.apply.inputs, ran.inputs, strict=False)
                stack += [v for v, value in pairs if has(value, bad)]
            elif variable.owner is not None:
                # A choice hands on the branch that is taken.
                stack += [v for v in variable.owner.inputs if has(self.walk.known.get(v), bad)]
        return {v: None for v in found if v in self.made or v.owner is None}

    def _given(self, variable: Any, bad: Bad, outputs: Sequence[Any]) -> Finding:
        value = self.words.value(variable, self.walk.known)
        array = self.walk.known[variable]
        name = value.expression
        return Finding(
            bad,
            f"{name} has it already, when it is given: {value.came}",
            "",
            name,
            "",
            value.source,
            elements_of(array, bad),
            (value,),
            f"look where {name} is made, before the call",
            self.inside,
            **self._place(None, outputs),
        )

    def _made(self, ran: Ran, bad: Bad, outputs: Sequence[Any]) -> Finding:
        deeper = self._deeper(ran, bad)
        if deeper is not None:
            return replace(deeper, **self._place(ran, outputs))
        apply = ran.apply
        position = next(n for n, result in enumerate(ran.results) if has(result, bad))
        result = ran.results[position]
        elements = elements_of(result, bad)
        op = self.engine.op_of(apply)
        made = made_by(op, ran.inputs, result, elements.first[0])
        rule, cure = made.rule, made.cure
        notes: tuple[str, ...] = ()
        in_gradient = self.backward.is_gradient(apply.outputs[0])
        if in_gradient and bad == "NaN" and self.backward.is_from_choice(ran, elements.first[0]):
            rule = f"{rule or 'NaN'} behind a choice that did not take this branch"
            cure, notes = DEAD_BRANCH_CURE, (DEAD_BRANCH,)
        of = self.backward.value_of(ran) if in_gradient else None
        values = tuple(dict.fromkeys(self.words.value(v, self.walk.known) for v in apply.inputs))
        before = self._infinity(ran) if bad == "NaN" else None
        line = self._where(apply, of)
        if line.line is None and before is not None:
            line = Where(before.source, BEFORE)
        return Finding(
            bad,
            rule or f"{op.kind} gives it for these values",
            made.example,
            self.words.expression(apply.outputs[position]),
            op.kind,
            line.line,
            elements,
            values,
            cure,
            self.inside,
            notes=notes,
            gradient_of="" if of is None else self.words.expression(of),
            before=before,
            is_written=self.words.written.is_written,
            source_of=line.of,
            **self._place(ran, outputs),
        )

    def _place(self, ran: Ran | None, outputs: Sequence[Any]) -> dict[str, Any]:
        """Say where in the order of execution it is, and which results it reached."""
        count = len(self.order)
        number = 0 if ran is None else 1 + next(n for n, r in enumerate(self.order) if r is ran)
        behind: set[Any] = set()
        for one in self.order:
            # What is computed from the gradient, as a new weight, is none of the forward graph.
            made = one.apply.outputs
            if self.backward.is_gradient(made[0]) or not behind.isdisjoint(one.apply.inputs):
                behind.update(made)
        forward = [one.apply for one in self.order if one.apply.outputs[0] not in behind]
        read = {v for apply in forward for v in apply.inputs}
        ends = [v for apply in forward for v in apply.outputs if v not in read]
        fine = not any(is_bad(self.walk.known.get(v)) for v in ends)
        return {
            "position": number,
            "count": count,
            "in_gradient": ran is not None and self.backward.is_gradient(ran.apply.outputs[0]),
            "is_forward_finite": fine,
            "results": tuple(n for n, v in enumerate(outputs, 1) if is_bad(self.walk.known.get(v))),
        }

    def _after(self, found: Finding | None, earlier: Finding | None) -> Finding | None:
        """Tell the round of a loop where an infinity began that a later round made a NaN of."""
        if found is None or found.before is None or found.before.position:
            return found
        return replace(found, before=earlier)

    def _where(self, apply: Any, of: Any) -> Where:
        """Return the line that wrote a node, or that whose gradient it is a part of."""
        line = None if of is None else self.words.source(of)
        return where(self.words, apply, self.around) if line is None else Where(line)

    def _infinity(self, ran: Ran) -> Finding | None:
        """Find what made the infinity that a NaN was made of."""
        ends = [
            v
            for v, value in zip(ran.apply.inputs, ran.inputs, strict=False)
            if has(value, "infinity")
        ]
        return self._first(ends, "infinity", ends) if ends else None

    def _deeper(self, ran: Ran, bad: Bad) -> Finding | None:
        """Look inside a node that has a graph of its own, round by round in a loop."""
        rounds = levels(self.engine, ran.apply, ran.inputs)
        if rounds is None:
            return None
        runs = MAX_RUNS
        around = where(self.words, ran.apply, self.around)
        earlier: Finding | None = None
        for level in rounds.levels:
            walk = Walk(self.engine, given(level.written.inputs, level.values))
            outputs = level.written.outputs
            order = [one for one in walk.run(outputs) if one.error is None]
            runs -= len(order)
            if runs < 0 or any(v not in walk.known for v in outputs):
                return None
            is_here = any(has(walk.known[v], bad) for v in outputs)
            is_infinite = earlier is None and any(is_bad(walk.known[v]) for v in outputs)
            if is_here or is_infinite:
                title = level.title or f"the graph inside {self.words.op_name(ran.apply)}"
                words = inner_words(self.words, level, self.walk.known)
                search = _Search(self.engine, words, walk, order, (*self.inside, title), around)
                found = search.found(outputs)
                if is_here:
                    return self._after(found, earlier)
                earlier = found
            rounds.results[:] = [walk.known[v] for v in outputs]
        return None
