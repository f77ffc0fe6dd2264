"""Hold the recorded facts of each engine to what the engine does now."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from xorexplain.engines import ENGINES, Engine

EXTENSION = Path(__file__).resolve().parents[1] / "docs" / "_ext" / "engines_compared.py"
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("sphinx") is None, reason="needs sphinx, for the page's extension"
)


@pytest.fixture(scope="module")
def page() -> ModuleType:
    specification = importlib.util.spec_from_file_location(EXTENSION.stem, EXTENSION)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[EXTENSION.stem] = module
    specification.loader.exec_module(module)
    return module


def recorded(page: ModuleType, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((page.FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def test_what_is_recorded_is_what_the_engine_does(page: ModuleType, engine: Engine) -> None:
    now = json.loads(json.dumps(page.facts(engine)))

    # Another release may well do the same.
    expected = {**recorded(page, engine.name), "version": now["version"]}
    assert now == expected, "if this is meant: python docs/_ext/engines_compared.py"


def test_both_engines_give_the_same_gradient_and_answers(page: ModuleType) -> None:
    one, other = (recorded(page, name) for name in ENGINES)

    assert one["gradient"] == other["gradient"]
    assert one["outputs"] == other["outputs"]


def test_the_page_says_so(page: ModuleType) -> None:
    text = page.compared(*(recorded(page, name) for name in ENGINES))

    assert "What was written is the same, node by node." in text
    assert "the same to the letter" in text
    assert "six digits agree" in text
