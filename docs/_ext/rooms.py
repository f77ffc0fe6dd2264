"""Read the package from its files alone: its modules, what they import, and the map of its rooms.

The map is the tree in `docs/develop/architecture.rst`. The page's picture and the tests that hold
the package to the map (`tests/test_architecture.py`) both come from here; nothing is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "xorexplain"
PAGE = ROOT / "docs" / "develop" / "architecture.rst"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
_ENTRY = re.compile(r"^( *)([\w.]+/?)(?:  +(\S.*))?$")


def modules() -> Iterator[tuple[str, Path]]:
    """Yield dotted names below the package ("engines.theano", "cli") and their files."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if len(parts) > 1 and parts[-1] == "__init__":
            parts = parts[:-1]
        yield ".".join(parts), path


MODULES = dict(modules())
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def tree() -> dict[str, str]:
    """Return the map: paths in the package ("cli/magics/", "api.py"), and what is said of each."""
    block = PAGE.read_text(encoding="utf-8").partition("   xorexplain/\n")[2]
    found: dict[str, str] = {}
    folders: list[str] = []
    for line in block.splitlines():
        entry = _ENTRY.match(line.removeprefix("   "))
        if not line.startswith("     ") or entry is None:
            # What is said goes on in the next line.
            if line.startswith("     ") and found:
                found[next(reversed(found))] += f" {line.strip()}"
                continue
            break
        depth = len(entry[1]) // 2 - 1
        path = "".join([*folders[:depth], entry[2]])
        folders[depth:] = [entry[2]]
        found[path] = entry[3] or ""
    return found


def rooms() -> dict[str, str]:
    """Return the rooms, top first, and what each is for: an import may only point down."""
    return {
        path.removesuffix("/").removesuffix(".py"): words
        for path, words in tree().items()
        if "/" not in path.removesuffix("/")
    }


def top_of(name: str) -> str:
    """Return the room of a module."""
    return name.partition(".")[0]


def imports_of(node: ast.AST, at_load: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the dotted names that code imports, inside functions too, and their lines.

    `at_load` leaves out what is imported only when a function is called or types are checked.
    """
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Import):
            yield from ((alias.name, current.lineno) for alias in current.names)
        elif isinstance(current, ast.ImportFrom):
            origin = "." * current.level + (current.module or "")
            yield from ((f"{origin}.{alias.name}", current.lineno) for alias in current.names)
        later = isinstance(current, (ast.FunctionDef, ast.Lambda)) or (
            isinstance(current, ast.If) and ast.unparse(current.test) == "TYPE_CHECKING"
        )
        if not (at_load and later):
            waiting.extend(ast.iter_child_nodes(current))


def imports_by_name(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the dotted names that `importlib.import_module` is given as they are."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        named = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if named == "import_module" and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value), call.lineno


@cache
def own_imports_of(name: str, at_load: bool = False) -> tuple[tuple[str, int], ...]:
    """Return the package's own modules among the imports of a module, and their lines."""
    return tuple(_own_imports_of(name, at_load))


def _own_imports_of(name: str, at_load: bool) -> Iterator[tuple[str, int]]:
    by_name = () if at_load else imports_by_name(TREES[name])
    for dotted, line in (*imports_of(TREES[name], at_load), *by_name):
        package, _, rest = dotted.partition(".")
        if package != "xorexplain":
            continue
        while rest and rest not in MODULES:
            rest = rest.rpartition(".")[0]
        yield rest or "__init__", line


def edges() -> dict[str, set[str]]:
    """Return which rooms each room imports."""
    found: dict[str, set[str]] = {room: set() for room in rooms()}
    for name in MODULES:
        for imported, _ in own_imports_of(name):
            if top_of(imported) != top_of(name):
                found[top_of(name)].add(top_of(imported))
    return found


def circle(imported: Mapping[str, set[str]]) -> list[str]:
    """Return names that import each other in a circle, and what leads to them; else nothing."""
    waiting = dict(imported)
    while ready := [name for name, others in waiting.items() if not others & set(waiting)]:
        for name in ready:
            del waiting[name]
    return sorted(waiting)
