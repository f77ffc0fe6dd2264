"""Turn the story of a gradient into equations that point at the nodes they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from xorexplain.explorer import formulas
from xorexplain.explorer.graphs import node_of
from xorexplain.graph.records import DELTA
from xorexplain.notation.text import SIGNS
from xorexplain.render.reports.document import (
    Block,
    Document,
    Equation,
    Equations,
    Fields,
    Fold,
    Heading,
    Name,
    Paragraph,
    Signs,
)
from xorexplain.render.reports.gradient import GIVES, STEP, gradient
from xorexplain.render.reports.numbering import Numbered
from xorexplain.render.writers.filling import line_text, written
from xorexplain.render.writers.latex import equation_tex

Json = dict[str, Any]
MAX_TEXT = 600
MAX_EQUATIONS = 2_500
_PARTS = {"forward": "forward", "sums": "sum", "gradients": "gradient"}


NO_EQUATIONS: Json = {"title": "", "legend": [], "equations": [], "left_out": 0}


def equations(material: Numbered, shown: Mapping[str, Collection[str]]) -> Json:
    """List the equations of the whole derivation in the order in which they are derived.

    They point at nodes among those `shown` of each stage.
    """
    if material.derivation is None:
        return NO_EQUATIONS
    document = gradient(material.subject.story)
    entries = list(_entries(document, _Nodes(material, shown)))
    kept = entries[:MAX_EQUATIONS]
    for number, entry in enumerate(kept):
        entry["id"] = f"q{number}"
    title, *legend = takewhile(lambda block: not isinstance(block, Equations), document.blocks)
    return {
        "title": _said(title),
        "legend": [_said(block) for block in legend if not isinstance(block, Heading)],
        "equations": kept,
        "left_out": len(entries) - len(kept),
    }


class _Nodes:
    """Find the nodes of each stage that a variable or apply node of the derivation stands for."""

    def __init__(self, material: Numbered, shown: Mapping[str, Collection[str]]) -> None:
        assert material.derivation is not None
        self.derivation = material.derivation
        self.numbers = material.numbers["derivation"]
        self.by_name = {name: v for v, name in self.derivation.names.items()}
        self.homes: dict[str, dict[int, list[str]]] = {}
        for stage, graph in material.graphs.items():
            found = self.homes.setdefault(stage, {})
            for id_, number in material.numbers.get(stage, {}).items():
                home = node_of(graph, id_) if id_ in graph.variable else ""
                if home in shown[stage]:
                    found.setdefault(number, []).append(home)

    def of_variables(self, variables: Sequence[str]) -> Json:
        """Return the node ids by stage."""
        wanted = [self.numbers[v] for v in variables]
        found = {}
        for stage, homes in self.homes.items():
            ids = dict.fromkeys(id_ for number in wanted for id_ in homes.get(number, ()))
            if ids:
                found[stage] = list(ids)
        return found

    def of_applies(self, applies: Sequence[str]) -> Json:
        """Return the node ids by stage."""
        graph = self.derivation.graph
        return self.of_variables([v for id_ in applies for v in graph.apply[id_].outputs])

    def of_equation(self, equation: Equation) -> Json:
        """Return the node ids by stage of what an equation says, an update if it is one."""
        last = equation.left[-1]
        name = last.name if isinstance(last, Name) else ""
        if equation.sign == "←":
            results = self.derivation.results
            updates = (r.update for r in results if self.derivation.names[r.parameter] == name)
            return self.of_variables([v for v in updates if v is not None][:1])
        if name.startswith(DELTA):
            variable = self.by_name.get(name.removeprefix(DELTA))
            adjoint = self.derivation.adjoints.get(variable or "")
            return self.of_variables([adjoint] if adjoint is not None else [])
        return self.of_variables([self.by_name[name]] if name in self.by_name else [])


def _entries(document: Document, nodes: _Nodes) -> Iterator[Json]:
    """Write each equation of the document, with the words around it as its note."""
    part = note = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            part, note = _PARTS.get(block.anchor, ""), ""
        elif isinstance(block, Fold):
            yield from _step(block, nodes)
        elif isinstance(block, Equations) and part:
            for equation in block.equations:
                entry = _entry(equation, note, nodes.of_equation(equation))
                yield {"part": "update" if equation.sign == "←" else part, **entry}
        elif isinstance(block, Paragraph) and part == "sum":
            note = line_text(block.inlines)
        elif isinstance(block, Paragraph) and part == "gradient" and block.tone == "caution":
            yield {"part": part, "text": line_text(block.inlines), "note": "", "nodes": {}}


def _step(fold: Fold, nodes: _Nodes) -> Iterator[Json]:
    """Write what a node's inputs receive; the first line carries the sentence of the rule."""
    found = nodes.of_applies(fold.about)
    names = [line_text(part.left) for part in fold.title if isinstance(part, Equation)]
    heading = ": ".join([*names[:1], line_text(fold.note[:1])])
    number = int(fold.anchor.removeprefix(STEP))
    fields = {
        field.label: field
        for block in fold.blocks
        if isinstance(block, Fields)
        for field in block.fields
    }
    rule = " ".join(line_text(b.inlines) for b in fields["rule"].blocks if isinstance(b, Paragraph))
    note = f"{heading}. {rule}"
    for block in fields[GIVES].blocks if GIVES in fields else ():
        entries: list[Json] = []
        if isinstance(block, Equations):
            entries = [_entry(equation, "", found) for equation in block.equations]
        elif isinstance(block, Paragraph):
            entries = [{"text": line_text(block.inlines), "latex": "", "nodes": found}]
        for entry in entries:
            yield {"part": "step", "step": number, **entry, "note": note}
            note = ""


def _entry(equation: Equation, note: str, nodes: Mapping[str, Any]) -> Json:
    typeset = equation_tex(equation)
    return {
        "text": written(equation)[:MAX_TEXT],
        "math": formulas.equation(equation, written(equation)),
        "latex": typeset if len(typeset) < 2 * MAX_TEXT else "",
        "note": note,
        "nodes": dict(nodes),
    }


def _said(block: Block) -> str:
    if isinstance(block, (Heading, Paragraph)):
        return line_text(block.inlines)
    return SIGNS if isinstance(block, Signs) else ""
