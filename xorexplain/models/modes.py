"""Have an engine rewrite and compile as a model asks for: its mode, more rewrites, or fewer."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xorexplain.engines.names import written_mode
from xorexplain.engines.settings import Settings
from xorexplain.engines.shared.alone import alone
from xorexplain.errors import XorexplainError, did_you_mean

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.models.model import Model

_IN_FILE = re.compile(r".+\.pyw?:\w+$", re.DOTALL)


@contextlib.contextmanager
def in_mode(engine: Engine, model: Model) -> Iterator[None]:
    """Have an engine's default mode be a model's own in a block, for one thread at a time."""
    with alone(), engine.configured(settings_of(model)):
        yield


def settings_of(model: Model) -> Settings:
    """Return what a model asks for, and its library."""
    mode = "" if model.mode is None else model.mode
    including = (*model.own_rewrites, *model.including)
    return Settings("", mode, tuple(model.excluding), including)


def asked(
    engine: Engine,
    mode: Any = None,
    including: Sequence[str] = (),
    excluding: Sequence[str] = (),
    backend: str | None = None,
) -> Settings:
    """Understand what is asked for; raise XorexplainError for what the engine does not have.

    `mode` is a name, `file.py:name` for a mode that stands there, or a mode; `backend` names what
    runs the functions in place of a mode.
    """
    if backend:
        if mode is not None and mode != "":
            raise XorexplainError(f"--mode {mode} has a backend of its own: leave --backend out")
        mode = engine.mode_of_backend(backend)
    name = ""
    if isinstance(mode, str) and _IN_FILE.match(mode):
        name, mode = mode, _in_file(engine, mode)
    settings = Settings("", mode or "", tuple(excluding), tuple(including), name)
    known = {tag for entry in engine.registered() for tag in (*entry.tags, *entry.names)}
    for name in (*including, *excluding) if including or excluding else ():
        if name not in known:
            cure = did_you_mean(name, sorted(known))
            raise XorexplainError(f"no rewrite has the name or tag {name!r}: {cure}")
    with engine.configured(settings):
        return settings


def under(model: Model, settings: Settings) -> Model:
    """Return a model under settings besides its own; a mode takes the place of its own."""
    if settings == Settings():
        return model
    return replace(
        model,
        mode=settings.mode or model.mode,
        mode_name=settings.mode_name if settings.mode else model.mode_name,
        including=(*model.including, *settings.including),
        excluding=(*model.excluding, *settings.excluding),
    )


def mode_text(engine: Engine, model: Model) -> str | None:
    """Say in which mode a model's functions are rewritten, None for the engine's default."""
    mode = model.mode
    name = model.mode_name
    if mode and not name:
        name = written_mode(mode) if isinstance(mode, str) else engine.mode_name(mode)
    parts = [f"mode {name}"] if name else []
    parts += [f"with {', '.join(model.including)}"] if model.including else []
    parts += [f"without {', '.join(model.excluding)}"] if model.excluding else []
    return " ".join(parts) or None


def made_by(engine: Engine, model: Model) -> str:
    """Name the engine that makes a model's functions, with the mode."""
    mode = mode_text(engine, model)
    return f"{engine.title} {engine.version}{f', {mode}' if mode else ''}"


def _in_file(engine: Engine, spec: str) -> Any:
    """Return the mode that a file has under a name, or a function of that name returns."""
    from xorexplain.models.files.running import call, run
    from xorexplain.models.files.spec import spec_of

    named = spec_of(spec)
    module = run(named)
    if not hasattr(module, str(named.name)):
        public = [name for name in vars(module) if not name.startswith("_")]
        cure = did_you_mean(str(named.name), public)
        raise XorexplainError(f"{named.location} has no {named.name!r}: {cure}")
    found = getattr(module, str(named.name))
    if callable(found) and not engine.is_mode(found):
        found = call(found, spec)
    if isinstance(found, str) or engine.is_mode(found):
        return found
    raise XorexplainError(f"{spec} is a {type(found).__name__}: name a mode of {engine.title}")
