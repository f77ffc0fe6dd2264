"""Check which values are told to hold memory that nobody has written."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.runs import unwritten_memory
from xorexplain.runs.walk import Walk


@pytest.mark.parametrize("is_known", [False, True])
def test_what_reads_unwritten_memory_is_left_out_and_what_is_known_not_computed_again(
    engine: Engine, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    T = engine.tensor
    n, x = T.lscalar("n"), T.dvector("x")
    empty = (T.basic if engine.name == "pytensor" else T).AllocEmpty("float64")(n)
    written, unwritten = x * 2, empty + x
    given = {n: numpy.array(2), x: numpy.array([1.0, 2.0])}
    walks: list[Walk] = []

    def walk(*arguments: Any, **options: Any) -> Walk:
        walks.append(Walk(*arguments, **options))
        return walks[-1]

    first = None
    if is_known:
        known = Walk(engine, dict(given))
        assert all(ran.error is None for ran in known.run([written, unwritten]))
        first = known.known
    monkeypatch.setattr(unwritten_memory, "Walk", walk)
    kept = unwritten_memory.settled(engine, given, [written, unwritten], first=first)

    numpy.testing.assert_array_equal(kept[written], [2.0, 4.0])
    assert unwritten not in kept
    assert empty not in kept
    assert len(walks) == (1 if is_known else 2)
