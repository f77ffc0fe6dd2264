"""Walk an engine's graph through the Engine protocol and record it as a `Graph`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from xorexplain.engines import Engine, Inner, Source
from xorexplain.engines.shared.common import dtype_of, plain, storage_of, toposort
from xorexplain.graph.records import EVERYWHERE, Aliases, Apply, Graph, Op, Origin, Output, Variable
from xorexplain.models.naming import called_of, distinct, name_of

MAX_EXACT_ELEMENTS = 64
"""Constants up to this many elements keep every value; larger ones keep a summary."""
SIZES = 4
"""A window has a size along so many axes at most."""
MAX_TEXT = 1000
"""What is no array and has a longer text is cut."""


def capture(
    engine: Engine, source: Source, origin: Origin, parameters: Sequence[Any] = ()
) -> Graph:
    """Record the graph `source` points at; `parameters` are the model's shared variables.

    Ids are given in walking order: inputs first, then for each apply node, in execution order,
    its new inputs and its outputs. Nothing of the engine is kept.
    """
    return _Walk(engine).record(source, origin, parameters)


class _Walk:
    """Hold the state of one walk: ops described so far, and inner graphs already recorded."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.ops: dict[tuple[int, tuple[Any, ...]], Op] = {}
        self.inner_positions: dict[Any, int] = {}
        self.inner: list[Graph] = []

    def record(self, source: Source, origin: Origin, parameters: Sequence[Any] = ()) -> Graph:
        applies = _applies(source)
        updates = source.updates or {}
        ids = variable_ids(source)
        owners = {node: f"n{position}" for position, node in enumerate(applies)}
        outputs = set(source.outputs)
        # An engine that copies its inputs leaves a parameter's own variable out of the graph.
        copies = dict(zip(source.given, source.inputs or (), strict=False))
        parameters = [copies.get(variable, variable) for variable in parameters]
        present = {id(storage_of(v)) for v in ids}
        first = [v for v in parameters if id(storage_of(v)) in present]
        names = {id(v): name for v, name in distinct([*first, *ids])}
        records = {
            v: self._variable(v, id_, owners, v in outputs, names.get(id(v)))
            for v, id_ in ids.items()
        }
        nodes = tuple(self._apply(node, owners[node], records, origin) for node in applies)
        results = tuple(
            Output(
                ids[variable],
                result_label(source.labels[position], updates.get(position)),
                ids[updates[position]] if position in updates else None,
            )
            for position, variable in enumerate(source.outputs)
        )
        learned = {id(storage_of(v)) for v in parameters}
        trained = tuple(id_ for v, id_ in ids.items() if id(storage_of(v)) in learned)
        recorded = tuple(records.values())
        given = tuple(v.id for v in recorded if v.owner is None and v.role != "constant")
        return Graph(origin, recorded, nodes, given, results, trained, tuple(self.inner))

    def _variable(
        self,
        variable: Any,
        id_: str,
        owners: dict[Any, str],
        is_output: bool,
        name: str | None,
    ) -> Variable:
        engine = self.engine
        role = engine.role_of(variable)
        info = engine.type_of(variable)
        value = constant_text(engine.value_of(variable)) if role == "constant" else None
        called = called_of(variable)
        if value == "None":
            # What engines call `NoneConst` is no name that a user gave.
            name, called = None, ()
        if role == "intermediate" and is_output:
            role = "output"
        return Variable(
            id=id_,
            name=name,
            type=plain(info.text),
            role=role,
            dtype=info.dtype,
            shape=info.shape,
            broadcastable=info.broadcastable,
            value=value,
            owner=owners.get(variable.owner),
            # Engines hand out one object for equal constants: where it was made is another model's.
            source=None if role == "constant" else engine.source_line(variable),
            lengths=info.dims,
            called=called,
        )

    def _apply(self, node: Any, id_: str, records: dict[Any, Variable], origin: Origin) -> Apply:
        inner = self.engine.inner_of(node)
        used = id(node.op), tuple(variable.type for variable in node.inputs)
        if used not in self.ops:
            self.ops[used] = self.engine.op_of(node)
        return Apply(
            id=id_,
            op=self.ops[used],
            inputs=tuple(records[variable].id for variable in node.inputs),
            outputs=tuple(records[variable].id for variable in node.outputs),
            destroy_map=_aliases(getattr(node.op, "destroy_map", None)),
            view_map=_aliases(getattr(node.op, "view_map", None)),
            inner=None if inner is None else self._inner_position(inner, origin),
            inner_inputs=() if inner is None else inner.feeds,
            source=records[node.outputs[0]].source if node.outputs else None,
        )

    def _inner_position(self, inner: Inner, origin: Origin) -> int:
        """Return where in `Graph.inner` an inner graph is, recording it at its first use."""
        if inner.key not in self.inner_positions:
            labels = inner.labels or [None] * len(inner.outputs)
            source = Source(None, inner.outputs, labels, inner.inputs, inner.applies)
            graph = _Walk(self.engine).record(source, replace(origin, stage=None, target=None))
            graph = _with_names(graph, inner.parameters)
            self.inner_positions[inner.key] = len(self.inner)
            self.inner.append(graph)
        return self.inner_positions[inner.key]


