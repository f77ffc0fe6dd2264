"""Check that no value is shown of memory that nobody has written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.render.reports.computed import Computing
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import numbered

Values = dict[int, Any]


def values_with(engine: Engine, fill: float, monkeypatch: pytest.MonkeyPatch) -> Values:
    empty: Callable[..., Any] = numpy.empty

    def filled(*given: Any, **options: Any) -> Any:
        room = empty(*given, **options)
        if room.dtype.kind == "f":
            room.fill(fill)
        return room

    with monkeypatch.context() as patch:
        patch.setattr(numpy, "empty", filled)
        computing = Computing(numbered(Subject(engine, models.recurrent(engine))))
        [(_, _, found)] = computing.each(computing.moments(), [computing.whole])
    return found


def test_values_do_not_depend_on_what_memory_held(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (values_with(engine, fill, monkeypatch) for fill in (7.0, -3.0))
    assert first.keys() == second.keys()
    for number, value in first.items():
        numpy.testing.assert_array_equal(value, second[number])
