"""Number the computations of all stages of a model together, and give each one name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field, replace
from typing import Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.stages import STAGES, WRITTEN
from xorexplain.graph.views.matching import corresponding
from xorexplain.graph.views.names import intermediate_names, names_of_fixed
from xorexplain.graph.views.same import classes
from xorexplain.models.capture import capture, variable_ids
from xorexplain.models.model import Model
from xorexplain.render.pictures.labels import MAX_NAME, clip
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.steps import replaced
from xorexplain.rewrites.trace import Trace

Working = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Numbered:
    """Hold some stages of a subject, with the reason where one is missing, and all that links them.

    `numbers` gives, for each stage, for `trace`, `derivation` and the `model`'s own outputs, the
    number of the computation a variable stands for: one number means one value. `number_of` gives
    it for the engine's variables of what was written, of which `variables` has one a number;
    `names` has a readable name. `together` is one graph of all that was written, its results being
    every variable, in the order of `every`.
    """

    subject: Subject
    graphs: Mapping[str, Graph]
    missing: Mapping[str, str]
    derivation: Derivation | None
    recording: Recording | None
    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    variables: Mapping[int, Any] = field(default_factory=dict)
    number_of: Mapping[Any, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    together: Graph | None = None
    every: tuple[Any, ...] = ()

    @property
    def engine(self) -> Engine:
        """The engine of the model."""
        return self.subject.engine

    @property
    def model(self) -> Model:
        """What a user wrote."""
        return self.subject.model

    def adjoint_names(self) -> dict[str, str]:
        """Map names that the start of the trace has by itself to those of the adjoints it computes.

        The rewriter starts from a graph of its own, in which the gradients have no names.
        """
        if self.derivation is None or self.recording is None:
            return {}
        known: dict[int, str] = {}
        for variable, adjoint in self.derivation.adjoints.items():
            if self.derivation.graph.owner(adjoint) is not None:
                number = self.numbers["derivation"][adjoint]
                known.setdefault(number, self.derivation.adjoint_name(variable))
        start = self.recording.trace.first.graph
        numbers, forward = self.numbers["trace"], self.derivation.taken
        return {
            name: known[numbers[id_]]
            for id_, name in intermediate_names(start).items()
            if numbers[id_] in known and name not in forward
        }

    def names_in(self, stage: str) -> dict[str, str]:
        """Return the names of the variables of a stage, or of `trace`, by id."""
        numbers = self.numbers.get(stage, {})
        found = {id_: self.names[n] for id_, n in numbers.items() if n in self.names}
        if stage in self.graphs:
            found |= intermediate_names(self.graphs[stage])
            found |= names_of_fixed(self.graphs[stage], found)
        return {id_: clip(name, MAX_NAME) for id_, name in found.items()}


def numbered(
    subject: Subject,
    stages: Collection[str] = STAGES,
    derives: bool = True,
    working: Working = lambda what: nullcontext(),
    links: bool = True,
) -> Numbered:
    """Make every stage among `stages` that the model can have, and number what they compute.

    `derives` has the gradient derived, whose names the adjoints get. `working` is told what is
    being done. `links` is as for `Subject.compile_recorded`. Raise XorexplainError where no stage
    can be made, and for an unknown target.
    """
    graphs: dict[str, Graph] = {}
    missing: dict[str, str] = {}
    with working("finding the target"):
        subject.check_target()
    for stage in STAGES:
        if stage not in stages:
            continue
        if stage == "optimized" and "compiled" in stages:
            with working("compiling"):
                subject.compile_recorded(links)
        with working("compiling" if stage == "compiled" else f"making the {stage} graph"):
            try:
                graphs[stage] = subject.graph(stage)
            except XorexplainError as error:
                missing[stage] = str(error)
    if not graphs:
        raise XorexplainError(next(iter(missing.values())))
    derivation = None
    if derives and subject.model.cost is not None and subject.model.parameters:
        with working("deriving the gradient"):
            try:
                derivation = subject.derivation
            except XorexplainError as error:
                missing["derivation"] = str(error)
    recording = subject.recording if "optimized" in graphs and subject.is_recorded else None
    return _numbered(Numbered(subject, graphs, missing, derivation, recording))


def _numbered(made: Numbered) -> Numbered:
    """Number the computations of all stages together."""
    subject = made.subject
    ids = {
        stage: variable_ids(subject.view(stage).source) for stage in WRITTEN if stage in made.graphs
    }
    ids["model"] = {variable: name for name, variable in made.model.outputs.items()}
    if made.derivation is not None:
        ids["derivation"] = {v: id_ for id_, v in made.derivation.variables.items()}
    every = list(dict.fromkeys(_below([v for found in ids.values() for v in found])))
    source = Source(every, every, [None] * len(every))
    together = capture(made.engine, source, Origin(made.engine.name, ""))
    same = classes(together)
    number_of = {v: same[o.variable] for v, o in zip(every, together.outputs, strict=True)}
    numbers = {
        stage: {id_: number_of[v] for v, id_ in found.items()} for stage, found in ids.items()
    }
    numbers |= _rewritten_numbers(made, numbers, len(number_of))
    names = _names(made.derivation, numbers)
    names = _with_fresh_names(together, same, names)
    if made.recording is not None:
        names = _with_fresh_names(made.recording.trace.universe, numbers["trace"], names)
    variables = {number: variable for variable, number in reversed(number_of.items())}
    return replace(
        made,
        numbers=numbers,
        variables=variables,
        number_of=number_of,
        names=names,
        together=together,
        every=tuple(every),
    )


def _names(
    derivation: Derivation | None, numbers: Mapping[str, Mapping[str, int]]
) -> dict[int, str]:
    """Take the names of the derivation: of forward values, and of their adjoints."""
    if derivation is None:
        return {}
    of = numbers["derivation"]
    names = {of[v]: name for v, name in derivation.names.items()}
    for variable, adjoint in derivation.adjoints.items():
        names.setdefault(of[adjoint], derivation.adjoint_name(variable))
    for result in derivation.results:
        if result.update is not None:
            names.setdefault(of[result.update], f"{derivation.names[result.parameter]} (new)")
    return names


def _with_fresh_names(
    graph: Graph, numbers: Mapping[str, int], known: Mapping[int, str]
) -> dict[int, str]:
    """Name what has no name yet, by letters that are free."""
    named = replace(
        graph,
        variables=tuple(
            replace(v, name=known[numbers[v.id]]) if numbers[v.id] in known else v
            for v in graph.variables
        ),
    )
    names = dict(known)
    for id_, name in intermediate_names(named).items():
        names.setdefault(numbers[id_], name)
    return names


def _below(tops: list[Any]) -> list[Any]:
    return [v for node in toposort(tops) for v in (*node.inputs, *node.outputs)] + tops


def _rewritten_numbers(
    made: Numbered, numbers: Mapping[str, Mapping[str, int]], free: int
) -> dict[str, dict[str, int]]:
    """Number the rewriter's variables: as what they are a copy of, or what they replaced."""
    found: dict[str, dict[str, int]] = {}
    graphs = made.graphs
    if made.recording is not None:
        trace = made.recording.trace
        traced: dict[str, int] = {}
        base = stage_of_trace(made)
        if base is not None:
            pairs = corresponding(graphs[base], trace.first.graph)
            traced = {pairs[id_]: n for id_, n in numbers[base].items() if id_ in pairs}
        found["trace"] = traced = _traced(trace, traced, free)
        found["optimized"] = {v.id: traced[v.id] for v in graphs["optimized"].variables}
    if "compiled" in graphs and "optimized" in found:
        pairs = corresponding(graphs["optimized"], graphs["compiled"])
        found["compiled"] = {pairs[v]: n for v, n in found["optimized"].items() if v in pairs}
    return found


