"""Hold a symbolic graph as plain frozen records that belong to no engine.

Vocabulary: a *variable* is a value of the graph, an *apply node* is one use of an *op* on
variables, an *inner graph* is the graph an op carries inside (Composite, Scan, OpFromGraph).
Ids (`v0`, `n0`) come from the order in which the graph is walked, so two runs of the same
program give the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Literal

from xorexplain.errors.escaping import counted, short
from xorexplain.errors.records import dataclass

SCHEMA_VERSION = 1

Role = Literal["input", "shared", "constant", "output", "intermediate"]
Family = Literal[
    "linear algebra",
    "elementwise",
    "reduction",
    "shape",
    "indexing",
    "random",
    "control",
    "other",
]
Aliases = tuple[tuple[int, tuple[int, ...]], ...]
"""Pairs of an output position and the input positions it destroys or views."""
DELTA = "δ"
"""Stands before the name of a variable in that of its adjoint."""
EVERYWHERE = " everywhere"
"""Ends the text of a constant whose elements all have the value before it."""
MAX_EXACT_TEXT = 200
"""The text of a constant that is no array may leave something out when it is longer."""


def is_phrase(told: str) -> bool:
    """Tell whether what stands for a value needs parentheses: a space is outside of brackets."""
    depth = 0
    for sign in told:
        depth += (sign in "([") - (sign in ")]")
        if sign == " " and depth == 0:
            return True
    return False


@dataclass(frozen=True)
class SourceLine:
    """Name the line of the user's program that created a variable."""

    file: str
    line: int
    code: str


@dataclass(frozen=True)
class Variable:
    """Describe one value of a graph.

    `shape` has one entry a dimension, `None` where the engine cannot tell; it is `None` as a
    whole for a variable that is no tensor. `lengths` are its entries as text where a view gave
    unknown ones names, empty for one without a name. `value` is the text of a constant's value. A
    `folded` variable is shown inside the apply nodes that read it, not as a node of its own. What
    has no name is `called` something in all of a model: the first is written, all are understood.
    """

    id: str
    name: str | None
    type: str
    role: Role
    dtype: str | None = None
    shape: tuple[int | None, ...] | None = None
    broadcastable: tuple[bool, ...] | None = None
    value: str | None = None
    owner: str | None = None
    source: SourceLine | None = None
    folded: bool = False
    lengths: tuple[str, ...] | None = None
    called: tuple[str, ...] = ()

    @property
    def filling(self) -> str | None:
        """The one value that every element of a constant has; None where there is no such."""
        text = (self.value or "").removesuffix(EVERYWHERE).strip("[]")
        return None if not text or " " in text or "," in text else text

    @property
    def is_exact(self) -> bool:
        """Tell whether a constant's text tells its whole value, together with type and shape."""
        is_known = self.value is not None and " elements" not in self.value
        return is_known and (self.shape is not None or len(self.value or "") <= MAX_EXACT_TEXT)


@dataclass(frozen=True)
class Op:
    """Describe what an apply node computes.

    `label` is the engine's own text for the op, empty for one that a view made of several; `kind`
    is the name both engines share (`add`, `dot`, `dimshuffle`), `params` what distinguishes two ops
    of one kind (an axis).
    """

    kind: str
    family: Family
    label: str
    params: tuple[tuple[str, str], ...] = ()

    def param(self, name: str) -> str | None:
        """Return the parameter of that name, or None."""
        return dict(self.params).get(name)


@dataclass(frozen=True)
class Apply:
    """Describe one use of an op: its input and output variables by id.

    `destroy_map` and `view_map` pair an output position with the input positions whose memory
    the output overwrites or shares. `inner` is a position in `Graph.inner`; `inner_inputs` maps
    each input of the inner graph to the input position it is fed from (None for a value that
    only lives inside, as a Scan's counter).
    """

    id: str
    op: Op
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    destroy_map: Aliases = ()
    view_map: Aliases = ()
    inner: int | None = None
    inner_inputs: tuple[int | None, ...] = ()
    source: SourceLine | None = None


@dataclass(frozen=True)
class Output:
    """Name a result of the graph; `updates` is the shared variable that takes its value."""

    variable: str
    label: str | None = None
    updates: str | None = None


@dataclass(frozen=True)
class Origin:
    """Say where a graph comes from: engine and version, and the model, stage and target.

    `mode` is what it was rewritten in, None for the engine's default.
    """

    engine: str
    version: str
    model: str | None = None
    stage: str | None = None
    target: str | None = None
    mode: str | None = None