def _with_names(graph: Graph, parameters: Sequence[str]) -> Graph:
    """Give the inputs of an inner graph the names of what they are, where they have none."""
    names = dict(zip(graph.inputs, parameters, strict=False))
    if not any(names.values()):
        return graph
    taken = {v.name for v in graph.variables if v.name}
    free = {id_: name for id_, name in names.items() if name not in taken}
    return replace(
        graph,
        variables=tuple(v if v.name else replace(v, name=free.get(v.id)) for v in graph.variables),
    )


def variable_ids(source: Source) -> dict[Any, str]:
    """Return the id that `capture` gives each of the engine's variables."""
    ids: dict[Any, str] = {}
    for found in _walking_order(source, _applies(source)):
        for variable in found:
            ids.setdefault(variable, f"v{len(ids)}")
    return ids


def _applies(source: Source) -> list[Any]:
    return list(source.applies) if source.applies is not None else toposort(source.outputs)


def _walking_order(source: Source, applies: Sequence[Any]) -> Iterator[Iterable[Any]]:
    yield source.inputs or ()
    for node in applies:
        yield node.inputs
        yield node.outputs
    yield source.outputs
    yield (source.updates or {}).values()


def constant_text(value: Any) -> str:
    """Write a constant's value: exact up to 64 elements, beyond that size, range and mean.

    An array is written in brackets, also one of a single element: `[5.0]` has a dimension more
    than `5.0`. More elements of one value are written once, but for a few whole numbers, which
    may be the sizes of a window.
    """
    if not isinstance(value, (numpy.ndarray, numpy.generic)):
        text = plain(value)
        return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
    array = numpy.asarray(value)
    if array.size == 0:
        return f"empty, shape {array.shape}"
    if array.ndim == 1 and array.size <= SIZES and array.dtype.kind in "iu":
        return _list_text(array)
    if array.size > 1 and _is_one_value(array):
        return f"{_number(array.flat[0])}{EVERYWHERE}"
    if array.size <= MAX_EXACT_ELEMENTS:
        return _list_text(array)
    if array.dtype.kind not in "biuf":
        return f"{array.size} elements, shape {array.shape}"
    low, high = _rough(array.min()), _rough(array.max())
    with numpy.errstate(all="ignore"):
        mean = float(array.mean(dtype="float64"))
    return f"{array.size} elements from {low} to {high}, mean {mean:.6g}"


def _is_one_value(array: Any) -> bool:
    """Tell whether all elements are the same number, of the same sign where it is a zero."""
    is_one = bool((array == array.flat[0]).all())
    if not is_one or array.dtype.kind not in "fc" or array.flat[0] != 0:
        return is_one
    parts = (array.real, array.imag) if array.dtype.kind == "c" else (array,)
    return all(len(numpy.unique(numpy.signbit(part))) == 1 for part in parts)


def _list_text(array: Any) -> str:
    if numpy.ndim(array) == 0:
        return _number(array)
    return "[" + ", ".join(_list_text(entry) for entry in array) + "]"


def _number(value: Any) -> str:
    """Write a number in its own precision: a float32 0.01 is 0.01, not 0.009999999776."""
    return str(value)


def _rough(value: Any) -> str:
    """Write an end of a range in as many digits as the mean beside it, a whole number exactly."""
    return str(float(f"{value:.6g}")) if value.dtype.kind == "f" else _number(value)


def _aliases(mapping: Any) -> Aliases:
    """Read what an op says of its memory; what is no mapping of positions says nothing."""
    if not isinstance(mapping, Mapping):
        return ()
    try:
        return tuple(
            (int(output), tuple(int(position) for position in positions))
            for output, positions in sorted(mapping.items())
        )
    except (TypeError, ValueError):
        return ()


def result_label(label: str | None, updated: Any) -> str | None:
    """Return a result's label; without one, that of the shared variable it is new value of."""
    if label is not None:
        return plain(label)
    if updated is None:
        return None
    name = name_of(updated)
    if name is None and dtype_of(updated.type) is None:
        return "random state (new)"
    return f"{name} (new)" if name else "new value"


def outputs_source(outputs: Sequence[Any], labels: Sequence[str | None]) -> Source:
    """Point at plain variables: the graph is all that lies below them."""
    return Source(list(outputs), list(outputs), list(labels))
