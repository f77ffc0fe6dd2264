"""Hold the package to its rooms: imports only point down, outside libraries enter in one place.

The map of the rooms is the tree in `docs/develop/architecture.rst`. A module may import modules of
its own room and of those below it. Each test lists all that offends.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import rooms
from rooms import MODULES, TREES, top_of

TESTS = Path(__file__).resolve().parent
ROOMS = list(rooms.rooms())

# Imports that point up, inside a function, and why.
UPWARD = {
    ("render", "explorer.bundle"): "the registry of formats has the page, made of other formats",
    ("graph.records", "api.drawing"): "Jupyter asks the record itself how it looks",
    ("rewrites", "api.reports"): "the room is called as the function of its name",
    ("rewrites", "api.report"): "which returns a report",
    ("__init__", "explorer.api"): "names of the package are loaded on first use",
    ("__init__", "explorer.watched"): "names of the package are loaded on first use",
}

# The only importers of a library, here and anywhere below the package.
ONLY_IMPORTERS: dict[str, tuple[str, ...]] = {
    "theano": ("engines.theano.*",),
    "pytensor": ("engines.pytensor.*",),
    "aesara": (),
    "pygraphviz": ("render.layout.worker",),
    "click": ("cli", "cli.*"),
    "IPython": ("cli.magics.*",),
    "docutils": ("sphinxext", "sphinxext.*"),
    "sphinx": ("sphinxext", "sphinxext.*"),
    # Nothing else starts a process.
    "subprocess": (
        "render.layout.system",
        "render.layout.process",
        "cli.commands.doctor.packages",
        "runs.session.process",
    ),
    "multiprocessing": ("runs.session.children",),
}
ENGINE_LIBRARIES = ("theano", "pytensor", "aesara")

MAX_LINES = 300
MAX_ENTRIES = 15
# Longer, for a reason that is written in the module.
LONG_MODULES: set[str] = set()
PRINTING = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}


def all_imports() -> Iterator[tuple[str, str, int]]:
    """Yield who of the package imports which module of it, and in which line."""
    for name in MODULES:
        for imported, line in rooms.own_imports_of(name):
            yield name, imported, line


def test_imports_point_down() -> None:
    upward = [
        f"{name}, line {line}: imports {imported}"
        for name, imported, line in all_imports()
        if ROOMS.index(top_of(imported)) < ROOMS.index(top_of(name))
        and (name, imported) not in UPWARD
    ]

    assert upward == []


def test_imports_make_no_circle() -> None:
    at_load = {
        name: {imported for imported, _ in rooms.own_imports_of(name, at_load=True)} - {name}
        for name in MODULES
    }

    assert rooms.circle(at_load) == []


def test_imports_are_absolute() -> None:
    relative = [
        f"{name}, line {line}"
        for name, tree in TREES.items()
        for dotted, line in rooms.imports_of(tree)
        if dotted.startswith(".")
    ]

    assert relative == []


def test_libraries_enter_in_one_place() -> None:
    strays = [
        f"{name}, line {line}: imports {dotted}"
        for name, tree in TREES.items()
        for dotted, line in (*rooms.imports_of(tree), *rooms.imports_by_name(tree))
        if top_of(dotted) in ONLY_IMPORTERS
        and not any(fnmatchcase(name, owner) for owner in ONLY_IMPORTERS[top_of(dotted)])
    ]

    assert strays == []


def test_dataclasses_cost_nothing_until_they_are_used() -> None:
    """`dataclass` of `errors.records` writes the methods of a class once they are needed."""
    costly = [
        f"{name}, line {node.lineno}: import `dataclass` from xorexplain.errors.records"
        for name, tree in TREES.items()
        if name != "errors.records"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        if any(alias.name == "dataclass" for alias in node.names)
    ]

    assert costly == []


def test_modules_stay_short() -> None:
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()
    }

    assert {
        n: long for n, long in lengths.items() if long > MAX_LINES and n not in LONG_MODULES
    } == {}


def test_modules_say_what_they_do() -> None:
    first = {
        name: (ast.get_docstring(tree) or "").partition("\n")[0] for name, tree in TREES.items()
    }

    assert [name for name, line in first.items() if not line.endswith((".", ":"))] == []


def test_neutral_tests_import_no_engine() -> None:
    strays = [
        f"{path.relative_to(TESTS)}: imports {dotted}"
        for path in sorted(TESTS.rglob("*.py"))
        if TESTS / "engines" not in path.parents
        for dotted, _ in rooms.imports_of(ast.parse(path.read_text(encoding="utf-8")))
        if top_of(dotted) in ENGINE_LIBRARIES
    ]

    assert strays == []


def test_the_lists_of_exceptions_name_nothing_that_is_gone() -> None:
    there = {(name, imported) for name, imported, _ in all_imports()}

    assert LONG_MODULES - set(MODULES) == set()
    assert set(UPWARD) - there == set()


def test_commands_print_by_one_function() -> None:
    """`cli.printing.say` keeps quoted text from steering the terminal; nothing goes past it.

    `cli.progress` alone steers it, to redraw its line.
    """
    printing = [
        f"{name}, line {node.lineno}: print by `say` of cli.printing"
        for name, tree in TREES.items()
        if top_of(name) == "cli" and name not in {"cli.printing", "cli.progress"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in PRINTING
    ]

    assert printing == []


def test_the_map_is_that_of_the_package() -> None:
    tree = rooms.tree()
    files = {
        path.relative_to(rooms.PACKAGE)
        for path in rooms.PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    folders = {f"{folder}/" for path in files for folder in path.parents if folder != Path()}
    loose = {path.name for path in files if len(path.parts) == 1 and path.suffix == ".py"}

    assert [entry for entry in tree if not (rooms.PACKAGE / entry).exists()] == []
    assert sorted((folders | loose) - set(tree)) == []
    assert [entry for entry, words in tree.items() if not words] == []
    assert len(ROOMS) <= MAX_ENTRIES


def test_contributing_has_the_same_rooms_in_the_same_order() -> None:
    block = rooms.CONTRIBUTING.read_text(encoding="utf-8").partition("## Rooms")[2]
    listed = re.findall(r"^(\w+)  +\S", block.partition("```\n")[2].partition("```")[0], re.M)

    assert listed == [room for room in ROOMS if not room.startswith("__")]
