"""Build the model that is named, and tell what holds that up or leaves it open."""

from __future__ import annotations

import contextlib
import linecache
import shlex
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xorexplain.cli.context import kept
from xorexplain.cli.cost import about_cost
from xorexplain.cli.options import MODES
from xorexplain.cli.printing import tell
from xorexplain.cli.progress import working
from xorexplain.engines.names import ENGINES
from xorexplain.errors import XorexplainError
from xorexplain.models.files.spec import file_and_name

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.engines.settings import Settings
    from xorexplain.models.model import Model
    from xorexplain.render.reports.gather import Subject


MAX_CHARACTERS = 60
PATIENCE = 5.0
"""After how many seconds it is told which line of a file is running."""


def built_model(spec: str | None, engine_name: str | None) -> tuple[Engine, Model]:
    """Build the model that is named, and tell what it has to be told with."""
    from xorexplain.rewrites.listen import load_heard

    with building():
        engine, model, _ = load_heard(spec, engine_name, asked_settings(engine_name))
    model = about_cost(model)
    tell(model.notes)
    return engine, model


def built_subject(
    spec: str | None,
    engine_name: str | None,
    target: str | None = None,
    data: Mapping[str, Any] | None = None,
    *,
    tells: bool = True,
) -> Subject:
    """Build the model that is named with the function of it that is asked about.

    `tells` says that what the model has to be told with is told here.
    """
    from xorexplain.render.reports.gather import load_subject

    with building():
        subject = load_subject(spec, engine_name, target, data, asked_settings(engine_name))
    subject = replace(subject, model=about_cost(subject.model))
    if tells:
        tell(subject.model.notes)
    return subject


def asked_settings(engine_name: str | None) -> Settings:
    """Return the mode and the rewrites that the command line asks for."""
    from xorexplain.engines import choose
    from xorexplain.engines.settings import Settings
    from xorexplain.models.modes import asked

    words = kept(MODES)
    if not any(words.values()):
        return Settings()
    return asked(choose(engine_name), **words)


@contextlib.contextmanager
def building() -> Iterator[None]:
    """Say that the model is being built, and of several how one of them is named."""
    from xorexplain.models.files.candidates import SeveralModelsError

    try:
        with working("building the model"), _watching():
            yield
    except SeveralModelsError as error:
        named = f"{error.location}:{error.first}"
        meant = (error.location, f"--model={error.location}")
        words = click.get_current_context().find_root().obj or ()
        # A word that starts so and goes on would be taken for an option.
        change = {word: f"--model={named}" if word[0] == "-" else named for word in meant}
        again = [change.get(word, word) for word in words]
        command = shlex.join(["xorexplain", *again])
        cure = f"name one, as in `{command}`"
        raise XorexplainError(f"{error.problem}: {cure}", error.details) from error


@contextlib.contextmanager
def _watching() -> Iterator[None]:
    """Tell once of a file that runs for long: what trains there need not run to be shown."""
    found = file_and_name(click.get_current_context().params.get("model") or "")
    if found is None:
        yield
        return
    over = threading.Event()
    watch = threading.Thread(
        target=_watch, args=(Path(found[0]).resolve(), threading.get_ident(), over), daemon=True
    )
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(file: Path, thread: int, over: threading.Event) -> None:
    """Tell which line at the top of a file a thread is at, once it takes long and is no import."""
    while not over.wait(PATIENCE):
        line = _line_at(file, thread)
        text = linecache.getline(str(file), line).strip()[:MAX_CHARACTERS] if line else ""
        if text and not text.startswith(("import ", "from ")):
            tell(
                [
                    f"{file.name} has been running for a while, it is at line {line}, `{text}`: "
                    'what need not run to be shown goes under `if __name__ == "__main__":`'
                ]
            )
            return


def _line_at(file: Path, thread: int) -> int:
    """Return the line at the top of a file that a thread is at, 0 where it is at none.

    One that compiles a function is needed, and so is none.
    """
    frame = sys._current_frames().get(thread)
    while frame is not None:
        code = frame.f_code
        package = str(frame.f_globals.get("__name__")).partition(".")[0]
        if code.co_name == "function" and package in ENGINES:
            return 0
        if code.co_name == "<module>" and Path(code.co_filename).resolve() == file:
            return frame.f_lineno
        frame = frame.f_back
    return 0
