"""Hold the names of steps against what the engine prints itself of every rewrite it makes."""

from __future__ import annotations

import contextlib
import importlib
import io
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import pytest
from models import GALLERY
from rewrite_models import OWN_MODELS, REWRITE_MODELS

from xorexplain import engines
from xorexplain.engines import Engine
from xorexplain.engines.attempts import name_of
from xorexplain.engines.shared.watching import members
from xorexplain.models.model import Model
from xorexplain.rewrites.record import record
from xorexplain.rewrites.trace import RewriteStep, Trace

INSTALLED = engines.installed()[:1]
BUILDS: dict[str, Callable[[Engine], Model]] = {
    **{f"gallery {name}": build for name, build in GALLERY.items()},
    **{f"rewrites {name}": build for name, build in REWRITE_MODELS.items()},
    **{f"own {n}": b for e in INSTALLED for n, b in OWN_MODELS[e].items()},
}
if "theano" not in INSTALLED:
    del BUILDS["gallery convolution"]


@cache
def verbose(engine: Engine, name: str) -> tuple[Trace, list[tuple[str, set[str]]]]:
    """Record a model, once, while the engine prints; return the names it prints, in order."""
    model = BUILDS[name](engine)
    if model.function is not None:
        pytest.skip("a compiled function has no rewriting left to record")
    flags = engine.module.config
    before = flags.optimizer_verbose
    flags.optimizer_verbose = True
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            trace = record(engine, model).trace
    finally:
        flags.optimizer_verbose = before
    lines = out.getvalue().splitlines()
    known: dict[str, set[str]] = {}
    for rewriter in rewriters(engine):
        known.setdefault(str(rewriter), set()).add(name_of(rewriter))
    return trace, [
        (kind, {name_of(n), *known.get(n, ())}) for kind, n in _names(engine, lines, known)
    ]


def rewriters(engine: Engine) -> list[Any]:
    """List all rewriters of the default mode."""
    module = importlib.import_module(f"xorexplain.engines.{engine.name}.rewriting")
    return members(module.default_phases(), module.KINDS)


def _names(engine: Engine, lines: Sequence[str], known: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Read "rewriting: rewrite NAME replaces ...", also "optimizer: ...", and "NAME old new"."""
    found: list[tuple[str, str]] = []
    for line in lines:
        for start in ("rewriting: rewrite ", "optimizer: rewrite "):
            if line.startswith(start) and " replaces " in line:
                name, _, rest = line.removeprefix(start).partition(" replaces ")
                is_member = rest.startswith("node ")
                found.append(("member" if is_member else "rewrite", name))
                break
        else:
            if engine.name == "theano" and " " in line:
                texts = [text for text in known if line.startswith(f"{text} ")]
                found.append(("rewrite", max(texts, key=len, default=line.split(" ")[0])))
    return found


def missing(steps: Sequence[str], printed: Sequence[set[str]]) -> list[str]:
    """Return the steps whose name is not printed in its turn."""
    lost, at = [], 0
    for name in steps:
        found = next((n for n in range(at, len(printed)) if name in printed[n]), None)
        if found is None:
            lost.append(name)
        else:
            at = found + 1
    return lost


def applied(trace: Trace) -> list[RewriteStep]:
    return [step for step in trace.steps if step.verdict == "applied"]


@pytest.mark.parametrize("name", BUILDS)
def test_names_are_those_the_engine_prints(engine: Engine, name: str) -> None:
    trace, printed = verbose(engine, name)
    rewrites = [word for kind, word in printed if kind == "rewrite"]

    assert not missing([step.rewrite for step in applied(trace)], rewrites)
    if engine.name == "pytensor":
        told = [member for step in applied(trace) for member in step.members]
        assert not missing(told, [word for kind, word in printed if kind == "member"])


@pytest.mark.parametrize("name", BUILDS)
def test_members_are_those_of_the_group_alone(engine: Engine, name: str) -> None:
    trace, _ = verbose(engine, name)
    module = importlib.import_module(f"xorexplain.engines.{engine.name}.rewriting")
    groups = {
        name_of(group): {name_of(part) for part in members(group, module.KINDS)}
        for group in rewriters(engine)
        if isinstance(group, module.KINDS.groups)
    }
    for step in trace.steps:
        if step.rewrite in groups:
            assert set(step.members) <= groups[step.rewrite]
            assert step.members or step.verdict == "failed"
        else:
            assert not step.members
