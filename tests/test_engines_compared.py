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
    sys.path.append(str(EXTENSION.parent))
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


def table_of(text: str, title: str, following: str) -> list[list[str]]:
    """Return the cells of the rows of the table in a section, but for its head."""
    section = text.partition(f"{title}\n")[2].partition(f"{following}\n")[0]
    rows = section.split("   * - ")[2:]
    return [[cell.strip() for cell in row.split("\n     -")] for row in rows]


def test_each_array_that_is_written_over_has_the_reason_of_the_difference(
    page: ModuleType,
) -> None:
    one, other = (recorded(page, name) for name in ("theano", "pytensor"))
    rows = table_of(page.compared(one, other), "What is written over", "The same answers")

    assert [sum(bool(row[n]) for row in rows) for n in (1, 2)] == [7, 5]
    assert [one["in place"], other["in place"]] == [7, 5]
    assert [(row[0], row[3]) for row in rows if row[3]] == [
        ("``z2``", "``output`` is no array in PyTensor; its loop goes on to ``δz2``"),
        ("``output``", "``output`` is no array in PyTensor"),
        ("``d1``", "``d1`` is no array in PyTensor"),
    ]
    assert all(bool(row[3]) is (row[1] != row[2]) for row in rows)


def test_rows_that_compute_the_same_stand_beside_each_other(page: ModuleType) -> None:
    text = page.compared(*(recorded(page, name) for name in ENGINES))

    cells = table_of(text, "What runs", "What is written over")
    (cost,) = [row for row in cells if "cost = sum(q1)" in row[0]]
    assert "cost = sum((σ(z2) − y)²)" in cost[1]
    assert "``output``, ``d1`` and ``q1`` are no arrays there" in cost[2]
    assert "``FusionOptimizer`` took in ``output`` and ``d1``; " in cost[2]
    assert "``fuse_indexed_into_elemwise`` took in ``q1``. " in cost[2]
    (product,) = [row for row in cells if "W1 (new)" in row[0]]
    assert "δW1 = X.T · δz1" in product[1]
    assert "``GemmOptimizer``" in product[2]
    assert all(left.split("``")[1] == right.split("``")[1] for left, right, why in cells if not why)
