"""The walk-through has a page in which the rewriting can be played."""

from __future__ import annotations

import re

import pytest
from walkthroughs import Written

from xorexplain.engines import Engine
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import Subject
from xorexplain.sphinxext.walkthrough import Settings, walkthrough
from xorexplain.sphinxext.walkthrough.player import FILE


@pytest.fixture(scope="module")
def files(written: Written) -> dict[str, bytes]:
    return written("xor").files


def test_the_page_stands_beside_the_steps(files: dict[str, bytes]) -> None:
    text = files["rewrites.rst"].decode()

    assert f".. player:: {FILE}\n   :view: rewrites" in text
    assert files[FILE].startswith(b"<!DOCTYPE html>")


def test_it_has_no_times_so_that_equal_models_give_equal_bytes(files: dict[str, bytes]) -> None:
    """That two runs write the same bytes is a test of the whole walk-through, this file in it."""
    assert not re.search(rb'"ms":', files[FILE])


def test_a_long_rewriting_has_none(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xorexplain.sphinxext.walkthrough.player.MAX_STEPS", 5)
    files = walkthrough(Subject(engine, xor(engine)), Settings(1, undone=False)).files

    assert FILE not in files
    assert ".. player::" not in files["rewrites.rst"].decode()
