"""Check the engine and what it compiles with: BLAS, C compiler, compile directory and lock."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import shlex
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from xorexplain.cli.commands.doctor.packages import (
    reinstalling,
    system_install,
    version_line,
    version_of,
)
from xorexplain.cli.commands.doctor.record import (
    Finding,
    Machine,
    Status,
    first_line,
    problem_and_cure,
)
from xorexplain.engines.shared.compile_dir import COMPILER, elsewhere
from xorexplain.errors import XorexplainError

_NOT_KNOWN = Finding("missing", "not known: the engine did not tell")
_ROOM = 1_000_000
"""Bytes that a few compiled functions need."""
_NOT_COMPILED = "training and compiled graphs"
NUMBA = "numba"
"""The linker that calls SciPy's BLAS and brings a compiler of its own."""


def start() -> Machine:
    """Import the engine and ask for its setup; any error becomes part of the answer."""
    from xorexplain import engines

    try:
        engine = engines.choose()
    except Exception as error:  # noqa: BLE001 - why it does not start is what is asked
        return Machine(error=error)
    try:
        setup = engine.setup()
        return Machine(engine, setup, "" if setup.linker == NUMBA else engine.blas_flags())
    except Exception as error:  # noqa: BLE001 - nor does a setup that fails end the report
        return Machine(engine, error=error)


def engine(machine: Machine) -> Finding:
    """Check that an engine is installed and starts."""
    from xorexplain import engines

    if machine.engine is not None:
        return Finding("ok", f"{machine.engine.title} {machine.engine.version}")
    if isinstance(machine.error, XorexplainError):
        problem, cure = problem_and_cure(machine.error)
        status: Status = "problem" if engines.installed() else "missing"
        return Finding(status, problem, "everything", cure)
    name = engines.installed()[0]
    cure = reinstalling(engines.INSTALL[name].partition(" (")[0])
    found = f"{name} {version_of(name) or '?'} does not start: {first_line(machine.error)}"
    return Finding("problem", found, "everything", cure)


def plain_import(machine: Machine) -> Finding:
    """Tell whether a script of one's own can import Theano, and Scan what it needs."""
    if machine.engine is None:
        return _NOT_KNOWN
    if machine.engine.name != "theano":
        return Finding("ok", f"import {machine.engine.name} works anywhere")
    if importlib.util.find_spec("pkg_resources") is None:
        found = "works, but Theano's Scan needs pkg_resources, which setuptools 81 took away"
        return Finding("problem", found, "every Scan", "pip install 'setuptools<81'")
    # Not before an engine was chosen: the other one need not be installed.
    from xorexplain.engines.theano.importing import fails_alone

    if not fails_alone():
        return Finding("ok", "import theano works anywhere")
    return Finding(
        "ok",
        "import theano works after import xorexplain, or with blas.ldflags set; "
        "else run python -m xorexplain.engines.theano FILE.py",
    )


def python(machine: Machine) -> Finding:
    """Report the Python that runs."""
    return Finding("ok", f"{platform.python_version()}, {sys.executable}")


def system(machine: Machine) -> Finding:
    """Report the operating system and processor."""
    return Finding("ok", platform.platform())


def blas(machine: Machine) -> Finding:
    """Report which library multiplies matrices."""
    if machine.setup is None:
        return _NOT_KNOWN
    if machine.setup.linker == NUMBA:
        return Finding("ok", "SciPy's, which Numba calls")
    if machine.blas_flags:
        return Finding("ok", f"compiled code is linked with {machine.blas_flags}")
    return Finding("ok", "NumPy's: with no flags set, compiled code calls NumPy for products")


def compiler(machine: Machine) -> Finding:
    """Check the C++ compiler and Python's header files."""
    setup = machine.setup
    path = (setup.compiler if setup is not None else shutil.which("g++") or "").strip('"')
    is_needless = setup is not None and setup.linker == NUMBA
    if not path:
        loss = "nothing: Numba brings its own" if is_needless else "speed: ops run as Python code"
        return Finding("missing", "no C++ compiler", loss, system_install("g++"))
    if isinstance(machine.error, XorexplainError) and f"{COMPILER} fails" in str(machine.error):
        found = f"{path} cannot compile what the engine needs"
        return Finding("problem", found, _NOT_COMPILED, system_install("python"))
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.is_file() and not is_needless:
        found = f"{path}, without {header}"
        return Finding("problem", found, _NOT_COMPILED, system_install("python"))
    return Finding("ok", f"{path}, {version_line(path, '--version')}")


def compile_dir(machine: Machine) -> Finding:
    """Check that the engine can write what it compiles."""
    if isinstance(machine.error, XorexplainError) and "compile directory" in str(machine.error):
        problem, cure = problem_and_cure(machine.error)
        return Finding("problem", problem, _NOT_COMPILED, cure)
    if machine.setup is None or machine.engine is None:
        return _NOT_KNOWN
    folder = Path(machine.setup.compile_dir)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            # A full disk takes a new file, but nothing in it.
            file.write(bytes(_ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        found = f"{folder} cannot be written to: {error.strerror}"
        return Finding("problem", found, _NOT_COMPILED, elsewhere(machine.engine.title))
    return Finding("ok", f"{folder}, writable, {_size(folder)}")


def _size(folder: Path) -> str:
    count = size = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                count, size = count + 1, size + path.stat().st_size
    return f"{size / 1e6:.1f} MB in {count} files"


def lock(machine: Machine) -> Finding:
    """Check that no process that is gone left the compile directory locked."""
    if machine.setup is None:
        return _NOT_KNOWN
    state = machine.setup.lock
    owner = "a process" if state.pid is None else f"process {state.pid}"
    if state.state == "free":
        return Finding("ok", "free")
    if state.state == "held":
        return Finding("ok", f"held by {owner}, which is running; other processes wait for it")
    loss = "time: a process may wait two minutes before it compiles"
    cure = f"rm -r {shlex.quote(str(Path(state.path).parent))}"
    if state.state == "stale":
        return Finding("problem", f"left by {owner}, which is gone", loss, cure)
    found = f"held by {owner} of host {state.host}, which may be gone"
    return Finding("problem", found, loss, cure)
