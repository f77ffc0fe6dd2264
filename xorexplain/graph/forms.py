"""Know the JSON form of a graph: what each record holds, and how its ids fit together.

docs/graph.schema.json says the same of the records; the ids are checked here alone.
"""

from __future__ import annotations

from typing import Any, get_args

from xorexplain.graph.reading import (
    Reader,
    check_unique,
    entries,
    fixed,
    flag,
    many,
    matching,
    non_empty,
    one_of,
    or_none,
    record,
    shown,
    text,
    true,
    whole,
    wrong,
)
from xorexplain.graph.records import (
    Ancestor,
    Ancestry,
    Apply,
    Family,
    Graph,
    Op,
    Origin,
    Output,
    Role,
    SourceLine,
    Variable,
)
from xorexplain.graph.stages import REWRITES, STAGES

MAX_DEPTH = 40
"""How deep graphs may lie in one another."""
VARIABLE = matching("v[0-9]{1,18}", "id of a variable")
APPLY = matching("n[0-9]{1,18}", "id of an apply node")
_POSITION = whole(0)
_ALIASES = many(fixed(_POSITION, many(_POSITION)))
_SOURCE = record(SourceLine, {"file": text, "line": whole(1), "code": text})
_ORIGIN = record(
    Origin,
    {
        "engine": text,
        "version": text,
        "model": text,
        "stage": one_of((*STAGES, REWRITES)),
        "target": text,
    },
)
_VARIABLE = record(
    Variable,
    {
        "id": VARIABLE,
        "name": or_none(text),
        "type": text,
        "role": one_of(get_args(Role)),
        "dtype": text,
        "shape": many(or_none(_POSITION)),
        "broadcastable": many(flag),
        "value": text,
        "owner": APPLY,
        "source": _SOURCE,
        "folded": true,
    },
)
_OP = record(
    Op,
    {
        "kind": non_empty,
        "family": one_of(get_args(Family)),
        "label": text,
        "params": many(fixed(text, text)),
    },
)
_APPLY = record(
    Apply,
    {
        "id": APPLY,
        "op": _OP,
        "inputs": many(VARIABLE),
        "outputs": many(VARIABLE, unique=True),
        "destroy_map": _ALIASES,
        "view_map": _ALIASES,
        "inner": _POSITION,
        "inner_inputs": many(or_none(_POSITION)),
        "source": _SOURCE,
    },
)
OUTPUT = record(Output, {"variable": VARIABLE, "label": text, "updates": VARIABLE})
_ANCESTOR = record(
    Ancestor,
    {"variable": VARIABLE, "name": text, "expression": text, "rule": text, "source": _SOURCE},
)
_ANCESTRY = record(
    Ancestry,
    {"apply": APPLY, "ancestors": many(_ANCESTOR), "rewrites": many(fixed(whole(1), text))},
)
_NEEDED = ("origin", "inputs", "outputs", "parameters", "variables", "applies", "inner")
_FIELDS: dict[str, Reader] = {
    "origin": _ORIGIN,
    "inputs": many(VARIABLE, unique=True),
    "outputs": many(OUTPUT),
    "parameters": many(VARIABLE, unique=True),
    "variables": many(_VARIABLE),
    "applies": many(_APPLY),
    "ancestry": many(_ANCESTRY),
    "hidden": many(fixed(VARIABLE, VARIABLE)),
}


def graph(value: Any, place: str = "", depth: int = 0, is_universe: bool = False) -> Graph:
    """Read a graph; the apply nodes of a trace's universe stand in no order of execution."""
    if depth > MAX_DEPTH:
        raise wrong(place, f"more than {MAX_DEPTH} graphs lie in one another")
    fields = {**_FIELDS, "inner": many(lambda v, p: graph(v, p, depth + 1))}
    found = Graph(**entries(value, place, fields, _NEEDED))
    _check_variables(found, place)
    _check_applies(found, place, is_universe)
    _check_ends(found, place)
    return found


