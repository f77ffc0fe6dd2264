"""Find the value a user wrote where an engine arranges a product of matrices to compute it.

PyTensor multiplies a matrix by a vector as by a matrix of one column, which it drops again; both
engines multiply an array of three axes as a matrix, and give its rows their axes back.
"""

from __future__ import annotations

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph


def arranged_products(graph: Graph) -> dict[str, str]:
    """Return the value that was written for each that is computed on the way to it."""
    found: dict[str, str] = {}
    for apply in graph.applies:
        if not has(apply.op.kind, "matrix product") or len(apply.outputs) != 1:
            continue
        if any(_is_arranged(graph, v) for v in apply.inputs):
            *inside, last = _arrangements(graph, apply.outputs[0])
            found |= dict.fromkeys(inside, last)
    return found


def _arrangements(graph: Graph, product: str) -> list[str]:
    """Return a product and what it becomes as long as its axes are all that changes."""
    chain = [product]
    while not graph.variable[chain[-1]].name:
        readers = [r for r, _ in graph.clients[chain[-1]] if not has(r.op.kind, "reads shape")]
        if len(readers) != 1 or not _arranges(readers[0]) or has(readers[0].op.kind, "adds axes"):
            break
        chain.append(readers[0].outputs[0])
    return chain


def _is_arranged(graph: Graph, variable: str) -> bool:
    apply = graph.owner(variable)
    return apply is not None and _arranges(apply)


def _arranges(apply: Apply) -> bool:
    return has(apply.op.kind, "rearranges") and len(apply.outputs) == 1
