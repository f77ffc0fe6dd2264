"""Hold what a user wrote: named outputs, a cost, parameters, updates and inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.escaping import counted, short
from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    from xorexplain.models.structure import Structure

OWN_STEPS = 1000
"""How many steps a model of one's own is trained for, where nobody says how many."""


@dataclass(frozen=True)
class Parts:
    """Hold what a function is made of: inputs, results with their labels, and updates."""

    inputs: Sequence[Any]
    outputs: Sequence[Any]
    labels: Sequence[str | None]
    updates: Sequence[tuple[Any, Any]] = ()


@dataclass(frozen=True)
class Results:
    """Hold what a target stands for: results with their labels."""

    outputs: Sequence[Any]
    labels: Sequence[str | None]


def _no_updates(results: Sequence[Any]) -> Sequence[tuple[Any, Any]]:
    return ()


@dataclass(frozen=True, repr=False)
class Model:
    """Describe a model in its engine's own variables.

    `outputs` maps a name to a variable (the prediction is the first), `cost` is a scalar
    variable, `parameters` are what the cost is differentiated for, `updates` pairs a shared
    variable with its new value, `inputs` are what the compiled function takes. Everything but
    `outputs` may be left out: a model without a cost has no gradient stage, one without updates
    no training function. `function` is a compiled engine function the user brought along; `data`
    holds values for the inputs, by name, for training and checks. `before` is what the function
    was made of, copied, where its compilation was recorded.

    `givens` pairs variables with what functions read in their place, such as an input with a
    mini-batch of a shared variable. `consider_constant` are variables that no gradient goes
    through, as `T.grad` takes them. `costs` are several costs by name, each alone or as a pair
    with the parameters that it is differentiated for; the first is `cost` where there is none, and
    `about` makes it another one.

    `mode` is what functions are compiled in: the name of one of the engine's modes or a mode
    itself, by default the engine's own default, and `mode_name` what one without a name is called;
    `including` and `excluding` are names and tags of
    rewrites that it runs besides, or does not run.

    The other fields are for models of libraries. `own_rewrites` are rewrites that the library
    always runs besides, `structure` describes the random variables of a statistical model.
    `targets` make further results when somebody asks for them by name, `own_updates` gives the
    updates that a function of some results has besides, `aliases` are further names of variables.
    `dims` names the axes of variables, by the variable's name; an axis without a name is empty.
    `check_data` raises XorexplainError where `data` make no sense, `notes` are told with every
    answer, and `lacks` says of a field why it is empty; `theirs` is the library's own model.
    """

    outputs: Mapping[str, Any] = field(default_factory=dict)
    cost: Any = None
    parameters: Sequence[Any] = ()
    updates: Sequence[tuple[Any, Any]] | Mapping[Any, Any] = ()
    inputs: Sequence[Any] = ()
    name: str | None = None
    function: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)
    before: Parts | None = None
    givens: Sequence[tuple[Any, Any]] | Mapping[Any, Any] = ()
    consider_constant: Sequence[Any] = ()
    costs: Mapping[str, Any] = field(default_factory=dict)
    mode: Any = None
    mode_name: str = ""
    including: Sequence[str] = ()
    excluding: Sequence[str] = ()
    structure: Callable[[], Structure] | None = None
    own_rewrites: Sequence[str] = ()
    targets: Mapping[str, Callable[[], Results]] = field(default_factory=dict)
    own_updates: Callable[[Sequence[Any]], Sequence[tuple[Any, Any]]] = _no_updates
    aliases: Mapping[str, Any] = field(default_factory=dict)
    dims: Mapping[str, Sequence[str]] = field(default_factory=dict)
    check_data: Callable[[], None] = lambda: None
    notes: Sequence[str] = ()
    lacks: Mapping[str, str] = field(default_factory=dict)
    theirs: Any = None
    adjoints: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The adjoints of what depends on the parameters, once they were asked for."""
    gradients: dict[object, dict[Any, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What `models.gradient_calls` was answered."""
    called: set[object] = field(default_factory=set, init=False, repr=False, compare=False)
    """What `models.calling` has given names to."""

    @property
    def results(self) -> list[Any]:
        """What is computed of the inputs and parameters: the outputs, and the costs."""
        return [*self.outputs.values(), *self.all_costs]

    @property
    def all_costs(self) -> list[Any]:
        """The cost, if there is one, and the others of `costs`."""
        others = [self._cost(name)[0] for name in self.costs]
        return list(dict.fromkeys([*([] if self.cost is None else [self.cost]), *others]))

    def about(self, name: str) -> Model:
        """Return the same model with another of its costs as the one that is differentiated.

        Raise XorexplainError for a name that `costs` do not have.
        """
        if name not in self.costs:
            if not self.costs:
                raise XorexplainError(
                    f"the model has no cost {name!r}: return xorexplain.Model(costs={{...}})"
                )
            raise XorexplainError(f"no cost {name!r}: {did_you_mean(name, list(self.costs))}")
        cost, parameters = self._cost(name)
        return replace(self, cost=cost, parameters=parameters)

    def _cost(self, name: str) -> tuple[Any, Sequence[Any]]:
        """Return one of the costs with its parameters."""
        told = self.costs[name]
        cost, parameters = told if isinstance(told, tuple) else (told, self.parameters)
        return cost, parameters

    def __repr__(self) -> str:
        parts = (
            self.name,
            self._held("outputs", "output"),
            None if self.cost is None else "a cost",
            self._held("parameters", "parameter"),
            self._held("updates", "update"),
            None if self.function is None else "a function",
        )
        return short("Model", parts)

    def _held(self, field: str, noun: str) -> str | None:
        """Count what a field holds; a mistaken value of it is told where the model is used."""
        held = getattr(self, field)
        return counted(len(held), noun) if isinstance(held, (Mapping, Sequence)) and held else None

    def doubts(self) -> list[str]:
        """Say what makes no sense of the data, where something does not."""
        try:
            self.check_data()
        except XorexplainError as error:
            return [f"Of the data: {error}."]
        return []

    @property
    def update_pairs(self) -> list[tuple[Any, Any]]:
        """Updates as pairs of a shared variable and its new value."""
        return _pairs(self.updates)

    @property
    def given_pairs(self) -> list[tuple[Any, Any]]:
        """What is given as pairs of a variable and what is read in its place."""
        return _pairs(self.givens)


class ModelSource:
    """Stand for a model that is made once somebody asks for it, as a recorded function does."""

    def as_model(self) -> Model:
        """Return the model; raise XorexplainError where there is none."""
        raise NotImplementedError


def _pairs(told: Sequence[tuple[Any, Any]] | Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    if isinstance(told, Mapping):
        return list(told.items())
    return [(first, second) for first, second in told]
