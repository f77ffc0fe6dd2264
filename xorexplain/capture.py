"""Walk an engine's graph through the Engine protocol and record it as a `Graph`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy

from xorexplain.engines import Engine, Source
from xorexplain.engines.common import storage_of, toposort
from xorexplain.graph import Aliases, Apply, Graph, Origin, Output, Variable

MAX_EXACT_ELEMENTS = 64
"""Constants up to this many elements keep every value; larger ones keep a summary."""


def capture(
    engine: Engine, source: Source, origin: Origin, parameters: Sequence[Any] = ()
) -> Graph:
    """Record the graph `source` points at; `parameters` are the model's shared variables.

    Ids are given in walking order: inputs first, then for each apply node, in execution order,
    its new inputs and its outputs. Nothing of the engine is kept.
    """
    return _Walk(engine).record(source, origin, parameters)


class _Walk:
    """Hold the state of one walk: ids given so far, and inner graphs already recorded."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.inner_positions: dict[Any, int] = {}
        self.inner: list[Graph] = []

    def record(self, source: Source, origin: Origin, parameters: Sequence[Any] = ()) -> Graph:
        applies = list(source.applies) if source.applies is not None else toposort(source.outputs)
        ids: dict[Any, str] = {}
        variables: list[Any] = []

        def visit(found: Iterable[Any]) -> None:
            for variable in found:
                if variable not in ids:
                    ids[variable] = f"v{len(variables)}"
                    variables.append(variable)

        visit(source.inputs or ())
        for node in applies:
            visit(node.inputs)
            visit(node.outputs)
        visit(source.outputs)

        owners = {node: f"n{position}" for position, node in enumerate(applies)}
        outputs = set(source.outputs)
        recorded = tuple(self._variable(v, ids, owners, v in outputs) for v in variables)
        nodes = tuple(self._apply(node, owners[node], ids, origin) for node in applies)
        updates = source.updates or {}
        results = tuple(
            Output(
                ids[variable],
                source.labels[position] or _update_label(updates.get(position)),
                ids.get(updates.get(position)),
            )
            for position, variable in enumerate(source.outputs)
        )
        learned = {id(storage_of(v)) for v in [*parameters, *updates.values()]}
        trained = tuple(ids[v] for v in variables if id(storage_of(v)) in learned)
        given = tuple(v.id for v in recorded if v.owner is None and v.role != "constant")
        return Graph(origin, recorded, nodes, given, results, trained, tuple(self.inner))

    def _variable(
        self, variable: Any, ids: dict[Any, str], owners: dict[Any, str], is_output: bool
    ) -> Variable:
        engine = self.engine
        role = engine.role_of(variable)
        info = engine.type_of(variable)
        value = constant_text(engine.value_of(variable)) if role == "constant" else None
        if role == "intermediate" and is_output:
            role = "output"
        return Variable(
            id=ids[variable],
            name=getattr(variable, "name", None),
            type=info.text,
            role=role,
            dtype=info.dtype,
            shape=info.shape,
            broadcastable=info.broadcastable,
            value=value,
            owner=owners.get(variable.owner),
            source=engine.source_line(variable),
        )

    def _apply(self, node: Any, id_: str, ids: dict[Any, str], origin: Origin) -> Apply:
        engine = self.engine
        inner = engine.inner_of(node)
        position = None
        if inner is not None:
            position = self.inner_positions.get(inner.key)
            if position is None:
                source = Source(None, inner.outputs, [None] * len(inner.outputs), inner.inputs)
                walk = _Walk(engine)
                graph = walk.record(source, replace(origin, stage=None, target=None))
                position = self.inner_positions[inner.key] = len(self.inner)
                self.inner.append(graph)
        return Apply(
            id=id_,
            op=engine.op_of(node),
            inputs=tuple(ids[variable] for variable in node.inputs),
            outputs=tuple(ids[variable] for variable in node.outputs),
            destroy_map=_aliases(getattr(node.op, "destroy_map", None)),
            view_map=_aliases(getattr(node.op, "view_map", None)),
            inner=position,
            inner_inputs=() if inner is None else inner.feeds,
            source=engine.source_line(node.outputs[0]) if node.outputs else None,
        )


def constant_text(value: Any) -> str:
    """Write a constant's value: exact up to 64 elements, beyond that size, range and mean."""
    if not isinstance(value, (numpy.ndarray, numpy.generic)):
        return str(value)
    array = numpy.asarray(value)
    if array.size == 0:
        return f"empty, shape {array.shape}"
    if array.size == 1:
        return _number(array.flat[0])
    if array.size <= MAX_EXACT_ELEMENTS:
        if (array == array.flat[0]).all():
            return f"{_number(array.flat[0])} everywhere"
        return _list_text(array)
    if array.dtype.kind not in "biuf":
        return f"{array.size} elements, shape {array.shape}"
    low, high = _number(array.min()), _number(array.max())
    return f"{array.size} elements from {low} to {high}, mean {float(array.mean()):.6g}"


def _list_text(array: Any) -> str:
    if numpy.ndim(array) == 0:
        return _number(array)
    return "[" + ", ".join(_list_text(entry) for entry in array) + "]"


def _number(value: Any) -> str:
    """Write a number in its own precision: a float32 0.01 is 0.01, not 0.009999999776."""
    return str(value)


def _aliases(mapping: Any) -> Aliases:
    if not mapping:
        return ()
    return tuple(
        (int(output), tuple(int(position) for position in positions))
        for output, positions in sorted(mapping.items())
    )


def _update_label(shared: Any) -> str | None:
    if shared is None:
        return None
    return f"{shared.name} (new)" if getattr(shared, "name", None) else "new value"


def outputs_source(outputs: Sequence[Any], labels: Sequence[str | None]) -> Source:
    """Point at plain variables: the graph is all that lies below them."""
    return Source(list(outputs), list(outputs), list(labels))
