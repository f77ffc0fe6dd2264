"""Say of a name that no node of a rewriting has what to ask for in its place."""

from __future__ import annotations

from xorexplain.graph.records import DELTA
from xorexplain.graph.views.printed_names import no_variable, without_round
from xorexplain.rewrites.trace import Trace


def cure(trace: Trace, name: str) -> str | None:
    """Return what a printed name stands for, and the cure; None where nothing is called so."""
    if name.startswith((DELTA, "∂")):
        return f"{name} is not computed by this function: ask for --target gradient"
    whole = without_round(name)
    if whole is not None:
        return f"{name} is a round of {whole}, which is not computed here: ask for {whole}"
    return no_variable(trace.first.graph, name)
