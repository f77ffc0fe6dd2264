"""Turn the story of a gradient into equations that point at the nodes they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from xorexplain.explorer.graphs import node_of
from xorexplain.explorer.material import Material
from xorexplain.gradients.explain import Equation, Explanation, Story, tell
from xorexplain.notation.latex import latex, symbol_latex
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import kind_words
from xorexplain.render.reports import story as words

Json = dict[str, Any]
MAX_TEXT = 600
MAX_EQUATIONS = 2_500


NO_EQUATIONS: Json = {"title": "", "legend": [], "equations": [], "left_out": 0}


def equations(material: Material, shown: Mapping[str, Collection[str]]) -> Json:
    """List the equations of the whole derivation in the order in which they are derived.

    They point at nodes among those `shown` of each stage.
    """
    if material.derivation is None:
        return NO_EQUATIONS
    told = tell(material.derivation)
    nodes = _Nodes(material, shown)
    entries = list(_entries(told, nodes))
    kept = entries[:MAX_EQUATIONS]
    for number, entry in enumerate(kept):
        entry["id"] = f"q{number}"
    return {
        "title": words.title(told),
        "legend": [sentence.format(cost=told.cost) for sentence in words.LEGEND],
        "equations": kept,
        "left_out": len(entries) - len(kept),
    }


class _Nodes:
    """Find the nodes of each stage that a variable or apply node of the derivation stands for."""

    def __init__(self, material: Material, shown: Mapping[str, Collection[str]]) -> None:
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

    def adjoint_of(self, name: str) -> list[str]:
        """Return the variable that is the adjoint δname."""
        variable = self.by_name.get(name.removeprefix("δ"))
        adjoint = self.derivation.adjoints.get(variable or "")
        return [adjoint] if adjoint is not None else []

    def update_of(self, name: str) -> list[str]:
        """Return the variable that is the new value of a parameter."""
        names = self.derivation.names
        found = [r.update for r in self.derivation.results if names[r.parameter] == name]
        return [variable for variable in found[:1] if variable is not None]


def _entries(told: Story, nodes: _Nodes) -> Iterator[Json]:
    for equation in told.forward:
        variable = nodes.by_name.get(equation.name)
        yield _entry("forward", equation, "", nodes.of_variables([variable] if variable else []))
    for step in told.steps:
        yield from _step(step, nodes)
    for equation in told.sums:
        found = nodes.of_variables(nodes.adjoint_of(equation.name))
        yield _entry("sum", equation, words.SUMS, found)
    for finish in told.finishes:
        for equation in finish.lets:
            yield _entry("gradient", equation, "", {})
        if finish.gradient is None:
            note = f"there is none: {finish.reason}"
            yield {"part": "gradient", "text": finish.parameter, "note": note, "nodes": {}}
            continue
        slope = f"∂{told.cost}/∂{finish.parameter}"
        over = rf"\partial {symbol_latex(told.cost)}/\partial {symbol_latex(finish.parameter)}"
        found = nodes.of_variables(nodes.adjoint_of(finish.gradient.name))
        yield _entry("gradient", finish.gradient, "", found, (slope, over))
        if finish.update is not None:
            found = nodes.of_variables(nodes.update_of(finish.parameter))
            yield _entry("update", finish.update, "", found, arrow=True)


def _step(step: Explanation, nodes: _Nodes) -> Iterator[Json]:
    """Write what a node's inputs receive; the first line carries the sentence of the rule."""
    found = nodes.of_applies([step.apply])
    emitted = nodes.of_applies([entry.id for entry in step.emitted])
    for stage, ids in emitted.items():
        found[stage] = list(dict.fromkeys([*found.get(stage, ()), *ids]))
    heading = kind_words(step.op)
    if step.forward:
        heading = f"{step.forward[0].name}: {heading}"
    note = f"{heading}. {words.sentence(step)}"
    for equation in (*step.lets, *step.gives):
        yield {**_entry("step", equation, note, found), "step": step.number}
        note = ""
    for name, reason in words.nothing(step):
        yield {
            "part": "step",
            "step": step.number,
            "text": f"{name} receives nothing",
            "latex": "",
            "note": f"{note} {reason}".strip(),
            "nodes": found,
        }
        note = ""


def _entry(
    part: str,
    equation: Equation,
    note: str,
    nodes: Mapping[str, Any],
    left: tuple[str, str] | None = None,
    arrow: bool = False,
) -> Json:
    name, tex = left or (equation.name, symbol_latex(equation.name))
    signs = ("←", r"\gets") if arrow else ("+=", r"\mathrel{+}=") if equation.adds else ("=", "=")
    written, typeset = text(equation.value), latex(equation.value)
    return {
        "part": part,
        "text": f"{name} {signs[0]} {written}"[:MAX_TEXT],
        "latex": f"{tex} {signs[1]} {typeset}" if len(typeset) < 2 * MAX_TEXT else "",
        "note": note,
        "nodes": dict(nodes),
    }
