"""Write the nodes of a picture of forward and backward as DOT statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphviz.quoting import attr_list, quote

from xorexplain.gradients.explain import Equation, Explanation, Story
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.dot_nodes import Row, html, node
from xorexplain.render.pictures.twin_plan import SEED, Again, Group, Made, Plan, sum_id
from xorexplain.render.theme import Colours, Theme, theme

COST = "cost"
"""The node that stands for the cost as the result of the forward part."""
MAX_LINE = 72
_ADJOINT = {"style": "filled", "fontsize": "11", "margin": "0.1,0.05"}
_SMALL = {"fontsize": "10", "margin": "0.08,0.04", "height": "0.2", "width": "0.3"}


@dataclass(frozen=True)
class Page:
    """Hold what is drawn and how it looks."""

    derivation: Derivation
    look: Look
    story: Story
    plan: Plan

    @property
    def graph(self) -> Graph:
        """The graph with its constants folded."""
        return self.plan.graph

    @cached_property
    def colours(self) -> Theme:
        """The colours of the picture."""
        return theme(self.look.theme)

    @cached_property
    def forward(self) -> tuple[Apply, ...]:
        """The forward nodes that are drawn."""
        drawn = self.graph.apply
        return tuple(drawn[id_] for id_ in self.derivation.forward if id_ in drawn)

    @cached_property
    def given(self) -> tuple[Variable, ...]:
        """The inputs and shared variables that the forward nodes read."""
        read = {v for apply in self.forward for v in apply.inputs}
        found = (v for v in self.graph.variables if v.id in read and v.owner is None)
        return tuple(v for v in found if not v.folded)

    @cached_property
    def equations(self) -> Mapping[str, str]:
        """What computes each forward variable, by name."""
        return {equation.name: line(equation) for equation in self.story.forward}

    @cached_property
    def updates(self) -> Mapping[str, str]:
        """The update of each parameter that has one, by name."""
        found = {f.parameter: f.update for f in self.story.finishes}
        return {
            name: labels.clip(f"{name} ← {text(update.value)}", MAX_LINE)
            for name, update in found.items()
            if update is not None
        }

    def name(self, variable: str) -> str:
        """Return the name of a forward variable."""
        return labels.clip(self.derivation.names[variable], labels.MAX_NAME)


def line(equation: Equation) -> str:
    """Write an equation on one line."""
    sign = "+=" if equation.adds else "="
    return labels.clip(f"{equation.name} {sign} {text(equation.value)}", MAX_LINE)


def given(page: Page, variable: Variable) -> str:
    """Write an input, a parameter or another shared variable."""
    words = roles.variable_words(page.graph, variable)
    paint = page.colours.parameter if words == "parameter" else page.colours.plain
    shape = "cylinder" if words in roles.KEPT else "ellipse"
    rows = [(page.name(variable.id), ""), (words, "small")]
    style = {"shape": shape, "style": "filled"}
    return _marked(page, variable.id, rows, paint, style, variable.id in page.plan.reused)


def forward_op(page: Page, apply: Apply) -> str:
    """Write a forward node as the equations of what it computes."""
    names = [page.derivation.names.get(v, "") for v in apply.outputs]
    found = [(page.equations[name], "strong") for name in names if name in page.equations]
    rows = [*(found or [(labels.op_heading(page.graph, apply), "strong")])]
    rows.append((labels.op_words(apply), "small"))
    is_reused = not page.plan.reused.isdisjoint(apply.outputs)
    return _marked(page, apply.id, rows, page.colours.families[apply.op.family], {}, is_reused)


def _marked(
    page: Page, id_: str, rows: list[Row], paint: Colours, style: dict[str, str], is_reused: bool
) -> str:
    if is_reused:
        rows = [*rows, ("used again", "accent")]
        style = {**style, "color": page.colours.accent, "penwidth": "2.2"}
    return node(id_, html(rows, page.colours), paint, style)


def cost(page: Page) -> str:
    """Write the cost as the result of the forward part."""
    name = page.name(page.derivation.cost)
    rows = [(name, "strong"), ("" if name == "cost" else "cost", "small")]
    return node(COST, html(rows, page.colours), page.colours.result, {"penwidth": "2"})


def seed(page: Page) -> str:
    """Write the adjoint of the cost, from which the backward part starts."""
    rows = [(f"{page.derivation.adjoint_name(page.derivation.cost)} = 1", "strong")]
    return node(SEED, html(rows, page.colours), page.colours.result, _ADJOINT)


def total(page: Page, variable: str) -> str:
    """Write the sum of what a variable receives from several nodes."""
    rows = [("+", "strong"), (page.derivation.adjoint_name(variable), "small")]
    style = {"shape": "ellipse", "style": "filled", "margin": "0.04,0.02"}
    return _adjoint(page, sum_id(variable), rows, page.colours.plain, style)


def _adjoint(
    page: Page, id_: str, rows: Sequence[Row], paint: Colours, style: dict[str, str]
) -> str:
    """Write an adjoint; one that is a parameter's finished gradient is told apart as a result."""
    cost = page.name(page.derivation.cost)
    finished = [page.derivation.names[p] for p in page.plan.results.get(id_, ())]
    if finished:
        paint, style = page.colours.parameter, {**style, "peripheries": "2"}
    ends: list[Row] = []
    for name in finished:
        ends += [(f"finished: ∂{cost}/∂{name}", ""), (page.updates.get(name, ""), "small")]
    return node(id_, html([*rows, *ends], page.colours), paint, style)


