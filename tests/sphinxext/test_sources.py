"""Find the files of a model by reading its imports, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xorexplain.sphinxext.recording.sources import of_code, of_file, of_module


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "model.py": "import json, numpy\nfrom helper import f\nimport package.part\n",
        "helper.py": "import deep\nimport model\n",
        "deep.py": "raise RuntimeError('nobody runs this')\n",
        "unused.py": "",
        "package/__init__.py": "",
        "package/part.py": "from . import other\nfrom .inner.last import x\n",
        "package/other.py": "",
        "package/inner/__init__.py": "",
        "package/inner/last.py": "x = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def names(paths: tuple[Path, ...], folder: Path) -> list[str]:
    return sorted(path.relative_to(folder.resolve()).as_posix() for path in paths)


EVERYTHING = [
    "deep.py",
    "helper.py",
    "model.py",
    "package/__init__.py",
    "package/inner/__init__.py",
    "package/inner/last.py",
    "package/other.py",
    "package/part.py",
]


def test_a_file_needs_what_it_imports_and_what_that_imports(project: Path) -> None:
    assert names(of_file(project / "model.py").files, project) == EVERYTHING
    assert "deep" not in sys.modules


def test_a_module_needs_the_same(project: Path) -> None:
    assert names(of_module("model").files, project) == EVERYTHING
    assert names(of_module("package.inner.last").files, project) == ["package/inner/last.py"]


def test_code_needs_what_it_imports(project: Path) -> None:
    assert names(of_code("import deep", project).files, project) == ["deep.py"]
    assert of_code("import deep", project).digest != of_code("import deep\n", project).digest


def test_a_change_of_any_file_is_another_model(project: Path) -> None:
    before = of_file(project / "model.py").digest
    (project / "unused.py").write_text("x = 1\n")
    same = of_file(project / "model.py").digest
    (project / "package" / "inner" / "last.py").write_text("x = 2\n")

    assert same == before
    assert of_file(project / "model.py").digest != before


def test_the_folder_a_project_is_in_makes_no_difference(project: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("model.py", "helper.py", "deep.py"):
        (moved / name).write_text((project / name).read_text())
    (moved / "package").symlink_to(project / "package")

    assert of_file(moved / "model.py").digest == of_file(project / "model.py").digest


def test_what_is_missing_or_no_python_has_no_files(project: Path) -> None:
    (project / "broken.py").write_text("import (")

    assert of_file(project / "gone.py").files == ()
    assert of_module("no.such.module").files == ()
    assert names(of_file(project / "broken.py").files, project) == ["broken.py"]
    assert of_module("sys").files == ()
