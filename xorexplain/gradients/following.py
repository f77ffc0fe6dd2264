"""Follow one case through a model and back: its values, its adjoints, and slopes found by nudging.

A nudge raises and lowers one element of an intermediate value by a little and computes the cost
from there. It knows nothing of the gradient graph, so it checks each adjoint by itself.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.computing import MISFITS
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.gradients.check import as_far_as_known
from xorexplain.gradients.records import Derivation
from xorexplain.models.model import Model
from xorexplain.models.naming import names_in
from xorexplain.models.samples import own_value, sample_values

MAX_FORWARD = 150
"""Of a larger model no case is followed: each variable on the way is nudged by itself."""
MAX_SHOWN = 6
"""So many elements of each value are followed."""
Array = Any


@dataclass(frozen=True)
class Followed:
    """Hold what a case is on its way there and back, by the id of the forward variable.

    `cases` is how many there are along the first axis of the data, 0 where no axis is theirs.
    `slopes` are those of the cost along the elements that `part` keeps of a value, found by nudging
    by `nudge`. `drawn` names what had no value of its own, and got one at random.
    """

    case: int
    cases: int
    values: Mapping[str, Array]
    adjoints: Mapping[str, Array]
    slopes: Mapping[str, Array]
    nudge: float
    drawn: tuple[str, ...]

    def part(self, value: Array) -> Array:
        """Keep the case's own elements of a value, at most `MAX_SHOWN`, on one line."""
        return _part(value, self.case, self.cases)

    def is_whole(self, value: Array) -> bool:
        """Tell whether the part of a value is all of it."""
        return bool(self.part(value).size == numpy.size(value))

    def is_of_case(self, value: Array) -> bool:
        """Tell whether a value has a row for each case."""
        return self.cases > 0 and numpy.shape(value)[:1] == (self.cases,)

    @property
    def worst(self) -> float:
        """The largest gap between a slope and its adjoint, on the scale of the adjoint."""
        return max((self._gap(id_) for id_ in self.slopes), default=0.0)

    def _gap(self, id_: str) -> float:
        exact = self.part(self.adjoints[id_])
        scale = float(numpy.max(numpy.abs(self.adjoints[id_]), initial=0.0)) or 1.0
        return float(numpy.max(numpy.abs(exact - self.slopes[id_]), initial=0.0)) / scale

    def shares(self, derivation: Derivation, parameter: str) -> list[Array]:
        """Return what each case adds to the gradient of a factor of a matrix product.

        Empty where it is no such factor, or where the parts do not add up to its gradient.
        """
        found = derivation.receipts.get(parameter, ())
        if len(found) != 1 or not self.cases:
            return []
        apply = derivation.graph.apply[found[0][0].apply]
        if apply.op.kind != "dot" or found[0][1].position != 1:
            return []
        read, arrives = self.values.get(apply.inputs[0]), self.adjoints.get(apply.outputs[0])
        if read is None or arrives is None or read.ndim != 2 or arrives.ndim != 2:
            return []
        if read.shape[0] != self.cases:
            return []
        parts = [numpy.outer(one, other) for one, other in zip(read, arrives, strict=True)]
        return parts if numpy.allclose(sum(parts), self.adjoints[parameter], rtol=1e-4) else []


def follow(engine: Engine, model: Model, derivation: Derivation, case: int = 0) -> Followed:
    """Compute values, adjoints and nudged slopes at the model's own values.

    Raise XorexplainError for a model too large to be followed, or that cannot be computed.
    """
    given, drawn, values, adjoints = values_and_adjoints(engine, model, derivation)
    cases = _cases(derivation, values)
    slopes: dict[str, Array] = {}
    nudge = 0.0
    for v in adjoints:
        if v != derivation.cost and values[v].dtype.kind == "f":
            nudge = float(numpy.finfo(values[v].dtype).eps) ** (1 / 3)
            cost = _cost_of(engine, derivation, v, given)
            # Told by the check of the gradient; a nudge may leave what an op of the model takes.
            with contextlib.suppress(NotComputedError, *MISFITS):
                slopes[v] = _slopes(cost, values[v], case, cases)
    return Followed(case, cases, values, adjoints, slopes, nudge, drawn)


