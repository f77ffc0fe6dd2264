"""Compare the pictures and trees of the tutorial's network with those that were looked at."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from xorexplain.engines import Engine

FOLDER = Path(__file__).resolve().parent
REGENERATE = runpy.run_path(str(FOLDER / "regenerate.py"))


@pytest.fixture(scope="module")
def made(engine: Engine) -> dict[str, str]:
    texts: dict[str, str] = REGENERATE["golden"](engine)
    return texts


@pytest.mark.parametrize("format_", REGENERATE["FORMATS"])
@pytest.mark.parametrize("stage", REGENERATE["STAGES"])
def test_golden_files(engine: Engine, made: dict[str, str], stage: str, format_: str) -> None:
    name = f"{engine.name}-{stage}.{format_}"

    expected = (FOLDER / name).read_text(encoding="utf-8")

    assert made[name] == expected, "if this is meant: python tests/golden/regenerate.py"


def test_both_engines_derive_the_same_gradient(made: dict[str, str]) -> None:
    expected = (FOLDER / "gradient.txt").read_text(encoding="utf-8")

    assert made["gradient.txt"] == expected
