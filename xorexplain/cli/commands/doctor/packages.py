"""Check Python packages, and look up programs of the system."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from xorexplain.cli.commands.doctor.record import Finding, Machine, first_line

_SECONDS = 60
_APT = {"g++": "g++", "python": "python3-dev", "graphviz": "graphviz"}
_DNF = {"g++": "gcc-c++", "python": "python3-devel", "graphviz": "graphviz"}
_CONDA = {"g++": "m2w64-toolchain", "python": "python", "graphviz": "graphviz"}


def package(module: str, loss: str, cure: str) -> Callable[[Machine], Finding]:
    """Make a check that a package is installed and can be imported."""

    def check(machine: Machine) -> Finding:
        version = version_of(module)
        if version == "":
            return Finding("missing", f"{module} is not installed", loss, cure)
        try:
            importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is the answer
            found = f"{version}, cannot be imported: {first_line(error)}"
            return Finding("problem", found, loss, reinstalling(cure))
        return Finding("ok", version)

    return check


def extra(modules: Sequence[str], loss: str) -> Callable[[Machine], Finding]:
    """Make a check that the packages of an extra are installed."""

    def check(machine: Machine) -> Finding:
        missing = [module for module in modules if version_of(module) == ""]
        if missing:
            found = f"{' and '.join(missing)} not installed"
            return Finding("missing", found, loss, f"pip install {' '.join(missing)}")
        return Finding("ok", ", ".join(f"{module} {version_of(module)}" for module in modules))

    return check


def version_of(name: str) -> str:
    """Return the version of an installed package, empty where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def reinstalling(command: str) -> str:
    """Turn a pip command into one that also replaces what is there."""
    return command.replace("pip install", "pip install --force-reinstall", 1)


def run(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program that answers at once; raise OSError or TimeoutExpired where it does not."""
    return subprocess.run(
        list(arguments), capture_output=True, encoding="utf-8", errors="replace", timeout=_SECONDS
    )


def version_line(program: str, option: str) -> str:
    """Return the first line a program prints about its version, on stdout or stderr."""
    done = run([program, option])
    return ((done.stdout + done.stderr).strip().splitlines() or ["says nothing"])[0]


def system_install(name: str) -> str:
    """Return the command that installs `g++`, `python` headers or `graphviz` on this system."""
    if sys.platform == "darwin":
        return "brew install graphviz" if name == "graphviz" else "xcode-select --install"
    if os.name == "nt":
        return f"conda install -c conda-forge {_CONDA[name]}"
    if shutil.which("dnf") is not None:
        return f"sudo dnf install {_DNF[name]}"
    return f"sudo apt-get install {_APT[name]}"
