"""What a program waits for is read from outside: a function that is linked, a first call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from xorexplain.runs.session import waiting
from xorexplain.runs.session.keeping import Keeper
from xorexplain.runs.session.tallies import CALLS, NOW
from xorexplain.runs.session.waiting import Waits

PLACE = {"file": "cost.py", "line": 12}
CLOCK, DATE = 1_000.0, 1_800_000_000.0
"""What the two clocks show: they stand still, however long a busy machine takes to read them."""


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    still = SimpleNamespace(perf_counter=lambda: CLOCK, time=lambda: DATE)
    monkeypatch.setattr(waiting, "time", still)
    keeper = Keeper(tmp_path)
    yield keeper
    keeper.close()


def test_each_wait_is_told_once_a_step_until_it_is_over(keeper: Keeper) -> None:
    waits = Waits(keeper.folder)
    floats, slot = keeper.tallies.floats, keeper.tallies.slot(0)
    keeper.write("linking", number=0, place=PLACE, at=CLOCK - 5)
    linked = list(waits.words())
    again = list(waits.words())
    keeper.write("function", number=0, place=PLACE, name="step", backend="Numba")
    floats[slot + NOW] = DATE - 14
    called = list(waits.words())
    floats[slot + CALLS], floats[slot + NOW] = 1.0, DATE - 400
    warm = list(waits.words())

    assert linked == ["cost.py:12: a function is compiled, 5 s so far"]
    assert called == ["cost.py:12: Numba compiles in the first call of step, 14 s so far"]
    assert again == warm == []


def test_another_backend_and_a_folder_that_is_gone_are_not_told(keeper: Keeper) -> None:
    keeper.write("function", number=0, place=None, name="train", backend="C")
    keeper.tallies.floats[keeper.tallies.slot(0) + NOW] = DATE - 60

    assert list(Waits(keeper.folder).words()) == []
    assert list(Waits(keeper.folder / "gone").words()) == []
