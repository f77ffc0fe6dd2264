"""Read pages of several folders, whose models have helpers of the same name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xorexplain.engines import Engine
from xorexplain.sphinxext.recording.requests import ModelSource


@pytest.fixture
def folders(tmp_path: Path, engine: Engine) -> list[Path]:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        (folder / "shared_helper.py").write_text(f"NAME = {folder.name!r}\n")
        (folder / "model.py").write_text(
            "import shared_helper\n"
            "from xorexplain.engines import choose\n"
            "def model():\n"
            "    x = choose().tensor.dscalar(shared_helper.NAME)\n"
            "    return {'y': x + 1}\n"
        )
    return folders


def name_of_input(folder: Path) -> str:
    _, model = ModelSource(f"{folder / 'model.py'}:model").load(None)
    return str(model.outputs["y"].owner.inputs[0].name)


def test_each_model_gets_the_helper_beside_it(folders: list[Path]) -> None:
    path = list(sys.path)

    assert [name_of_input(folder) for folder in (*folders, *folders)] == ["one", "two"] * 2
    assert sys.path == path


def test_a_helper_that_is_alone_of_its_name_is_imported_once(folders: list[Path]) -> None:
    name_of_input(folders[0])
    first = sys.modules["shared_helper"]
    name_of_input(folders[0])

    assert sys.modules["shared_helper"] is first


def test_code_on_a_page_imports_what_is_beside_the_page(folders: list[Path]) -> None:
    for folder in folders:
        code = "import shared_helper\nT.dscalar(shared_helper.NAME) + 1\n"
        _, model = ModelSource(code=code, file=str(folder / "page.rst")).load(None)

        (output,) = model.outputs.values()
        assert output.owner.inputs[0].name == folder.name
