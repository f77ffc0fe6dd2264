"""Write what is in a graph as the user wrote it: expressions, values, where a value came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import plain
from xorexplain.graph.ops import adds_leading_axes, has
from xorexplain.graph.ops.rounds import letter_within, round_of
from xorexplain.graph.records import Apply, Graph, Origin, SourceLine
from xorexplain.graph.views.axes import fold_axes
from xorexplain.graph.views.condense import is_fold
from xorexplain.graph.views.loop_series import series_name
from xorexplain.graph.views.loops import UNNAMED, Step, step_of
from xorexplain.graph.views.names import is_short_constant
from xorexplain.models.assigned import assigned_names
from xorexplain.models.capture import capture, variable_ids
from xorexplain.models.naming import name_of
from xorexplain.notation.build import express
from xorexplain.notation.shorten import shortened
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import calls
from xorexplain.runs.arrays import NOTHING, shape_of, value_text
from xorexplain.runs.records import Value
from xorexplain.runs.written import Written

MOST, FEW, LETTERS = 40, 12, 100
"""Symbols of an expression that is written out; fewer where it has more than so many letters."""
SHORT = 24
"""Letters of the name of what a round of a loop reads."""
MAX_PARTS = 8
"""Named values of which an expression is said to be made."""


class Words:
    """Know the names of a graph's variables, and write expressions in them.

    `numbers` say where inputs came from, by their position, as "argument 1 of the call"; `called`
    names those that have no name. `fed` are descriptions of what inputs of an inner graph are
    outside of it. `own` are the user's names for variables that have none.
    """

    def __init__(
        self,
        engine: Engine,
        written: Written,
        numbers: Mapping[int, str] | None = None,
        called: Mapping[int, str] | None = None,
        fed: Mapping[int, Value] | None = None,
        own: Mapping[Any, str] | None = None,
    ) -> None:
        self.engine = engine
        self.written = written
        self.numbers = dict(numbers or {})
        self.called = dict(called or {})
        self.fed = dict(fed or {})
        self.own = dict(own or {})
        self.positions = {v: n for n, v in enumerate(written.inputs)}

    @cached_property
    def graph(self) -> Graph:
        """The graph as plain records."""
        return capture(self.engine, self.written.source, Origin(self.engine.name, ""))

    @cached_property
    def _shown(self) -> Graph:
        """The graph without the axes that an engine adds around a product of vectors."""
        return fold_axes(self.graph)

    @cached_property
    def _within(self) -> Mapping[str, str]:
        """What is computed inside such a product alone, and what that gives."""
        folds = (apply for apply in self._shown.applies if is_fold(apply))
        return {
            v: fold.outputs[0]
            for fold in folds
            for inside in self._shown.inner[fold.inner or 0].applies
            for v in inside.outputs
            if v not in self._shown.variable
        }

    @cached_property
    def ids(self) -> Mapping[Any, str]:
        """The id of each variable."""
        return variable_ids(self.written.source)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the user calls the values that have a name, by id; inputs always have one."""
        assigned = assigned_names(self.engine, self.written.outputs)
        found: dict[str, str] = {}
        for variable, id_ in self.ids.items():
            name = name_of(variable) or self.own.get(variable) or assigned.get(variable)
            if variable in self.positions:
                number = self.positions[variable]
                name = self.called.get(number) or name or f"input {number + 1}"
            record = self.graph.variable[id_]
            is_short = record.role == "constant" and is_short_constant(record)
            if name and (not is_short or variable in self.own):
                found[id_] = name
        return found

    def told_by(self, apply: Any) -> Any:
        """Return the result by which an apply node is told: of a draw the numbers."""
        is_draw = self.engine.op_of(apply).family == "random"
        return apply.outputs[-1 if is_draw else 0]

    def source(self, variable: Any) -> SourceLine | None:
        """Return the user's line that wrote a variable, as far as the engine kept it."""
        if self.engine.role_of(variable) == "constant":
            return None
        return self.engine.source_line(variable)

    def nearest_source(self, apply: Any) -> SourceLine | None:
        """Return the line of what an apply node reads, where it has none of its own."""
        lines = (self.source(variable) for variable in apply.inputs if variable.owner is not None)
        return next((line for line in lines if line is not None), None)

    def op_name(self, apply: Any) -> str:
        """Name the op of an apply node."""
        return plain(apply.op)

    def expression(self, variable: Any, *, opened: bool = True) -> str:
        """Write a variable as an expression of named ones; `opened` writes what it is itself."""
        id_ = self.ids[variable]
        if has(self.engine.op_of(variable.owner).kind if variable.owner else "", "matrix product"):
            id_ = self._within.get(id_, id_)
        graph = self._shown if id_ in self._shown.variable else self.graph
        whole = simplify(express(graph, id_, self.names, (id_,) if opened else ()))
        told = calls(shortened(whole, MOST))
        return told if len(told) <= LETTERS else calls(shortened(whole, FEW))

    def behind(self, variable: Any) -> Any:
        """Return the value that a variable is but for its type, and for axes in front of it.

        Those that make a matrix of a vector for a product are behind it too.
        """
        while variable.owner is not None:
            op = self.engine.op_of(variable.owner)
            is_axes = (
                has(op.kind, "repeats")
                and not has(op.kind, "fills")
                and (adds_leading_axes(op.params) or self.ids.get(variable) in self._within)
            )
            if not is_axes and not has(op.kind, "converts"):
                return variable
            variable = variable.owner.inputs[0]
        return variable

    def in_round(self, variable: Any, tap: int) -> str:
        """Name what a round of a loop reads of a sequence, or of a state, by what that begins with.

        Empty where that has no short name.
        """
        begins, is_cut = self._begins(variable)
        # Of a sequence that was cut or turned around it is not certain which element it is.
        series = self.expression(begins, opened=False)
        told = f"{series}[{'…' if is_cut else round_of(letter_within([series]), tap)}]"
        return told if len(told) <= SHORT else ""

    def beginning(self, variable: Any) -> Any:
        """Return what a state of a loop begins with, or of which value a sequence is a part.

        The room for the rounds of a state is written with its beginning.
        """
        return self._begins(variable)[0]

    def _begins(self, variable: Any) -> tuple[Any, bool]:
        is_cut = False
        owner = variable.owner
        while owner is not None and owner.inputs and self.ids.get(variable) not in self.names:
            op = self.engine.op_of(owner)
            if op.family != "indexing":
                break
            is_state = has(op.kind, "same shape") and len(owner.inputs) > 1
            is_cut = not is_state
            variable = owner.inputs[1] if is_state else owner.inputs[0]
            owner = variable.owner
        return self.behind(variable), is_cut

    def series(self, variable: Any) -> str:
        """Call what a loop computes by its name, or that of what is read of it."""
        return series_name(self._named, self.ids[variable], self.names)

    @cached_property
    def _named(self) -> Graph:
        """The graph with the names that variables have in the user's statements."""
        named = (replace(v, name=self.names.get(v.id, v.name)) for v in self.graph.variables)
        return replace(self.graph, variables=tuple(named))

    def names_in_step(self, apply: Any) -> dict[int, str]:
        """Name what a round of a loop reads by the states and sequences outside, by position."""
        record, step = self.step(apply)
        if record is None or record.inner is None or step is None:
            return {}
        inner = self.graph.inner[record.inner].inputs
        found = {n: step.inputs.get(v, "") for n, v in enumerate(inner)}
        return {n: name for n, name in found.items() if name and not name.startswith(UNNAMED)}

    def step(self, apply: Any) -> tuple[Apply | None, Step | None]:
        """Name what a round of a loop reads and gives; None for any other apply node."""
        record = self._named.owner(self.ids[apply.outputs[0]])
        return record, None if record is None else step_of(self._named, record, self.names)

    def value(self, variable: Any, known: Mapping[Any, Any], *, deep: bool = True) -> Value:
        """Describe a value that went into an apply node, without axes that were only added."""
        variable = self.behind(variable)
        if (outside := self.fed.get(self.positions.get(variable, -1))) is not None:
            return outside
        role = self.engine.role_of(variable)
        value = known.get(variable, NOTHING)
        if value is NOTHING and role in ("constant", "shared"):
            value = self.engine.value_of(variable)
        parts: tuple[Value, ...] = ()
        if role == "intermediate" and deep:
            named = dict.fromkeys(self._named_below(variable))
            parts = tuple(self.value(v, known, deep=False) for v in [*named][:MAX_PARTS])
        return Value(
            self.expression(variable, opened=False),
            role,
            _dtype(variable, value),
            shape_of(value),
            value_text(value),
            self.came(variable),
            self.source(variable),
            parts,
        )

    def came(self, variable: Any) -> str:
        """Say where a value came from."""
        if variable in self.positions and self.positions[variable] in self.numbers:
            return self.numbers[self.positions[variable]]
        role = self.engine.role_of(variable)
        told = {"input": "an input", "shared": "a shared variable", "constant": "a constant"}
        return told.get(role, "computed")

    def _named_below(self, variable: Any) -> Sequence[Any]:
        """List the named values of which an expression is made."""
        found: list[Any] = []
        seen: set[Any] = set()
        stack = [variable]
        while stack:
            current = stack.pop()
            if current in seen:
                continue
            seen.add(current)
            is_leaf = current is not variable and self.ids[current] in self.names
            if is_leaf:
                found.append(current)
            elif current.owner is not None:
                stack += reversed(current.owner.inputs)
        return found


def _dtype(variable: Any, value: Any) -> str:
    dtype = getattr(value, "dtype", None) or getattr(variable.type, "dtype", None)
    return plain(dtype) if dtype is not None else type(value).__name__
