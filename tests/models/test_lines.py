"""A compiled function is called what the line that compiled it assigns it to."""

from __future__ import annotations

import linecache
from types import FrameType
from typing import Any

import pytest

from xorexplain.models.lines import Way, is_dropped, made_at, name_of, way_of

ENGINE = "/no/engine/"


def named(source: str, line: int = 1, function: str = "<module>", own: Any = None) -> str:
    """Name what a line of a file compiles."""
    linecache.cache["/home/me/net.py"] = (
        len(source),
        None,
        source.splitlines(True),
        "/home/me/net.py",
    )
    way = made_at(f"/home/me/net.py:{line}")
    assert way.place is not None
    place = type(way.place)(way.place.file, line, way.place.code, function)
    return name_of(Way(place, way.via, True), own)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("train = make()", "train"),
        ("self.train = make()", "self.train"),
        ("fs['train'] = make()", "fs['train']"),
        ("train: object = make()", "train"),
        ("a, b = make()", "function"),
        ("run(make())", "function"),
        ("is no Python at all", "function"),
    ],
)
def test_the_name_is_what_is_assigned(source: str, name: str) -> None:
    assert named(source) == name


def test_a_statement_of_several_lines_and_a_page_are_read() -> None:
    assert named("train = make(\n  1,\n  2)", 2) == "train"
    assert named("A page.\n\n   train = make()\n", 3) == "train"


def test_else_it_is_the_functions_own_or_that_of_the_function_around() -> None:
    assert named("return make()", function="make_train") == "make_train"
    assert named("return make()", function="make_train", own="step") == "step"
    assert named("make()", own="/home/me/net.py:1") == "function"


def test_a_library_is_named_by_what_was_called_and_what_it_made() -> None:
    via = ("sample", "init_nuts", "ValueGradFunction", "compile")

    assert name_of(Way(None, via, True), None) == "sample · ValueGradFunction"
    assert name_of(Way(None, ("fit", "compile"), True), None) == "fit"


def test_the_way_leads_to_the_users_line() -> None:
    frames: list[FrameType] = []

    def inner() -> int:
        import sys

        frames.append(sys._getframe().f_back)  # type: ignore[arg-type]
        dropped.append(is_dropped(frames[-1]))
        return 1

    dropped: list[bool] = []
    inner()
    value = inner()

    assert value == 1
    assert dropped == [True, False]
    way = way_of(frames[0], ENGINE)
    assert way.is_user
    assert way.via == ()
    assert way.place is not None
    assert way.place.file == __file__