def open_group(page: Page, group: Group, step: Explanation) -> Iterator[str]:
    """Write a box with the adjoints a step gives at its top and the nodes made for them below."""
    frame = {
        "label": "",
        "peripheries": "1",
        "style": "rounded",
        "color": page.colours.faint,
        "margin": "7",
    }
    yield f"  subgraph {quote(f'cluster_{group.apply}')} {{"
    yield f"  graph{attr_list(kwargs=frame)}"
    lets: list[Row] = [(line(equation), "small") for equation in step.lets]
    for id_, equation in zip(group.gives, step.gives, strict=True):
        rows = [*lets, (line(equation), "strong")]
        yield _adjoint(page, id_, rows, page.colours.result, _ADJOINT)
        lets = []
    yield f"  {{ rank=same; {'; '.join(map(quote, group.gives))} }}"
    yield from (_made(page, made) for made in group.made)
    yield from (_again(page, again) for again in group.reused)
    yield "  }"


def _made(page: Page, made: Made) -> str:
    apply = page.graph.apply[made.id]
    again = f"{made.again} again" if made.again else ""
    times = f"made {made.times} times" if made.times > 1 else ""
    rows: list[Row] = [
        (labels.op_heading(page.graph, apply), ""),
        (", ".join(filter(None, [again, times])), "small"),
    ]
    paint = page.colours.families[apply.op.family]
    style = {**_SMALL, "shape": "box", "style": "diagonals,filled"} if again else _SMALL
    return node(made.id, html(rows, page.colours), paint, style)


def _again(page: Page, again: Again) -> str:
    label = html([(page.name(again.variable), "")], page.colours)
    style = {"shape": "ellipse", "style": "filled", "color": page.colours.accent}
    return node(again.id, label, page.colours.plain, {**_SMALL, **style})


def closed_group(page: Page, group: Group, step: Explanation) -> str:
    """Write a step as one node: its adjoints, what was made for them, what is used again."""
    rows: list[Row] = [(line(equation), "small") for equation in step.lets]
    rows += [(line(equation), "strong") for equation in step.gives]
    made = ", ".join(
        labels.op_words(page.graph.apply[m.id]) + (" again" if m.again else "") for m in group.made
    )
    used = ", ".join(page.name(again.variable) for again in group.reused)
    rows.append((labels.clip(made, MAX_LINE), "small"))
    rows.append((labels.clip(f"uses {used} again", MAX_LINE) if used else "", "accent"))
    (id_,) = group.gives
    return _adjoint(page, id_, rows, page.colours.result, _ADJOINT)