def values_and_adjoints(
    engine: Engine, model: Model, derivation: Derivation
) -> tuple[dict[str, Array], tuple[str, ...], dict[str, Array], dict[str, Array]]:
    """Return what is given, which of it was drawn, and values and adjoints by forward variable.

    Raise XorexplainError for a model too large to be followed, or that cannot be computed.
    """
    if len(derivation.forward) > MAX_FORWARD:
        raise XorexplainError(f"the cost needs more than {MAX_FORWARD} apply nodes")
    given, drawn = _given(engine, model, derivation)
    variables = derivation.variables
    forward = [v for v in derivation.names if v in variables and v not in given]
    backward = list(dict.fromkeys(derivation.adjoints.values()))
    wanted = [v for v in dict.fromkeys([*forward, *backward]) if v not in given]
    compute = engine.evaluator([variables[v] for v in wanted], [variables[v] for v in given])
    found = dict(zip(wanted, as_far_as_known(compute, given), strict=True)) | given
    values = {v: array for v in (*forward, *given) if (array := _array(found[v])) is not None}
    if derivation.cost not in values:
        raise XorexplainError(f"the cost is not computed here: {found.get(derivation.cost)}")
    adjoints = {
        v: array
        for v, adjoint in derivation.adjoints.items()
        if v in values and (array := _array(found[adjoint])) is not None
    }
    # An adjoint of another shape is that of something that is repeated.
    adjoints = {v: a for v, a in adjoints.items() if a.shape == values[v].shape}
    return given, drawn, values, adjoints


def _given(
    engine: Engine, model: Model, derivation: Derivation
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Return the values of all that is given, and the names of those that were drawn."""
    graph, variables = derivation.graph, derivation.variables
    given = sample_values(engine, graph, variables, model.data, 0, names_in(model))
    drawn = []
    for v in given:
        own = own_value(engine, variables[v], model.data)
        if own is None:
            drawn.append(graph.variable[v].name or v)
        else:
            # A copy: training writes over what a model owns. NumPy would put a sparse matrix into
            # an array of objects.
            given[v] = own.copy() if hasattr(own, "toarray") else numpy.array(own)
    return given, tuple(drawn)


def _cost_of(
    engine: Engine, derivation: Derivation, variable: str, given: Mapping[str, Array]
) -> Callable[[Array], float]:
    """Return the cost as a function of one variable on the way, all that is given held still."""
    variables = derivation.variables
    others = {v: x for v, x in given.items() if v != variable}
    compute = engine.evaluator(
        [variables[derivation.cost]], [variables[variable], *(variables[v] for v in others)]
    )
    return lambda value: float(numpy.asarray(compute(value, *others.values())[0]))


def _slopes(cost: Callable[[Array], float], value: Array, case: int, cases: int) -> Array:
    nudge = float(numpy.finfo(value.dtype).eps) ** (1 / 3)
    places = _part(numpy.arange(value.size).reshape(value.shape), case, cases)

    def at(place: int, by: float) -> float:
        moved = numpy.array(value)
        moved.flat[place] += by
        return cost(moved)

    return numpy.array([(at(p, nudge) - at(p, -nudge)) / (2 * nudge) for p in places])


def _part(value: Array, case: int, cases: int) -> Array:
    own = value[case] if cases and numpy.shape(value)[:1] == (cases,) else value
    return numpy.ravel(own)[:MAX_SHOWN]


def _cases(derivation: Derivation, values: Mapping[str, Array]) -> int:
    """Return the first length that most data have and every parameter has not."""
    graph = derivation.graph
    data = [v for v in graph.inputs if v in values and v not in graph.parameters]
    lengths = Counter(values[v].shape[0] for v in data if values[v].ndim and len(values[v]) > 1)
    return lengths.most_common(1)[0][0] if lengths else 0


def _array(value: Any) -> Array | None:
    if isinstance(value, NotComputedError):
        return None
    try:
        array = numpy.asarray(value)
    except ValueError:
        return None  # a list of arrays of several shapes
    return array if array.dtype.kind in "fiub" and array.size else None
