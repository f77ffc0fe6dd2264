"""The walk-through has a page in which the rewriting can be played."""

from __future__ import annotations

import re

import pytest

from xorexplain.engines import Engine
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import Subject
from xorexplain.sphinxext.walkthrough import Settings, walkthrough
from xorexplain.sphinxext.walkthrough.player import FILE


@pytest.fixture(scope="module")
def files(engine: Engine) -> dict[str, bytes]:
    return walkthrough(Subject(engine, xor(engine)), Settings(steps=10)).files


def test_the_page_stands_beside_the_steps(files: dict[str, bytes]) -> None:
    text = files["rewrites.rst"].decode()

    assert f".. player:: {FILE}\n   :view: rewrites" in text
    assert files[FILE].startswith(b"<!DOCTYPE html>")


def test_it_has_no_times_so_that_equal_models_give_equal_bytes(
    engine: Engine, files: dict[str, bytes]
) -> None:
    again = walkthrough(Subject(engine, xor(engine)), Settings(steps=10)).files

    assert again[FILE] == files[FILE]
    assert not re.search(rb'"ms":', files[FILE])


def test_a_long_rewriting_has_none(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xorexplain.sphinxext.walkthrough.player.MAX_STEPS", 5)
    files = walkthrough(Subject(engine, xor(engine)), Settings(steps=1)).files

    assert FILE not in files
    assert ".. player::" not in files["rewrites.rst"].decode()
