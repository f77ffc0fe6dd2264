from __future__ import annotations

import json
from pathlib import Path

import pytest

from xorexplain import engines
from xorexplain.cli.commands.doctor import engine as engine_checks
from xorexplain.cli.commands.doctor import packages
from xorexplain.cli.commands.doctor import report as doctor
from xorexplain.cli.commands.doctor.record import Check, Finding, Machine
from xorexplain.engines import Engine
from xorexplain.engines.setup import Setup
from xorexplain.engines.shared.compile_dir import Lock, elsewhere, usable
from xorexplain.errors import XorexplainError


@pytest.fixture(scope="module")
def checks() -> dict[str, Check]:
    return {check.name: check for check in doctor.examine()}


def setup_with(blas_flags: str = "", **changes: object) -> Machine:
    fields = {
        "compiler": "",
        "compile_dir": "/nowhere",
        "lock": Lock("/nowhere/lock_dir/lock", "free"),
        "mode": "Mode",
        "linker": "vm",
    }
    setup = Setup(**{**fields, **changes})  # type: ignore[arg-type]
    return Machine(engines.choose(), setup, blas_flags)


def test_what_is_here_is_ok(engine: Engine, checks: dict[str, Check]) -> None:
    assert checks["engine"].found == f"{engine.title} {engine.version}"
    for name in ("Python", "platform", "numpy", "scipy", "compile directory", "embedded Graphviz"):
        assert (checks[name].status, checks[name].needed) == ("ok", True), checks[name]
    for name in ("graphviz", "pydot", "rich", "font"):
        assert checks[name].status == "ok", checks[name]
    assert checks["BLAS"].status == checks["compile lock"].status == "ok"
    assert doctor.works(list(checks.values()))


def test_the_embedded_graphviz_says_its_version(checks: dict[str, Check]) -> None:
    assert checks["embedded Graphviz"].found[0].isdigit()
    assert "cairo" in checks["embedded Graphviz"].found


def test_whatever_is_not_ok_names_loss_and_cure(checks: dict[str, Check]) -> None:
    for check in checks.values():
        if check.status != "ok":
            assert check.loss
            assert check.cure


def test_a_report_is_json(checks: dict[str, Check]) -> None:
    data = json.loads(json.dumps(doctor.to_json(list(checks.values()))))

    assert data["works"] is True
    assert {check["name"] for check in data["checks"]} == set(checks)
    assert {check["status"] for check in data["checks"]} <= {"ok", "missing", "problem"}


def test_a_check_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(machine: Machine) -> Finding:
        raise RuntimeError("boom\nand more")

    monkeypatch.setitem(doctor._USEFUL, "BLAS", broken)
    report = {check.name: check for check in doctor.examine()}

    assert report["BLAS"] == Check("BLAS", "problem", "RuntimeError: boom")
    assert report["engine"].status == "ok"


def test_only_needed_things_decide() -> None:
    useful = Check("dot", "missing", "no dot", needed=False)

    assert doctor.works([useful])
    assert not doctor.works([useful, Check("engine", "missing", "none", needed=True)])


@pytest.mark.parametrize(
    ("lock", "status", "found"),
    [
        (Lock("/c/lock_dir/lock", "free"), "ok", "free"),
        (Lock("/c/lock_dir/lock", "held", 7, "here"), "ok", "held by process 7, which is running"),
        (Lock("/c/lock_dir/lock", "stale", 7, "here"), "problem", "left by process 7, which is"),
        (Lock("/c/lock_dir/lock", "foreign", 7, "there"), "problem", "held by process 7 of host"),
    ],
)
def test_locks(engine: Engine, lock: Lock, status: str, found: str) -> None:
    finding = engine_checks.lock(setup_with(lock=lock))

    assert finding.status == status
    assert finding.found.startswith(found)
    assert finding.cure == ("" if status == "ok" else "rm -r /c/lock_dir")


def test_no_compiler(engine: Engine) -> None:
    plain = engine_checks.compiler(setup_with(linker="vm"))
    numba = engine_checks.compiler(setup_with(linker="numba"))

    assert plain.status == numba.status == "missing"
    assert plain.loss == "speed: ops run as Python code"
    assert numba.loss == "nothing: Numba brings its own"
    assert plain.cure != ""


def test_blas_flags_are_explained(engine: Engine) -> None:
    linked = engine_checks.blas(setup_with(blas_flags="-lopenblas"))
    none = engine_checks.blas(setup_with())

    assert linked.found == "compiled code is linked with -lopenblas"
    assert none.found.startswith("NumPy's")


def test_an_unwritable_compile_directory(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = engine_checks.compile_dir(setup_with(compile_dir=str(tmp_path / "file" / "below")))

    assert finding.status == "problem"
    variable = f"{engine.name.upper()}_FLAGS"
    assert finding.cure.startswith(f"export {variable}=")
    assert "base_compiledir=/tmp/" in finding.cure


def test_the_cure_keeps_the_flags_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEANO_FLAGS", "floatX=float32")
    assert elsewhere("Theano") == "export THEANO_FLAGS=$THEANO_FLAGS,base_compiledir=/tmp/theano"

    monkeypatch.delenv("THEANO_FLAGS")
    assert elsewhere("Theano") == "export THEANO_FLAGS=base_compiledir=/tmp/theano"


def test_a_compiler_that_fails_is_told_in_one_line() -> None:
    with pytest.raises(XorexplainError) as told, usable("Theano"):
        raise Exception("Compilation failed (return status=1): fatal error: Python.h")

    assert "Python.h" in str(told.value)
    assert "cxx=" in str(told.value)


def test_a_package_that_is_missing_or_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_thing.py").write_text("raise ValueError('out of order')")
    folder = tmp_path / "broken_thing-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken_thing\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(tmp_path)
    cure = "pip install broken_thing"
    broken = packages.package("broken_thing", "much", cure)(Machine())
    missing = packages.package("absent_thing", "much", cure)(Machine())

    assert broken == Finding(
        "problem",
        "1.2, cannot be imported: ValueError: out of order",
        "much",
        "pip install --force-reinstall broken_thing",
    )
    assert missing == Finding("missing", "absent_thing is not installed", "much", cure)
