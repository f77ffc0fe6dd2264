"""Find out what the user's program calls what a loop gives: `h, c` of `[h, c], _ = scan(...)`.

What is kept under one name first may be unpacked below: `h, c = kept`.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.frames import Frame
from xorexplain.graph.ops.rounds import Rounds, rounds_of
from xorexplain.graph.views.name_stems import WITH_START
from xorexplain.models.statements import (
    gives_results_alone,
    node_of,
    scope_of,
    statement_of,
)

OLDER, BEFORE, NOTHING = "older", "before", "nothing"
"""Which rounds a result is computed from: others than the last one, that one, or none."""


def result_names(engine: Engine, node: Any, nodes: Sequence[Any]) -> dict[Any, str]:
    """Return what the user's statement calls the results of a Scan, one of the apply `nodes`.

    That is what a Scan computes, without what it began with where that is left out.
    """
    frames = _users(engine, node)
    named = _by_output(engine, node, frames)
    held = {output: output for output in named if _kind_of(engine, node, output) == NOTHING}
    for other in nodes:
        is_part = engine.op_of(other).kind == "subtensor" and other.inputs[0] in named
        if is_part and _users(engine, other)[:1] == frames[:1]:
            held.setdefault(other.inputs[0], other.outputs[0])
    return {held.get(output, output): name for output, name in named.items()}


def with_start(engine: Engine, variable: Any, name: str) -> str:
    """Call what a Scan gives after what it computed; of a state it has what that began with too."""
    kind = "" if variable.owner is None else _kind_of(engine, variable.owner, variable)
    return name + WITH_START if kind in (BEFORE, OLDER) else name


def _users(engine: Engine, node: Any) -> list[Frame]:
    frames = list(engine.frames_of(node.outputs[0]))
    first = next((i for i, frame in enumerate(frames) if frame.whose == "user"), len(frames))
    return frames[first:]


def _kind_of(engine: Engine, node: Any, output: Any) -> str:
    rounds = rounds_of(engine.op_of(node))
    return "" if rounds is None else _kind(rounds, node.outputs.index(output))


def _by_output(engine: Engine, node: Any, frames: Sequence[Frame]) -> dict[Any, str]:
    """Return the names by the Scan's outputs.

    An engine orders results by the rounds they read; where these differ, what the call begins them
    with says which is which.
    """
    found = _names(frames)
    rounds = rounds_of(engine.op_of(node))
    if found is None or rounds is None:
        return {}
    names, starts = found
    kinds = [_kind(rounds, position) for position in range(len(node.outputs))]
    if len(names) < 2 or len(names) > len(kinds):
        return {}
    if len(set(kinds)) == 1:
        starts = tuple(kinds[: len(names)])
    elif len(starts) != len(names) or Counter(starts) - Counter(kinds):
        return {}
    # A loop that updates shared variables gives those too, behind its own results of that kind.
    called = {kind: iter(_of_kind(names, starts, kind)) for kind in (OLDER, BEFORE, NOTHING)}
    pairs = [(v, next(called[kind], "")) for v, kind in zip(node.outputs, kinds, strict=True)]
    return {output: name for output, name in pairs if name.strip("_")}


def _of_kind(names: Sequence[str], starts: Sequence[str], kind: str) -> list[str]:
    return [name for name, own in zip(names, starts, strict=True) if own == kind]


def _kind(rounds: Rounds, state: int) -> str:
    read = {tap.tap for tap in rounds.inputs if tap.state == state}
    return NOTHING if not read else BEFORE if read == {-1} else OLDER


def _names(frames: Sequence[Frame]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the names in the statement that a Scan's results reach, and what they begin with."""
    is_alone = False
    starts: tuple[str, ...] = ()
    for frame, outer in zip_longest(frames, frames[1:]):
        node, around = node_of(frame) or (None, None)
        if not isinstance(node, (ast.Assign, ast.Return)):
            return None
        is_alone = is_alone or gives_results_alone(node.value)
        starts = tuple(_starts(node.value)) or starts
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            names = tuple(_several(target, is_alone))
            names = names or tuple(_below(target, is_alone, scope_of(frame, around)))
            return (names, starts) if names and all(names) else None
        caller = None if outer is None else statement_of(outer)
        if caller is None or caller.calls != frame.function:
            return None
    return None


def _several(target: ast.expr, is_alone: bool) -> Iterator[str]:
    """Yield `h` and `c` of `[h, c], updates`; where there are no updates, of `h, c`."""
    given = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    if not is_alone:
        first = given[0] if len(given) == 2 else None
        given = first.elts if isinstance(first, (ast.Tuple, ast.List)) else []
    for one in given:
        yield _called(one)


def _below(target: ast.expr, is_alone: bool, scope: ast.AST) -> Iterator[str]:
    """Yield `h` and `c` of `h, c = kept`, or of `h = kept[0]` and `c = kept[1]`, in a scope.

    What is kept is a loop's results, or with its updates, as a whole or as the first of a pair; no
    other statement of the scope gives that name a value.
    """
    if isinstance(target, (ast.Tuple, ast.List)) and not is_alone and len(target.elts) == 2:
        target, is_alone = target.elts[0], True
    walked = list(ast.walk(scope))
    kept = target.id if isinstance(target, ast.Name) else ""
    set_to = [n for n in walked if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if [name.id for name in set_to].count(kept) != 1:
        return
    found: dict[int, str] = {}
    for node in walked:
        if not isinstance(node, ast.Assign):
            continue
        place = _place(node.value, kept)
        is_whole = place == () or (place == (0,) and not is_alone)
        names = list(_several(node.targets[0], is_alone or place == (0,))) if is_whole else []
        if names:
            yield from names
            return
        if place and len(place) == 1 + (not is_alone) and set(place[:-1]) <= {0}:
            found[place[-1]] = _called(node.targets[0])
    if sorted(found) == [*range(len(found))]:
        yield from (found[at] for at in sorted(found))


def _place(value: ast.expr, kept: str) -> tuple[int, ...] | None:
    """Return the indices of an element of what is kept, such as `kept[0]`; None of all else."""
    found: list[int] = []
    while isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        index = value.slice.value
        if not isinstance(index, int):
            return None
        found.insert(0, index)
        value = value.value
    return tuple(found) if isinstance(value, ast.Name) and value.id == kept else None


def _called(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")


def _starts(value: ast.expr | None) -> Iterator[str]:
    """Yield what each result begins with, as the call of a loop says it."""
    call = value.value if isinstance(value, ast.Subscript) else value
    if not isinstance(call, ast.Call):
        return
    options = [option.value for option in call.keywords if option.arg == "outputs_info"]
    told = [*options, *call.args[2:3]]
    for one in told[0].elts if told and isinstance(told[0], (ast.List, ast.Tuple)) else []:
        options_of = _dict(one)
        if options_of is None:
            is_none = isinstance(one, ast.Constant) and one.value is None
            yield NOTHING if is_none else BEFORE
        elif "initial" not in options_of:
            yield NOTHING
        else:
            yield BEFORE if options_of.get("taps", "[-1]") == "[-1]" else OLDER


def _dict(value: ast.expr) -> dict[str, str] | None:
    """Return what a dict is written of, key by key; None of anything else."""
    if isinstance(value, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else "" for key in value.keys]
        return {str(key): ast.unparse(v) for key, v in zip(keys, value.values, strict=True)}
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "dict":
        return {option.arg or "": ast.unparse(option.value) for option in value.keywords}
    return None
