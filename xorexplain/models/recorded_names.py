"""Have a recorded graph call axes and variables as its model does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xorexplain.graph.records import Graph
from xorexplain.graph.views.dims import name_dims
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of


def as_known(graph: Graph, model: Model) -> Graph:
    """Call lengths after the model's dimensions, and understand variables by their other names."""
    return _with_aliases(name_dims(graph, model.dims), model.aliases)


def _with_aliases(graph: Graph, aliases: Mapping[str, Any]) -> Graph:
    """Have variables understood by their further names, where nothing else is called so."""
    taken = {variable.name for variable in graph.variables}
    named = {name_of(v): alias for alias, v in aliases.items() if alias not in taken}
    if named.keys().isdisjoint(taken):
        return graph
    variables = tuple(
        replace(v, called=(v.name, *v.called, named[v.name])) if v.name and v.name in named else v
        for v in graph.variables
    )
    return replace(graph, variables=variables)
