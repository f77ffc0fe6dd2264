"""Say which of the user's lines wrote an apply node, and what it is the line of where that is less.

An engine that fuses nodes, or makes one of a product and a sum, keeps the line of the result alone.
"""

from __future__ import annotations

from typing import Any

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has
from xorexplain.graph.records import SourceLine
from xorexplain.runs.words import Words

READS = "of what the node reads"
AROUND = "of the node that it is inside of: its own may stand above"
BEFORE = "of the infinity it was made of"
MERGED = "of the last that the node was made of"
UNKNOWN = "the node's own line is not known: the engine kept none"
UNKEPT = (
    "the node's own line is not known: an engine keeps none for what it fuses; turn "
    "`xorexplain.explain_errors()` on before the function is compiled"
)


@dataclass(frozen=True)
class Where:
    """Hold a line, and what it is the line of: empty for the node's own."""

    line: SourceLine | None
    of: str = ""


def where(words: Words, apply: Any, around: Where | None = None) -> Where:
    """Return the line of an apply node; `around` is that of the node whose graph it is inside of.

    Where a node has none, that is the one around it, or the line of what it reads.
    """
    line = words.source(apply.outputs[0])
    is_written = words.written.is_written
    if line is not None:
        kind = words.engine.op_of(apply).kind
        return Where(line, MERGED if not is_written and has(kind, "kernel") else "")
    if around is not None and around.line is not None:
        # What is inside of an op that the user applied has no line but that.
        return Where(around.line, around.of or ("" if is_written else AROUND))
    near = words.nearest_source(apply)
    return Where(near, READS if near is not None else "")


def note_of(found: Where, *, is_written: bool) -> tuple[str, ...]:
    """Say why a line is not that of the node, and what would tell it."""
    if found.line is not None and not found.of:
        return ()
    return (UNKNOWN if is_written else UNKEPT,)
