"""Hear how functions are linked and called, through the engine's classes while a block runs."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from xorexplain.engines.shared.standing import standing_in


class Hearer(Protocol):
    """Is told of every function that is made, and stands between it and its callers."""

    def linking(self, maker: Any) -> None:
        """Take a maker that has rewritten its graph and is about to link it."""

    def linked(self, maker: Any, function: Any, seconds: float) -> None:
        """Take the function that a maker made, and how long it linked."""

    def unlinked(self, maker: Any, error: BaseException, seconds: float) -> None:
        """Take a maker that could not link, and why."""

    def calling(self, call: Callable[..., Any], runner: str) -> Callable[..., Any]:
        """Return what is called in the place of a function's own `__call__`.

        `runner` is the attribute of a function in which the engine computes.
        """


class Linking(threading.local):
    """Know of the thread that runs whether it links: what it makes then is a part of a function."""

    is_on = False

    @contextlib.contextmanager
    def block(self) -> Iterator[None]:
        """Have it link in a block."""
        was_on, self.is_on = self.is_on, True
        try:
            yield
        finally:
            self.is_on = was_on


@contextlib.contextmanager
def heard(maker: Any, function: Any, runner: str, hearer: Hearer) -> Iterator[None]:
    """Tell a hearer of the functions that are linked in a block, and of their calls.

    What is made while a function is linked is a part of that function.
    """
    linking = Linking()

    def creating(create: Any) -> Any:
        @functools.wraps(create)
        def created(self: Any, *arguments: Any, **options: Any) -> Any:
            if linking.is_on:
                return create(self, *arguments, **options)
            hearer.linking(self)
            began = time.perf_counter()
            with linking.block():
                try:
                    made = create(self, *arguments, **options)
                except BaseException as error:
                    hearer.unlinked(self, error, time.perf_counter() - began)
                    raise
            hearer.linked(self, made, time.perf_counter() - began)
            return made

        return created

    def calling(call: Any) -> Any:
        return functools.wraps(call)(hearer.calling(call, runner))

    with standing_in(maker, "create", creating), standing_in(function, "__call__", calling):
        yield


@contextlib.contextmanager
def linked_where(maker: Any, is_wanted: Callable[[Any], bool]) -> Iterator[None]:
    """Leave a maker in the place of its function, in a block, unless it is to be linked.

    What is made while a function is linked, as that of a loop's step, is part of it.
    """
    linking = Linking()

    def creating(create: Any) -> Any:
        @functools.wraps(create)
        def created(self: Any, *arguments: Any, **options: Any) -> Any:
            if not linking.is_on and not is_wanted(self):
                return self
            with linking.block():
                return create(self, *arguments, **options)

        return created

    with standing_in(maker, "create", creating):
        yield
