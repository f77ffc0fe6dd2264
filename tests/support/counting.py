"""Count what is asked of an engine, and how often a rewriting is checked."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from xorexplain.engines import Engine
from xorexplain.rewrites.check import _Check

ASKED = ("record", "grad", "adjoints", "compile")


@contextlib.contextmanager
def counted(engine: Engine) -> Iterator[Counter[str]]:
    """Count the calls of a block by what they ask for; `checks` are those of whole rewritings."""
    calls: Counter[str] = Counter()

    def counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            calls[name] += 1
            return real(*arguments, **options)

        return call

    with contextlib.ExitStack() as stack:
        for name in ASKED:
            stack.enter_context(
                mock.patch.object(engine, name, counting(name, getattr(engine, name)))
            )
        stack.enter_context(mock.patch.object(_Check, "run", counting("checks", _Check.run)))
        yield calls
