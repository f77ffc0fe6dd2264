"""Call lengths after the dimensions that a model names: `school`, where there is one a school."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xorexplain.graph.records import DELTA, Graph, Variable
from xorexplain.graph.views.forms_of_length import NAMED, Form, known, unknown
from xorexplain.graph.views.measures import Measures, follow
from xorexplain.graph.views.shapes import Shape

Dims = Mapping[str, Sequence[str]]
"""The dimension of each axis by the name of its variable; empty for an axis without one."""


def name_dims(graph: Graph, dims: Dims) -> Graph:
    """Call each length after its dimension where that follows from the variables that have them.

    Other lengths stay numbers, equal ones too: only what an op takes no other length for is
    called so. The numbers themselves stay in the shapes.
    """
    own = _own(graph, dims)
    if not own:
        return graph
    bare = _apart(_bare(graph), own)
    measures = Measures()
    given = [variable for variable in bare.variables if variable.owner is None]
    # The model's own first: what is equated to a length that has a name takes it over.
    for variable in given:
        if variable.id in own:
            measures.shapes[variable.id] = tuple(
                _axis(measures, variable, axis, name) for axis, name in enumerate(own[variable.id])
            )
        elif _is_length(variable, dims):
            measures.values[variable.id] = unknown(NAMED + (variable.name or ""))
    return _told(graph, follow(bare, measures), own)


def _own(graph: Graph, dims: Dims) -> Mapping[str, Sequence[str]]:
    """Return the dimensions of each variable that has some: as its model says, else its type."""
    lengths = _lengths(graph)
    found = {v.id: _named(v, dims) or _typed(v, lengths) for v in graph.variables}
    return {id_: names for id_, names in found.items() if any(names)}


def _lengths(graph: Graph) -> Mapping[str, int | None]:
    """Return how long each dimension is that types of given values name, where they agree."""
    found: dict[str, set[int | None]] = {}
    for variable in graph.variables:
        if variable.owner is None:
            for dim, length in zip(variable.lengths or (), variable.shape or (), strict=False):
                found.setdefault(dim, {None}).add(length)
    agreed = {dim: [*(lengths - {None}), None] for dim, lengths in found.items()}
    return {dim: told[0] for dim, told in agreed.items() if len(told) <= 2}


def _typed(variable: Variable, lengths: Mapping[str, int | None]) -> Sequence[str]:
    """Return the dimensions that a variable's type names.

    What is computed may be a part of one, which has its name: it has the length too, or no name.
    """
    named = zip(variable.lengths or (), variable.shape or (), strict=False)
    is_given = variable.owner is None
    return tuple(
        dim
        if dim in lengths
        and dim.isidentifier()
        and (is_given or (length is not None and length == lengths[dim]))
        else ""
        for dim, length in named
    )


def _bare(graph: Graph) -> Graph:
    """Forget all lengths but 1, which an op repeats."""
    return replace(
        graph,
        variables=tuple(
            v if not v.shape else replace(v, shape=_ones(v), lengths=None) for v in graph.variables
        ),
        inner=tuple(_bare(inner) for inner in graph.inner),
    )


def _apart(graph: Graph, own: Mapping[str, Sequence[str]]) -> Graph:
    """Give each use of a constant a variable of its own.

    Equal constants are one variable, which makes no one dimension of two that are as long.
    """
    constants = {
        v.id: v for v in graph.variables if v.role == "constant" and v.shape and v.id not in own
    }
    uses = {(v, a.id): constants[v] for a in graph.applies for v in a.inputs if v in constants}
    return replace(
        graph,
        variables=(*graph.variables, *(replace(v, id=_use(*use)) for use, v in uses.items())),
        applies=tuple(
            replace(a, inputs=tuple(_use(v, a.id) if v in constants else v for v in a.inputs))
            for a in graph.applies
        ),
    )


def _use(constant: str, apply: str) -> str:
    return f"{constant} {apply}"


def _ones(variable: Variable) -> Shape:
    repeated = variable.broadcastable or ()
    found = variable.shape or ()
    return tuple(
        1 if length == 1 or any(repeated[a : a + 1]) else None for a, length in enumerate(found)
    )


def _named(variable: Variable, dims: Dims) -> Sequence[str]:
    """Return the dimensions of a variable that has as many axes as its model says.

    An adjoint has those of what it is the adjoint of.
    """
    found = dims.get((variable.name or "").removeprefix(DELTA), ())
    return found if variable.shape is not None and len(variable.shape) == len(found) else ()


def _is_length(variable: Variable, dims: Dims) -> bool:
    """Tell whether a variable is how long a dimension is, which has the dimension's name."""
    is_number = variable.shape == () and (variable.dtype or "").startswith("int")
    return is_number and any(variable.name in names for names in dims.values())


def _axis(measures: Measures, variable: Variable, axis: int, name: str) -> Form:
    if (variable.shape or ())[axis] == 1:
        return known(1)
    return unknown(NAMED + name) if name else measures.fresh()


def _told(graph: Graph, measures: Measures, own: Mapping[str, Sequence[str]]) -> Graph:
    """Fill in the names; inner graphs keep their numbers."""
    uses: dict[str, list[str]] = {}
    for apply in graph.applies:
        for variable in apply.inputs:
            use = _use(variable, apply.id)
            uses.setdefault(variable, []).append(use if use in measures.shapes else variable)
    return replace(
        graph,
        variables=tuple(
            _with_names(v, _agreed(measures, uses.get(v.id, [v.id]), own.get(v.id, ())))
            for v in graph.variables
        ),
    )


def _agreed(measures: Measures, uses: Sequence[str], own: Sequence[str]) -> Sequence[str]:
    """Return the dimension of each axis, where no two uses have different ones.

    A name that is no identifier could not be told from a sum or product.
    """
    found = [[*_names(measures, use, own)] for use in dict.fromkeys(uses)]
    axes = ([*({*names} - {""})] for names in zip(*found, strict=True))
    return [names[0] if len(names) == 1 and names[0].isidentifier() else "" for names in axes]


def _names(measures: Measures, id_: str, own: Sequence[str]) -> Iterator[str]:
    """Yield the dimension of each axis: what the variable has itself, else what follows."""
    for axis, form in enumerate(measures.shape(id_) or ()):
        symbol = form.symbol or ""
        follows = symbol.removeprefix(NAMED) if symbol.startswith(NAMED) else ""
        yield own[axis] if any(own[axis : axis + 1]) and form != known(1) else follows


def _with_names(variable: Variable, names: Sequence[str]) -> Variable:
    shape = variable.shape
    if shape is None or not any(names) or len(shape) != len(names):
        return replace(variable, lengths=None) if variable.lengths else variable
    lengths = [
        name or ("" if length is None else str(length))
        for name, length in zip(names, shape, strict=True)
    ]
    return replace(variable, lengths=tuple(lengths))
