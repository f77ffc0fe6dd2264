"""Put one apply node in the place of equal parts of a graph; it carries the first of them.

What the parts have each for themselves becomes one variable, called `W2 … W11`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import count

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Family, Graph, Op, Output, Variable
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.ranges import spread
from xorexplain.graph.views.repeats import Run, equal_parts, in_reading_order
from xorexplain.graph.views.runs import given_to_each, homes_in, title_of

REPEAT = "repeated"
"""The kind of an apply node that stands for equal parts."""
Slot = tuple[int, int, int]
"""A run, a node of its parts, and an argument or an output of that."""


def fold_repeats(graph: Graph) -> Graph:
    """Fold equal layers and equal updates into one apply node each, which says how many."""
    order = in_reading_order(graph)
    runs = equal_parts(graph, order)
    return _Folding(graph, order, runs).graph() if runs else graph


@dataclass
class _Folding:
    """Hold what is put in the place of what."""

    graph_: Graph
    order: Sequence[Apply]
    runs: Sequence[Run]
    made: dict[str, Variable] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    series: dict[Slot, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = homes_in(self.runs)
        self.names = intermediate_names(self.graph_)
        used = [int(v.id[1:]) for v in self.graph_.variables if v.id[1:].isdigit()]
        self._fresh = (f"v{number}" for number in count(max(used, default=0) + 1))
        self._join_given()
        self._join_computed()

    def graph(self) -> Graph:
        """Return the graph with its folds."""
        graph = self.graph_
        applies: list[Apply] = []
        last: list[Apply] = []
        inner = list(graph.inner)
        for apply in self.order:
            if apply.id not in self.home:
                applies.append(apply)
                continue
            r, i, q = self.home[apply.id]
            if i == q == 0:
                fold, inside = self._fold(r, len(inner))
                inner.append(inside)
                (applies if self.runs[r].is_chain else last).append(fold)
        applies += last
        outputs = tuple(self._outputs())
        known = {**{v.id: v for v in graph.variables}, **self.made}
        owners = {v: apply.id for apply in applies for v in apply.outputs}
        used = dict.fromkeys(v for apply in applies for v in (*apply.inputs, *apply.outputs))
        used |= dict.fromkeys(o.variable for o in outputs)
        used |= dict.fromkeys(o.updates for o in outputs if o.updates)
        rest = (v.id for v in graph.variables if v.owner is None and not graph.clients[v.id])
        used |= dict.fromkeys(v for v in rest if v not in self.given)
        ordered = [v for v in known if v in used]
        return replace(
            graph,
            variables=tuple(replace(known[v], owner=owners.get(v)) for v in ordered),
            applies=tuple(applies),
            inputs=self._renamed(graph.inputs, used),
            parameters=self._renamed(graph.parameters, used),
            outputs=outputs,
            inner=tuple(inner),
            hidden=(),
            ancestry=tuple(a for a in graph.ancestry if a.apply not in self.home),
        )

    def _renamed(self, ids: Sequence[str], used: Mapping[str, object]) -> tuple[str, ...]:
        return tuple(v for v in dict.fromkeys(self.given.get(v, v) for v in ids) if v in used)

    def _join_given(self) -> None:
        """Make one variable of those that the parts of chains read each for itself."""
        for ids in given_to_each(self.graph_, self.runs):
            self.given |= dict.fromkeys(ids, self._joined(ids))

    def _join_computed(self) -> None:
        """Make one variable of what each part gives, where other parts read it or results are."""
        graph = self.graph_
        for r, run in enumerate(self.runs):
            for q, apply in enumerate(run.parts[0]):
                for k, _ in enumerate(apply.outputs):
                    ids = [part[q].outputs[k] for part in run.parts]
                    readers = [
                        self.home.get(client.id) for id_ in ids for client, _ in graph.clients[id_]
                    ]
                    others = {home[0] for home in readers if home is not None} - {r}
                    is_result = sum(id_ in graph.results for id_ in ids) > 1
                    if others or is_result:
                        self.series[r, q, k] = self._joined(ids)

    def _joined(self, ids: Sequence[str]) -> str:
        variables = [self.graph_.variable[id_] for id_ in ids]
        names = [variable.name or "" for variable in variables]
        shapes, lengths = {v.shape for v in variables}, {v.lengths for v in variables}
        id_ = next(self._fresh)
        self.made[id_] = replace(
            variables[0],
            id=id_,
            name=spread(names) if all(names) else None,
            shape=shapes.pop() if len(shapes) == 1 else None,
            lengths=lengths.pop() if len(lengths) == 1 else None,
        )
        return id_

    def _seen(self, variable: str, r: int) -> str:
        """Return what a run reads in the place of a variable."""
        owner = self.graph_.variable[variable].owner
        home = None if owner is None else self.home.get(owner)
        if home is not None and home[0] != r and owner is not None:
            k = self.graph_.apply[owner].outputs.index(variable)
            return self.series.get((home[0], home[2], k), variable)
        return self.given.get(variable, variable)

    def _fold(self, r: int, position: int) -> tuple[Apply, Graph]:
        """Return the apply node of a run, and the graph of its first part."""
        graph, run = self.graph_, self.runs[r]
        first = run.parts[0]
        own = {v for part in run.parts for apply in part for v in apply.outputs}
        inside = {v for apply in first for v in apply.outputs}
        read: dict[str, None] = {}
        for part in run.parts:
            for apply in part:
                plain = (v for v in apply.inputs if v not in own)
                read |= dict.fromkeys(
                    self._seen(v, r) for v in plain if not graph.variable[v].folded
                )
        inputs = tuple(read)
        ends = [v for apply in first for v in apply.inputs if v not in inside]
        given = [v for v in dict.fromkeys(ends) if not graph.variable[v].folded]
        outputs, results = self._given_out(r)
        used = dict.fromkeys((*ends, *inside))
        inner = replace(
            graph,
            origin=replace(graph.origin, stage=None, target=None),
            variables=tuple(
                replace(v, name=self._inner_name(v), owner=v.owner if v.id in inside else None)
                for v in graph.variables
                if v.id in used
            ),
            applies=first,
            inputs=tuple(given),
            outputs=tuple(Output(v) for v in results),
            parameters=tuple(v for v in graph.parameters if v in used),
            hidden=(),
            ancestry=(),
            whole=None,
        )
        number = {v: i for i, v in enumerate(inputs)}
        title = title_of(graph, run, self.names)
        apply = Apply(
            id=first[0].id,
            op=Op(REPEAT, _family(first), "", (("name", title), ("count", str(len(run.parts))))),
            inputs=inputs,
            outputs=tuple(outputs),
            inner=position,
            inner_inputs=tuple(number.get(self._seen(v, r)) for v in given),
            source=first[0].source,
        )
        return apply, inner

    def _inner_name(self, variable: Variable) -> str | None:
        """Call a variable as it is called outside."""
        is_value = variable.role == "constant"
        return variable.name if is_value else self.names.get(variable.id, variable.name)

    def _given_out(self, r: int) -> tuple[list[str], list[str]]:
        """Return what a fold gives, and which variable of its first part that is."""
        graph, run = self.graph_, self.runs[r]
        outputs: list[str] = []
        results: list[str] = []
        for q, apply in enumerate(run.parts[0]):
            for k, first in enumerate(apply.outputs):
                ids = [part[q].outputs[k] for part in run.parts]
                found = [id_ for id_ in ids if self._is_read_alone(id_, r)]
                if (r, q, k) in self.series:
                    found.append(self.series[r, q, k])
                elif not found:
                    found = [id_ for id_ in ids if id_ in graph.results]
                outputs += found
                results += [first] * len(found)
        return outputs, results

    def _is_read_alone(self, variable: str, r: int) -> bool:
        """Tell whether an apply node reads a variable that is in no run."""
        return any(apply.id not in self.home for apply, _ in self.graph_.clients[variable])

    def _outputs(self) -> Iterator[Output]:
        """Yield the results, those of one series together."""
        joined: dict[str, list[Output]] = {}
        for output in self.graph_.outputs:
            joined.setdefault(self._result(output.variable), []).append(output)
        for variable, found in joined.items():
            labels = [output.label or "" for output in found]
            kept = [output.updates for output in found if output.updates]
            updated = dict.fromkeys(self.given.get(v, v) for v in kept)
            yield Output(
                variable,
                found[0].label if len(found) == 1 else spread(labels) if all(labels) else None,
                next(iter(updated), None),
            )

    def _result(self, variable: str) -> str:
        owner = self.graph_.variable[variable].owner
        if owner is None or owner not in self.home:
            return variable
        r, _, q = self.home[owner]
        k = self.graph_.apply[owner].outputs.index(variable)
        return self.series.get((r, q, k), variable)


def _family(part: Sequence[Apply]) -> Family:
    """Return the family of the first matrix product of a part, else of its first apply node."""
    return next((a.op.family for a in part if a.op.family == "linear algebra"), part[0].op.family)
