"""Make what is told of a model once: its stages, gradient, rewriting, checks and training.

A walk-through, the page of the explorer and the commands ask one `Subject` for what they need.
Nothing is made before it is asked for, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import partial
from typing import Any, TypeVar

from xorexplain.engines import Engine
from xorexplain.engines.settings import Settings as EngineSettings
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.gradients.check import Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import Story, tell
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Graph
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.naming import names_in, tell_apart
from xorexplain.models.samples import answering, sample_values
from xorexplain.models.stages import View, default_target, view
from xorexplain.models.targets import FUNCTION, function_parts
from xorexplain.models.training import Trained, train_model
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.check import StepCheck, check_steps
from xorexplain.rewrites.listen import DEFAULTS, Recorded, RecordedFunction, load_heard
from xorexplain.rewrites.record import record, record_compiling
from xorexplain.rewrites.steps import ExplainedStep, explained_steps
from xorexplain.rewrites.trace import Trace

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """Hold a model with the function of it that is told, and what has been made of them so far.

    `target` is the function to rewrite and compile, as for `stages.view`; `recorded` is its
    rewriting where that is known already, `data` are arrays for inputs by name, besides the model's
    own. `shown` is the target of what was written, the usual one where it is None. Whatever cannot
    be made raises the same XorexplainError each time it is asked for.
    """

    engine: Engine
    model: Model
    target: str | None = None
    recorded: Recording | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    shown: str | None = None
    _made: dict[str, tuple[Any, XorexplainError | None]] = field(default_factory=dict, repr=False)

    def _once(self, what: str, make: Callable[[], T]) -> T:
        if what not in self._made:
            try:
                self._made[what] = make(), None
            except XorexplainError as error:
                self._made[what] = None, error
        made, refusal = self._made[what]
        if refusal is not None:
            raise refusal
        found: T = made
        return found

    def check_target(self) -> None:
        """Raise XorexplainError for a target that the model does not have."""
        is_own = self.target == FUNCTION and self.model.function is not None
        if self.target is not None and not is_own:
            tell_apart(self.engine, self.model)
            function_parts(self.engine, self.model, self.target)

    def view(self, stage: str) -> View:
        """Build a stage, of the target or of what is shown of what was written."""
        chosen = self.target if stage in ("updates", "optimized", "compiled") else self.shown
        return self._once(stage, partial(view, self.engine, self.model, stage, chosen))

    def graph(self, stage: str) -> Graph:
        """Record a stage; the optimized one is the end of the rewriting, where that is recorded."""
        return self._once(f"the {stage} graph", partial(self._graph, stage))

    def _graph(self, stage: str) -> Graph:
        if stage != "optimized" or not self.is_recorded:
            return self.view(stage).graph()
        last = self.trace.last.graph
        return replace(last, origin=replace(self.trace.universe.origin, stage=stage))

    def compile_recorded(self, links: bool = True) -> None:
        """Compile the function and record its rewriting at once, for who wants both.

        `links` is whether the function is to be there too (see `stages.compiled`).
        Nothing is made where one of them is known, or where the function cannot be compiled: then
        each is made by itself, and says itself what it lacks.
        """
        is_own = (self.target or default_target(self.model, "compiled")) == FUNCTION
        is_known = self.recorded is not None or {"rewrites", "compiled"} & self._made.keys()
        if is_own or is_known:
            return
        try:
            recording, compiled = record_compiling(self.engine, self.model, self.target, links)
        except XorexplainError:
            return
        self._once("rewrites", lambda: recording)
        self._once("compiled", lambda: compiled)

    @property
    def is_recorded(self) -> bool:
        """Tell whether the rewriting is not over yet, or was heard."""
        return self.model.function is None or self.model.before is not None

    @property
    def recording(self) -> Recording:
        """The rewriting of the function, with the engine's objects."""
        make = partial(record, self.engine, self.model, self.target)
        return self.recorded or self._once("rewrites", make)

    @property
    def trace(self) -> Trace:
        """The rewriting of the function."""
        return self.recording.trace

    @property
    def explained(self) -> tuple[ExplainedStep, ...]:
        """The steps of the rewriting, with what each replaced."""
        return self._once("explained", lambda: tuple(explained_steps(self.trace)))

    def step_checks(self, seed: int = 0) -> tuple[StepCheck, ...]:
        """Check every step of the rewriting by numbers; `seed` draws what is not given."""
        data, names = {**self.model.data, **self.data}, names_in(self.model)
        make = partial(check_steps, self.recording, data, seed, names)
        return self._once(f"step checks, seed {seed}", make)

    @property
    def derivation(self) -> Derivation:
        """The gradient of the cost for all parameters, node by node."""
        return self._once("derivation", partial(differentiate, self.engine, self.model))

    @property
    def story(self) -> Story:
        """The derivation in formulas and words."""
        return self._once("story", lambda: tell(self.derivation))

    def gradient_checks(self) -> tuple[Row, ...]:
        """Check the gradient by numbers."""
        return self._once("gradient checks", self._check_gradient)

    def _check_gradient(self) -> tuple[Row, ...]:
        made, model = self.derivation, self.model
        model.check_data()
        values = sample_values(
            self.engine, made.graph, made.variables, model.data, 0, names_in(model)
        )
        return check(self.engine, made, values)

    def answers(self) -> list[Any]:
        """Compute the cost, if there is one, and the outputs with the weights as they are now."""
        return self._once("answering", partial(answering, self.engine, self.model))()

    @property
    def function(self) -> Any:
        """The compiled function, linked now where nobody has wanted it yet."""
        found = self.view("compiled").source.object
        if self.engine.is_function(found):
            return found
        make = partial(view, self.engine, self.model, "compiled", self.target)
        return self._once("function", make).source.object

    def trained(self, steps: int) -> Trained:
        """Train the model for some steps; the weights get their values back."""
        return self._once(f"{steps} steps", lambda: self._train(steps))

    def _train(self, steps: int) -> Trained:
        compiled = self.target or default_target(self.model, "compiled")
        own = (lambda: self.function) if compiled == "train" else None
        return train_model(self.engine, self.model, steps, own, self.answers)


def subject_of(
    obj: Any, target: str | None = None, data: Mapping[str, Any] | None = None
) -> Subject:
    """Understand what a user hands over; of a recorded function, its rewriting is known."""
    engine, model = as_model(obj)
    if isinstance(obj, Recorded):
        obj = obj.only
    is_own = (target or default_target(model, "optimized")) == FUNCTION
    recorded = obj.recording if isinstance(obj, RecordedFunction) and is_own else None
    return Subject(engine, model, target, recorded, data or {})


def load_subject(
    spec: str | None,
    engine: str | None = None,
    target: str | None = None,
    data: Mapping[str, Any] | None = None,
    settings: EngineSettings = DEFAULTS,
) -> Subject:
    """Load the model of `--model`, and how it was rewritten where its own code compiled it."""
    chosen, model, heard = load_heard(spec, engine, settings)
    is_heard = (target or default_target(model, "optimized")) == FUNCTION
    return Subject(chosen, model, target, heard if is_heard else None, data or {})
