"""Draw the forward graph and its gradient side by side, so that each op stands beside its rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graphviz.quoting import attr_list, quote

from xorexplain.derivation import Derivation
from xorexplain.explain import Equation, Explanation, Story, tell
from xorexplain.graph import Apply, Graph, Variable
from xorexplain.notation.text import text
from xorexplain.render import Layout, Rendering, draw_dot, labels
from xorexplain.render.dot_nodes import Row, edge, html, node
from xorexplain.render.legend import cell, family_cells, head, line_colours
from xorexplain.render.look import Look
from xorexplain.render.sheet import sheet
from xorexplain.render.story import story
from xorexplain.render.theme import Colours, Theme, theme
from xorexplain.render.twin_plan import SEED, Group, Made, Plan, plan, sum_id

MAX_TITLE = 72
MAX_DESCRIBED = 100
"""Pictures of up to this many steps carry the whole derivation as a description."""


def draw_twin(derivation: Derivation, format_: str, theme: str) -> Rendering:
    """Draw a derivation as png, svg or pdf, or write its DOT text."""
    look = Look(theme=theme)
    written = twin_dot(derivation, look)
    if format_ == "dot":
        return Rendering(written.encode())
    title = labels.title(derivation.graph)
    is_small = len(derivation.steps) <= MAX_DESCRIBED
    words = story(tell(derivation)) if is_small else title
    return draw_dot(written, format_, Layout(), title, words)


def twin_dot(derivation: Derivation, look: Look) -> str:
    """Write the forward graph at the left and its gradient at the right as DOT text.

    The forward part flows down, the backward part up; the group of nodes that an op's rule made
    stands in the rank of the op.
    """
    page = _Page(derivation, look, tell(derivation), plan(derivation))
    options = {"newrank": "true", "compound": "true", "nodesep": "0.22", "ranksep": "0.26"}
    lines = [
        "digraph twin {",
        *sheet(_head(page), page.colours, options),
        *_side(page, "forward", "forward: from the inputs down to the cost", _forward(page)),
        *_side(page, "backward", "backward: from the cost up to the gradients", _backward(page)),
        *_links(page),
        "}",
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Page:
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
        return theme(self.look.theme)

    @cached_property
    def forward(self) -> tuple[Apply, ...]:
        """The forward nodes that are drawn."""
        drawn = self.graph.apply
        return tuple(drawn[id_] for id_ in self.derivation.forward if id_ in drawn)

    @cached_property
    def equations(self) -> Mapping[str, str]:
        """What computes each forward variable, by name."""
        return {e.name: _line(e) for e in self.story.forward}


def _line(equation: Equation) -> str:
    sign = "+=" if equation.adds else "="
    return labels.clip(f"{equation.name} {sign} {text(equation.value)}", MAX_TITLE)


def _head(page: _Page) -> str:
    colours, derivation = page.colours, page.derivation
    made = [made for group in page.plan.groups for made in group.made]
    shown = [*page.forward, *(page.graph.apply[m.id] for m in made)]
    drawn = replace(page.graph, applies=tuple(shown))
    emitted = itertools.chain.from_iterable(step.emitted for step in derivation.steps)
    cost = derivation.names[derivation.cost]
    notes = [
        labels.subtitle(drawn, len({*derivation.forward, *emitted})),
        f"δx is the adjoint of x, ∂{cost}/∂x",
    ]
    line, accent = (line_colours(colours, c) for c in (colours.edge, colours.accent))
    marks = [cell("dotted line: an op and what T.grad made for it", line)]
    if page.plan.reused:
        marks.append(cell("used again: a forward value that the gradient reads", accent))
    if any(m.again for m in made):
        marks.append(cell("dashed: a forward value computed again", line))
    rows = [family_cells(drawn, colours), marks] if page.look.legend else []
    return head(labels.title(derivation.graph), notes, rows, colours)


def _side(page: _Page, name: str, title: str, body: Iterator[str]) -> Iterator[str]:
    yield f"  subgraph {quote(f'cluster_{name}')} {{"
    yield "  graph" + attr_list(
        kwargs={
            "label": html([(title, "")], page.colours),
            "peripheries": "0",
            "fontcolor": page.colours.faint,
            "fontsize": "11",
        },
    )
    yield from body
    yield "  }"


def _forward(page: _Page) -> Iterator[str]:
    drawn = {v for apply in page.forward for v in apply.inputs}
    for variable in page.graph.variables:
        if variable.id in drawn and variable.owner is None and not variable.folded:
            yield _given(page, variable)
    for apply in page.forward:
        yield _op(page, apply)
        for v in dict.fromkeys(apply.inputs):
            if not page.graph.variable[v].folded:
                weight = "4" if page.graph.variable[v].owner else "2"
                yield edge(_forward_id(page, v), apply.id, {"weight": weight})
    cost = page.derivation.cost
    name = page.derivation.names[cost]
    rows = [(name, "strong"), ("cost" if name != "cost" else "", "small")]
    yield node("cost", html(rows, page.colours), page.colours.result, {"penwidth": "2"})
    yield edge(_forward_id(page, cost), "cost", {"weight": "4"})


def _forward_id(page: _Page, variable: str) -> str:
    return page.graph.variable[variable].owner or variable


def _given(page: _Page, variable: Variable) -> str:
    words = labels.variable_words(page.graph, variable)
    paint = page.colours.parameter if words == "parameter" else page.colours.plain
    shape = "cylinder" if words in ("parameter", "shared") else "ellipse"
    rows = [(labels.clip(page.derivation.names[variable.id], labels.MAX_NAME), ""), (words, "small")]
    style = {"shape": shape, "style": "filled"}
    return _marked(page, variable.id, rows, paint, style, variable.id in page.plan.reused)


def _op(page: _Page, apply: Apply) -> str:
    names = [page.derivation.names[v] for v in apply.outputs if v in page.derivation.names]
    lines = [page.equations[name] for name in names if name in page.equations]
    rows = [(line, "strong") for line in lines] or [(labels.op_heading(page.graph, apply), "")]
    rows.append((labels.op_words(apply), "small"))
    is_reused = not page.plan.reused.isdisjoint(apply.outputs)
    return _marked(page, apply.id, rows, page.colours.families[apply.op.family], {}, is_reused)


def _marked(
    page: _Page, id_: str, rows: list[Row], paint: Colours, style: dict[str, str], is_reused: bool
) -> str:
    if is_reused:
        rows = [*rows, ("used again", "accent")]
        style = {**style, "color": page.colours.accent, "penwidth": "2.2"}
    return node(id_, html(rows, page.colours), paint, style)


def _backward(page: _Page) -> Iterator[str]:
    for group, step in zip(page.plan.groups, page.story.steps, strict=True):
        yield from _group(page, group, step)
    for variable in page.plan.sums:
        rows = [("+", "strong"), (page.derivation.adjoint_name(variable), "small")]
        yield node(sum_id(variable), html(rows, page.colours), page.colours.plain, _SUM)
    cost = page.derivation.names[page.derivation.cost]
    seed = html([(f"δ{cost} = 1", "strong")], page.colours)
    yield node(SEED, seed, page.colours.result, _ADJOINT)
    updates = {finish.parameter: finish.update for finish in page.story.finishes}
    for result in page.plan.results:
        name = page.derivation.names[result.parameter]
        update = updates[name]
        rows = [(f"∂{cost}/∂{name}", "strong")]
        if update is not None:
            change = labels.clip(f"{name} ← {text(update.value)}", MAX_TITLE)
            rows.append((change, "small"))
        id_ = f"result_{result.parameter}"
        yield node(id_, html(rows, page.colours), page.colours.parameter, {"peripheries": "2"})
        yield f"  {{ rank=same; {quote(result.source)}; {quote(id_)} }}"
        yield edge(result.source, id_, {})


_SUM = {"shape": "ellipse", "style": "filled", "margin": "0.04,0.02"}
_ADJOINT = {"style": "filled", "fontsize": "11", "margin": "0.1,0.05"}
_SMALL = {"fontsize": "10", "margin": "0.08,0.04", "height": "0.2", "width": "0.3"}


def _group(page: _Page, group: Group, step: Explanation) -> Iterator[str]:
    """Write a box with the adjoints a step gives at its top and the nodes made for them below."""
    yield f"  subgraph {quote(f'cluster_{group.apply}')} {{"
    yield "  graph" + attr_list(
        kwargs={
            "label": "",
            "peripheries": "1",
            "style": "rounded",
            "color": page.colours.faint,
            "margin": "7",
        }
    )
    finished = {result.source for result in page.plan.results}
    style = {**_SMALL, "shape": "ellipse", "style": "filled", "color": page.colours.accent}
    lets = [(_line(equation), "small") for equation in step.lets]
    for id_, equation in zip(group.gives, step.gives, strict=True):
        rows = [*lets, (_line(equation), "strong")]
        yield node(id_, html(rows, page.colours), page.colours.result, _ADJOINT)
        lets = []
    yield f"  {{ rank=same; {'; '.join(map(quote, group.gives))} }}"
    # Finished gradients stand at the right, where nothing lies between them and their results.
    ordered = sorted(group.gives, key=lambda id_: id_ in finished)
    yield from (edge(a, b, {"style": "invis"}) for a, b in itertools.pairwise(ordered))
    for made in group.made:
        yield _made(page, made)
    for again in group.reused:
        name = labels.clip(page.derivation.names[again.variable], labels.MAX_NAME)
        yield node(again.id, html([(name, "")], page.colours), page.colours.plain, style)
    yield "  }"


def _made(page: _Page, made: Made) -> str:
    apply = page.graph.apply[made.id]
    rows: list[Row] = [(labels.op_heading(page.graph, apply), "")]
    again = f"{made.again} again" if made.again else ""
    times = f"made {made.times} times" if made.times > 1 else ""
    rows.append((", ".join(filter(None, [again, times])), "small"))
    paint = page.colours.families[apply.op.family]
    style = {**_SMALL, "style": "rounded,filled,dashed"} if again else _SMALL
    return node(made.id, html(rows, page.colours), paint, style)


def _links(page: _Page) -> Iterator[str]:
    again = {again.id for group in page.plan.groups for again in group.reused}
    for arrow in page.plan.arrows:
        style = {"dir": "back", "weight": "3"}
        if not arrow.ranked:
            style = {"dir": "back", "constraint": "false"}
        elif arrow.source in again:
            style |= {"color": page.colours.accent, "penwidth": "0.8", "arrowsize": "0.5"}
        yield edge(arrow.target, arrow.source, style)
    for group in page.plan.groups:
        apply = page.graph.apply[group.apply]
        yield from _beside(group.apply, group.foot, f"cluster_{group.apply}")
        # The group stays below whatever the op reads from, and so clear of the groups above.
        for above in dict.fromkeys(page.graph.variable[v].owner for v in apply.inputs):
            if above is not None:
                yield from (edge(above, id_, _STACKED) for id_ in group.gives)
    for variable in page.plan.sums:
        owner = page.graph.variable[variable].owner
        if owner is not None:
            yield edge(owner, sum_id(variable), _STACKED)
    yield from _beside("cost", SEED, "")


_STACKED = {"style": "invis", "weight": "0"}


def _beside(forward: str, foot: str, cluster: str) -> Iterator[str]:
    yield f"  {{ rank=same; {quote(forward)}; {quote(foot)} }}"
    style = {"style": "dotted", "arrowhead": "none", "penwidth": "1.6", "lhead": cluster}
    yield edge(forward, foot, style)
