"""Hold a graph of a scene, the outer one or one inside an op, and what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops.rounds import SAME
from xorexplain.graph.records import Apply, Graph, Output, Variable
from xorexplain.graph.views.fold_repeats import REPEAT
from xorexplain.graph.views.inner import is_asked, is_small, name_ends, opened
from xorexplain.graph.views.loop_reads import said_by_steps
from xorexplain.graph.views.loop_series import series_name
from xorexplain.graph.views.loops import Step, step_of
from xorexplain.graph.views.names import outer_names
from xorexplain.graph.views.parts import PART
from xorexplain.render.limits import BOX_NODES
from xorexplain.render.look import Look, Shown
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.carried import (
    heading_words,
    inside_words,
    is_told,
    named_by_part,
    values_inside,
)
from xorexplain.render.pictures.records import Mark

if TYPE_CHECKING:
    from xorexplain.render.pictures.equations import Formula

NO_VALUE = Shown()
MANY = 24
"""A picture of no more apply nodes has a node for each result."""


@dataclass(frozen=True)
class Level:
    """Hold a graph of a scene, the outer one or one inside an op, and how it is shown.

    `names` call the variables; where there are none, they have the names of the user's own. `boxes`
    says whether inner graphs are drawn. `marks` sets apply nodes apart, by id. `values` are those
    of an inner graph's inputs that are constants outside. `parts` are the names of parts of the
    picture's formulas, which no two of them share; without it each formula counts its own.
    """

    graph: Graph
    look: Look
    names: Mapping[str, str] | None = None
    boxes: bool = True
    prefix: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    parts: set[str] | None = None

    @cached_property
    def called(self) -> Mapping[str, str]:
        """What formulas call the variables."""
        return outer_names(self.graph) if self.names is None else self.names

    def is_opened(self, apply: Apply) -> bool:
        """Tell whether an inner graph is to be shown; a Composite's is a formula where all are."""
        if self.look.raw:
            return apply.inner is not None and apply.op.kind != "composite"
        is_untold = apply.op.kind == "scan" and not is_told(self.graph, apply)
        return self.boxes and (is_untold or self.is_asked(apply))

    def drawn_inside(self, apply: Apply) -> Level | None:
        """Return what to draw of an inner graph that is opened and small enough.

        What is long is no help in a picture that nobody asked for.
        """
        if not self.boxes or apply.inner is None or not is_small(self.graph, apply):
            return None
        is_long = len(self.graph.inner[apply.inner].applies) > BOX_NODES
        return None if is_long and not self.is_asked(apply) else self.inside(apply)

    def is_asked(self, apply: Apply) -> bool:
        """Tell whether somebody asked for what is inside of an op."""
        return self.look.raw or is_asked(self.graph, apply, self.look.opened, self.called)

    def inside(self, apply: Apply) -> Level | None:
        """Return what to show of an inner graph that is opened."""
        if apply.inner is None or not self.is_opened(apply):
            return None
        if apply.id not in self._insides:
            inner = name_ends(self.graph.inner[apply.inner])
            if not self.look.raw:
                inner = opened(self.graph, apply, self.called)
            values, prefix = values_inside(self.graph, apply), f"{self.prefix}{apply.id}_"
            made = Level(inner, self.look, prefix=prefix, values=values, parts=self.parts)
            self._insides[apply.id] = made
        return self._insides[apply.id]

    @cached_property
    def _insides(self) -> dict[str, Level]:
        return {}

    def step(self, apply: Apply) -> Step | None:
        """Return what the ends of a Scan's inner graph are called in its step."""
        is_shown = apply.op.kind == "scan" and not self.look.raw
        return step_of(self.graph, apply, self.called) if is_shown else None

    def heading(self, apply: Apply) -> str:
        """Name the op of an apply node."""
        return heading_words(self.graph, apply, self.step(apply), self.look.raw)

    def inside_title(self, apply: Apply) -> str:
        """Entitle the box around the inner graph of an apply node."""
        return inside_words(apply, self.step(apply))

    def formula(self, apply: Apply) -> Formula | None:
        """Return the formula that tells what an apply node does, where one does."""
        if apply.op.kind != "composite" and not is_told(self.graph, apply):
            return None
        from xorexplain.render.pictures import formulas  # takes time, and few pictures hold one

        if apply.id not in self._formulas:
            lines, parts = self._lines_of(apply), self.parts or ()
            self._keep(
                apply,
                formulas.exact_formula(self.graph, apply)
                if self.look.raw
                else formulas.formula(self.graph, apply, self.called, lines, parts),
            )
        return self._formulas[apply.id]

    def part_lines(self, apply: Apply) -> list[str]:
        """Write what the first of several equal parts computes, where a few lines tell it."""
        from xorexplain.render.pictures import formulas

        if apply.id not in self._formulas:
            self._keep(apply, formulas.part_formula(self.graph, apply, self.parts or ()))
        found = self._formulas[apply.id]
        return [] if found is None else found.lines()

    def _keep(self, apply: Apply, found: Formula | None) -> None:
        self._formulas[apply.id] = found
        if found is not None and self.parts is not None:
            self.parts.update(found.parts)

    def formula_lines(self, apply: Apply) -> list[str]:
        """Write the formula on lines; the only output is named where its name is shown."""
        written, first = self.formula(apply), self.graph.variable[apply.outputs[0]]
        labelled = [output.label for output in self.graph.results.get(first.id, ())]
        is_said = self.look.raw or self.called.get(first.id) in labelled
        is_named = len(apply.outputs) > 1 or apply.op.kind == "scan"
        is_named = is_named or (bool(self.shown_name(first)) and not is_said)
        return [] if written is None else written.lines(is_named)

    @cached_property
    def _formulas(self) -> dict[str, Formula | None]:
        return {}

    def _lines_of(self, apply: Apply) -> dict[str, str]:
        """Name those outputs of an apply node that have a line of its formula: what is read."""
        graph = self.graph
        wanted = [v for v in apply.outputs if graph.clients[v] or v in graph.results]
        return {v: self.called[v] for v in wanted if v in self.called}

    @cached_property
    def referred(self) -> frozenset[str]:
        """Variables whose names a formula uses."""
        found: set[str] = set()
        for apply in self.graph.applies:
            told = self.formula(apply) or self.step(apply)
            found |= told.reads if told is not None else set()
            found.update(named_by_part(self.graph, apply))
        return frozenset(found)

    def is_named(self, variable: Variable) -> bool:
        """Tell whether a variable's name is shown: it is the user's, or a formula uses it."""
        return self.names is not None or bool(variable.name) or variable.id in self.referred

    def shown_name(self, variable: Variable) -> str:
        """Return the name of a variable where it is shown, else nothing."""
        if variable.name or self.look.raw or not self.is_named(variable):
            return labels.clip(variable.name or "", labels.MAX_NAME)
        return labels.clip(self.called.get(variable.id, ""), labels.MAX_NAME)

    def argument_words(self, apply: Apply, position: int) -> str:
        """Say which argument of an apply node it is, where no formula does."""
        is_said = apply.op.kind in (REPEAT, PART)
        is_said = is_said or (not self.look.raw and is_told(self.graph, apply))
        is_said &= apply.op.kind != "scan"
        return "" if is_said else labels.edge_label(self.graph, apply, position)

    def edge_words(self, apply: Apply, position: int) -> str:
        """Say at an edge which argument it is; `x[t]` and `W` in a formula tell those of a Scan.

        What a state begins with is not in the formula. What is the same in every round is the rest.
        A loop without a formula says what a round reads, where slices that it reads are left out.
        """
        words = self.argument_words(apply, position)
        if self.look.raw or apply.op.kind != "scan":
            return words
        is_said = is_told(self.graph, apply) and not words.startswith("state")
        if is_said or words == SAME:
            return ""
        return self._read_in_a_round(apply, position) or words

    def _read_in_a_round(self, apply: Apply, position: int) -> str:
        """Say of what is a slice that is left out what a round reads of it."""
        step = None if self.drawn_inside(apply) is not None else self.step(apply)
        if apply.inputs[position] not in self.unsaid or apply.inner is None or step is None:
            return ""
        fed = zip(self.graph.inner[apply.inner].inputs, apply.inner_inputs, strict=False)
        names = (step.inputs.get(v, "") for v, feed in fed if feed == position)
        return labels.clip(", ".join(filter(None, names)), labels.MAX_NAME)

    def names_outputs(self, apply: Apply, variable: str) -> bool:
        """Tell whether formulas say on both sides which output of another node is read."""
        owner = self.graph.owner(variable)
        return owner is not None and all(is_told(self.graph, end) for end in (owner, apply))

    def output_words(self, variable: str) -> str:
        """Say which of several outputs of its apply node a variable is."""
        owner = self.graph.owner(variable)
        if owner is not None and owner.op.kind == PART:
            return ""
        carried = labels.carried(self.graph, variable)
        if owner is not None and owner.op.kind == REPEAT:
            return self.shown_name(self.graph.variable[variable])
        if carried and owner is not None and self.step(owner) is not None:
            return labels.clip(series_name(self.graph, variable, self.called), labels.MAX_NAME)
        if not carried or owner is None or self.look.raw or not is_told(self.graph, owner):
            return carried
        return labels.clip(self.called.get(variable, carried), labels.MAX_NAME)

    @cached_property
    def unsaid(self) -> Mapping[str, str]:
        """Slices that loops say they read, which are not drawn, each with what it is one of."""
        if self.parts is None or self.look.raw or not self.look.fold:
            return {}
        loops = [apply for apply in self.graph.applies if apply.op.kind == "scan"]
        steps = {a.id: step for a in loops if (step := self.step(a)) is not None}
        changed = [id_ for id_, mark in self.marks.items() if mark in ("added", "removed")]
        return said_by_steps(self.graph, steps, changed) if steps else {}

    @cached_property
    def told_results(self) -> Mapping[str, Output]:
        """Gradients that the apply nodes which compute them tell, in a picture of many nodes."""
        graph = self.graph
        is_plain = self.look.raw or not self.look.fold
        if self.parts is None or self.prefix or is_plain or len(graph.applies) <= MANY:
            return {}
        owners = {o.variable: graph.owner(o.variable) for o in graph.outputs}
        return {
            owner.id: output
            for output in graph.outputs
            if (owner := owners[output.variable]) is not None and owner.id in graph.backward
            if len(owner.outputs) == 1 == len(graph.results[output.variable])
            if output.updates is None and not graph.clients[output.variable]
        }

    def drawn_results(self) -> Iterator[tuple[int, Output]]:
        """Yield the results that have a node of their own, each with its position."""
        told = self.told_results.values()
        return ((i, output) for i, output in enumerate(self.graph.outputs) if output not in told)

    def is_drawn(self, apply: Apply) -> bool:
        """Tell whether an apply node has a node in the picture."""
        return apply.outputs[0] not in self.unsaid

    def source(self, variable: str) -> str:
        """Return the node an edge comes from: the variable's own, or that of its apply node."""
        while variable in self.unsaid:
            variable = self.unsaid[variable]
        owner = None if self.look.raw else self.graph.variable[variable].owner
        return self.prefix + (owner or variable)

    def results(self) -> list[str]:
        """Return the nodes that stand for the results."""
        if self.look.raw:
            return [self.prefix + output.variable for output in self.graph.outputs]
        return [f"{self.prefix}r{position}" for position, _ in enumerate(self.graph.outputs)]

    def type_of(self, variable: Variable) -> str:
        """Write type and shape of a variable as the look asks for; a number alone has none."""
        variable = self.as_held(variable)
        shapes = self.look.shapes and (self.look.types or variable.shape != ())
        return labels.details(variable, self.look.types, shapes)

    def shown(self, variable: Variable) -> Shown:
        """Return what the picture says of a variable's value."""
        return self.look.values.get(self.prefix + variable.id, NO_VALUE)

    def as_held(self, variable: Variable) -> Variable:
        """Give a variable the shape that its value has, where the picture shows values."""
        shape = self.shown(variable).shape
        return variable if shape is None else replace(variable, shape=shape, lengths=None)

    def name_of(self, variable: Variable) -> str:
        """Return what a computed variable is called in this level, if it is."""
        return labels.clip((self.names or {}).get(variable.id, ""), labels.MAX_NAME)
