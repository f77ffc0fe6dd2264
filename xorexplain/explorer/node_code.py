"""Write what each apply node computes as NumPy code and as LaTeX with slots for its inputs.

The page fills a slot, `¤0¤` for the first input, with the name of what feeds that input in the
state it shows; so one text stands for a node in every state of the rewriting, and in many nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from xorexplain.graph.records import EVERYWHERE, Apply, Graph, Op, Origin, Role, Variable
from xorexplain.notation.build import express, inlined
from xorexplain.notation.code import WHOLE, code, sources
from xorexplain.notation.expr import Expr
from xorexplain.notation.latex import LATEX, symbol_latex
from xorexplain.notation.lets import call_of
from xorexplain.notation.writing import Term

Json = dict[str, Any]
Variables = tuple[Variable, ...]
MAX_TEX = 600
_SLOT = "¤"
_TEX = replace(
    LATEX, symbol=lambda name: Term(name) if name.startswith(_SLOT) else LATEX.symbol(name)
)
_SPECIAL = {"nan": "numpy.nan", "inf": "numpy.inf", "-inf": "-numpy.inf"}
_symbol = cache(symbol_latex)
_WORD = re.compile(r"-?\b(?:nan|inf)\b")


def slots(graph: Graph, apply: Apply) -> Json:
    """Return the texts of an apply node, a line an output or one for all, where there are such."""
    # Each input by itself: what is read twice now is not read twice in every state.
    inputs = tuple(_bare(graph.variable[id_], f"i{at}") for at, id_ in enumerate(apply.inputs))
    outputs = tuple(
        _bare(graph.variable[id_], f"o{at}", "n") for at, id_ in enumerate(apply.outputs)
    )
    inner = None if apply.inner is None else graph.inner[apply.inner]
    return _texts(apply.op, inputs, outputs, inner, apply.inner_inputs)


def _bare(variable: Variable, id_: str, owner: str | None = None) -> Variable:
    """Leave of a variable what decides on how it is written."""
    role: Role = "constant" if variable.folded else "input"
    return Variable(
        id_,
        None,
        variable.type,
        role,
        variable.dtype,
        variable.shape,
        broadcastable=variable.broadcastable,
        value=variable.value if variable.folded else None,
        folded=variable.folded,
        owner=owner,
    )


@lru_cache(maxsize=10_000)
def _texts(
    op: Op,
    inputs: Variables,
    outputs: Variables,
    inner: Graph | None,
    fed: tuple[int | None, ...],
) -> Json:
    """Write the texts of an op on inputs of its own."""
    names, literals = {}, {}
    for position, variable in enumerate(inputs):
        if not variable.folded:
            names[variable.id] = literals[variable.id] = f"{_SLOT}{position}{_SLOT}"
        elif op.kind not in WHOLE or variable.shape:
            literals[variable.id] = literal(variable) or ""
    ids = [variable.id for variable in outputs]
    place = None if inner is None else 0
    apply = Apply("n", op, tuple(v.id for v in inputs), tuple(ids), (), (), place, fed)
    around = () if inner is None else (inner,)
    graph = Graph(Origin("", ""), inputs + outputs, (apply,), (), (), inner=around)
    found = {"numpy": _code(graph, apply, literals), "tex": _tex(graph, ids, names)}
    return {key: text for key, text in found.items() if text}


def constant(variable: Variable) -> Json:
    """Return the code of a constant that is a node of its own."""
    found = literal(variable) if variable.role == "constant" else None
    return {"numpy": found} if found else {}


def symbol_of(name: str) -> Json:
    """Return the LaTeX of the name of a node's value."""
    return {"symbol": _symbol(name)} if name else {}


def fill(text: str | None, feeding: Sequence[str], outputs: Sequence[str]) -> list[str] | None:
    """Fill the slots of a text and assign it to names of the outputs; None where there is none."""
    if not text:
        return None
    filled = re.sub(rf"{_SLOT}(\d+){_SLOT}", lambda slot: feeding[int(slot[1])], text)
    lines = filled.split("\n")
    named = outputs if len(lines) == len(outputs) else [", ".join(outputs)]
    return [f"{name} = {line}" for name, line in zip(named, lines, strict=True)]


def called_in(lines: Iterable[str]) -> list[str]:
    """Return the functions of `arrays.py` that some code calls, in their order there."""
    waiting = list(lines)
    called: set[str] = set()
    while waiting:
        found = {*re.findall(r"\b(\w+)\(", waiting.pop())} & sources().keys() - called
        called |= found
        waiting += (sources()[name] for name in found)
    return [name for name in sources() if name in called]


def helpers(graphs: Mapping[str, Json]) -> Mapping[str, str]:
    """Return the functions that the code of some pictures calls, by name."""
    texts = {node.get("numpy", "") for graph in graphs.values() for node in graph["nodes"]}
    return {name: sources()[name] for name in called_in(texts)}


def literal(variable: Variable) -> str | None:
    """Write the value of a constant as code; None where its text does not tell it."""
    value, dtype, shape = variable.value or "", variable.dtype, variable.shape
    if not variable.is_exact or dtype is None or dtype.startswith("complex"):
        return value if value in ("None", "True", "False") else None
    if value.endswith(EVERYWHERE) and shape is not None and None not in shape:
        return f'numpy.full({shape}, {_number(variable.filling or "")}, "{dtype}")'
    if re.fullmatch(r"[\[\], \d.e+\-naifTrueFls]+", value):
        found = _WORD.sub(lambda match: _SPECIAL[match[0]], value)
        return f'numpy.array({found}, "{dtype}")' if value.startswith("[") else found
    return None


def _number(text: str) -> str:
    return _SPECIAL.get(text, text)


def _code(graph: Graph, apply: Apply, names: Mapping[str, str]) -> str:
    if "" in names.values():
        return ""
    is_graph = apply.op.kind == "op_from_graph" and apply.inner is not None
    if is_graph and len(graph.inner[0].outputs) == len(apply.outputs):
        args = [express(graph, id_, names) for id_ in apply.inputs]
        found = [inlined(graph, apply, id_, args) for id_ in apply.outputs]
    else:
        found = [express(graph, id_, names, (id_,), broadcasts=True) for id_ in apply.outputs]
    lines = [code(part) for part in _lines(found)]
    return "" if None in lines else "\n".join(map(str, lines))


def _tex(graph: Graph, outputs: Sequence[str], names: Mapping[str, str]) -> str:
    found = _lines([express(graph, id_, names, (id_,)) for id_ in outputs])
    written = [_TEX.write([part])[0].text for part in found]
    return "\n".join(written) if max(map(len, written), default=0) <= MAX_TEX else ""


def _lines(found: Sequence[Expr]) -> Sequence[Expr]:
    """Leave of the results of one call the call alone, which is unpacked where it is filled in."""
    whole = call_of(found)
    return found if whole is None else [whole]
