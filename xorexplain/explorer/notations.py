"""Write a graph in the notations a reader may want to copy: LaTeX and NumPy code.

DOT and Mermaid are written by the page, of what it shows, when they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xorexplain.explorer.program import program
from xorexplain.graph.records import Graph
from xorexplain.notation.build import express
from xorexplain.notation.latex import latex, symbol_latex
from xorexplain.notation.lets import call_of
from xorexplain.render.limits import GRAPH_NODES

Json = dict[str, Any]
MAX_TEX = 2_000


def notations(graph: Graph, names: Mapping[str, str], whole: Graph) -> Json:
    """Return the texts by notation, empty where they would be too long to be of use.

    `whole` is the graph as the engine has it, of which nothing is hidden: code has to compute all.
    """
    if len(graph.applies) > GRAPH_NODES:
        return {"latex": "", "numpy": ""}
    title = " ".join(part for part in (graph.origin.model, graph.origin.stage) if part)
    return {
        "latex": _equations(graph, names),
        "numpy": program(whole, names, title),
    }


def _equations(graph: Graph, names: Mapping[str, str]) -> str:
    """Write an equation for each named value, to be put into a document that loads amsmath."""
    lines = []
    for apply in graph.applies:
        told = {v: express(graph, v, names, (v,)) for v in apply.outputs if v in names}
        whole = call_of(list(told.values())) if len(told) == len(apply.outputs) else None
        if whole is not None:
            lines.append((", ".join(symbol_latex(names[v]) for v in told), latex(whole)))
        else:
            lines += [(symbol_latex(names[v]), latex(value)) for v, value in told.items()]
    rows = dict.fromkeys(f"{left} &= {right}" for left, right in lines if len(right) <= MAX_TEX)
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}\n" if rows else ""
