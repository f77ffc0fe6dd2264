"""Examine what this machine has for the package, and name what is missing and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from xorexplain.cli.commands.doctor import engine, pictures, settings
from xorexplain.cli.commands.doctor.packages import extra, package
from xorexplain.cli.commands.doctor.record import Check, Finding, Machine, first_line

_NEEDED: dict[str, Callable[[Machine], Finding]] = {
    "engine": engine.engine,
    "Python": engine.python,
    "platform": engine.system,
    "numpy": package("numpy", "everything", "pip install numpy"),
    "scipy": package("scipy", "everything", "pip install scipy"),
    "compile directory": engine.compile_dir,
    "embedded Graphviz": pictures.embedded_graphviz,
    "font": pictures.font,
    "graphviz": package("graphviz", "every picture", "pip install 'graphviz>=0.20'"),
    "pydot": package("pydot", "pictures with --style pydotprint", "pip install 'pydot>=3'"),
    "rich": package("rich", "text trees and the progress bar", "pip install 'rich>=13'"),
}
_USEFUL: dict[str, Callable[[Machine], Finding]] = {
    "plain import": engine.plain_import,
    "C compiler": engine.compiler,
    "BLAS": engine.blas,
    "compile lock": engine.lock,
    "system Graphviz": pictures.system_graphviz,
    "docs extra": extra(["sphinx", "furo", "sphinx-click"], "building the documentation"),
    "settings": settings.settings,
    "plot extra": extra(["matplotlib"], "plots"),
}


def examine() -> list[Check]:
    """Run every check, those of needed things first.

    A check that fails in an unforeseen way is reported as a problem; none stops the others.
    """
    machine = engine.start()
    needed = [_named(name, True, check, machine) for name, check in _NEEDED.items()]
    return needed + [_named(name, False, check, machine) for name, check in _USEFUL.items()]


def works(checks: Sequence[Check]) -> bool:
    """Tell whether everything that is needed is there and in order."""
    return all(check.status == "ok" for check in checks if check.needed)


def to_json(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the report as JSON data."""
    return {"works": works(checks), "checks": [asdict(check) for check in checks]}


def _named(name: str, needed: bool, check: Callable[[Machine], Finding], machine: Machine) -> Check:
    try:
        finding = check(machine)
    except Exception as error:  # noqa: BLE001 - the report goes on, whatever is broken
        finding = Finding("problem", first_line(error))
    return Check(name, needed=needed, **asdict(finding))
