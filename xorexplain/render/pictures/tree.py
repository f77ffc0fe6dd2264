"""Write a graph as a text tree: every apply node once, later uses as references.

The tree hangs from the results, arguments below the op that reads them. Size and time are linear
in the graph, however much of it is shared and however deep it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.inner import fed_inside
from xorexplain.render.lines import Line, joined
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.ancestry import ancestry_words
from xorexplain.render.pictures.carried import constants_given
from xorexplain.render.pictures.level import Level

MAX_DEPTH = 40
"""How deep a block goes, or a deep chain would be mostly indentation."""


@dataclass(frozen=True)
class _Item:
    """Wait to be written: a variable, how deep it stands, and what is to its left."""

    variable: str
    depth: int = 0
    guide: str = ""
    branch: str = ""
    note: str = ""

    @property
    def guide_below(self) -> str:
        """What is to the left of its arguments."""
        return self.guide + {"": "", "└─ ": "   ", "├─ ": "│  "}[self.branch]


def tree(graph: Graph, look: Look) -> str:
    """Write the tree as plain text."""
    return joined(lines(graph, look))


def depth_within(width: int) -> int:
    """Return how deep a block may go so that less than two thirds of a line are indentation."""
    return min(MAX_DEPTH, max(width // 5, 1))


def lines(graph: Graph, look: Look, deepest: int = MAX_DEPTH) -> Iterator[Line]:
    """Write the tree as lines of styled segments, inner graphs after the one they belong to.

    What lies deeper than `deepest` goes on in a block of its own.
    """
    yield [(labels.title(graph.origin), "heading")]
    yield [(labels.subtitle(graph), "word")]
    yield from ([(labels.note(note), "word")] for note in look.notes)
    top = Level(graph, look, parts=set())
    yield from _Writer(top, deepest).blocks()
    waiting = deque(_inner_graphs(top, ""))
    while waiting:
        heading, name, inner, links = waiting.popleft()
        yield []
        yield heading
        yield from _Writer(inner, deepest, links).blocks()
        waiting.extendleft(reversed(_inner_graphs(inner, f" in {name}")))


def _inner_graphs(level: Level, where: str) -> list[tuple[Line, str, Level, Mapping[str, str]]]:
    """List the inner graphs that are opened; with each goes what its inputs are outside.

    Those that several apply nodes carry alike are listed once.
    """
    found = []
    for position in range(len(level.graph.inner)):
        readers = [apply for apply in level.graph.applies if apply.inner == position]
        opened = [apply for apply in readers if level.is_opened(apply)]
        inner = level.inside(opened[0]) if opened else None
        if inner is not None:
            name = ", ".join(apply.id for apply in opened) + where
            words = level.inside_title(opened[0])
            heading: Line = [(words, "op"), (f" {name}", "id")]
            found.append((heading, name, inner, _outside(level.graph, opened)))
    return found


def _outside(graph: Graph, readers: Sequence[Apply]) -> Mapping[str, str]:
    """Say what feeds each input of an inner graph, of each apply node that carries it."""
    found: dict[str, list[str]] = {}
    for apply in readers:
        for position, argument in enumerate(apply.inputs):
            for inside in fed_inside(graph, apply, position):
                reader = f"{apply.id}: " if len(readers) > 1 else ""
                name = reader + labels.place(graph, argument)
                found.setdefault(inside, []).append(name)
    return {inside: "; ".join(names) for inside, names in found.items()}


class _Writer:
    """Write one graph, and remember what has been written and what waits to be."""

    def __init__(self, level: Level, deepest: int, links: Mapping[str, str] | None = None) -> None:
        self.level = level
        self.graph = level.graph
        self.look = level.look
        self.deepest = deepest
        self.links = links or {}
        self.written: set[str] = set()
        self.waiting: deque[str] = deque()

    def blocks(self) -> Iterator[Line]:
        """Write a block for each result, and for what no result is computed from."""
        for output in self.graph.outputs:
            name, word = labels.output_words(output)
            yield []
            yield [(name, "heading"), (f"  {word}", "word")]
            yield from self._with_deeper(output.variable)
        loose = [v.id for v in self.graph.variables if self._is_loose(v)]
        for apply in reversed(self.graph.applies):
            if apply.id not in self.written:
                yield []
                yield [("no result", "heading")]
                yield from self._with_deeper(apply.outputs[0])
        if loose:
            yield []
            yield [("not read", "heading")]
        for variable in loose:
            yield from self._below(variable)

    def _is_loose(self, variable: Variable) -> bool:
        is_read = self.graph.clients[variable.id] or variable.id in self.graph.output_ids
        return variable.owner is None and not is_read

    def _with_deeper(self, variable: str) -> Iterator[Line]:
        yield from self._below(variable)
        while self.waiting:
            deeper = self.waiting.popleft()
            owner = self.graph.variable[deeper].owner
            if owner not in self.written:
                yield []
                yield [(f"{owner}", "id"), ("  continued", "word")]
                yield from self._below(deeper)

    def _below(self, variable: str) -> Iterator[Line]:
        """Write a variable and what it is computed from."""
        stack = [_Item(variable)]
        while stack:
            item = stack.pop()
            apply = self.graph.owner(item.variable)
            line = self._line(item, apply)
            if apply is None:
                yield line
            elif apply.id in self.written:
                yield [*line, ("  ↑ above", "word")]
            elif item.depth >= self.deepest and self._arguments(apply):
                self.waiting.append(item.variable)
                yield [*line, ("  ↓ below", "word")]
            else:
                self.written.add(apply.id)
                yield line
                yield from self._formula(item, apply)
                stack.extend(reversed(self._items(item, apply)))

    def _line(self, item: _Item, apply: Apply | None) -> Line:
        variable = self.graph.variable[item.variable]
        line: Line = [(item.guide + item.branch, "guide"), (item.note, "word")]
        line += self._given(variable) if apply is None else self._computed(variable, apply)
        known = self.level.as_held(variable)
        details = labels.details(known, self.look.types, self.look.shapes)
        line = [*line, (f"  {details}", "word")] if details else line
        return [*line, *self._held(variable)]

    def _held(self, variable: Variable) -> Line:
        """Write what a variable holds, and its gradient."""
        shown = self.level.shown(variable)
        words = ", ".join(filter(None, [*shown.lines, shown.slope]))
        return [(f"  = {words}", "word")] if words else []

    def _given(self, variable: Variable) -> Line:
        word = roles.variable_words(self.graph, variable)
        style = "parameter" if word == "parameter" else "leaf"
        words, name = labels.given_words(variable), self.level.shown_name(variable)
        if name and not variable.name:
            words = f"{name} = {words}" if variable.role == "constant" else name
        line = [(words, style), (f"  {word}", "word")]
        sources = labels.hidden_sources(self.graph, variable.id)
        if sources:
            names = ", ".join(labels.place(self.graph, source) for source in sources)
            line.append((f"  ⇠ {names}, through what is hidden", "word"))
        if variable.id in self.links:
            line.append((f"  ← {self.links[variable.id]}", "word"))
        return line

    def _computed(self, variable: Variable, apply: Apply) -> Line:
        line: Line = [(self.level.heading(apply), apply.op.family)]
        name, output = self.level.shown_name(variable), self.level.output_words(variable.id)
        if output and output != name:
            line.append((f" {output}", "word"))
        if name:
            line.append((f" {name}", "plain"))
        line += self._others(variable, apply)
        origin = ancestry_words(self.graph, apply)
        return [*line, (f"  {apply.id}", "id"), (f"  {origin}" if origin else "", "word")]

    def _others(self, variable: Variable, apply: Apply) -> Line:
        """Name the outputs that nothing reads, which have no line of their own."""
        named = [
            f"out {position} {labels.clip(self.graph.variable[v].name or '', labels.MAX_NAME)}"
            for position, v in enumerate(apply.outputs)
            if v != variable.id and self.graph.variable[v].name
            if not self.graph.clients[v] and v not in self.graph.output_ids
        ]
        return [(f"  unread: {', '.join(named)}", "word")] if named else []

    def _formula(self, item: _Item, apply: Apply) -> Iterator[Line]:
        guide = item.guide_below + ("│  " if self._arguments(apply) else "   ")
        for text in (
            *self.level.formula_lines(apply),
            *constants_given(self.graph, apply, self.level.is_opened(apply)),
        ):
            yield [(guide, "guide"), (text, "formula")]

    def _arguments(self, apply: Apply) -> list[int]:
        """Return the positions of the arguments with a line of their own."""
        return [p for p, v in enumerate(apply.inputs) if not self.graph.variable[v].folded]

    def _items(self, item: _Item, apply: Apply) -> list[_Item]:
        destroyed = {position for _, positions in apply.destroy_map for position in positions}
        shown = self._arguments(apply)
        items = []
        for position in shown:
            number = self.level.argument_words(apply, position)
            note = f"{number}: " if number else ""
            note += "in place " if position in destroyed else ""
            branch = "└─ " if position == shown[-1] else "├─ "
            variable = apply.inputs[position]
            items.append(_Item(variable, item.depth + 1, item.guide_below, branch, note))
        return items
