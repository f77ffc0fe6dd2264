"""Put the user's own lines beside the stages: which line wrote a node, which it was made from.

A node of a written stage has the line that wrote it. What T.grad or the rewriter made is said to
come from the lines of what it was made from, and from the line that called T.grad where the engine
kept that many frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from xorexplain.engines.shared.frames import is_library, lines_of
from xorexplain.errors.escaping import visible, with_signs
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.stages import WRITTEN
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.numbering import Numbered
from xorexplain.rewrites.questions.provenance import Provenance

Json = dict[str, Any]
Line = tuple[str, int]
"""A file and the number of a line in it."""
MAX_WHOLE = 400
"""A file of up to this many lines is shown whole, one of more only around the lines used."""
AROUND = 12
MAX_LETTERS = 300
SAME = 40
"""A line that begins with so many of a node's letters is the one that wrote it."""
MAX_FROM = 24
"""So many lines at most are told for one node."""
NO_SOURCES: Json = {"files": [], "from": {}}


def sources(
    material: Numbered,
    graphs: Mapping[str, Json],
    links: Mapping[str, Mapping[str, Json]],
    origins: Mapping[str, Provenance],
) -> Json:
    """Return the files that wrote the nodes of `graphs`, and the lines of what has none itself.

    `links` are those of the page, `origins` the provenance of the trace's variables.
    """
    of = _Lines(material, links)
    found = {stage: of.stage(stage) for stage in WRITTEN if stage in material.graphs}
    if material.recording is not None:
        found |= of.rewritten(origins)
    derived = {line for nodes in found.values() for lines in nodes.values() for line in lines}
    return _sources(graphs, found, derived, is_live=True)


def stored_sources(graphs: Mapping[str, Json]) -> Json:
    """Return the lines that recorded graphs hold; the files they name are not read."""
    return _sources(graphs, {}, (), is_live=False)


class _Lines:
    """Find the lines of nodes, by what they compute."""

    def __init__(self, material: Numbered, links: Mapping[str, Mapping[str, Json]]) -> None:
        self._material = material
        self._links = links
        self._by_number: dict[int, tuple[Line, ...]] = {}
        emitted = self._emitted()
        symbolic = material.graphs.get("symbolic")
        written = () if symbolic is None else material.numbers["symbolic"].values()
        self._made = emitted.keys() - set(written)
        for stage in WRITTEN:
            if (graph := material.graphs.get(stage)) is not None:
                for id_, number in material.numbers[stage].items():
                    if id_ in graph.variable and (lines := _own(graph, id_)):
                        self._by_number.setdefault(number, lines)
        for number, lines in emitted.items():
            called = self._by_number.get(number, ())
            if number in self._made or not called:
                self._by_number[number] = _joined([called, lines])

    def _emitted(self) -> dict[int, tuple[Line, ...]]:
        """Return for what T.grad made the lines of what it made it for."""
        derivation = self._material.derivation
        if derivation is None:
            return {}
        graph, numbers = derivation.graph, self._material.numbers["derivation"]
        found: dict[int, list[tuple[Line, ...]]] = {}
        for step in derivation.steps:
            lines = _own(graph, graph.apply[step.apply].outputs[0])
            for id_ in step.emitted:
                for variable in graph.apply[id_].outputs:
                    found.setdefault(numbers[variable], []).append(lines)
        # What adds up the parts of an adjoint is of no step, but of what it is the adjoint of.
        for variable, adjoint in derivation.adjoints.items():
            found.setdefault(numbers[adjoint], [_own(graph, variable)])
        return {number: _joined(lines) for number, lines in found.items() if any(lines)}

    def stage(self, stage: str) -> dict[str, tuple[Line, ...]]:
        """Return the lines of the nodes that no line of the user's wrote alone."""
        numbers = self._material.numbers[stage]
        found = {
            apply.id: _joined(self._by_number.get(numbers[v], ()) for v in apply.outputs)
            for apply in self._material.graphs[stage].applies
            if apply.source is None or self._is_made(numbers, apply)
        }
        return {id_: lines for id_, lines in found.items() if lines}

    def _is_made(self, numbers: Mapping[str, int], apply: Apply) -> bool:
        """Tell whether T.grad made a node, though its trace names the line that called T.grad."""
        return all(numbers[variable] in self._made for variable in apply.outputs)

    def rewritten(
        self, origins: Mapping[str, Provenance]
    ) -> dict[str, dict[str, tuple[Line, ...]]]:
        """Return the lines of all nodes of the rewriting, and of what was compiled of them."""
        assert self._material.recording is not None
        trace = self._material.recording.trace
        numbers, universe = self._material.numbers["trace"], trace.universe
        written = set(trace.start)
        found: dict[str, tuple[Line, ...]] = {}
        for apply in universe.applies:
            is_made = self._is_made(numbers, apply)
            if apply.id in written and apply.source is not None and not is_made:
                continue
            entries = [origins[v] for v in apply.outputs if v in origins]
            made_from = dict.fromkeys(v for entry in entries for v in entry.sources)
            lines = _joined(self._by_number.get(numbers[v]) or _own(universe, v) for v in made_from)
            own = _own(universe, apply.outputs[0])
            if lines or own:
                found[apply.id] = _joined([own, lines])
        of = {"trace": found}
        if "optimized" in self._material.graphs:
            kept = self._material.graphs["optimized"].apply
            of["optimized"] = {id_: lines for id_, lines in found.items() if id_ in kept}
        if "compiled" in self._material.graphs:
            of["compiled"] = {
                copy: lines
                for id_, lines in of.get("optimized", {}).items()
                for copy in self._links.get("optimized", {}).get(id_, {}).get("compiled", ())
            }
        return of


