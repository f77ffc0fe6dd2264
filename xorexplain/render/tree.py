"""Write a graph as a text tree: every apply node once, later uses as references.

The tree hangs from the results, arguments below the op that reads them. Size and time are linear
in the graph, however much of it is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xorexplain.graph import Apply, Graph, Variable
from xorexplain.render import labels
from xorexplain.views.inner import name_ends

Segment = tuple[str, str]
"""A piece of text and the name of its style; `STYLES` maps the names for a terminal."""

STYLES = {
    "guide": "dim",
    "op": "bold",
    "linear algebra": "bold blue",
    "elementwise": "bold yellow",
    "reduction": "bold green",
    "shape": "bold bright_black",
    "indexing": "bold cyan",
    "random": "bold magenta",
    "control": "bold bright_yellow",
    "other": "bold",
    "parameter": "bold red",
    "leaf": "default",
    "word": "dim",
    "id": "dim cyan",
    "accent": "red",
    "formula": "italic",
    "heading": "bold underline",
    "plain": "default",
}


@dataclass(frozen=True)
class _Item:
    """Wait to be written: a variable, where it stands, and the guides to its left."""

    variable: str
    guide: str
    is_last: bool
    is_root: bool
    note: str


def tree(graph: Graph, types: bool = False, shapes: bool = False) -> str:
    """Write the tree as plain text."""
    return (
        "\n".join("".join(text for text, _ in line) for line in lines(graph, types, shapes)) + "\n"
    )


def lines(graph: Graph, types: bool = False, shapes: bool = False) -> Iterator[list[Segment]]:
    """Write the tree as lines of styled segments, inner graphs after the main one."""
    yield [(labels.title(graph), "heading")]
    yield [(labels.subtitle(graph), "word")]
    yield from _results(graph, types, shapes)
    for position, inner in enumerate(graph.inner):
        readers = [apply for apply in graph.applies if apply.inner == position]
        if all(apply.op.kind == "composite" for apply in readers):
            continue
        yield []
        names = ", ".join(apply.id for apply in readers)
        yield [("inside ", "plain"), (labels.op_words(readers[0]), "op"), (f" {names}", "id")]
        yield from _results(name_ends(inner), types, shapes)


def _results(graph: Graph, types: bool, shapes: bool) -> Iterator[list[Segment]]:
    written: set[str] = set()
    for output in graph.outputs:
        name, word = labels.output_words(output)
        yield []
        yield [(name, "heading"), (f"  {word}", "word")]
        stack = [_Item(output.variable, "", True, True, "")]
        while stack:
            item = stack.pop()
            yield from _line(graph, item, written, types, shapes)
            stack.extend(_arguments(graph, item, written))


def _line(
    graph: Graph, item: _Item, written: set[str], types: bool, shapes: bool
) -> Iterator[list[Segment]]:
    variable = graph.variable[item.variable]
    apply = graph.owner(item.variable)
    branch = "" if item.is_root else ("└─ " if item.is_last else "├─ ")
    line: list[Segment] = [(item.guide + branch, "guide"), (item.note, "word")]
    line += _variable(graph, variable) if apply is None else _apply(graph, variable, apply)
    details = labels.details(variable, types, shapes)
    line += [(f"  {details}", "word")] if details else []
    if apply is not None and apply.id in written and apply.inputs:
        yield [*line, ("  ↑ above", "word")]
        return
    yield line
    if apply is not None:
        guide = item.guide if item.is_root else item.guide + ("   " if item.is_last else "│  ")
        has_arguments = any(not graph.variable[v].folded for v in apply.inputs)
        for text in labels.formula_lines(graph, apply):
            yield [(guide + ("│  " if has_arguments else "   "), "guide"), (text, "formula")]


def _arguments(graph: Graph, item: _Item, written: set[str]) -> list[_Item]:
    """List what comes below a line, last first, as a stack wants it; nothing below a repeat."""
    apply = graph.owner(item.variable)
    if apply is None or apply.id in written:
        return []
    written.add(apply.id)
    guide = item.guide if item.is_root else item.guide + ("   " if item.is_last else "│  ")
    destroyed = {position for _, positions in apply.destroy_map for position in positions}
    shown = [p for p, v in enumerate(apply.inputs) if not graph.variable[v].folded]
    items = []
    for position in reversed(shown):
        number = labels.edge_label(graph, apply, position)
        note = f"{number}: " if number else ""
        note += "in place " if position in destroyed else ""
        last = position == shown[-1]
        items.append(_Item(apply.inputs[position], guide, last, False, note))
    return items


def _variable(graph: Graph, variable: Variable) -> list[Segment]:
    word = labels.variable_words(graph, variable)
    style = "parameter" if word == "parameter" else "leaf"
    return [(labels.variable_name(variable), style), (f"  {word}", "word")]


def _apply(graph: Graph, variable: Variable, apply: Apply) -> list[Segment]:
    line: list[Segment] = [(labels.op_heading(graph, apply), apply.op.family)]
    if len(apply.outputs) > 1:
        line.append((f" out {apply.outputs.index(variable.id)}", "word"))
    if variable.name:
        line.append((f" {labels.clip(variable.name, labels.MAX_NAME)}", "plain"))
    line.append((f"  {apply.id}", "id"))
    return line
