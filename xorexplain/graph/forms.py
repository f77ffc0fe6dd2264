"""Know the JSON form of a graph: what each record holds, and how its ids fit together.

docs/graph.schema.json says the same of the records; the ids are checked here alone.
"""

from __future__ import annotations

from typing import Any

from xorexplain.graph.reading import (
    check_unique,
    fixed,
    many,
    matching,
    non_empty,
    one_of,
    shown,
    text,
    whole,
    wrong,
)
from xorexplain.graph.records import (
    Ancestor,
    Ancestry,
    Apply,
    Graph,
    Op,
    Origin,
    Output,
    SourceLine,
    Variable,
)
from xorexplain.graph.stages import STAGES
from xorexplain.graph.typed import Converter

MAX_DEPTH = 40
"""How deep graphs may lie in one another."""
VARIABLE = matching("v[0-9]{1,18}", "id of a variable")
APPLY = matching("n[0-9]{1,18}", "id of an apply node")
GRAPH = Converter(
    own={
        SourceLine: {"line": whole(1)},
        Origin: {"stage": one_of((*STAGES, "rewrites"))},
        Variable: {"id": VARIABLE, "owner": APPLY},
        Op: {"kind": non_empty},
        Apply: {"id": APPLY, "inputs": many(VARIABLE), "outputs": many(VARIABLE, unique=True)},
        Output: {"variable": VARIABLE, "updates": VARIABLE},
        Ancestor: {"variable": VARIABLE},
        Ancestry: {"apply": APPLY, "rewrites": many(fixed(whole(1), text))},
        Graph: {
            "inputs": many(VARIABLE, unique=True),
            "parameters": many(VARIABLE, unique=True),
            "hidden": many(fixed(VARIABLE, VARIABLE)),
            "inner": many(lambda value, place: graph(value, place)),
        },
    },
    always={
        Graph: ("origin", "inputs", "outputs", "parameters", "variables", "applies", "inner"),
        Ancestry: ("apply", "ancestors", "rewrites"),
    },
)


def graph(value: Any, place: str = "", is_universe: bool = False) -> Graph:
    """Read a graph; the apply nodes of a trace's universe stand in no order of execution."""
    if place.count(".inner[") > MAX_DEPTH:
        raise wrong(place, f"more than {MAX_DEPTH} graphs lie in one another")
    found: Graph = GRAPH.reader(Graph)(value, place)
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
