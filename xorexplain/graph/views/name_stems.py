"""Choose what a made-up name begins with, so that it tells what computes the value.

Arithmetic has letters (`z1` is a layer's sum, `m1` a product), a function its own name (`log1`).
What only brings a named value into another shape or type is called after that value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xorexplain.graph.ops import has, row
from xorexplain.graph.ops.rounds import rounds_of
from xorexplain.graph.records import Apply, Graph

CONSTANT, GIVEN, PART = "c", "x", "t"
"""Begin the names of constants, of what is given, and of parts of formulas."""
WITH_START = "_all"
"""Ends the name of what a Scan gives."""
_BY_SIGN = {"+": "s", "−": "d", "×": "m", "÷": "r"}
MAX_WORD = 8
"""A kind of op with a longer name is no beginning of one."""


def name_after(graph: Graph, apply: Apply, variable: str, names: Mapping[str, str]) -> str | None:
    """Return the name of the value that a result is called after, None where it is another value.

    A matrix `W` is `W.T` where it is transposed, as the engines say it; a Scan gives what it began
    with, too: `h_all`, where the rest of that is `h`.
    """
    if apply.op.kind == "scan":
        rest = rest_of(graph, variable)
        name = None if rest is None else _name(graph, rest, names)
        return None if name is None else name + WITH_START
    base = _name(graph, apply.inputs[0], names) if apply.inputs else None
    if base is not None and apply.op.kind == "transpose":
        return f"{base}.T" if apply.op.param("order") in (None, "1, 0") else base
    return base if has(apply.op.kind, "rearranges", "carries", "passes") else None


def rest_of(graph: Graph, output: str) -> str | None:
    """Return what a Scan computed: all that it gives but the values it began with."""
    for apply, position in graph.clients[output]:
        is_part = position == 0 and apply.op.kind == "subtensor" and len(apply.outputs) == 1
        if is_part and apply.op.param("index") == "·:" and len(apply.inputs) == 2:
            start = graph.variable[apply.inputs[1]].filling
            if start == str(begun_with(graph, output)):
                return apply.outputs[0]
    return None


def begun_with(graph: Graph, output: str) -> int:
    """Return how many values what a Scan gives begins with that it did not compute."""
    apply = graph.owner(output)
    rounds = None if apply is None else rounds_of(apply.op)
    if apply is None or rounds is None or graph.variable[output].shape is None:
        return 0
    state = apply.outputs.index(output)
    taps = [tap.tap or 0 for tap in rounds.inputs if tap.state == state]
    return max(0, -min(taps, default=0))


def _name(graph: Graph, id_: str, names: Mapping[str, str]) -> str | None:
    variable = graph.variable[id_]
    return names.get(id_) or next(iter(variable.called), variable.name)


def stem(graph: Graph, apply: Apply, variable: str, linear: Collection[str]) -> str:
    """Return what the name of a result begins with; `linear` are sums of matrix products."""
    while has(apply.op.kind, "fused") and apply.inner is not None:
        # What is fused is called as if it were not.
        inner = graph.inner[apply.inner]
        position = apply.outputs.index(variable)
        made = inner.outputs[position].variable if position < len(inner.outputs) else None
        owner = inner.owner(made) if made is not None else None
        if made is None or owner is None:
            break
        graph, apply, variable = inner, owner, made
    if variable in linear:
        return "z"
    kind = apply.op.kind
    if has(kind, "activation"):
        return "a"
    if has(kind, "power"):
        return "q"
    known = row(kind)
    return known.stem or _BY_SIGN.get(known.sign) or _by_family(kind, apply.op.family)


def _by_family(kind: str, family: str) -> str:
    if has(kind, "comparison") or has(kind, "truth"):
        return "is"
    if family == "reduction":
        return "s"
    if family == "indexing":
        return "put" if "inc_" in kind or "set_" in kind else "part"
    if family == "random":
        return "draw"
    word = kind.replace("_", "")
    return word if word.isidentifier() and word.isascii() and len(word) <= MAX_WORD else "v"