def _own(graph: Graph, variable: str) -> tuple[Line, ...]:
    """Return the line that wrote a variable, if it is known."""
    source = (graph.owner(variable) or graph.variable[variable]).source
    return () if source is None else ((source.file, source.line),)


def _joined(found: Iterable[Iterable[Line]]) -> tuple[Line, ...]:
    lines = dict.fromkeys(line for lines in found for line in lines)
    return tuple(lines)[:MAX_FROM]


def _sources(
    graphs: Mapping[str, Json],
    found: Mapping[str, Mapping[str, Sequence[Line]]],
    derived: Iterable[Line],
    *,
    is_live: bool,
) -> Json:
    """Write the files, the user's own first, and point into them."""
    used: dict[str, dict[int, str]] = {}
    for (file, line), code in [*_told(graphs), *((line, "") for line in derived)]:
        used.setdefault(file, {}).setdefault(line, code)
    files = sorted(used, key=lambda file: (is_library(file), -len(used[file]), file))
    at = {file: position for position, file in enumerate(files)}
    return {
        "files": [
            {
                "file": file,
                "library": is_library(file),
                "lines": shown_lines(used[file], lines_of(file) if is_live else ()),
            }
            for file in files
        ],
        "from": {
            stage: {
                id_: [f"{at[file]}:{line}" for file, line in lines] for id_, lines in of.items()
            }
            for stage, of in found.items()
            if of
        },
    }


def _told(graphs: Mapping[str, Json]) -> Iterator[tuple[Line, str]]:
    """Yield the lines that nodes hold, with their text."""
    for graph in graphs.values():
        for node in graph["nodes"]:
            if source := node.get("source"):
                yield (source["file"], source["line"]), source["code"]


def shown_lines(used: Mapping[int, str], known: Sequence[str]) -> list[list[Any]]:
    """Return the lines of a file to show, with their numbers; a jump in these is a gap.

    `used` are those that nodes point at, with what the nodes say of them, `known` the file. A file
    that says something else by now is not shown as what wrote them.
    """
    shown = dict(enumerate(known, 1))
    is_same = all(
        number in shown and with_signs(shown[number].strip()).startswith(code[:SAME])
        for number, code in used.items()
    )
    if not is_same:
        shown = dict(sorted(used.items()))
    elif len(shown) > MAX_WHOLE:
        near = {n for number in used for n in range(number - AROUND, number + AROUND + 1)}
        shown = {number: line for number, line in shown.items() if number in near}
    return [[number, _safe(line)] for number, line in shown.items()]


def _safe(line: str) -> str:
    """Write a line as it is seen: nothing in it reorders or hides the rest."""
    return clip(visible(line.expandtabs(4)), MAX_LETTERS)
