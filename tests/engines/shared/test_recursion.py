"""Recursive code runs on graphs deeper than Python's recursion limit."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from xorexplain.engines.shared.recursion import call_deep

pytestmark = pytest.mark.usefixtures("usual_recursion_limit")


def depth_of(levels: int) -> int:
    return 0 if levels == 0 else 1 + depth_of(levels - 1)


def for_ever() -> Any:
    return for_ever()


def for_ever_through_c() -> Any:
    return sorted([1], key=lambda _: for_ever_through_c())


def test_a_shallow_call_stays_in_its_thread() -> None:
    assert call_deep(threading.current_thread) is threading.current_thread()


def test_a_deep_call_returns_what_it_computes() -> None:
    with pytest.raises(RecursionError):
        depth_of(50_000)

    assert call_deep(lambda: depth_of(50_000)) == 50_000


def test_the_limit_is_put_back() -> None:
    call_deep(lambda: depth_of(2_000))

    assert sys.getrecursionlimit() == 1000
    assert threading.stack_size() == 0


def test_an_error_of_a_deep_call_is_raised_here() -> None:
    def fail() -> None:
        depth_of(2_000)
        raise ValueError("found at the bottom")

    with pytest.raises(ValueError, match="found at the bottom"):
        call_deep(fail)

    assert sys.getrecursionlimit() == 1000


@pytest.mark.parametrize("function", [for_ever, for_ever_through_c])
def test_endless_recursion_is_an_error_and_no_crash(function: Any) -> None:
    with pytest.raises(RecursionError):
        call_deep(function)


def test_a_deep_call_may_make_deep_calls() -> None:
    def outer() -> int:
        depth_of(2_000)
        return call_deep(lambda: depth_of(3_000))

    assert call_deep(outer) == 3_000


def test_endless_recursion_in_a_deep_call_does_not_wait_for_itself() -> None:
    def outer() -> Any:
        depth_of(2_000)
        return call_deep(for_ever)

    with pytest.raises(RecursionError):
        call_deep(outer)


def test_two_threads_may_make_deep_calls_at_once() -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(call_deep(lambda: depth_of(n))))
        for n in (5_000, 6_000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=600)

    assert sorted(found) == [5_000, 6_000]
