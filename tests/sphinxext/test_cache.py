"""Build the pages again: nothing is recorded or drawn twice, and nothing stale is kept."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from sphinx_builds import ROOTS, STRICT, Built, build

from xorexplain.engines import ENGINES, Engine
from xorexplain.sphinxext.recording.cache import Cache, Maker, key_of, release_of
from xorexplain.sphinxext.recording.requests import flags, is_current

WITHOUT_SITE = (
    "import sys; sys.path[1:1] = sys.argv[1:2]; del sys.argv[1:4]; "
    "import runpy; runpy.run_module('sphinx', run_name='__main__', alter_sys=True)"
)


def contents(built: Built) -> dict[str, bytes]:
    return {
        path.relative_to(built.out).as_posix(): path.read_bytes()
        for path in built.out.rglob("*")
        if path.is_file() and path.suffix in (".html", ".svg", ".css", ".inv")
    }


def test_a_second_build_makes_nothing_anew(pages_folder: Path, pages: Built) -> None:
    entries, before = pages.entries, contents(pages)

    second = build(pages_folder / "source", pages_folder, "html", *STRICT, "-E", "-a", "-j", "2")

    assert "recorded" in pages.said
    assert "recorded" not in second.said
    assert second.entries == entries
    assert contents(second) == before


def test_an_empty_cache_is_filled_with_the_same_bytes(pages_folder: Path, pages: Built) -> None:
    other = build(pages_folder / "source", pages_folder / "other", "html", *STRICT, "-j", "2")

    assert other.entries.keys() == pages.entries.keys()
    assert contents(other) == contents(pages)


def test_a_page_follows_the_files_of_its_model(tmp_path: Path, engine: Engine) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("conf.py", "models.py", "parts.py"):
        shutil.copy(ROOTS / "pages" / name, source)
    for name, text in TWO_PAGES.items():
        (source / f"{name}.rst").write_text(text, encoding="utf-8")
    parts = source / "parts.py"
    first = build(source, tmp_path, "html", *STRICT)
    before, entries = first.text("own.html"), set(first.entries)
    # Of another size: within a second, Python takes bytecode of the same size for up to date.
    parts.write_text(parts.read_text().replace("return x * x", "return (x + x)"))

    again = build(source, tmp_path, "html", *STRICT)
    page = again.text("own.html")

    assert "0 added, 1 changed, 0 removed" in again.said
    assert page != before
    # The model's old graphs are gone, those of other pages are not.
    gone = [name.partition("-")[0] for name in entries - set(again.entries)]
    assert sorted(gone) == ["graph", "graph", "svg"]


TWO_PAGES = {
    "index": "Pages\n=====\n\n.. toctree::\n\n   own\n\n.. xorexplain-graph::\n",
    "own": """
Models of one's own
===================

.. xorexplain-graph::
   :model: models.py:line
   :stage: gradient

.. xorexplain-graph::
   :model: models.py:line
   :around: prediction
   :radius: 1
   :raw:

.. xorexplain-graph::

   x = T.dscalar("x")
   T.exp(x) / (1 + x)
""",
}


def test_pages_are_built_without_an_engine_from_a_cache(
    tmp_path: Path, pages_folder: Path, pages: Built
) -> None:
    """Build in a folder of links to all that is installed here, but the engines and Graphviz."""
    source, free, kept = pages_folder / "source", tmp_path / "free", tmp_path / "kept"
    shutil.copytree(pages.doctrees / "xorexplain", kept)
    free.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.lower().startswith((*ENGINES, "pygraphviz")):
            (free / path.name).symlink_to(path)
    chosen = ("-D", f"xorexplain_cache={kept}")
    python = (sys.executable, "-S", "-c", WITHOUT_SITE, str(free))

    without = build(source, tmp_path / "without", "html", *STRICT, *chosen, python=python)

    assert pages.warned == ""
    assert without.warned == ""
    assert without.status == 0
    assert contents(without) == contents(pages)

    for path in kept.glob("svg-*"):
        path.unlink()
    undrawn = build(source, tmp_path / "undrawn", "html", *chosen, python=python)

    first = undrawn.warned.splitlines()[0]
    assert first.startswith(f"{source / 'dictionary.rst'}:") or ".rst:" in first
    assert "drawing needs pygraphviz 2 or newer" in first
    assert "└─ _ ^ 2" in undrawn.text("index.html")


def test_entries_are_found_by_all_that_went_into_them(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    key = key_of("graph", {"stage": "symbolic", "model": "m"})
    maker = Maker("pytensor", "3")
    cache.keep(key, {"words": "σ"}, maker)

    assert cache.find(key) == ({"words": "σ"}, maker)
    assert key == key_of("graph", {"model": "m", "stage": "symbolic"})
    assert key != key_of("graph", {"model": "n", "stage": "symbolic"})
    assert key != key_of("print", {"model": "m", "stage": "symbolic"})


def test_settings_of_the_engine_that_change_graphs_go_into_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THEANO_FLAGS", "base_compiledir=/tmp/x, floatX=float32,optimizer=None")
    monkeypatch.setenv("PYTENSOR_FLAGS", "cxx=")

    assert flags() == ["floatX=float32", "optimizer=None"]


def test_a_broken_entry_counts_as_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.path("key").write_text('{"entry": {}')

    assert cache.find("key") is None
    assert cache.find("another") is None


def test_an_entry_of_another_release_is_out_of_date(engine: Engine) -> None:
    release = release_of(engine.name)
    assert release is not None

    assert is_current(Maker(engine.name, release), None)
    assert not is_current(Maker(engine.name, "0.1"), None)
    assert not is_current(Maker(engine.name, "0.1"), engine.name)


def test_an_entry_of_a_missing_engine_serves_who_asks_for_that_engine(engine: Engine) -> None:
    (missing,) = [name for name in ENGINES if release_of(name) is None]

    assert is_current(Maker(missing, "1"), missing)
    assert not is_current(Maker(missing, "1"), None)


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: {"maker": stored["maker"], "entry": {}},
        lambda stored: {**stored, "entry": {**stored["entry"], "dot": 5}},
        lambda stored: {**stored, "entry": []},
        lambda stored: {**stored, "maker": {"library": stored["maker"]["library"], "release": 1}},
        lambda stored: {"digest": stored["digest"]},
        lambda stored: [],
        lambda stored: None,
    ],
)
def test_an_entry_of_another_form_counts_as_none(tmp_path: Path, damage: Any) -> None:
    cache = Cache(tmp_path)
    cache.keep("graph-1", {"dot": "digraph {}"}, Maker("theano", "1"))
    assert cache.find("graph-1") is not None
    stored = json.loads(cache.path("graph-1").read_text("utf-8"))

    cache.path("graph-1").write_text(json.dumps(damage(stored)), "utf-8")

    assert cache.find("graph-1") is None


def test_an_entry_under_another_name_counts_as_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep("graph-1", {"dot": "digraph {}"}, Maker("theano", "1"))
    cache.path("graph-1").rename(cache.path("graph-2"))

    assert cache.find("graph-2") is None
