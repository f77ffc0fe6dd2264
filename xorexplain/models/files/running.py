"""Run a user's code: a module, a file, a function; what fails is told with their own frames."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import linecache
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from xorexplain.engines.shared.recursion import call_deep
from xorexplain.errors import XorexplainError
from xorexplain.models.files.spec import FORMS, STDIN, Spec

MAX_FRAMES = 200
"""How many frames of a failure are looked at, the innermost: endless recursion has more."""


def run(spec: Spec) -> ModuleType:
    """Run what a spec names and return its module; what it prints goes to stderr."""
    if spec.location == STDIN:
        return _run_text(sys.stdin.read())
    return _import_file(spec.path) if spec.is_file else _import_module(spec.location)


def _run_text(text: str) -> ModuleType:
    """Run code that was read from stdin; the engine finds its lines as those of a file."""
    file = "<stdin>"
    module = ModuleType("stdin")
    module.__file__ = file
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    put_on_path(Path.cwd())
    try:
        program = compile(text, file, "exec")
    except SyntaxError as error:
        raise failed(STDIN, error) from error
    call(lambda: exec(program, vars(module)), STDIN)
    return module


def _import_module(name: str) -> ModuleType:
    put_on_path(Path.cwd())
    try:
        with contextlib.redirect_stdout(sys.stderr), _without_arguments(name):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise XorexplainError(
                f"no module named {error.name!r}: run from the folder that holds it, or {FORMS}"
            ) from error
        raise failed(name, error) from error
    except (Exception, SystemExit) as error:
        raise failed(name, error) from error


def _import_file(path: Path) -> ModuleType:
    put_on_path(path.resolve().parent)
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise XorexplainError(f"{path} cannot be read as Python")
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(path.stem, module)
    try:
        with contextlib.redirect_stdout(sys.stderr), _without_arguments(str(path)):
            specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise failed(str(path), error) from error
    return module


@contextlib.contextmanager
def _without_arguments(program: str) -> Iterator[None]:
    """Have a script that reads the command line find none but its name: the words are ours."""
    kept = sys.argv
    sys.argv = [program]
    try:
        yield
    finally:
        sys.argv = kept


def put_on_path(folder: Path) -> None:
    """Let modules of a folder be imported, before others of the same name."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def call(function: Any, spec: str) -> Any:
    """Call the user's callable; what it prints goes to stderr, to keep stdout for our data."""
    try:
        with contextlib.redirect_stdout(sys.stderr), _without_arguments(spec):
            return call_deep(function)
    except XorexplainError:
        raise
    except (Exception, SystemExit) as error:
        raise failed(spec, error) from error


def failed(what: str, error: BaseException) -> XorexplainError:
    """Report an exception of the user's code with the frames that are theirs."""
    foreign = (str(Path(__file__).parents[2]) + os.sep, sysconfig.get_path("stdlib"), "<frozen")
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__, limit=-MAX_FRAMES)
        if not frame.filename.startswith(foreign) and "site-packages" not in frame.filename
    ]
    lines = ["Traceback (the model's own frames):\n"] if frames else []
    lines += traceback.format_list(frames)
    lines += traceback.format_exception_only(error)
    summary = f"{type(error).__name__}: {error}".splitlines()[0]
    if isinstance(error, SystemExit):
        summary += "; it is run without arguments: put what wants some under a main guard"
    elif isinstance(error, ImportError) and "relative import" in str(error):
        summary += "; name it as part of its package: package.module or package.module:name"
    return XorexplainError(f"the model {what} failed: {summary}", details="".join(lines).rstrip())
