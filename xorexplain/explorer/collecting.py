"""Spare the making of a page the garbage collector, which finds little and looks at all of it."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

SELDOM = 200_000
"""So many objects are made before the youngest are looked through: a hundred times the usual."""


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Have garbage collected seldom while a block runs.

    A page is made of records that stay. Looking through them again and again took a seventh of the
    time it took to make one. While an engine rewrites all is as usual: PyTensor goes by sets, whose
    order hangs on where its objects lie in memory, and so would the numbers of some steps.
    """
    usual = gc.get_threshold()
    if usual[0]:
        gc.set_threshold(max(SELDOM, usual[0]), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
