"""Say what a directive asks to have recorded, and answer from the cache where it can."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xorexplain.engines import ENGINES, VARIABLE
from xorexplain.errors.records import dataclass
from xorexplain.models.files.spec import file_and_name
from xorexplain.sphinxext.recording import sources
from xorexplain.sphinxext.recording.cache import Cache, Entry, Maker, key_of, release_of
from xorexplain.sphinxext.recording.isolation import models_of

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.models.model import Model


@dataclass(frozen=True)
class ModelSource:
    """Say where a model comes from: a spec as of `--model`, inline code, or neither for XOR.

    `file` and `line` are where inline code stands.
    """

    spec: str | None = None
    code: str | None = None
    file: str = ""
    line: int = 1

    def sources(self) -> sources.Sources:
        """Return the files that, changed, change the model."""
        if self.code is not None:
            return sources.of_code(self.code, Path(self.file).parent)
        if self.spec is None:
            return sources.Sources((), "xor")
        if (named := file_and_name(self.spec)) is not None:
            found, name = sources.of_file(Path(named[0])), named[1]
        else:
            location, _, name = self.spec.partition(":")
            found = sources.of_module(location)
        return sources.Sources(found.files, f"{name} {found.digest}")

    def load(self, engine_name: str | None) -> tuple[Engine, Model]:
        """Make the model; raise XorexplainError where that fails."""
        from xorexplain.models.inline import load_code
        from xorexplain.models.loading import load_model

        if self.code is not None:
            with models_of(Path(self.file).resolve().parent):
                return load_code(self.code, self.file, self.line, engine_name)
        if (named := file_and_name(self.spec or "")) is not None:
            with models_of(Path(named[0]).resolve().parent):
                return load_model(self.spec, engine_name)
        return load_model(self.spec, engine_name)


@dataclass(frozen=True)
class Request:
    """Hold what is to be recorded: of which model, by which engine, with which options."""

    kind: str
    model: ModelSource
    engine: str | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def engine_name(self) -> str | None:
        """The engine that is asked for, None where any will do."""
        return self.engine or os.environ.get(VARIABLE) or None

    def load(self) -> tuple[Engine, Model]:
        """Make the model, under the mode and about the cost that are asked for.

        Raise XorexplainError where that fails.
        """
        from xorexplain.models.costs_and_givens import about
        from xorexplain.models.modes import asked, under

        engine, model = self.model.load(self.engine_name)
        said = {name: self.options[name] for name in MODE_WORDS if name in self.options}
        if said:
            model = under(model, asked(engine, **said))
        return engine, about(model, self.options["cost"]) if "cost" in self.options else model


@dataclass(frozen=True)
class Answer:
    """Hold an entry, its key and maker, and the files it was made from."""

    entry: Entry
    key: str
    maker: Maker
    files: tuple[Path, ...]


MODE_WORDS = ("mode", "including", "excluding", "backend")
FLAGS = ("THEANO_FLAGS", "PYTENSOR_FLAGS")
GRAPH_FLAGS = frozenset(
    {
        *("cast_policy", "floatX", "int_division", "linker", "mode"),
        *("optimizer", "optimizer_excluding", "optimizer_including"),
    }
)
"""What these set changes graphs; other flags name folders and programs of one machine."""
Recorder = Callable[["Request"], tuple[Entry, Maker]]


def answer(request: Request, cache: Cache, record: Recorder) -> Answer:
    """Return the entry of a request, from the cache or recorded now.

    Raise XorexplainError where it has to be recorded and cannot be.
    """
    made_of = request.model.sources()
    ingredients = {
        "model": made_of.digest,
        "engine": request.engine_name,
        "options": request.options,
        "flags": flags(),
    }
    key = key_of(request.kind, ingredients)
    found = cache.find(key)
    if found is None or not is_current(found[1], request.engine_name):
        found = record(request)
        cache.keep(key, *found)
    return Answer(found[0], key, found[1], made_of.files)


def flags() -> list[str]:
    """Return the engines' settings in the environment that make other graphs."""
    given = ",".join(os.environ.get(name, "") for name in FLAGS).replace(" ", "").split(",")
    return sorted(flag for flag in given if flag.partition("=")[0] in GRAPH_FLAGS)


def is_current(maker: Maker, asked: str | None) -> bool:
    """Tell whether an entry is what recording anew would give, as far as can be told.

    One of an engine that is missing is taken where that engine was asked for by name, and where
    no other could record it.
    """
    release = release_of(maker.library)
    if release is not None:
        return release == maker.release
    return asked is not None or all(release_of(name) is None for name in ENGINES)
