"""Give values the same names on the pages of the gradient and of the rewrites.

The rewriter starts from a graph of its own, in which the gradients have no names. What is computed
there as an adjoint is computed in the derivation gets the adjoint's name, such as `δz1`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.expr import Expr, substitute, symbol
from xorexplain.rewrites.records import Trace
from xorexplain.rewrites.steps import Replacement, Told


def adjoint_names(derivation: Derivation, trace: Trace) -> dict[str, str]:
    """Map names the steps of a trace use to the adjoints' names, where both are one computation."""
    known: dict[str, str] = {}
    written = fingerprints(derivation.graph)
    for variable, adjoint in derivation.adjoints.items():
        if derivation.graph.owner(adjoint) is not None:
            known.setdefault(written[adjoint], derivation.adjoint_name(variable))
    start = trace.first.graph
    prints = fingerprints(start)
    forward = set(derivation.names.values())
    return {
        name: known[prints[id_]]
        for id_, name in intermediate_names(start).items()
        if prints[id_] in known and name not in forward
    }


def fingerprints(graph: Graph) -> dict[str, str]:
    """Return for each variable what tells its computation apart in any graph of one model."""
    found: dict[str, str] = {}
    inside = [_inside(inner) for inner in graph.inner]
    for variable in graph.variables:
        if variable.owner is None:
            found[variable.id] = _digest(
                "given", variable.type, variable.name or "", variable.value or ""
            )
    for apply in graph.applies:
        inputs = [found[v] for v in apply.inputs]
        for position, output in enumerate(apply.outputs):
            within = "" if apply.inner is None else inside[apply.inner]
            found[output] = _digest(*_op(apply), within, str(position), *inputs)
    return found


def _inside(inner: Graph) -> str:
    """Tell a graph inside an op apart: by its results, its inputs named by their places."""
    places = {id_: f"input {position}" for position, id_ in enumerate(inner.inputs)}
    named = (replace(v, name=places.get(v.id, v.name)) for v in inner.variables)
    # Graphs nest a few deep, hence the recursion.
    found = fingerprints(replace(inner, variables=tuple(named)))
    return _digest(*(found[output.variable] for output in inner.outputs))


def _op(apply: Apply) -> list[str]:
    if apply.op.family == "elementwise" and apply.inner is None:
        return [apply.op.kind, str(apply.op.params)]
    return [apply.op.kind, str(apply.op.params), apply.op.label]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


def renamed(told: Iterable[Told], names: Mapping[str, str]) -> Iterator[Told]:
    """Rename values in what steps replaced."""
    for entry in told:
        replacements = tuple(_renamed(replacement, names) for replacement in entry.replacements)
        yield replace(entry, replacements=replacements)


def _renamed(replacement: Replacement, names: Mapping[str, str]) -> Replacement:
    return replace(
        replacement,
        name=names.get(replacement.name, replacement.name),
        before=rename(replacement.before, names),
        after=rename(replacement.after, names),
    )


def rename(root: Expr, names: Mapping[str, str]) -> Expr:
    """Return an expression with other names."""
    return substitute(root, {old: symbol(new) for old, new in names.items()})
