"""Record the rewriting of functions while a user's own code compiles them."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Engine, choose
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.settings import Settings
from xorexplain.engines.shared.alone import alone
from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.keeping import frames_given_back
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import counted, short
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Origin, SourceLine
from xorexplain.models.failures import is_float
from xorexplain.models.lines import Place, Way, assigned_at, name_of, picked, way_of
from xorexplain.models.loading import as_model, load_model
from xorexplain.models.model import Model, ModelSource, Parts
from xorexplain.models.modes import under
from xorexplain.models.naming import tell_apart_in
from xorexplain.rewrites.blocks import recording_block
from xorexplain.rewrites.linked import Linked
from xorexplain.rewrites.which import is_of, unwrapped

if TYPE_CHECKING:
    from xorexplain.rewrites.build import Recording
    from xorexplain.rewrites.trace import Trace

DEFAULTS = Settings()


@dataclass(frozen=True, repr=False)
class RecordedFunction(ModelSource):
    """Hold a function whose rewriting was recorded: its name, and the line that compiled it.

    It goes wherever a model goes, as in `xorexplain.explore(recorded["train"])`. The name is what
    that line assigns it to, else what the function is called. `line` is None where no line of a
    file led to the engine.
    """

    name: str
    line: SourceLine | None
    _recorded: Recorded
    _graph: Any

    @property
    def recording(self) -> Recording:
        """The recording, with the engine's own objects."""
        return self._recorded._recording(self._graph, self.name)

    @property
    def trace(self) -> Trace:
        """Every step of the rewriting, as records."""
        return self.recording.trace

    @property
    def function(self) -> Any:
        """The compiled function; None where the engine could not link it."""
        return self._recorded._linked.get(self._graph)

    def as_model(self) -> Model:
        """Return what the function computes, on copies of its variables, and the function."""
        if self.function is None:
            raise XorexplainError(f"{self.name} was not compiled to its end: only .trace is there")
        model = Model(function=self.function, name=self.name)
        return heard(self._recorded._engine, model, self._recorded)[0]

    def __repr__(self) -> str:
        return short("RecordedFunction", (self.name, None if self.line is None else _at(self.line)))


