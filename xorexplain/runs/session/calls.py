"""Count the calls of compiled functions and their time, for less than a microsecond a call."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from xorexplain.models.lines import is_dropped
from xorexplain.runs.own_work import is_aside
from xorexplain.runs.session.tallies import CALLS, FIRST, INSIDE, NOW, OUTSIDE, SAMPLES, SECONDS

if TYPE_CHECKING:
    from xorexplain.runs.session.tallies import Floats
    from xorexplain.runs.session.watching import Watch

LOOKED_AT = frozenset(2.0**n for n in range(53))
"""The numbers of the calls in which the time inside the engine is measured."""
MAX_LINES = 10_000
"""How many lines that call functions are told apart."""
WARM = 4.0
"""The calls after which time inside the engine is measured; the first ones compile."""


class _Timed:
    """Stand for what a function computes with, for one call, and take its time."""

    def __init__(self, runner: Any) -> None:
        self.__dict__.update(runner=runner, seconds=0.0)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return self.runner(*arguments, **options)
        finally:
            self.__dict__["seconds"] = time.perf_counter() - began

    def __getattr__(self, name: str) -> Any:
        return getattr(self.runner, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.runner, name, value)


def slot_of(watch: Watch, function: Any) -> int:
    """Return where the calls of a function are counted."""
    slot: int | None = getattr(function.maker, watch.mark, None)
    return watch.known(function) if slot is None else slot


def _note_ended(
    floats: Floats, slot: int, number: float, spent: float, timed: _Timed | None
) -> None:
    """Note what a call that was looked at took."""
    floats[slot + NOW] = 0.0
    if number == 1.0:
        floats[slot + FIRST] = spent
    if timed is not None:
        floats[slot + SAMPLES] += 1.0
        floats[slot + INSIDE] += timed.seconds
        floats[slot + OUTSIDE] += spent


def counting(
    watch: Watch, call: Callable[..., Any], runner: str, depth: int = 1
) -> tuple[Callable[..., Any], Callable[[Floats], None]]:
    """Return what counts in the place of a function's `__call__`, and what changes the counters.

    `depth` is how many frames above it that of the caller is.
    """
    floats, clock = watch.keeper.tallies.floats, time.perf_counter
    getframe, lines = sys._getframe, set[tuple[int, int, int]]()
    mark = watch.mark

    def called(self: Any, *arguments: Any, **options: Any) -> Any:
        if is_aside():
            return call(self, *arguments, **options)
        slot = getattr(self.maker, mark, None)
        if slot is None:
            slot = watch.known(self)
        frame = getframe(depth)
        at = slot, id(frame.f_code), frame.f_lasti
        number = floats[slot] + 1.0
        is_looked_at = at not in lines or number in LOOKED_AT
        timed = looked_at(self, slot, frame, at) if is_looked_at else None
        began = clock()
        try:
            return call(self, *arguments, **options)
        except BaseException as error:
            # To find out why takes none of the call's own time.
            began += watch.failed(slot, error, self, arguments, options)
            raise
        finally:
            spent = clock() - began
            if is_looked_at:
                _note_ended(floats, slot, number, spent, timed)
                if timed is not None:
                    setattr(self, runner, timed.runner)
            floats[slot + SECONDS] += spent
            floats[slot] += 1.0

    def looked_at(self: Any, slot: int, frame: FrameType, at: Any) -> _Timed | None:
        """Note the line of a call, and take its time inside the engine once that is warm.

        Until it has ended it is noted as one that runs, in case the program ends before.
        """
        floats[slot + NOW] = time.time()
        if at not in lines and len(lines) < MAX_LINES:
            lines.add(at)
            watch.used(slot, frame, is_dropped(frame))
        if floats[slot + CALLS] + 1.0 <= WARM:
            return None
        timed = _Timed(getattr(self, runner))
        setattr(self, runner, timed)
        return timed

    def recount(others: Floats) -> None:
        nonlocal floats
        floats = others

    return called, recount
