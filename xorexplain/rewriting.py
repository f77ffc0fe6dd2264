"""Record the rewriting of a model's function as a trace, without compiling anything."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.asking import asking
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph import Origin
from xorexplain.model import Model
from xorexplain.recording import Recorder
from xorexplain.stages import FUNCTION, default_target, function_inputs, function_parts
from xorexplain.trace import Trace
from xorexplain.tracing import trace_of


def record_rewriting(engine: Engine, model: Model, target: str | None = None) -> Trace:
    """Rewrite the function a target stands for and return everything that happened.

    `target` is as for `stages.view`; the default is the train function. Raise XorexplainError for
    a model that is a compiled function, whose rewriting is over.
    """
    chosen = target or default_target(model, "optimized")
    if chosen == FUNCTION:
        raise XorexplainError(
            "the model is a compiled function, whose rewriting is over: "
            "return its variables to see the rewrites"
        )
    outputs, labels, updates = function_parts(engine, model, chosen)
    inputs = function_inputs(engine, model, outputs, updates)
    recorder = Recorder()
    with asking(engine, "rewrite the graph"):
        finished = engine.record(inputs, outputs, updates, recorder)
    named = [*labels, *[None] * (len(finished.outputs) - len(labels))]
    origin = Origin(engine.name, engine.version, model.name, "rewrites", chosen)
    return trace_of(engine, recorder, replace(finished, labels=named), origin, model.parameters)
