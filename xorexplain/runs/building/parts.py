"""Say what is wrong with an index, a part that is written into, or the graphs of a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xorexplain.errors.escaping import counted
from xorexplain.runs.building.faults import Building, Fault
from xorexplain.runs.building.operands import is_variable

_INDEXING = frozenset({"__getitem__", "take"})
_STATES = {
    "inner_sitsot_out": "sit_sot_inner_outputs",
    "inner_mitsot_out": "mit_sot_inner_outputs",
}
"""What `Scan.make_node` calls the new value of a state, and where `scan` keeps the user's own."""


def _indexed(built: Building) -> Fault | None:
    """Tell an index that is no whole number, or too many of them."""
    if built.functions.isdisjoint(_INDEXING):
        return None
    held = built.asked.of("__getitem__")
    if held is None or "self" not in held.values:
        return None
    taken, entries = held.values["self"], held.values.get("args", ())
    listed = entries if isinstance(entries, (list, tuple)) else [entries]
    # A slice has its own.
    inside = [
        p for e in listed for p in ([e.start, e.stop, e.step] if isinstance(e, slice) else [e])
    ]
    wrong = [entry for entry in inside if built.is_float(entry)]
    if wrong:
        return Fault(
            "wrong dtype",
            f"{built.name(wrong[0])} is {built.kind(wrong[0])}, and an index of "
            f"{built.name(taken)} is a whole number",
            f"convert it: i.astype('int64'), or declare it so: {built.tensor}.lscalar, "
            f"{built.tensor}.lvector; a mask is bool",
            [taken, *wrong],
        )
    if isinstance(built.error, IndexError) and "too many" in built.words:
        count = sum(entry is not None and entry is not Ellipsis for entry in listed)
        noun = "index" if count == 1 else "indices"
        return Fault(
            "wrong number of dimensions",
            f"{built.has(taken)}, and is given {count} {noun}",
            "give at most one index a dimension",
            [taken],
        )
    return None


def _set_subtensor(built: Building) -> Fault | None:
    """Tell what cannot be written into a part of an array."""
    held = built.asked.of("inc_subtensor")
    if held is None:
        return None
    x, y = held.values.get("x"), held.values.get("y")
    if "result of a subtensor" in built.words or "result of an indexing" in built.words:
        return Fault(
            "wrong type",
            f"{built.name(x)} is no part of another array, so nothing can be set in it",
            "hand in the part itself, written there: set_subtensor(x[2:], value)",
            [x, y],
        )
    if is_variable(built.engine, x) and built.dimensions(y) > built.dimensions(x):
        return Fault(
            "wrong number of dimensions",
            f"{built.has(y)}, and the part it is written into, {built.name(x)}, has "
            f"{built.dimensions(x)}",
            "give it as many as the part: index or flatten it",
            [x, y],
        )
    return None


def _loop(built: Building) -> Fault | None:
    """Compare the state of a loop with what a round makes of it."""
    if "Scan" not in built.functions:
        return None
    for begin, end in (
        ("outer_sitsot", "inner_sitsot_out"),
        ("outer_mitsot", "inner_mitsot_out"),
    ):
        held = built.asked.holding(begin, end)
        if held is None:
            continue
        state = held.values[begin]
        result = _of_user(built, end, held.values[end], state)
        first = built.operands.words.beginning(state)
        name = built.name(first)
        one, other = built.dtype(state), built.dtype(result)
        if one != other:
            is_number = built.engine.role_of(first) == "constant"
            number = f"{built.tensor}.constant({name}, dtype='{other}')"
            begun = number if is_number else f"{name}.astype('{other}')"
            return Fault(
                "wrong dtype",
                f"the state {name} begins as {one}, and a round makes {other} of it",
                f"let both have one dtype: begin with {begun}, or convert what a round returns "
                f"to {one}",
                [first, result],
            )
        dims, made = built.dimensions(state) - 1, built.dimensions(result)
        if dims != made:
            return Fault(
                "wrong number of dimensions",
                f"the state {name} has {counted(dims, 'dimension')}, and a round makes a value of "
                f"{made} of it",
                "begin with a value of the shape that a round returns, as "
                f"{built.tensor}.zeros_like of it",
                [first, result],
            )
    return None


def _of_user(built: Building, name: str, result: Any, state: Any) -> Any:
    """Return what the user's function gave for a state of the loop, or for the only one like it.

    PyTensor has copied it by then.
    """
    held = built.asked.of("scan")
    kind = {"inner_sitsot_out": "sit_sot", "inner_mitsot_out": "mit_sot"}[name]
    values = {} if held is None else held.values
    made, given = values.get(f"{kind}_inner_outputs", ()), values.get(f"{kind}_scan_inputs", ())
    places = [place for place, v in enumerate(given) if v is state]
    if len(places) == 1 and len(made) == len(given):
        return made[places[0]]
    alike = [v for v in made if is_variable(built.engine, v) and v.type == result.type]
    return alike[0] if len(alike) == 1 else result


def _branches(built: Building) -> Fault | None:
    """Compare the branches of a lazy choice."""
    held = built.asked.of("ifelse")
    if held is None:
        return None
    listed = [held.values.get("then_branch"), held.values.get("else_branch")]
    branches = [v[0] if isinstance(v, (list, tuple)) and len(v) == 1 else v for v in listed]
    told = " and ".join(f"{built.name(v)} is {built.kind(v)}" for v in branches)
    return Fault(
        "wrong type",
        f"{told}: both branches of ifelse must be of one type",
        "bring them to one dtype and as many dimensions",
        [v for v in branches if is_variable(built.engine, v)],
    )


def rules() -> Sequence[Callable[[Building], Fault | None]]:
    """List the rules, in the order in which they are asked."""
    return (_set_subtensor, _loop, _branches, _indexed)