@dataclass(frozen=True)
class Ancestor:
    """Describe a variable of the graph before rewriting: its name and its expression as text.

    `rule` names the rule of the gradient that made it, as "dot at z2"; empty for what the user
    wrote. `source` is the user's line.
    """

    variable: str
    name: str
    expression: str
    rule: str = ""
    source: SourceLine | None = None


@dataclass(frozen=True)
class Ancestry:
    """Say what an apply node of a rewritten graph was made from, and by which rewrites.

    `rewrites` pairs the number of a step with the name of its rewrite.
    """

    apply: str
    ancestors: tuple[Ancestor, ...]
    rewrites: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, repr=False)
class Graph:
    """Hold a whole graph: variables, apply nodes in execution order, inputs and outputs.

    `parameters` are what the model names as such; what a function updates besides, such as the
    state of an optimizer or of a random generator, is none of them. `ancestry` is known for graphs
    that come out of a recorded rewriting. `hidden` are the links of a part of a graph through what
    it leaves out: the second variable is computed from the first. `whole` is how many apply nodes
    the engine's graph has of which this one is a part or a simpler form, None for the whole itself.
    `backward` are the apply nodes that the cost is not computed by, where that is known: they make
    its gradient, and new values. `merged` is how often the engine computes what a view does once.
    """

    origin: Origin
    variables: tuple[Variable, ...]
    applies: tuple[Apply, ...]
    inputs: tuple[str, ...]
    outputs: tuple[Output, ...]
    parameters: tuple[str, ...] = ()
    inner: tuple[Graph, ...] = ()
    ancestry: tuple[Ancestry, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    whole: int | None = field(default=None, compare=False)
    backward: tuple[str, ...] = field(default=(), compare=False)
    merged: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def count(self) -> int:
        """How many apply nodes the engine's graph has, those that are left out here too."""
        return len(self.applies) if self.whole is None else self.whole

    @cached_property
    def variable(self) -> Mapping[str, Variable]:
        """Variables by id."""
        return {variable.id: variable for variable in self.variables}

    @cached_property
    def updated(self) -> frozenset[str]:
        """Ids of the shared variables that get a new value."""
        return frozenset(output.updates for output in self.outputs if output.updates)

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """Ids of the shared variables that serve something else than the model, and what."""
        from xorexplain.graph.views.state import kept

        return kept(self)

    @cached_property
    def apply(self) -> Mapping[str, Apply]:
        """Apply nodes by id."""
        return {apply.id: apply for apply in self.applies}

    @cached_property
    def hidden_sources(self) -> Mapping[str, list[str]]:
        """For each loose end, the variables it is computed from through what is left out."""
        found: dict[str, list[str]] = {}
        for source, end in self.hidden:
            found.setdefault(end, []).append(source)
        return found

    @cached_property
    def results(self) -> Mapping[str, list[Output]]:
        """For each variable that is a result, the results it is."""
        found: dict[str, list[Output]] = {}
        for output in self.outputs:
            found.setdefault(output.variable, []).append(output)
        return found

    @cached_property
    def ancestry_of(self) -> Mapping[str, Ancestry]:
        """Ancestry by apply node."""
        return {entry.apply: entry for entry in self.ancestry}

    @cached_property
    def clients(self) -> Mapping[str, tuple[tuple[Apply, int], ...]]:
        """For each variable id, the apply nodes that read it and at which input position."""
        found: dict[str, list[tuple[Apply, int]]] = {v.id: [] for v in self.variables}
        for apply in self.applies:
            for position, variable in enumerate(apply.inputs):
                found[variable].append((apply, position))
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def told_by_inside(self) -> frozenset[Op]:
        """Ops that several apply nodes have with different inner graphs, and nothing else."""
        found: dict[Op, set[int]] = {}
        for apply in self.applies:
            if apply.inner is not None and apply.op.label:
                found.setdefault(apply.op, set()).add(apply.inner)
        return frozenset(op for op, inside in found.items() if len(inside) > 1)

    @cached_property
    def output_ids(self) -> frozenset[str]:
        """Ids of the variables that are results of the graph."""
        return frozenset(output.variable for output in self.outputs)

    def owner(self, variable: str) -> Apply | None:
        """Return the apply node that computes a variable, None for one that is given."""
        owner = self.variable[variable].owner
        return None if owner is None else self.apply[owner]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show the graph in a notebook as an SVG picture, with its text beside it."""
        from xorexplain.api.drawing import picture_of

        return picture_of(self)._repr_mimebundle_(include, exclude)

    def __repr__(self) -> str:
        parts = (self.origin.model, self.origin.stage, counted(self.count, "apply node"))
        return short("Graph", parts)
