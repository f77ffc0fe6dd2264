"""Record the rewriting of a model's function as a trace, without compiling anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.engines import Engine, Source
from xorexplain.engines.recorder import Firing, Recorder
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Origin
from xorexplain.models.model import Model, Parts
from xorexplain.models.modes import mode_text
from xorexplain.models.naming import name_of, tell_apart
from xorexplain.models.recorded_names import as_known
from xorexplain.models.stages import View, compiled, default_target, rewrite, view_of
from xorexplain.models.targets import FUNCTION
from xorexplain.rewrites.build import Recording, recording_of
from xorexplain.rewrites.trace import Trace


def record_rewriting(engine: Engine, model: Model, target: str | None = None) -> Trace:
    """Rewrite the function a target stands for and return everything that happened.

    As `record`, without the engine's objects.
    """
    return record(engine, model, target).trace


def record(
    engine: Engine,
    model: Model,
    target: str | None = None,
    excluding: Sequence[str] = (),
    recorder: Recorder | None = None,
) -> Recording:
    """Rewrite the function a target stands for and return everything that happened.

    `target` is as for `stages.view`; the default is the train function. `excluding` are names and
    tags of rewrites that shall not run; `recorder` is a fresh one that notes more than usual.
    Raise XorexplainError for a compiled function of which nobody knows what it was made of.
    """
    model, heard = _as_made(engine, model, target), recorder or Recorder()
    finished, chosen = _rewrite(engine, model, target, excluding, heard)
    return _made(engine, model, chosen, heard, finished)


def record_compiling(
    engine: Engine,
    model: Model,
    target: str | None = None,
    links: bool = True,
    excluding: Sequence[str] = (),
) -> tuple[Recording, View]:
    """Compile the function a target stands for; return its rewriting and the compiled stage.

    Its only rewriting is recorded, where `record` and a compilation would each have their own.
    `links` is as for `stages.compiled`, `excluding` as for `record`.
    Raise XorexplainError as `record` does, and where the engine cannot compile.
    """
    tell_apart(engine, model)
    chosen = target or default_target(model, "optimized")
    heard, found = Recorder(), list[Recording]()

    def keep(finished: Source) -> None:
        found.append(_made(engine, model, chosen, heard, finished))

    with engine.databases_kept():
        source = compiled(engine, model, chosen, heard, keep, links, excluding)
    return found[0], view_of(engine, model, "compiled", chosen, source)


def _made(
    engine: Engine, model: Model, chosen: str, heard: Recorder, finished: Source
) -> Recording:
    mode = mode_text(engine, model)
    origin = Origin(engine.name, engine.version, model.name, "rewrites", chosen, mode)
    made = recording_of(engine, heard, finished, origin, model.parameters)
    trace = replace(made.trace, universe=as_known(made.trace.universe, model))
    return replace(made, trace=trace)


def firings_of(
    engine: Engine, model: Model, target: str | None = None, excluding: Sequence[str] = ()
) -> list[Firing]:
    """Rewrite as `record` does and return which rewrites fired, without making a trace of it."""
    model, recorder = _as_made(engine, model, target), Recorder()
    _rewrite(engine, model, target, excluding, recorder)
    return recorder.firings


def _rewrite(
    engine: Engine, model: Model, target: str | None, excluding: Sequence[str], recorder: Recorder
) -> tuple[Source, str]:
    tell_apart(engine, model)
    chosen = target or default_target(model, "optimized")
    with engine.databases_kept():
        finished = rewrite(engine, model, chosen, recorder, excluding)
    return finished, chosen


def _as_made(engine: Engine, model: Model, target: str | None) -> Model:
    """Return a function that nobody recorded with what it was made of, to be rewritten again."""
    chosen = target or default_target(model, "optimized")
    if chosen != FUNCTION or model.before is not None:
        return model
    function = model.function
    made = engine.written(function) if engine.is_function(function) else None
    if made is None:
        raise XorexplainError(
            f"the function was compiled before its rewriting was recorded, and {engine.title} "
            "keeps only what that left: compile it inside `with xorexplain.record_rewrites()`, or "
            "return its variables"
        )
    outputs, updates = made
    inputs = [i.variable for i in function.maker.inputs if engine.role_of(i.variable) == "input"]
    before = Parts(inputs, outputs, [name_of(v) for v in outputs], updates)
    return replace(model, before=before, mode=model.mode or function.maker.mode)
