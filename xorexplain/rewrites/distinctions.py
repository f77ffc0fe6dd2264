"""Say what differs between a value and the one that takes its place, where no formula tells it.

All of it is read from the apply nodes that compute the two and from their types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from xorexplain.errors.escaping import counted
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.subgraph import needed
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.rewrites.trace import RewriteStep, State, Trace

MAX_HEAD = 32
MAX_LABEL = 36
MERGED = "merged with an equal one"
ANEW = "made anew"
SIZED = "now told the lengths of its results"
NO_LONGER = "no longer in place"
OF_ITS_OP = "another result of its op "
"""What is said of an op stands behind this where it is meant of another of its outputs alone."""
LOOP = "its loop "
"""Begins what is said of a loop in the place of another, of which formulas are too long."""
MAX_SHORT = 16
MAX_READ = 3
"""So many of what a loop reads from now on, or no more, are named."""
_ELEMENTWISE = re.compile(r"^Elemwise\{(\w+)")


def distinction(
    trace: Trace, step: RewriteStep, names: Mapping[str, str], old: str, new: str
) -> str:
    """Say what a step changed of a value whose formula stays as it is.

    `names` are those before the step.
    """
    universe = trace.universe
    was, now = universe.owner(old), universe.owner(new)
    if was is not None:
        was = replace(was, inputs=State(trace, step.number - 1).inputs(was.id))
    if now is None or (now.id not in step.added and step.verdict == "applied"):
        return _taken(universe, names, was, old, new)
    if was is None:
        return "computed from now on"
    found = [
        *_overwriting(universe, names, was, now, new),
        *_type(universe.variable[old], universe.variable[new]),
    ]
    found += [] if found else _op(universe, names, was, now, _read(universe, was, old))
    return ", ".join(found) or ANEW


def manner(words: str) -> str:
    """Return what a distinction says but for the names and numbers in it."""
    if NO_LONGER in words:
        return NO_LONGER
    if "in place on" in words or "written over" in words:
        return "in place"
    for kind in ("moved into the op", "merged with", "given as", " itself"):
        if kind in words:
            return kind
    return re.sub("^its .* now", "its argument now", words)


def _taken(universe: Graph, names: Mapping[str, str], was: Apply | None, old: str, new: str) -> str:
    """Name the value that was there already and takes the place."""
    variable = universe.variable[new]
    name = names.get(new) or variable.name or ""
    if variable.role == "constant":
        is_again = universe.variable[old].role == "constant"
        return MERGED if is_again else "a constant from now on"
    if was is not None and new in was.inputs:
        return f"now {name} itself" if name else f"without its op {head(was.op.label)}"
    if not name or name == names.get(old):
        return MERGED if variable.owner else "given from now on"
    return f"merged with {name}" if variable.owner else f"given as {name}"


def _overwriting(
    universe: Graph, names: Mapping[str, str], was: Apply, now: Apply, new: str
) -> Iterator[str]:
    """Say over which input the new op writes its result, or that it does so no more."""
    before, after = _overwritten(was), _overwritten(now)
    place = now.outputs.index(new)
    if before and not after:
        who, name = _whom(universe, names, was, place)
        yield f"{who}{NO_LONGER}{f' on {name}' if name else ''}"
    elif after and before != after:
        who, name = _whom(universe, names, now, place)
        yield f"{who}now in place on {name}" if name else f"{who}written over an argument"


def _whom(
    universe: Graph, names: Mapping[str, str], apply: Apply, place: int
) -> tuple[str, str | None]:
    """Say whether the output at a place is what is written over an input, and over which."""
    own = dict(apply.destroy_map).get(place, ())
    target = apply.inputs[next(iter(own), _overwritten(apply)[0][1])]
    return "" if own else OF_ITS_OP, names.get(target) or universe.variable[target].name


def _overwritten(apply: Apply) -> list[tuple[int, int]]:
    return [(output, position) for output, ps in apply.destroy_map for position in ps]


def _type(old: Variable, new: Variable) -> Iterator[str]:
    if old.dtype != new.dtype:
        yield f"now {new.dtype}"
    if old.shape != new.shape and new.shape is not None:
        yield f"now of shape {'×'.join('?' if n is None else str(n) for n in new.shape)}"


def _read(universe: Graph, apply: Apply, result: str) -> set[str]:
    """Return what an apply node reads for one of its results: of a fused op not all of it."""
    inner = None if apply.inner is None else universe.inner[apply.inner]
    if inner is None or len(inner.outputs) != len(apply.outputs):
        return set(apply.inputs)
    wanted = inner.outputs[apply.outputs.index(result)].variable
    inside = needed(inner, [wanted]).inputs
    fed = zip(inner.inputs, apply.inner_inputs, strict=False)
    return {apply.inputs[place] for v, place in fed if place is not None and v in inside}


def _op(
    universe: Graph, names: Mapping[str, str], was: Apply, now: Apply, read: Set[str]
) -> Iterator[str]:
    """Say by which other op the value is computed, or what else the same op reads for it."""
    if was.op.kind == now.op.kind == "scan":
        yield _loop(universe, names, was, now)
        return
    if now.op.label == f"[{was.op.label}]":
        # PyTensor writes so what an op has become that is told more than it was.
        yield SIZED
        return
    before, after = head(was.op.label), head(now.op.label)
    if before != after:
        yield f"op {before} → {after}" if before and after else ANEW
        return
    gone = [v for v in was.inputs if v not in now.inputs]
    own = [v for v in gone if v in read]
    labels = [was.op.label, now.op.label]
    if len(now.inputs) < len(was.inputs) and (inside := _numbers(universe, own or gone)):
        whose = "" if own else f"{OF_ITS_OP}has "
        yield f"{whose}{' and '.join(inside)} moved into the op"
    elif len(now.inputs) == len(was.inputs) and _is_same_op(*labels):
        yield from _reading(universe, names, was, now)
    elif len(now.outputs) > len(was.outputs):
        yield "computed together with another result"
    elif labels[0] != labels[1] and max(map(len, labels)) <= MAX_LABEL:
        yield f"op {' → '.join(labels)}"


def _loop(universe: Graph, names: Mapping[str, str], was: Apply, now: Apply) -> str:
    """Say what a loop reads that the one before it did not, or no more."""
    news = [v for v in dict.fromkeys(now.inputs) if v not in was.inputs]
    gone = [v for v in dict.fromkeys(was.inputs) if v not in now.inputs]
    said = [f"reads {_listed(universe, names, news)} too"] if news else []
    said += [f"reads {_listed(universe, names, gone)} no more"] if gone else []
    return LOOP + (" and ".join(said) or "computes its rounds in another way")


def _listed(universe: Graph, names: Mapping[str, str], variables: list[str]) -> str:
    """List the shortest of some values by their formulas, and say how many there are beside."""
    words = list(dict.fromkeys(text(express(universe, v, names)) for v in variables))
    short = [word for word in words if len(word) <= MAX_SHORT][:MAX_READ]
    if not short:
        return counted(len(words), "other value")
    more = len(words) - len(short)
    return ", ".join(short) + (f" and {more} more" if more else "")


def _is_same_op(before: str, after: str) -> bool:
    """Tell whether two labels name one op; Theano writes an elementwise one in two ways."""
    one, other = _ELEMENTWISE.match(before), _ELEMENTWISE.match(after)
    return before == after or (one is not None and other is not None and one[1] == other[1])


def head(label: str) -> str:
    """Return the name of an op without its properties; of an elementwise one, what it computes."""
    inside = label.removeprefix("Elemwise{")
    name = re.split(r"[,{}(]", inside, maxsplit=1)[0] if inside != label else ""
    return (name or re.split(r"[{(]", label, maxsplit=1)[0])[:MAX_HEAD]


def _numbers(universe: Graph, variables: list[str]) -> list[str]:
    """Return the values of constants that are one number, none where another is among them."""
    found = []
    for id_ in variables:
        variable = universe.variable[id_]
        if variable.role != "constant":
            return []
        found.append(variable.filling or variable.value or "")
    return [digits for digits in dict.fromkeys(found) if digits]


def _reading(universe: Graph, names: Mapping[str, str], was: Apply, now: Apply) -> Iterator[str]:
    """Say what an op reads in another type."""
    for old, new in zip(was.inputs, now.inputs, strict=True):
        before, after = universe.variable[old], universe.variable[new]
        if old != new and before.dtype != after.dtype:
            words = text(express(universe, new, names))
            yield f"its {words if len(words) <= MAX_HEAD else 'argument'} now {after.dtype}"
