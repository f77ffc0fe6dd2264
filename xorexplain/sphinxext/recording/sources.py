"""Find the files a model is made from without running any of them, and fingerprint them.

Imports are read from the text, so neither the model nor an engine is imported. A module of the
standard library or of an installed package belongs to no model, unless the model itself is one.
"""

from __future__ import annotations

import ast
import hashlib
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from xorexplain.errors.records import dataclass

_INSTALLED = frozenset({"site-packages", "dist-packages"})
OWN = Path(__file__).resolve().parents[2]
NOT_SHOWN = ("cli", "doctor")
"""Parts of this package that no entry depends on."""


@dataclass(frozen=True)
class Sources:
    """Hold the files of a model, and a fingerprint of what is in them and in its inline code."""

    files: tuple[Path, ...]
    digest: str


def of_file(path: Path) -> Sources:
    """Return a model's file with the modules of the user's own that it imports."""
    return _gathered([path], [path.parent])


def of_module(name: str) -> Sources:
    """Return the file of a module and those it imports; only its name where it is not found."""
    specification = _find(name, [])
    path = _origin(specification)
    return _gathered([path] if path is not None else [], [], name)


def of_code(code: str, folder: Path) -> Sources:
    """Return the files that inline code imports; they are looked for in `folder` too."""
    return _gathered(list(_imported(code, "", [folder])), [folder], code)


def _gathered(first: list[Path], folders: list[Path], text: str = "") -> Sources:
    """Follow imports from the first files; the files' order makes no difference."""
    found: dict[Path, bytes] = {}
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found[path] = path.read_bytes()
        content = found[path].decode(errors="replace")
        waiting.extend(_imported(content, _package(path), [*folders, path.parent]))
    digest = hashlib.sha256(text.encode())
    for path in sorted(found):
        digest.update(f"{path.name}\0{len(found[path])}\0".encode() + found[path])
    return Sources(tuple(sorted(found)), digest.hexdigest())


def _package(path: Path) -> str:
    """Return the dotted name of the package a file is in, empty where it is in none."""
    names: list[str] = []
    folder = path.parent
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return ".".join(names)


def _imported(code: str, package: str, folders: list[Path]) -> Iterator[Path]:
    """Yield the user's own files that some code imports; none for code that is no Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    for name in _names(tree, package):
        path = _origin(_find(name, folders))
        if path is not None and not _is_installed(path):
            yield path


def _names(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield dotted names that may be modules, `a.b` for both `a.b` and `from a import b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _prefixes(alias.name)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            kept = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join(filter(None, [*kept, node.module or ""]))
            yield from _prefixes(base)
            for alias in node.names:
                yield f"{base}.{alias.name}" if base else alias.name


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def _find(name: str, folders: list[Path]) -> ModuleSpec | None:
    """Find a module as `import` would, but import none of the packages it is in."""
    places: list[str] = [*map(str, folders), *sys.path]
    specification = None
    for part in name.split("."):
        specification = PathFinder.find_spec(part, places) if part else None
        if specification is None:
            return None
        places = list(specification.submodule_search_locations or [])
    return specification


def _origin(specification: ModuleSpec | None) -> Path | None:
    if specification is None or not specification.has_location or not specification.origin:
        return None
    path = Path(specification.origin)
    return path.resolve() if path.suffix == ".py" else None


@cache
def _installed_folders() -> tuple[Path, ...]:
    named = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    others = [*site.getsitepackages(), site.getusersitepackages()]
    return tuple(Path(folder).resolve() for folder in [*named, *others] if folder)


def _is_installed(path: Path) -> bool:
    if not _INSTALLED.isdisjoint(path.parts):
        return True
    return path.is_relative_to(OWN) or any(path.is_relative_to(f) for f in _installed_folders())


@cache
def of_this_package() -> str:
    """Fingerprint the code of this package that makes what is cached."""
    digest = hashlib.sha256()
    for path in sorted(OWN.rglob("*.py")):
        part = path.relative_to(OWN)
        if part.parts[0] not in NOT_SHOWN:
            digest.update(f"{part.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