class Recorded(ModelSource):
    """Hold what was recorded in a block, one recording for each function it compiled.

    Where it is one function it goes wherever a model goes, as each of its functions does. It is a
    sequence of functions, in the order in which they were compiled: `recorded[0]`,
    `recorded["train"]` by name, `recorded["net.py:12"]` by the line that compiled it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._found: list[tuple[Any, Recorder]] = []
        self._ways: dict[Any, Way] = {}
        self._linked: dict[Any, Any] = {}

    def __iter__(self) -> Iterator[RecordedFunction]:
        return iter(self.functions)

    def __getitem__(self, key: int | str) -> RecordedFunction:
        """Return a function by its position, its name or its line; XorexplainError for none."""
        return picked(self.functions, key, _words)

    @property
    def functions(self) -> tuple[RecordedFunction, ...]:
        """The functions, in the order in which they were compiled."""
        found = []
        for graph, _ in self._found:
            way = self._ways[graph]
            name = name_of(way, getattr(graph, "name", None))
            line = None if way.place is None else way.place.source
            found.append(RecordedFunction(name, line, self, graph))
        return tuple(found)

    def _keep(self, graph: Any, function: Any) -> None:
        if any(known is graph for known, _ in self._found):
            self._linked[graph] = function

    def as_model(self) -> Model:
        """Return the model of the one function; raise XorexplainError where there are others."""
        return self.only.as_model()

    @property
    def only(self) -> RecordedFunction:
        """The one function that was recorded; XorexplainError where there are others, or none."""
        found = self.functions
        if len(found) == 1:
            return found[0]
        names = ", ".join(repr(f.name) for f in found)
        raise XorexplainError(
            f"{len(found)} functions were recorded: choose one, as recorded[0], of {names}"
            if found
            else "no function was compiled in the block"
        )

    def __len__(self) -> int:
        """Count the functions whose rewriting was recorded."""
        return len(self._found)

    def __repr__(self) -> str:
        return short("Recorded", (self._engine.title, counted(len(self), "function")))

    def trace(self, function: Any = None) -> Trace:
        """Return the trace of a compiled function, by default of the last one.

        Of a rewriter that was applied by hand it is that of the graph, or of one of its results.
        Raise XorexplainError for what was not rewritten in the block.
        """
        return self.recording(function).trace

    def recording(
        self, function: Any = None, name: str | None = None, parameters: Sequence[Any] = ()
    ) -> Recording:
        """Return the recording of a compiled function, with its name and what is learned in it."""
        made = unwrapped(function)
        graph, _ = self._of(made)
        is_function = self._engine.is_function(made)
        return self._recording(graph, name, made if is_function else None, parameters)

    def _recording(
        self, graph: Any, name: str | None, function: Any = None, parameters: Sequence[Any] = ()
    ) -> Recording:
        recorder = next(recorder for other, recorder in self._found if other is graph)
        source = self._engine.source_of(graph if function is None else function)
        origin = Origin(self._engine.name, self._engine.version, name, "rewrites", "function")
        # Most models are not compiled while they are loaded.
        from xorexplain.rewrites.build import labelled, recording_of

        return recording_of(self._engine, recorder, labelled(source, recorder), origin, parameters)

    def before(self, function: Any = None) -> Parts:
        """Return what a compiled function was made of, on copies, to be rewritten once more."""
        function = unwrapped(function)
        graph, recorder = self._of(function)
        source = self._engine.source_of(graph if function is None else function)
        rerun = self._engine.rerun(recorder)
        outputs, role_of = rerun.graph.outputs, self._engine.role_of
        updates = {
            position: rerun.copy(shared)
            for position, shared in (source.updates or {}).items()
            if role_of(shared) == "shared"
        }
        results = [position for position in range(len(outputs)) if position not in updates]
        labels = dict(enumerate(source.labels))
        return Parts(
            [variable for variable in rerun.graph.inputs if role_of(variable) == "input"],
            [outputs[position] for position in results],
            [labels.get(position) for position in results],
            [(shared, outputs[position]) for position, shared in updates.items()],
        )

    def __contains__(self, function: Any) -> bool:
        """Tell whether the rewriting of a function was recorded."""
        made = unwrapped(function)
        return any(is_of(graph, made) for graph, _ in self._found)

    def _of(self, function: Any) -> tuple[Any, Recorder]:
        for graph, recorder in reversed(self._found):
            if function is None or is_of(graph, function):
                return graph, recorder
        raise XorexplainError(
            "no rewriting was recorded: compile the function inside `with record_rewrites()`"
        )


@contextlib.contextmanager
def record_rewrites(engine: Engine | str | None = None) -> Iterator[Recorded]:
    """Record the rewriting of every function that is compiled in a block.

    The functions are compiled as always, in whatever mode they ask for, also in threads that have
    no such block. `engine` is an engine's name; the default is the one that is installed. Inner
    graphs, of a Scan for one, have no steps of their own. A rewriter that a line of yours applies
    to a graph is recorded likewise: by `rewrite_graph`, or its own `rewrite` or `optimize`.
    """
    chosen = choose(engine) if engine is None or isinstance(engine, str) else engine
    recorded = Recorded(chosen)
    last = threading.local()

    def begin(graph: Any) -> Recorder | None:
        if not is_own() or (hasattr(last, "begun") and not last.begun.is_over):
            return None
        last.begun = recorder = Recorder()
        tell_apart_in(chosen, graph)
        recorded._ways[graph] = way_of(sys._getframe(1), chosen.folder)
        recorded._found.append((graph, recorder))
        return recorder

    frames = frames_given_back(chosen.module.config)
    with frames, recording_block() as is_own, contextlib.ExitStack() as stack:
        with alone():  # what this package compiles in another thread is not of this block
            stack.enter_context(chosen.listening(begin, by_hand=True))
            stack.enter_context(chosen.hearing(Linked(recorded._keep)))
        yield recorded


def _words(function: RecordedFunction) -> tuple[str, ...]:
    """Return the line of a function, its name, and the name that the line assigns it to."""
    if function.line is None:
        return "", function.name
    place = Place(function.line.file, function.line.line)
    return _at(function.line), function.name, assigned_at(place)


def _at(line: SourceLine) -> str:
    return f"{line.file}:{line.line}"


def load_heard(
    spec: str | None, engine_name: str | None = None, settings: Settings = DEFAULTS
) -> tuple[Engine, Model, Recording | None]:
    """Return the engine and model of `--model`, as `load_model`, and how it was rewritten.

    The recording is there where the model is a function that its own code compiled; what the
    function was made of is then the model's. What is compiled there without a word on its mode
    follows `settings`, as all does later.
    """
    if spec is None:
        engine, model = load_model(None, engine_name)
        return engine, under(model, settings), None
    with choose(engine_name).configured(settings), record_rewrites(engine_name) as recorded:
        engine, model = load_model(spec, engine_name)
        is_own = engine.is_function(model.function)
        as_said = not is_own or engine.follows(model.function.maker.mode)
    found, recording = heard(engine, under(model, settings), recorded)
    if settings == DEFAULTS or as_said or recording is None:
        return engine, found, recording
    # It was compiled in a mode of its own: what it was made of follows the one that is asked for.
    return engine, replace(found, function=None, before=None), None


def heard(engine: Engine, model: Model, recorded: Recorded) -> tuple[Model, Recording | None]:
    """Complete a model whose function was recorded, and return its recording, None for others."""
    if model.function not in recorded:
        return model, None
    if model.mode is None and not (model.including or model.excluding):
        # A question about it rewrites it once more, as it was.
        model = replace(model, mode=model.function.maker.mode)
    written = _as_written(engine, model, recorded.before(model.function))
    return written, recorded.recording(model.function, model.name, written.parameters)


def _as_written(engine: Engine, model: Model, parts: Parts) -> Model:
    """Complete a model that is only a function by what the function was made of.

    The cost is found as for variables that a user returns; the parameters are the floats that the
    function updates, where the cost reads any.
    """
    if model.outputs or model.cost is not None or not (parts.outputs or parts.updates):
        return replace(model, before=parts)
    # A step of training may give nothing but the new values.
    given = parts.outputs[0] if len(parts.outputs) == 1 else list(parts.outputs)
    made = as_model(given)[1] if parts.outputs else Model()
    tops = [] if made.cost is None else [made.cost]
    read = {v for node in toposort(tops) for v in node.inputs}
    learned = [v for v, _ in parts.updates if v in read and is_float(engine, v)]
    return replace(
        model,
        outputs=made.outputs,
        cost=made.cost,
        parameters=model.parameters or learned or made.parameters,
        updates=parts.updates,
        inputs=parts.inputs,
        before=parts,
    )
