"""Tell a graph in a sentence, for those who do not see its picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xorexplain.graph.ops import kind_words
from xorexplain.graph.records import Apply, Graph
from xorexplain.render.pictures.labels import (
    clip,
    op_heading,
    output_words,
    variable_name,
)
from xorexplain.render.pictures.op_words import BLANK

MAX_TOLD = 16
"""A graph of more apply nodes is summed up instead of told node by node."""
MAX_LISTED = 8
MAX_WORDS = 600
_LAST = "that"
_OF = {
    "add": "sum",
    "sub": "difference",
    "mul": "product",
    "true_div": "quotient",
    "neg": "negative",
    "sqr": "square",
    "dot": "dot product",
}
"""Nouns that an `of` can follow; other ops keep their words."""


def graph_words(graph: Graph) -> str:
    """Say what a graph computes from what, node by node where it is small."""
    ends = " ".join(_ends(graph))
    head = ", ".join(filter(None, [_count(graph), ends]))
    told = "; ".join(_steps(graph)) if len(graph.applies) <= MAX_TOLD else _summary(graph)
    return clip(f"{head}: {told}." if told else f"{head}.", MAX_WORDS)


def _count(graph: Graph) -> str:
    count = len(graph.applies)
    words = f"Graph of {count} apply node{'' if count == 1 else 's'}"
    return words if graph.count == count else f"{words} out of {graph.count}"


def _ends(graph: Graph) -> list[str]:
    """Name what goes in and what comes out."""
    given = [v for v in graph.variables if v.owner is None and not v.folded]
    named = [variable_name(v) for v in given if v.role != "constant"]
    results = [output_words(output)[0] for output in graph.outputs]
    parts = [f"from {_list(list(dict.fromkeys(named)))}"] if named else []
    return [*parts, f"to {_list(list(dict.fromkeys(results)))}"] if results else parts


def _list(names: Sequence[str]) -> str:
    shown = list(names[:MAX_LISTED])
    if len(names) > MAX_LISTED:
        shown.append(f"{len(names) - MAX_LISTED} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


def _steps(graph: Graph) -> Iterator[str]:
    """Tell each node by its op and inputs; an unnamed result is called by its step."""
    numbers = {apply.id: number for number, apply in enumerate(graph.applies, 1)}
    before = None
    for apply in graph.applies:
        inputs = [v for v in apply.inputs if not graph.variable[v].folded]
        names = [_name(graph, v, numbers, before) for v in inputs]
        told = _told(_OF.get(apply.op.kind, ""), op_heading(graph, apply), names)
        called = _called(graph, apply)
        yield f"{numbers[apply.id]}. {told}" + (f", which is {called}" if called else "")
        before = apply.id


def _told(noun: str, heading: str, names: Sequence[str]) -> str:
    """Put the inputs of a node where its heading has blanks, or behind it."""
    if heading.split().count(BLANK) == len(names):
        waiting = iter(names)
        return " ".join(next(waiting) if word == BLANK else word for word in heading.split())
    return f"{noun or heading} of {_list(names)}" if names else heading


def _name(graph: Graph, id_: str, numbers: Mapping[str, int], before: str | None) -> str:
    variable = graph.variable[id_]
    number = numbers.get(variable.owner or "")
    if variable.name or number is None:
        return variable_name(variable)
    return _LAST if variable.owner == before else f"step {number}"


def _called(graph: Graph, apply: Apply) -> str:
    named = [variable_name(graph.variable[v]) for v in apply.outputs if graph.variable[v].name]
    results = [output_words(o)[0] for v in apply.outputs for o in graph.results.get(v, ())]
    return _list(list(dict.fromkeys([*named, *results])))


def _summary(graph: Graph) -> str:
    counts = Counter(kind_words(apply.op.kind) for apply in graph.applies)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    told = [f"{count} × {words}" if count > 1 else words for words, count in ordered]
    return _list(told)
