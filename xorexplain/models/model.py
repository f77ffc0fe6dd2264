"""Hold what a user wrote: named outputs, a cost, parameters, updates and inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import counted, short
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

    `mode` is what functions are compiled in: the name of one of the engine's modes or a mode
    itself, by default the engine's own default, and `mode_name` what one without a name is called;
    `including` and `excluding` are names and tags of
    rewrites that it runs besides, or does not run.

    The other fields are for models of libraries. `own_rewrites` are rewrites that the library
    always runs besides, `structure` describes the random variables of a statistical model.
    `targets` make further results when somebody asks for them by name, `own_updates` gives the
    updates that a function of some results has besides, `aliases` are further names of variables.
    `check_data` raises XorexplainError where `data` make no sense, `notes` are told with every
    answer, and `lacks` says of a field why it is empty.
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
    mode: Any = None
    mode_name: str = ""
    including: Sequence[str] = ()
    excluding: Sequence[str] = ()
    structure: Callable[[], Structure] | None = None
    own_rewrites: Sequence[str] = ()
    targets: Mapping[str, Callable[[], Results]] = field(default_factory=dict)
    own_updates: Callable[[Sequence[Any]], Sequence[tuple[Any, Any]]] = _no_updates
    aliases: Mapping[str, Any] = field(default_factory=dict)
    check_data: Callable[[], None] = lambda: None
    notes: Sequence[str] = ()
    lacks: Mapping[str, str] = field(default_factory=dict)
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
        """What is computed of the inputs and parameters: the outputs, and the cost."""
        return [*self.outputs.values(), *([] if self.cost is None else [self.cost])]

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
        if isinstance(self.updates, Mapping):
            return list(self.updates.items())
        return [(shared, new) for shared, new in self.updates]
