"""Offer in `xorexplain` itself what the documentation of the Python API names, and no less."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import output_of

import xorexplain

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.rst"
BLOCK = re.compile(r"^\.\. auto(\w+):: (\S+)\n((?:   .*\n)*)", re.MULTILINE)


def documented() -> Iterator[object]:
    """Yield every function, class and module member that the page documents."""
    for kind, path, options in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind != "module":
            home, _, name = path.rpartition(".")
            yield getattr(importlib.import_module(home), name)
            continue
        module = importlib.import_module(path)
        listed = re.search(r":members: (.+)", options)
        names = listed[1].split(", ") if listed else list(vars(module))
        for name in names:
            member = getattr(module, name)
            is_own = inspect.isclass(member) and member.__module__ == path
            if listed or (is_own and not name.startswith("_")):
                yield member


def public() -> dict[str, object]:
    """Return the public names; the room `rewrites` stands for the function of its name."""
    found = {name: getattr(xorexplain, name) for name in xorexplain.__all__}
    return {**found, "rewrites": xorexplain.rewrites.__wrapped__}


def test_what_the_page_documents_has_a_public_name() -> None:
    known = list(public().values())
    found = list(documented())

    assert len(found) > 25
    assert [member for member in found if member not in known] == []


def test_the_page_documents_every_public_name() -> None:
    found = list(documented())

    missing = {name for name, member in public().items() if member not in found}
    assert missing == {"__version__"}


def test_completion_finds_every_public_name() -> None:
    assert set(xorexplain.__all__) <= set(dir(xorexplain))
    assert xorexplain.__all__ == sorted(xorexplain.__all__)


def test_another_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'drawn'"):
        _ = xorexplain.drawn  # type: ignore[attr-defined]


@pytest.mark.parametrize(("old", "new"), xorexplain.MOVED.items())
def test_a_path_of_before_leads_to_the_module_it_is_now(
    old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"xorexplain.{old}", raising=False)
    home, _, leaf = f"xorexplain.{old}".rpartition(".")
    monkeypatch.setattr(importlib.import_module(home), leaf, None, raising=False)
    now = importlib.import_module(f"xorexplain.{new}")

    with pytest.warns(DeprecationWarning, match=rf"xorexplain.{old} is now xorexplain.{new}:"):
        before = importlib.import_module(f"xorexplain.{old}")

    for name, member in vars(now).items():
        if getattr(member, "__module__", None) == now.__name__:
            assert getattr(before, name) is member
    with pytest.raises(AttributeError):
        _ = before.nothing_of_this_name


def test_records_are_found_where_they_were() -> None:
    module = importlib.import_module("xorexplain.graph")

    with pytest.warns(DeprecationWarning, match=r"xorexplain.graph.Graph is now xorexplain.Graph"):
        assert module.Graph is xorexplain.Graph
    with pytest.raises(AttributeError, match="no attribute 'Grape'"):
        _ = module.Grape


def test_importing_the_package_loads_next_to_nothing() -> None:
    code = """
        import sys
        import xorexplain

        print(*sorted(name for name in sys.modules if name.startswith("xorexplain")))
    """

    assert output_of(code) == "xorexplain xorexplain.errors xorexplain.errors.importing\n"


def test_what_draws_a_graph_loads_nothing_of_other_pictures_and_formats() -> None:
    code = """
        import sys
        import xorexplain.api
        import xorexplain.render.layout.image

        others = ("api.plates", "render.pictures.plates", "render.pictures.svg", "render.writers")
        print(*(name for name in others if f"xorexplain.{name}" in sys.modules))
        print(any(name.startswith("_sysconfigdata") for name in sys.modules))
    """

    assert output_of(code) == "\nFalse\n"


def test_a_module_of_graphs_may_be_the_first_that_is_imported() -> None:
    assert output_of("import xorexplain.graph.json; print('loaded')") == "loaded\n"
