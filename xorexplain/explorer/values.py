"""Compute every node of every stage on the model's data, before and after training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from xorexplain.engines.shared.common import plain
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.explorer.numbers import described, short
from xorexplain.models.samples import sample_values
from xorexplain.models.targets import function_inputs
from xorexplain.models.training import call, values_kept
from xorexplain.render.pictures.labels import MAX_NAME, clip
from xorexplain.render.reports.numbering import Numbered

Json = dict[str, Any]
Array = Any
MAX_ROWS = 8
"""So many rows of the data are shown one by one."""
MAX_VARIABLES = 5_000
"""A story of more variables has no values, which would take minutes to compute."""
MAX_RUNS = 20_000
"""Runs of ops for the nodes that only the rewriter made; beyond this they have no values."""
MISFIT = (
    "There are no values ({}): give arrays that fit, with --inputs FILE.npz or Model(data={{...}})."
)
_UNFIT = (
    *(ValueError, IndexError, TypeError, AssertionError, NotImplementedError),
    NotComputedError,
)


@dataclass(frozen=True)
class Case:
    """Hold values of what is given, by the number of the computation, and what to call them."""

    title: str
    given: Mapping[int, Array]


def values(material: Numbered, train_steps: int = 0) -> Json:
    """Return cases, moments and a table of values; see the `values` of the page's data.

    `train_steps` is how often the compiled train function is called for the moment after training;
    the model's parameters get their values back. Raise XorexplainError for data
    that names what the graph does not read.
    """
    given, note = _given(material, {**material.model.data, **material.subject.data})
    if len(material.variables) > MAX_VARIABLES:
        count = f"{len(material.variables):,}"
        return {**NO_VALUES, "note": f"There are no values: {count} variables are too many."}
    cases = [Case("all of the data", given), *_rows(material, given)]
    before = {"key": "before", "title": "before training"}
    moments: list[tuple[Json, Mapping[int, Array]]] = [(before, {})]
    if train_steps:
        after, done = _trained(material, given, train_steps)
        title = f"after {done:,} training steps"
        moments.append(({"key": "after", "title": title}, after))
    computer = _Computer(material)
    table: dict[int, dict[str, list[Json | None]]] = {}
    kept = list(cases)
    for moment, weights in moments:
        for case in list(kept):
            try:
                found = computer.run({**case.given, **weights})
            except _UNFIT as error:
                kept.remove(case)
                if case is cases[0]:
                    return {**NO_VALUES, "note": MISFIT.format(_first_line(error))}
                continue
            for number, value in found.items():
                told = described(value)
                if told is not None:
                    table.setdefault(number, {}).setdefault(moment["key"], []).append(told)
    width = len(kept)
    whole = {
        number: entry
        for number, entry in table.items()
        if all(len(told) == width for told in entry.values())
    }
    return {
        "cases": [{"key": f"case{i}", "title": case.title} for i, case in enumerate(kept)],
        "moments": [moment for moment, _ in moments],
        "note": note,
        **_by_stage(material, whole),
    }


NO_VALUES: Json = {
    "cases": [],
    "moments": [],
    "note": "",
    "table": {},
    "data": {},
    "adjoints": {},
}


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _given(material: Numbered, data: Mapping[str, Array]) -> tuple[dict[int, Array], str]:
    """Choose values for what the graph is given, and say where they come from."""
    graph, engine = material.together, material.engine
    assert graph is not None
    data = {plain(name): value for name, value in data.items()}
    ids = {o.variable: v for o, v in zip(graph.outputs, material.every, strict=True)}
    by_variable = {variable: number for number, variable in material.variables.items()}
    unread = [name for name in data if name not in {v.name for v in graph.variables}]
    drawn = sample_values(engine, graph, ids, {n: v for n, v in data.items() if n not in unread})
    chosen: dict[int, Array] = {}
    random: list[str] = []
    for id_, value in drawn.items():
        variable = graph.variable[id_]
        if variable.role == "shared" and variable.name not in data:
            value = numpy.array(engine.value_of(ids[id_]))
        elif variable.role != "shared" and variable.name not in data:
            random.append(clip(variable.name or id_, MAX_NAME))
        chosen[by_variable[ids[id_]]] = value
    if unread:
        raise XorexplainError(f"the values name {unread[0]!r}, which the graph does not read")
    if random:
        names = ", ".join(random[:6]) + (", …" if len(random) > 6 else "")
        return chosen, f"The values of {names} are drawn at random, as no data was given for them."
    return chosen, "The values are those of the model and its data."


def _rows(material: Numbered, given: Mapping[int, Array]) -> Iterator[Case]:
    """Take the data row by row, where there are a few rows of it."""
    learned = {id(shared) for shared, _ in material.model.update_pairs}
    learned |= {id(parameter) for parameter in material.model.parameters}
    rows = {n: v for n, v in given.items() if id(material.variables[n]) not in learned}
    if not all(isinstance(value, (numpy.ndarray, numpy.generic)) for value in rows.values()):
        return
    lengths = {len(value) if numpy.ndim(value) else 0 for value in rows.values()}
    if len(lengths) != 1 or not 1 < (count := lengths.pop()) <= MAX_ROWS:
        return
    for row in range(count):
        chosen = {n: value[row : row + 1] for n, value in rows.items()}
        named = [(material.names.get(n, "?"), value) for n, value in chosen.items()]
        words = ", ".join(f"{name} = {_row_text(value)}" for name, value in named)
        title = words if all(value.size <= 6 for _, value in named) else f"row {row + 1}"
        yield Case(title, {**given, **chosen})


def _row_text(value: Array) -> str:
    numbers = [short(number) for number in numpy.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def _trained(
    material: Numbered, given: Mapping[int, Array], steps: int
) -> tuple[dict[int, Array], int]:
    """Call the compiled train function; return what the shared variables became, and the steps."""
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
    return {number: value for number, value in after.items() if number in given}, steps


class _Computer:
    """Compute all numbers of the material from values of what is given."""

    def __init__(self, material: Numbered) -> None:
        self._material = material
        self._compute: Any = None
        self._given: list[int] = []
        self._wanted: list[int] = []

    def run(self, given: Mapping[int, Array]) -> dict[int, Array]:
        """Return values by number."""
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
            except _UNFIT:
                continue
            for output, value in zip(apply.outputs, computed, strict=True):
                if numbers[output] not in every:
                    every[numbers[output]] = found[numbers[output]] = value
        return found


def _by_stage(material: Numbered, table: Mapping[int, Json]) -> Json:
    """Point from the variables of each stage into the table, for values and for adjoints."""
    adjoint_of = _adjoint_numbers(material)
    data: dict[str, dict[str, str]] = {}
    adjoints: dict[str, dict[str, str]] = {}
    used: set[int] = set()
    for stage in (*material.graphs, "trace"):
        for id_, number in material.numbers.get(stage, {}).items():
            if number in table:
                data.setdefault(stage, {})[id_] = f"k{number}"
                used.add(number)
            adjoint = adjoint_of.get(number)
            if adjoint is not None and adjoint in table:
                adjoints.setdefault(stage, {})[id_] = f"k{adjoint}"
                used.add(adjoint)
    return {
        "table": {f"k{number}": table[number] for number in sorted(used)},
        "data": data,
        "adjoints": adjoints,
    }


def _adjoint_numbers(material: Numbered) -> dict[int, int]:
    if material.derivation is None:
        return {}
    of = material.numbers["derivation"]
    return {of[v]: of[adjoint] for v, adjoint in material.derivation.adjoints.items()}