def _traced(trace: Trace, known: Mapping[str, int], free: int) -> dict[str, int]:
    """Number the variables of a trace: what takes the place of another has its number."""
    traced = dict(known)
    for step in trace.steps:
        for old, new in replaced(trace, step) if step.verdict == "applied" else ():
            if old in traced:
                traced.setdefault(new, traced[old])
    for position, variable in enumerate(trace.universe.variables):
        traced.setdefault(variable.id, free + position)
    return traced


def trace_names(trace: Trace) -> dict[str, str]:
    """Name the variables of a trace that stands alone, by id."""
    start = {v.id: n for n, v in enumerate(trace.first.graph.variables)}
    numbers = _traced(trace, start, len(start))
    names = _with_fresh_names(trace.universe, numbers, {})
    return {id_: clip(names[n], MAX_NAME) for id_, n in numbers.items() if n in names}


def stage_of_trace(made: Numbered) -> str | None:
    """Return the stage that the rewriter started from."""
    if made.recording is None:
        return None
    universe = made.recording.trace.universe
    labels = [output.label for output in universe.outputs]
    for stage in ("updates", "symbolic"):
        graph = made.graphs.get(stage)
        if graph is None:
            continue
        if graph.origin.target == universe.origin.target:
            return stage
        if [output.label for output in graph.outputs] == labels:
            return stage
    return None
