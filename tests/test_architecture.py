"""Hold the package to its rooms: imports only point down, outside libraries enter in one place.

`ROOMS` is the map of the package. A module may import modules of its own room and of those below,
as long as no circle comes of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parent / "xorexplain"

# Top first: what the folder listing shows, and what a room is for. An import may only point down.
ROOMS: dict[str, str] = {
    "__main__": "`python -m xorexplain`",
    "cli": "one module a command, no graph logic",
    "sphinxext": "pages of documentation, and the walk-through of a model",
    "explorer": "the page in which all is explored",
    "__init__": "the public names",
    "api": "the Python API",
    "render": "any record below -> pictures, text, reports, files",
    "rewrites": "what the optimizer did, recorded and explained",
    "gradients": "what T.grad did, derived and explained",
    "models": "what a user wrote -> the engine's graph of a stage -> Graph",
    "engines": "the only code that knows an engine",
    "notation": "mathematics",
    "graph": "records, ops and views: Graph -> Graph",
    "errors": "what a user is told",
}

# Imports that point up, inside a function, and why.
UPWARD = {
    ("render", "explorer.bundle"): "the registry of formats has the page, made of other formats",
    ("graph.records", "api"): "Jupyter asks the record itself how it looks",
    ("__init__", "explorer.api"): "names of the package are loaded on first use",
}

# The only importers of a library, here and anywhere below the package.
ONLY_IMPORTERS: dict[str, tuple[str, ...]] = {
    "theano": ("engines.theano.*",),
    "pytensor": ("engines.pytensor.*",),
    "aesara": (),
    "pygraphviz": ("render.layout.worker",),
    "click": ("cli", "cli.*"),
    "docutils": ("sphinxext", "sphinxext.*"),
    "sphinx": ("sphinxext", "sphinxext.*"),
    # Nothing else starts a process.
    "subprocess": ("render.layout.image", "cli.doctor.packages"),
    "multiprocessing": (),
}
ENGINE_LIBRARIES = ("theano", "pytensor", "aesara")

MAX_LINES = 300
# Longer, for a reason that is written in the module.
LONG_MODULES: set[str] = set()


def modules() -> Iterator[tuple[str, Path]]:
    """Yield dotted names below the package ("engines.theano", "cli") and their files."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if len(parts) > 1 and parts[-1] == "__init__":
            parts = parts[:-1]
        yield ".".join(parts), path


MODULES = dict(modules())
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
each_module = pytest.mark.parametrize("name", MODULES)


def top_of(name: str) -> str:
    return name.partition(".")[0]


def place_of(name: str) -> int:
    """Return the place of a module's room in ROOMS, 0 at the top."""
    assert top_of(name) in ROOMS, f"xorexplain/{top_of(name)} is no room: add it to ROOMS"
    return list(ROOMS).index(top_of(name))


def imports_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the dotted names a module imports, inside functions too, and their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def own_imports_of(name: str) -> Iterator[tuple[str, int]]:
    """Yield the package's own modules among the imports of a module, and their lines."""
    for dotted, line in imports_of(TREES[name]):
        package, _, rest = dotted.partition(".")
        if package != "xorexplain":
            continue
        while rest and rest not in MODULES:
            rest = rest.rpartition(".")[0]
        yield rest or "__init__", line


def edges() -> dict[str, set[str]]:
    """Return what each module or subpackage imports of the others, but for UPWARD."""
    found: dict[str, set[str]] = {top_of(name): set() for name in MODULES}
    for name in MODULES:
        for imported, _ in own_imports_of(name):
            if (name, imported) not in UPWARD and top_of(imported) != top_of(name):
                found[top_of(name)].add(top_of(imported))
    return found


@each_module
def test_imports_point_down(name: str) -> None:
    upward = [
        f"line {line}: imports {imported}"
        for imported, line in own_imports_of(name)
        if place_of(imported) < place_of(name) and (name, imported) not in UPWARD
    ]

    assert upward == []


def test_imports_make_no_circle() -> None:
    waiting = edges()
    while ready := [name for name, imported in waiting.items() if not imported & set(waiting)]:
        for name in ready:
            del waiting[name]

    assert waiting == {}


@each_module
def test_libraries_enter_in_one_place(name: str) -> None:
    strays = [
        f"line {line}: imports {imported}"
        for imported, line in imports_of(TREES[name])
        if top_of(imported) in ONLY_IMPORTERS
        and not any(fnmatchcase(name, owner) for owner in ONLY_IMPORTERS[top_of(imported)])
    ]

    assert strays == []


@each_module
def test_modules_stay_short(name: str) -> None:
    lines = len(MODULES[name].read_text(encoding="utf-8").splitlines())

    assert lines <= MAX_LINES or name in LONG_MODULES


@each_module
def test_modules_say_what_they_do(name: str) -> None:
    docstring = ast.get_docstring(TREES[name])

    assert docstring, "no module docstring"
    assert docstring.splitlines()[0].endswith((".", ":")), "the first line is no sentence"


def test_neutral_tests_import_no_engine() -> None:
    strays = [
        f"{path.relative_to(TESTS)}: imports {imported}"
        for path in sorted(TESTS.rglob("*.py"))
        if TESTS / "engines" not in path.parents
        for imported, _ in imports_of(ast.parse(path.read_text(encoding="utf-8")))
        if top_of(imported) in ENGINE_LIBRARIES
    ]

    assert strays == []


def test_the_map_names_no_module_that_is_gone() -> None:
    upward = {(name, imported) for name in MODULES for imported, _ in own_imports_of(name)}

    assert set(ROOMS) - {top_of(name) for name in MODULES} == set()
    assert LONG_MODULES - set(MODULES) == set()
    assert set(UPWARD) - upward == set()


@each_module
def test_commands_print_by_one_function(name: str) -> None:
    """`cli.options.say` keeps what text quotes from steering the terminal; nothing goes past it."""
    if top_of(name) != "cli" or name == "cli.options":
        return
    calls = [node.func for node in ast.walk(TREES[name]) if isinstance(node, ast.Call)]
    printing = {ast.unparse(called) for called in calls} & {
        *("print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"),
    }

    assert printing == set(), "print by `say` of cli.options"
