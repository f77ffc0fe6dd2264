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
        for variable in apply.outputs:
            if variable in names:
                written = latex(express(graph, variable, names, (variable,)))
                if len(written) <= MAX_TEX:
                    lines.append(f"{symbol_latex(names[variable])} &= {written}")
    lines = list(dict.fromkeys(lines))
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n" if lines else ""
