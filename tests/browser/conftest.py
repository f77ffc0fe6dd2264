"""Open the explorer of real models in Chromium; every page has to stay free of errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import models
import pytest
from exploring import FIRST, OpenStory, Story, Visit, open_page
from windows import Windows

from xorexplain.engines import Engine
from xorexplain.explorer import page as html
from xorexplain.explorer.bundle import PARTS, REWRITE_PARTS, bundle, to_json
from xorexplain.explorer.front import front
from xorexplain.explorer.packing import packed
from xorexplain.models.model import Model
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import Subject

MODELS: dict[str, Callable[[Engine], Model]] = {
    "xor": xor,
    "hostile": models.hostile_names,
    "scan": models.recurrent,
    "deep": lambda engine: models.deep_chain(engine, 40),
}


@pytest.fixture(scope="session")
def story_of(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Story, Path]]:
    """Write the page of a model, once; return its data and its file.

    `rewrites of scan` names a page of the rewriting alone, for which nothing is compiled.
    """
    folder = tmp_path_factory.mktemp("explorer")

    @cache
    def make(name: str) -> tuple[Story, Path]:
        model = name.removeprefix("rewrites of ")
        parts = PARTS if model == name else REWRITE_PARTS
        steps = 50 if name == "xor" else 0
        story = bundle(Subject(engine, MODELS[model](engine)), parts, steps)
        path = folder / f"{name}.html"
        path.write_bytes(html.page(story["title"], to_json(packed(story)), front(story)))
        return story, path

    return make


@pytest.fixture
def open_story(
    windows: Windows, story_of: Callable[[str], tuple[Story, Path]]
) -> Iterator[OpenStory]:
    """Open stories; at the end no page may have had an error or asked for anything."""
    visits: list[Visit] = []

    def open_(hash_: str = FIRST, model: str = "xor", **context: Any) -> Visit:
        story, path = story_of(model)
        visit = open_page(windows, path, story, hash_, **context)
        visits.append(visit)
        return visit

    yield open_
    for visit in visits:
        windows.give_back(visit.page)
        assert visit.errors == []
        assert [
            url for url in visit.requests if not url.startswith(("file:", "blob:", "data:"))
        ] == []


@pytest.fixture(scope="session")
def story(story_of: Callable[[str], tuple[Story, Path]]) -> Story:
    """The data of the XOR network's page."""
    return story_of("xor")[0]
