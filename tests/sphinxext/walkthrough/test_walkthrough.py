"""Write the walk-through of every model of the gallery, and have Sphinx find no fault with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import models
import pytest
from models import each_model
from running import without_compiler
from sphinx_builds import STRICT, build
from walkthroughs import Written

from xorexplain.engines import Engine
from xorexplain.render.reports.gather import Subject
from xorexplain.sphinxext.walkthrough import Settings, walkthrough
from xorexplain.sphinxext.walkthrough.plan import NAMES
from xorexplain.sphinxext.walkthrough.project import write

CHAPTERS = {
    "xor": set(NAMES),
    "mlp": set(NAMES) - {"training", "predictions", "hidden"},
    "lstm": set(NAMES) - {"updates", "training", "predictions", "hidden"},
    "branching": set(NAMES) - {"cost", "updates", "training", "predictions", "hidden"},
    "random": set(NAMES) - {"gradient", "numbers", "training", "predictions", "hidden"},
    "constants": {"data", "network", "rewrites", "compiled"},
    "hostile_names": {"data", "network", "rewrites", "compiled"},
}
needs_sphinx = pytest.mark.skipif(find_spec("sphinx") is None, reason="needs sphinx")


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_model_gets_the_pages_it_has_something_for(written: Written, name: str) -> None:
    made = written(name)

    assert {page for page in NAMES if f"{page}.rst" in made.files} == CHAPTERS[name]
    assert {lack.title for lack in made.lacks} == {
        words for page, words in NAMES.items() if page not in CHAPTERS[name]
    }


@each_model
def test_the_index_tells_what_is_missing_and_the_cure(written: Written, name: str) -> None:
    made = written(name)

    index = made.files["index.rst"].decode()
    reasons = {lack.reason for lack in made.lacks}
    assert index.count("No page on ") == len(reasons)
    assert all(reasons)
    assert not any("--" in reason for reason in reasons)


@needs_sphinx
def test_sphinx_builds_the_pages_of_all_models_without_a_warning(
    engine: Engine, written: Written, tmp_path: Path
) -> None:
    names = [name for name in models.GALLERY if name != "convolution" or engine.name == "theano"]
    for name in names:
        write(tmp_path / "pages" / name, written(name).files)
    indexes = "".join(f"   {name}/index\n" for name in names)
    (tmp_path / "pages" / "index.rst").write_text(f"All\n===\n\n.. toctree::\n\n{indexes}")
    (tmp_path / "pages" / "conf.py").write_bytes(written("xor").files["conf.py"])

    # Furo lists all 200 pages beside each of them, which takes as long as to write them; pages of
    # one model are built in it elsewhere.
    built = build(tmp_path / "pages", tmp_path, "html", *STRICT, "-D", "html_theme=basic")

    assert built.warned == ""
    assert built.status == 0


@needs_sphinx
@pytest.mark.neutral
@pytest.mark.parametrize("builder", ["text", "latex", "epub"])
def test_every_builder_takes_the_pages(written: Written, builder: str, tmp_path: Path) -> None:
    source = tmp_path / "pages"
    write(source, written("xor").files)

    built = build(source, tmp_path, builder, "--keep-going", "-D", "version=1")

    # An EPUB would name who holds the rights; everything else is told.
    faults = [line for line in built.warned.splitlines() if "copyright" not in line]
    assert [line for line in faults if line.strip()] == []
    assert built.status == 0


@each_model
def test_every_picture_that_is_shown_is_there(written: Written, name: str) -> None:
    files = written(name).files
    shown = {
        path
        for file, data in files.items()
        if file.endswith(".rst")
        for path in re.findall(r"^ *\.\. image:: (.+)$", data.decode(), flags=re.MULTILINE)
    }

    # Where there are several formats, a builder chooses.
    drawn = {path for path in files if path.endswith((".svg", ".pdf"))}
    assert shown == {re.sub(r"-light\.(svg|pdf)$", "-light.*", path) for path in drawn}


def test_each_thing_is_made_once(calls: Callable[[str], Counter[str]]) -> None:
    """The gradient is asked for twice, each time with what is on the way.

    The training is compiled, which records its rewriting. That is recorded without each of its five
    episodes and without the rewrite that two of them show, and nothing is compiled for it. And the
    sums of a square and of a cube are recorded, each with its gradient, for what a step has to do
    with the exponent.
    """
    once = {"record": 9, "compile": 1, "checks": 1, "adjoints": 2, "grad": 2}

    assert calls("xor") == once


def test_progress_is_told(engine: Engine) -> None:
    told: list[str] = []

    with without_compiler():
        walkthrough(Subject(engine, models.model(engine, "identity")), Settings(1), told.append)

    assert told[0] == "recording the graph"
    assert told[-1] == "writing the pages"


def test_every_page_says_what_to_look_at_before_it_shows_it(written: Written) -> None:
    for path, data in written("xor").files.items():
        if path.endswith(".rst") and path != "index.rst":
            beginning = data.decode().partition("\n..")[0]
            assert re.search(r"\b[Ll]ook\b", beginning), path


def test_every_page_but_the_first_says_what_changed(page: Callable[[str], str]) -> None:
    for name in list(NAMES)[1:]:
        beginning = page(name).partition("\n..")[0]
        assert "What changed" in beginning, name
