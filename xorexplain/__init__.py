"""Show and explain the symbolic graphs of Theano and PyTensor.

The names below are loaded on first use, so that importing the package imports no engine. Once it
is imported, `import theano` works where Theano by itself fails for the age of Python or NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain.errors.importing import prepare, redirect

if TYPE_CHECKING:
    from xorexplain.api import draw, snapshot, text
    from xorexplain.api.failing import check_call, explain, explain_errors, find_nan
    from xorexplain.api.modes import in_mode
    from xorexplain.api.report import Report
    from xorexplain.api.reports import gradient, rewrites
    from xorexplain.api.shown import Picture
    from xorexplain.api.values import values
    from xorexplain.errors import XorexplainError
    from xorexplain.explorer.api import Page, explore
    from xorexplain.explorer.watched import Watched, session
    from xorexplain.graph.difference import Difference
    from xorexplain.graph.json import from_json as graph_from_json
    from xorexplain.graph.json import to_json as graph_to_json
    from xorexplain.graph.records import (
        Ancestor,
        Ancestry,
        Apply,
        Graph,
        Op,
        Origin,
        Output,
        SourceLine,
        Variable,
    )
    from xorexplain.models.model import Model, Parts
    from xorexplain.rewrites.build import Recording
    from xorexplain.rewrites.check import StepCheck, check_steps
    from xorexplain.rewrites.json import from_json as trace_from_json
    from xorexplain.rewrites.json import to_json as trace_to_json
    from xorexplain.rewrites.listen import Recorded, RecordedFunction, record_rewrites
    from xorexplain.rewrites.questions.provenance import Provenance
    from xorexplain.rewrites.questions.provenance import offspring as offspring_of
    from xorexplain.rewrites.questions.provenance import provenance as provenance_of
    from xorexplain.rewrites.replay import replay as replay_steps
    from xorexplain.rewrites.replay import state_at
    from xorexplain.rewrites.trace import Edit, PhaseTime, Rewrite, RewriteStep, State, Trace
    from xorexplain.runs.session.records import Seen, SeenFunction

__version__ = "0.1.0"
__all__ = [
    "Ancestor",
    "Ancestry",
    "Apply",
    "Difference",
    "Edit",
    "Graph",
    "Model",
    "Op",
    "Origin",
    "Output",
    "Page",
    "Parts",
    "PhaseTime",
    "Picture",
    "Provenance",
    "Recorded",
    "RecordedFunction",
    "Recording",
    "Report",
    "Rewrite",
    "RewriteStep",
    "Seen",
    "SeenFunction",
    "SourceLine",
    "State",
    "StepCheck",
    "Trace",
    "Variable",
    "Watched",
    "XorexplainError",
    "__version__",
    "check_call",
    "check_steps",
    "draw",
    "explain",
    "explain_errors",
    "explore",
    "find_nan",
    "gradient",
    "graph_from_json",
    "graph_to_json",
    "in_mode",
    "offspring_of",
    "provenance_of",
    "record_rewrites",
    "replay_steps",
    "rewrites",
    "session",
    "snapshot",
    "state_at",
    "text",
    "trace_from_json",
    "trace_to_json",
    "values",
]

# Where each name is. A colon is followed by the name it has there, where that is another.
_HOMES = {
    **dict.fromkeys(("draw", "snapshot", "text"), "api"),
    "Picture": "api.shown",
    "Report": "api.report",
    **dict.fromkeys(("check_call", "explain", "explain_errors", "find_nan"), "api.failing"),
    "gradient": "api.reports",
    "values": "api.values",
    "in_mode": "api.modes",
    "rewrites": "rewrites",
    "XorexplainError": "errors",
    **dict.fromkeys(("Page", "explore"), "explorer.api"),
    **dict.fromkeys(("Watched", "session"), "explorer.watched"),
    **dict.fromkeys(("Seen", "SeenFunction"), "runs.session.records"),
    "Difference": "graph.difference",
    "graph_from_json": "graph.json:from_json",
    "graph_to_json": "graph.json:to_json",
    **dict.fromkeys(
        ("Ancestor", "Ancestry", "Apply", "Graph", "Op", "Origin", "Output", "SourceLine"),
        "graph.records",
    ),
    "Variable": "graph.records",
    # What `%load_ext xorexplain` asks for.
    "load_ipython_extension": "cli.magics.extension:load",
    **dict.fromkeys(("Model", "Parts"), "models.model"),
    "Recording": "rewrites.build",
    **dict.fromkeys(("StepCheck", "check_steps"), "rewrites.check"),
    "trace_from_json": "rewrites.json:from_json",
    "trace_to_json": "rewrites.json:to_json",
    **dict.fromkeys(("Recorded", "RecordedFunction", "record_rewrites"), "rewrites.listen"),
    "Provenance": "rewrites.questions.provenance",
    "offspring_of": "rewrites.questions.provenance:offspring",
    "provenance_of": "rewrites.questions.provenance:provenance",
    **dict.fromkeys(("Edit", "PhaseTime", "Rewrite", "RewriteStep"), "rewrites.trace"),
    **dict.fromkeys(("State", "Trace"), "rewrites.trace"),
    "state_at": "rewrites.replay",
    "replay_steps": "rewrites.replay:replay",
}

# Paths that the documentation named before modules moved into rooms. They go with the next release.
MOVED = {
    "difference": "graph.difference",
    "jsonio": "graph.json",
    "listening": "rewrites.listen",
    "model": "models.model",
    "pages": "sphinxext.walkthrough",
    "pages.extension": "sphinxext.walkthrough.extension",
    "provenance": "rewrites.questions.provenance",
    "replay": "rewrites.replay",
    "stepcheck": "rewrites.check",
    "trace": "rewrites.trace",
    "tracejson": "rewrites.json",
    "tracing": "rewrites.build",
    "training": "models.training",
    "xor": "models.tutorial",
}

prepare("theano", "xorexplain.engines.theano.importing:repaired")
redirect({f"{__name__}.{old}": f"{__name__}.{new}" for old, new in MOVED.items()})


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    home, _, there = _HOMES[name].partition(":")
    return getattr(importlib.import_module(f"{__name__}.{home}"), there or name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
