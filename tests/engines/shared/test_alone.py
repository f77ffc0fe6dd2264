"""One thread at a time has an engine to itself."""

from __future__ import annotations

import threading

import pytest

from xorexplain.engines.shared.alone import alone
from xorexplain.engines.shared.recursion import asking, call_deep


def test_another_thread_waits() -> None:
    order: list[str] = []
    asked = threading.Event()

    def other() -> None:
        asked.set()
        with alone():
            order.append("other")

    thread = threading.Thread(target=other)
    with alone():
        thread.start()
        asked.wait(60)
        with alone():  # of the thread's own
            order.append("inner")
        order.append("outer")
    thread.join(60)

    assert order == ["inner", "outer", "other"]


def test_a_block_that_raises_lets_others_in() -> None:
    with pytest.raises(ZeroDivisionError), alone():
        raise ZeroDivisionError
    entered: list[bool] = []

    def other() -> None:
        with alone():
            entered.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(60)

    assert entered == [True]


@pytest.mark.usefixtures("usual_recursion_limit")
def test_a_larger_stack_is_of_the_thread_that_waits_for_it() -> None:
    threads: list[tuple[int, int]] = []

    def deep() -> None:
        with alone():
            threads.append((asking(), threading.get_ident()))
        if len(threads) == 1:
            raise RecursionError

    with alone():
        call_deep(deep)

    (first, here), (second, there) = threads
    assert first == second == asking() == here != there
