"""Compute every node of every stage of a model: for rows of its data, before and after training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy

from xorexplain.engines.shared.common import plain
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.models.naming import names_in
from xorexplain.models.samples import given_values
from xorexplain.models.targets import function_inputs
from xorexplain.models.training import call, values_kept
from xorexplain.render.numbers import short
from xorexplain.render.pictures.labels import MAX_NAME, clip
from xorexplain.render.reports.numbering import Numbered
from xorexplain.render.reports.unwritten import UNFIT, Run, suspects, unwritten

Array = Any
Values = Mapping[int, Array]
"""Values by the number of the computation."""
WHOLE = "all of the data"
MAX_RUNS = 20_000
"""Runs of ops for the nodes that only the rewriter made; beyond this they have no values."""


class MisfitError(XorexplainError):
    """Say that a model cannot be computed with the values that it is given."""


@dataclass(frozen=True)
class Case:
    """Hold values of what is given, and what to call them."""

    title: str
    given: Values


@dataclass(frozen=True)
class Moment:
    """Hold the weights before training, or after so many steps."""

    key: str
    title: str
    weights: Values


@dataclass(frozen=True)
class Computing:
    """Compute a model whose computations are numbered, on its own data and those of its subject.

    `note` says where the values of inputs come from. Raise XorexplainError for data
    that names what the graph does not read.
    """

    material: Numbered
    title: str = WHOLE
    """What all that is given is called."""

    @cached_property
    def _chosen(self) -> tuple[dict[int, Array], str]:
        return _given(self.material)

    @property
    def note(self) -> str:
        """Where the values of inputs come from."""
        return self._chosen[1]

    @property
    def whole(self) -> Case:
        """All of the data."""
        return Case(self.title, self._chosen[0])

    @cached_property
    def row_count(self) -> int:
        """How many rows the data have; 0 where not all of it has as many."""
        lengths = {
            (numpy.shape(value) or (0,))[0]
            for value in self._data.values()
            if isinstance(value, (numpy.ndarray, numpy.generic))
        }
        is_dense = all(isinstance(v, (numpy.ndarray, numpy.generic)) for v in self._data.values())
        return lengths.pop() if is_dense and len(lengths) == 1 else 0

    def row(self, number: int) -> Case:
        """Take one row of the data, counted from 0."""
        chosen = {n: value[number : number + 1] for n, value in self._data.items()}
        named = [(self.material.names.get(n, "?"), value) for n, value in chosen.items()]
        words = ", ".join(f"{name} = {_row_text(value)}" for name, value in named)
        title = words if all(value.size <= 6 for _, value in named) else f"row {number + 1}"
        return Case(title, {**self._chosen[0], **chosen})

    @cached_property
    def _data(self) -> dict[int, Array]:
        """What is given but for what is learned."""
        model = self.material.model
        learned = {id(shared) for shared, _ in model.update_pairs}
        learned |= {id(parameter) for parameter in model.parameters}
        variables = self.material.variables
        return {n: v for n, v in self._chosen[0].items() if id(variables[n]) not in learned}

    def moments(self, train_steps: int = 0) -> list[Moment]:
        """Return the moment before training, and that after some steps.

        The compiled train function is called, and the model's parameters get their values back.
        """
        found = [Moment("before", "before training", {})]
        if train_steps:
            weights = _trained(self.material, self._chosen[0], train_steps)
            found.append(Moment("after", f"after {train_steps:,} training steps", weights))
        return found

    def each(
        self, moments: Sequence[Moment], cases: Sequence[Case]
    ) -> Iterator[tuple[Moment, Case, Values]]:
        """Yield all values of each case at each moment; a case that does not fit is left out.

        Raise MisfitError where the first does not.
        """
        computer, kept = _Computer(self.material), list(cases)
        for moment in moments:
            for case in list(kept):
                try:
                    found = computer.run({**case.given, **moment.weights})
                except UNFIT as error:
                    kept.remove(case)
                    if case is cases[0]:
                        raise MisfitError(_first_line(error)) from error
                    continue
                yield moment, case, found


def adjoint_numbers(material: Numbered) -> dict[int, int]:
    """Return the number of the gradient for each computation that has one."""
    if material.derivation is None:
        return {}
    of = material.numbers["derivation"]
    return {of[v]: of[adjoint] for v, adjoint in material.derivation.adjoints.items()}


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _given(material: Numbered) -> tuple[dict[int, Array], str]:
    """Choose values for what the graph is given, and say where they come from."""
    graph, engine = material.together, material.engine
    assert graph is not None
    data = {**material.model.data, **material.subject.data}
    data = {plain(name): value for name, value in data.items()}
    ids = {o.variable: v for o, v in zip(graph.outputs, material.every, strict=True)}
    by_variable = {variable: number for number, variable in material.variables.items()}
    unread = [name for name in data if name not in {v.name for v in graph.variables}]
    read = {n: v for n, v in data.items() if n not in unread}
    values, drawn = given_values(engine, graph, ids, read)
    chosen = {by_variable[ids[id_]]: value for id_, value in values.items()}
    random = [clip(name, MAX_NAME) for name in drawn]
    elsewhere = {plain(name) for name in names_in(material.model)}
    unread = [name for name in unread if name in material.subject.data or name not in elsewhere]
    if unread:
        raise XorexplainError(f"the values name {unread[0]!r}, which the graph does not read")
    if random:
        names = ", ".join(random[:6]) + (", …" if len(random) > 6 else "")
        return chosen, f"The values of {names} are drawn at random, as no data was given for them."
    return chosen, "The values are those of the model and its data."


def _row_text(value: Array) -> str:
    numbers = [short(number) for number in numpy.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def _trained(material: Numbered, given: Values, steps: int) -> dict[int, Array]:
    """Call the compiled train function, and return what the shared variables became."""
    model, engine = material.model, material.engine
    compiled = material.graphs.get("compiled")
    if compiled is None or compiled.origin.target != "train" or not model.update_pairs:
        reason = material.missing.get("compiled") or "the model has no train function"
        raise XorexplainError(f"the model is not trained: {reason}: leave --train out")
    by_variable = {variable: number for number, variable in material.variables.items()}
    outputs = [model.cost] if model.cost is not None else []
    inputs = function_inputs(engine, model, outputs, model.update_pairs)
    arguments = [given[by_variable[variable]] for variable in inputs]
    shared = [variable for variable, _ in model.update_pairs if variable in by_variable]
    with values_kept(shared):
        call(engine, material.subject.function, arguments, steps)
        after = {by_variable[variable]: variable.get_value() for variable in shared}
    return {number: value for number, value in after.items() if number in given}


class _Computer:
    """Compute all numbers of the material from values of what is given.

    What holds memory that nobody has written has no value.
    """

    def __init__(self, material: Numbered) -> None:
        self._material = material
        self._compute: Any = None
        self._given: list[int] = []
        self._wanted: list[int] = []

    def run(self, given: Mapping[int, Array]) -> dict[int, Array]:
        """Return values by number."""
        every = self._run(given)
        unread = unwritten(self._material.engine, self._suspects, every)
        return {number: value for number, value in every.items() if number not in unread}

    @cached_property
    def _suspects(self) -> Sequence[Run]:
        return suspects(self._material)

    def _run(self, given: Mapping[int, Array]) -> dict[int, Array]:
        variables = self._material.variables
        if self._compute is None:
            self._given = list(given)
            roles = {n: self._material.engine.role_of(v) for n, v in variables.items()}
            self._wanted = [n for n, role in roles.items() if role == "intermediate"]
            self._compute = self._material.engine.evaluator(
                [variables[n] for n in self._wanted], [variables[n] for n in self._given]
            )
        with numpy.errstate(all="ignore"):
            computed = self._computed([given[n] for n in self._given])
            known = zip(self._wanted, computed, strict=True)
            found = {**given, **{n: v for n, v in known if not isinstance(v, NotComputedError)}}
            for number, variable in variables.items():
                if number not in found and self._material.engine.role_of(variable) == "constant":
                    found[number] = self._material.engine.value_of(variable)
            return {**found, **self._rewritten(found)}

    def _computed(self, arguments: Sequence[Array]) -> Sequence[Array | NotComputedError]:
        """Compute what can be; in the place of what cannot stands the reason."""
        try:
            return list(self._compute(*arguments))
        except NotComputedError as error:
            if not error.computed:
                raise
            return error.computed

    def _rewritten(self, known: Mapping[int, Array]) -> dict[int, Array]:
        """Compute what only the rewriter made, node by node as it came into the graph."""
        recording = self._material.recording
        if recording is None:
            return {}
        universe, numbers = recording.trace.universe, self._material.numbers["trace"]
        found: dict[int, Array] = {}
        for variable in universe.variables:
            if variable.role == "constant":
                value = self._material.engine.value_of(recording.variables[variable.id])
                found.setdefault(numbers[variable.id], value)
        every = {**found, **known}
        if len(universe.applies) > MAX_RUNS:
            return found
        for apply in universe.applies:
            if all(numbers[v] in every for v in apply.outputs):
                continue
            if not all(numbers[v] in every for v in apply.inputs):
                continue
            try:
                computed = recording.engine.compute(
                    recording.applies[apply.id],
                    [recording.variables[v] for v in apply.inputs],
                    [every[numbers[v]] for v in apply.inputs],
                )
            except UNFIT:
                continue
            for output, value in zip(apply.outputs, computed, strict=True):
                if numbers[output] not in every:
                    every[numbers[output]] = found[numbers[output]] = value
        return found
