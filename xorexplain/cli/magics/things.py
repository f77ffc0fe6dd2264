"""Find what a cell of a notebook built or compiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xorexplain.engines import engine_of
from xorexplain.engines.shared.common import toposort
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph
from xorexplain.models.model import Model

MAX_NAME = 40


@dataclass(frozen=True)
class Thing:
    """Hold what can be shown, and what the user calls it."""

    name: str
    value: Any


def is_computed(value: Any) -> bool:
    """Tell whether a value is a variable that some apply node computes."""
    engine = engine_of(value)
    return engine is not None and engine.is_variable(value) and value.owner is not None


def is_compiled(value: Any) -> bool:
    """Tell whether a value is a compiled function, or the graph of one."""
    engine = engine_of(value)
    return engine is not None and (engine.is_function(value) or engine.is_graph(value))


def is_built(value: Any) -> bool:
    """Tell whether a value is worth a picture: a graph, or several of them, and no mere input."""
    if isinstance(value, (Model, Graph)) or is_computed(value) or is_compiled(value):
        return True
    parts = _parts(value)
    return bool(parts) and all(map(is_computed, parts))


def drawable(namespace: Mapping[str, Any]) -> list[str]:
    """List the names of what can be shown, inputs too."""
    return [
        name
        for name, value in namespace.items()
        if name[:1] != "_" and (is_built(value) or _is_variable(value))
    ]


def found(
    tree: ast.Module, before: Mapping[str, Any], after: Mapping[str, Any], last: Thing | None
) -> list[Thing]:
    """List what a cell made, what it ends with first, then functions, else what it built.

    What is only a part of something else that it built is left out.
    """
    names = dict.fromkeys([*_assigned(tree), *after])
    new = [
        Thing(name, after[name])
        for name in names
        if name in after and name[:1] != "_" and before.get(name) is not after[name]
    ]
    functions = [thing for thing in new if is_compiled(thing.value)]
    if last is not None:
        return [last, *(thing for thing in functions if thing.value is not last.value)]
    return functions or list(_tops([thing for thing in new if is_built(thing.value)]))


def _assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the names a cell assigns, in its order."""
    for statement in tree.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _tops(things: Sequence[Thing]) -> Iterator[Thing]:
    """Yield what is no part of another thing, each once."""
    below = {id(v) for thing in things for v in _below(thing.value)}
    seen = set[int]()
    for thing in things:
        if id(thing.value) not in below | seen:
            yield thing
        seen.add(id(thing.value))


def _below(value: Any) -> Iterator[Any]:
    """Yield the variables that something is computed from, or holds."""
    if isinstance(value, Model):
        tops = [*value.outputs.values(), *([] if value.cost is None else [value.cost])]
        tops += [new for _, new in value.update_pairs]
    else:
        tops = _parts(value)
    yield from tops
    for node in toposort([value] if is_computed(value) else tops):
        yield from node.inputs


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else []


def _is_variable(value: Any) -> bool:
    engine = engine_of(value)
    return engine is not None and engine.is_variable(value)
