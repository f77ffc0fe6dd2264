"""Read what a user names as a model: a file, a module, a name in it; a mistake is told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass

TUTORIAL = "xor"
"""Names the XOR network of the tutorial, where no module is called that."""
STDIN = "-"
FORMS = "write net.py, net.py:name or pkg.module:name"
PICTURES = (".png", ".svg", ".pdf", ".html", ".dot")
SAVED = (".json", ".ipynb")
"""Suffixes of files that hold no Python, but are taken for files."""
_FILE = re.compile(r"(?P<file>.+\.pyw?)(?::(?P<name>[^:/\\]*))?$", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*$")


@dataclass(frozen=True)
class Spec:
    """Hold where a model is: a file, stdin or a module, and its name there, if it is told."""

    location: str
    name: str | None
    is_file: bool

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.location)


def file_and_name(text: str) -> tuple[str, str | None] | None:
    """Split what names a Python file, which may be missing; None for what names none."""
    found = _FILE.match(text)
    return None if found is None else (found["file"], found["name"])


def is_file_spec(text: str) -> bool:
    """Tell whether some text can only be meant as a file, with or without a name in it."""
    return file_and_name(text) is not None or Path(text).suffix in SAVED


def is_tutorial(text: str | None) -> bool:
    """Tell whether no model is named, or the XOR network is."""
    return text is None or (text == TUTORIAL and not Path(f"{TUTORIAL}.py").exists())


def spec_of(text: str) -> Spec:
    """Understand what names a model; raise XorexplainError for what can be none."""
    if text == STDIN or text.startswith(f"{STDIN}:"):
        return Spec(STDIN, text[2:] or None, True)
    if (found := file_and_name(text)) is not None:
        return _file(text, Path(found[0]), found[1])
    path = Path(text)
    if text and (path.exists() or "/" in text or "\\" in text or path.suffix in SAVED):
        raise XorexplainError(_no_python(path))
    location, colon, name = text.rpartition(":") if ":" in text else (text, "", "")
    if not location or (colon and not name) or not _NAME.match(location):
        raise XorexplainError(f"{text!r} names no model: {FORMS}")
    return Spec(location, name or None, False)


def _file(text: str, path: Path, name: str | None) -> Spec:
    if name == "":
        raise XorexplainError(f"{text!r} names no model: leave the colon out, or {FORMS}")
    if path.is_dir():
        raise XorexplainError(_no_python(path))
    if not path.is_file():
        raise XorexplainError(f"there is no file {path}: {_hint(path)}")
    return Spec(str(path), name, True)


def _hint(path: Path) -> str:
    """Name the files that may have been meant."""
    known = python_files(path.parent)
    if not known:
        return f"check the name; no .py file is in {path.parent.resolve()}"
    return did_you_mean(str(path), known)


def python_files(folder: Path) -> Sequence[str]:
    """List the Python files of a folder, as a user would name them."""
    try:
        return sorted(str(path) for path in folder.glob("*.py") if path.is_file())
    except OSError:
        return ()


def _no_python(path: Path) -> str:
    """Say why something that may well be there is no file of Python, and what to do."""
    if path.is_dir():
        inside = python_files(path)
        files = f", as {did_you_mean('', inside).removeprefix('choose from ')}" if inside else ""
        return f"{path} is a folder: name a .py file in it{files}"
    if not path.exists():
        return f"there is no file {path}: {_hint(path)}"
    if path.suffix == ".ipynb":
        return (
            f"{path} is a notebook: write `%load_ext xorexplain` in it, or save its code as "
            f"{path.stem}.py (jupyter nbconvert --to script {path})"
        )
    if path.suffix in PICTURES:
        return f"{path} is no model: to write it, say -o {path}; {FORMS}"
    if path.suffix == ".json":
        readers = "`graph` and `print` read a graph from such a file, `rewrites` a trace"
        return f"{path} is no Python file: {readers}"
    return f"{path} is no Python file, whose name ends in .py: {FORMS}"
