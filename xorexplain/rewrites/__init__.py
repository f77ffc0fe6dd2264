"""Record what the optimizer did, replay it and explain it.

Called, this room is the function of its name: `xorexplain.rewrites(model)`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xorexplain.api.report import Report


class _Callable(ModuleType):
    """Be a package, and a function: importing any module of it would hide one of its name."""

    @property
    def __wrapped__(self) -> Callable[..., Report]:
        from xorexplain.api.reports import rewrites

        return rewrites

    def __call__(self, *arguments: Any, **options: Any) -> Report:
        return self.__wrapped__(*arguments, **options)


rewrites = sys.modules[__name__]
rewrites.__class__ = _Callable