def _check_variables(graph: Graph, place: str) -> None:
    """Raise ValueError where ids clash, or a variable and its owner do not know each other."""
    check_unique([variable.id for variable in graph.variables], f"{place}.variables", ".id")
    check_unique([apply.id for apply in graph.applies], f"{place}.applies", ".id")
    computed = {v: apply.id for apply in graph.applies for v in apply.outputs}
    for i, variable in enumerate(graph.variables):
        here = f"{place}.variables[{i}]"
        if variable.owner != computed.get(variable.id) and variable.owner is not None:
            raise wrong(f"{here}.owner", f"{variable.owner} does not compute {variable.id}")
        rank = None if variable.shape is None else len(variable.shape)
        if variable.broadcastable is not None and rank != len(variable.broadcastable):
            raise wrong(f"{here}.broadcastable", "it is not as long as the shape")


def _check_applies(graph: Graph, place: str, is_universe: bool) -> None:
    """Raise ValueError where an apply node reads what is not there, or not yet."""
    computed: set[str] = set()
    for i, apply in enumerate(graph.applies):
        here = f"{place}.applies[{i}]"
        for key, ids in (("inputs", apply.inputs), ("outputs", apply.outputs)):
            for j, id_ in enumerate(ids):
                need(id_, graph.variable, f"{here}.{key}[{j}]")
        for j, id_ in enumerate(apply.inputs):
            owner = graph.variable[id_].owner
            if owner is not None and owner not in computed and not is_universe:
                raise wrong(f"{here}.inputs[{j}]", f"{id_} is computed by {owner}, which is later")
        for j, id_ in enumerate(apply.outputs):
            if graph.variable[id_].owner != apply.id:
                raise wrong(f"{here}.outputs[{j}]", f"{id_} does not have {apply.id} as its owner")
        computed.add(apply.id)
        _check_inside(graph, apply, here)


def _check_inside(graph: Graph, apply: Apply, here: str) -> None:
    """Raise ValueError for a position that leads nowhere."""
    for key, pairs in (("destroy_map", apply.destroy_map), ("view_map", apply.view_map)):
        for i, (output, positions) in enumerate(pairs):
            if output >= len(apply.outputs) or any(p >= len(apply.inputs) for p in positions):
                raise wrong(f"{here}.{key}[{i}]", "there is no such position")
    if apply.inner is not None and apply.inner >= len(graph.inner):
        raise wrong(f"{here}.inner", f"there is no inner graph {apply.inner}")
    for i, position in enumerate(apply.inner_inputs):
        if position is not None and position >= len(apply.inputs):
            raise wrong(f"{here}.inner_inputs[{i}]", f"there is no input {position}")
    inside = 0 if apply.inner is None else len(graph.inner[apply.inner].inputs)
    if apply.inner_inputs and len(apply.inner_inputs) != inside:
        raise wrong(f"{here}.inner_inputs", f"the inner graph has {inside} inputs")


def _check_ends(graph: Graph, place: str) -> None:
    """Raise ValueError where an input, a result, a parameter or an ancestry leads nowhere."""
    for key, ids in (("inputs", graph.inputs), ("parameters", graph.parameters)):
        for i, id_ in enumerate(ids):
            need(id_, graph.variable, f"{place}.{key}[{i}]")
    for i, output in enumerate(graph.outputs):
        check_output(output, graph, f"{place}.outputs[{i}]")
    for i, id_ in enumerate(graph.inputs):
        if graph.variable[id_].owner is not None:
            raise wrong(f"{place}.inputs[{i}]", f"{id_} is computed by an apply node")
    for i, entry in enumerate(graph.ancestry):
        need(entry.apply, graph.apply, f"{place}.ancestry[{i}].apply")
    for i, pair in enumerate(graph.hidden):
        for j, id_ in enumerate(pair):
            need(id_, graph.variable, f"{place}.hidden[{i}][{j}]")


def check_output(output: Output, graph: Graph, place: str) -> None:
    """Raise ValueError where a result leads nowhere."""
    need(output.variable, graph.variable, f"{place}.variable")
    if output.updates is not None:
        need(output.updates, graph.variable, f"{place}.updates")


def need(id_: str, known: Any, place: str) -> None:
    """Raise ValueError where an id is not known."""
    if id_ not in known:
        raise wrong(place, f"unknown id {shown(id_)}")
