"""Tell which rewrites hide a NaN or make it: what is seen without each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xorexplain.errors.escaping import counted
from xorexplain.render.reports.document import (
    Block,
    Column,
    Inlines,
    Reference,
    Table,
    heading,
    inlines,
    listed,
    paragraph,
)
from xorexplain.runs.records import ByRewrites, Effect, Tried

EFFECTS: dict[Effect, str] = {
    "hides": "it comes: the rewrite hides it",
    "makes": "it goes: the rewrite makes it",
    "changes": "other results have it",
    "stays": "it stays",
    "still hidden": "it stays hidden",
    "not tried": "not tried",
}
"""What is seen without a rewrite."""
_NOTHING: tuple[Effect, ...] = ("stays", "still hidden")
BOTH = ", and so it does without all of them"


def rewrites_blocks(told: ByRewrites) -> Iterator[Block]:
    """Tell what is not finite as it was written, as it runs, and without some rewrites."""
    if told.written == told.rewritten and not told.tried and not told.reason:
        # No rewrite came near it, and it is there either way.
        return
    yield heading("what the rewriter does to it", level=3)
    yield paragraph(_before(told))
    rows = [tried for tried in told.tried if tried.effect not in _NOTHING]
    if rows:
        yield Table(_COLUMNS, tuple(map(_row, rows)))
    for effect in _NOTHING:
        alone = [t.names[0] for t in told.tried if t.effect == effect and len(t.names) == 1]
        if alone:
            names = listed(Reference("rewrite", name) for name in alone)
            which = "without " if len(alone) == 1 else "without any one of "
            both = any(t.effect == effect and len(t.names) > 1 for t in told.tried)
            yield paragraph(which, *names, f": {EFFECTS[effect]}{BOTH if both else ''}")
    if told.reason:
        yield paragraph(f"no rewrite was left out: {told.reason}", tone="small")
    if told.left:
        words = f"{counted(told.left, 'more rewrite')} on the way: not left out one by one"
        yield paragraph(words, tone="small")


_COLUMNS = (
    Column("without", grows=True),
    Column("then"),
    Column("known of it", grows=True),
)


def _before(told: ByRewrites) -> str:
    if told.written is None:
        return f"as it is rewritten, {_state(told.rewritten)}"
    as_written = f"as it was written, {_state(told.written)}"
    if told.reason and not told.rewritten:
        return as_written
    same = told.written == told.rewritten
    return f"{as_written}; as it is rewritten, {'too' if same else _state(told.rewritten)}"


def _state(results: Sequence[int]) -> str:
    if not results:
        return "every result is finite"
    numbers = ", ".join(map(str, results))
    return f"result{'' if len(results) == 1 else 's'} {numbers} {_verb(results)} not finite"


def _verb(results: Sequence[int]) -> str:
    return "is" if len(results) == 1 else "are"


def _row(tried: Tried) -> tuple[Inlines, ...]:
    then = EFFECTS[tried.effect]
    if tried.reason:
        then = f"{then}: {tried.reason}"
    if len(tried.names) > 1:
        then = then.replace("the rewrite hides", "together they hide")
    names = tuple(listed(Reference("rewrite", name) for name in tried.names))
    return names, inlines(then), inlines(tried.caveat)
