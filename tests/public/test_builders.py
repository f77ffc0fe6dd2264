"""Models that other libraries build on PyTensor: every command, where they are installed."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import builders
import pytest
from builders import BUILDERS
from public.conftest import Call, Told

pytestmark = [pytest.mark.pytensor, pytest.mark.filterwarnings("ignore")]
each = pytest.mark.parametrize("name", BUILDERS)
FILE = builders.__file__


@pytest.fixture
def tell(call: Call) -> Any:
    """Ask a command about a model, and expect success."""

    def run(name: str, *arguments: str) -> Told:
        needed = BUILDERS[name][0]
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"needs {needed}")
        told = call(*arguments, "--model", f"{FILE}:{name}")
        assert told.status == 0, told.err
        return told

    return run


@each
@pytest.mark.parametrize("stage", ["symbolic", "gradient", "optimized"])
def test_it_is_printed(tell: Any, name: str, stage: str) -> None:
    assert "apply node" in tell(name, "print", "--stage", stage).out


@pytest.mark.parametrize("name", [name for name in BUILDERS if name != "state_space"])
def test_its_gradient_agrees_with_the_numbers(tell: Any, name: str) -> None:
    rows = json.loads(tell(name, "gradient", "--check", "--json").out)

    assert [row for row in rows if row["is_fine"] is False] == []
    assert [row for row in rows if row["what"] == "finite differences" and row["is_fine"]]


@each
def test_its_rewrites_keep_every_value(tell: Any, name: str) -> None:
    checks = json.loads(tell(name, "rewrites", "check", "--json").out)

    assert checks
    assert [check for check in checks if check["is_fine"] is False] == []


@each
def test_it_is_explored(tell: Any, name: str) -> None:
    assert json.loads(tell(name, "explore", "--no-compile", "--json").out)["trace"]


@pytest.mark.parametrize("name", ["bambi", "marginalized", "state_space"])
def test_its_plates_are_told(tell: Any, name: str) -> None:
    assert "~" in tell(name, "print", "--stage", "model").out
