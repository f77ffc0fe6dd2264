"""Answer what is registered in an engine's databases of rewrites, and on what it is tried."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from xorexplain.engines.shared.alone import alone
from xorexplain.engines.shared.code import code_of
from xorexplain.engines.shared.library import Using
from xorexplain.engines.shared.rerun import Rerun

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder
    from xorexplain.engines.shared.databases import Query, Registration


class Catalog(Using):
    """Read the databases of rewrites; which nodes a rewriter is tried on is each engine's own."""

    def registered(self) -> tuple[Registration, ...]:
        """Return every rewrite and every database of rewrites, wherever it is registered."""
        from xorexplain.engines.shared import databases

        return databases.entries(self.library.database(), self.library.kinds)

    def rewrite_tags(self) -> Mapping[str, tuple[str, ...]]:
        """Return the tags of every registered rewrite by its name."""
        from xorexplain.engines.shared import databases

        return databases.tags_by_name(self.library.database())

    def rewrite_code(self, rewriter: Any, name: str) -> tuple[str, str]:
        """Return where a rewriter's code is, as ``file:line``, and its docstring, if known.

        `name` is that of its changes, which may be several of one rewriter.
        """
        return code_of(rewriter, self.library.name, self.library.site, name)

    def mode_query(self) -> Query | None:
        """Return what the default mode asks its database for, None for a mode without a query."""
        from xorexplain.engines.shared import databases

        asked = self.library.default_mode()._optimizer
        return databases.query_of(asked) if isinstance(asked, self.library.query) else None

    @contextlib.contextmanager
    def databases_kept(self) -> Iterator[None]:
        """Leave the databases as they were before the block; queries add tags to them.

        One thread at a time is in such blocks.
        """
        from xorexplain.engines.shared import databases

        with alone(), databases.kept(databases.holders(self.library.database())):
            yield

    def is_of_nodes(self, rewriter: Any) -> bool:
        """Tell whether a rewriter is tried on one apply node at a time."""
        return isinstance(rewriter, self.library.kinds.node)

    def tracked(self, rewriter: Any) -> tuple[str, ...] | None:
        """Name the ops whose apply nodes a rewriter is tried on; None if it is tried on all."""
        tracks = rewriter.tracks()
        return None if tracks is None else tuple(dict.fromkeys(map(self.tracked_text, tracks)))

    def tracked_text(self, op: Any) -> str:
        """Name what a rewriter is tried on: an op, or a class of them."""
        return op.__name__ if isinstance(op, type) else str(op)

    def is_tracked(self, rewriter: Any, apply: Any) -> bool:
        """Tell whether a rewriter is tried on apply nodes of this op."""
        tracks = rewriter.tracks()
        return tracks is None or type(apply.op) in tracks or apply.op in tracks

    def rerun(self, recorder: Recorder) -> Rerun:
        """Begin to repeat a finished recording on copies."""
        return Rerun(self.library, recorder)
