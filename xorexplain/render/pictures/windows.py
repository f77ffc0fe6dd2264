"""Say over which windows an op pools: `max pool 2×2`."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply

_AVERAGES = {"average_inc_pad": "", "average_exc_pad": ", rim not counted"}


def window_words(apply: Apply, values: Sequence[str]) -> str:
    """Name an op by its windows, whose size, step and rim are its last inputs; empty for others.

    `values` are the inputs that are constants. A step is told where it is not the window's size, a
    rim where there is one.
    """
    sizes = [value.strip("[]").split(", ") for value in values[-3:]]
    is_told = len(values) > 3 and has(apply.op.kind, "windows") and not any(values[:-3])
    if not is_told or not all(value.startswith("[") for value in values[-3:]):
        return ""
    window, step, rim = ("×".join(lengths) for lengths in sizes)
    mode = apply.op.param("mode") or ("average_inc_pad" if "average" in apply.op.kind else "max")
    words = f"{'average' if mode in _AVERAGES else mode} pool {window}{_AVERAGES.get(mode, '')}"
    if step != window:
        words += f" by {step}"
    if set(sizes[2]) != {"0"}:
        words += f", rim {rim}"
    if apply.op.param("ignore_border") != "True":
        words += ", to the border"
    return f"{words}, gradient" if apply.op.kind != "pool" else words
