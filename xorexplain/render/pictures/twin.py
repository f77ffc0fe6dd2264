"""Draw the forward graph and its gradient side by side, so that each op stands beside its rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphviz.quoting import attr_list, quote

from xorexplain.errors.escaping import encoded
from xorexplain.gradients.explain import tell
from xorexplain.gradients.records import Derivation
from xorexplain.render import Layout, Rendering, draw_dot
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, twin_nodes
from xorexplain.render.pictures.dot_nodes import edge, html, node
from xorexplain.render.pictures.legend import cell, family_cells, head, line_colours
from xorexplain.render.pictures.sheet import sheet
from xorexplain.render.pictures.twin_nodes import COST, Page
from xorexplain.render.pictures.twin_plan import SEED, plan, sum_id
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers import terminal

MAX_OPEN = 30
"""With more steps than this, each step is drawn as one node."""
MAX_DESCRIBED = 100
"""Pictures of up to this many steps carry the whole derivation as a description."""


def draw_twin(derivation: Derivation, format_: str, theme: str) -> Rendering:
    """Draw a derivation as png, svg or pdf, or write its DOT text."""
    written = twin_dot(derivation, Look(theme=theme))
    if format_ == "dot":
        return Rendering(encoded(written))
    title = labels.title(derivation.graph)
    is_small = len(derivation.steps) <= MAX_DESCRIBED
    words = terminal.plain(gradient(tell(derivation))) if is_small else title
    return draw_dot(written, format_, Layout(), title, words)


def twin_dot(derivation: Derivation, look: Look) -> str:
    """Write the forward graph at the left and its gradient at the right as DOT text.

    The forward part flows down, the backward part up; the group of nodes that an op's rule made
    stands in the rank of the op.
    """
    is_open = len(derivation.steps) <= MAX_OPEN
    page = Page(derivation, look, tell(derivation), plan(derivation, is_open))
    options = {"newrank": "true", "compound": "true", "nodesep": "0.22", "ranksep": "0.26"}
    lines = [
        "digraph twin {",
        *sheet(_head(page), page.colours, options),
        *_titles(page),
        *_side(page, "forward", _forward(page)),
        *_side(page, "backward", _backward(page)),
        *_links(page),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _head(page: Page) -> str:
    colours, derivation = page.colours, page.derivation
    made = [made for group in page.plan.groups for made in group.made]
    shown = [*page.forward, *(page.graph.apply[m.id] for m in made)]
    drawn = replace(page.graph, applies=tuple(shown), whole=len(derivation.together))
    notes = [
        f"{labels.subtitle(drawn)}, the cost's and the gradient's",
        f"δx is the adjoint of x, ∂{page.name(derivation.cost)}/∂x",
    ]
    line, accent = (line_colours(colours, c) for c in (colours.faint, colours.accent))
    marks = [cell("dotted line: an op and what T.grad made for it", line)]
    if page.plan.reused:
        marks.append(cell("used again: a forward value that the gradient reads", accent))
    if page.plan.is_open and any(m.again for m in made):
        marks.append(cell("cut corners: a forward value computed again", line))
    rows = [family_cells(drawn, colours), marks] if page.look.legend else []
    return head(labels.title(derivation.graph), notes, rows, colours)


def _titles(page: Page) -> Iterator[str]:
    """Write a title above each side, led to its topmost nodes.

    Edges in one rank order nodes but not clusters. The titles, in no cluster, hold their order, and
    hold the sides below them by the crossings that swapping would make.
    """
    titles = {
        "forward": "forward: from the inputs down to the cost",
        "backward": "backward: from the cost up to the gradients",
    }
    for name, words in titles.items():
        label = html([(words, "small")], page.colours)
        yield node(f"title_{name}", label, page.colours.plain, {"shape": "plain", "style": ""})
    yield "  { rank=min; title_forward; title_backward }"
    yield edge("title_forward", "title_backward", _HIDDEN)
    for name, ids in _tops(page).items():
        yield from (edge(f"title_{name}", id_, _HIDDEN) for id_ in ids)


def _tops(page: Page) -> dict[str, list[str]]:
    """Name the nodes that stand first at the left, and those beside them at the right."""
    variable = page.graph.variable
    first = [a for a in page.forward if all(variable[v].owner is None for v in a.inputs)]
    read = dict.fromkeys(v for apply in first for v in apply.inputs if not variable[v].folded)
    gives = {group.apply: group.gives for group in page.plan.groups}
    beside = [id_ for apply in first for id_ in gives.get(apply.id, ())]
    return {
        "forward": list(read) or [apply.id for apply in first],
        "backward": beside or list(page.plan.groups[-1].gives),
    }


_HIDDEN = {"style": "invis"}


def _side(page: Page, name: str, body: Iterator[str]) -> Iterator[str]:
    """Keep the nodes of one side together; a closed plan is narrow enough by itself."""
    if not page.plan.is_open:
        yield from body
        return
    yield f"  subgraph cluster_{name} {{"
    yield f"  graph{attr_list(kwargs={'label': '', 'peripheries': '0'})}"
    yield from body
    yield "  }"


def _forward(page: Page) -> Iterator[str]:
    yield from (twin_nodes.given(page, variable) for variable in page.given)
    for apply in page.forward:
        yield twin_nodes.forward_op(page, apply)
        for id_ in dict.fromkeys(apply.inputs):
            variable = page.graph.variable[id_]
            if not variable.folded:
                weight = "4" if variable.owner else "2"
                yield edge(variable.owner or id_, apply.id, {"weight": weight})
    yield twin_nodes.cost(page)
    last = page.graph.variable[page.derivation.cost]
    yield edge(last.owner or last.id, COST, {"weight": "4"})


def _backward(page: Page) -> Iterator[str]:
    for group, step in zip(page.plan.groups, page.story.steps, strict=True):
        if page.plan.is_open:
            yield from twin_nodes.open_group(page, group, step)
        else:
            yield twin_nodes.closed_group(page, group, step)
    yield from (twin_nodes.total(page, variable) for variable in page.plan.sums)
    yield twin_nodes.seed(page)


def _links(page: Page) -> Iterator[str]:
    """Write the edges of the backward part, and those that set it beside the forward part.

    An arrow up is written from its head to its tail, since Graphviz ranks tails higher.
    """
    again = {again.id for group in page.plan.groups for again in group.reused}
    for arrow in page.plan.arrows:
        style = {"dir": "back"}
        style |= {"weight": "3"} if arrow.ranked else {"constraint": "false"}
        if arrow.source in again:
            style |= {"color": page.colours.accent, "penwidth": "0.8", "arrowsize": "0.5"}
        yield edge(arrow.target, arrow.source, style)
    for group in page.plan.groups:
        cluster = f"cluster_{group.apply}" if page.plan.is_open else ""
        yield from _beside(page, group.apply, group.foot, cluster)
        if page.plan.is_open:
            # What it reads from stays above the whole group, and so do the groups up there.
            for id_ in group.gives:
                inputs = page.graph.apply[group.apply].inputs
                yield from _above({page.graph.variable[v].owner for v in inputs}, id_)
    for variable in page.plan.sums:
        yield from _above({page.graph.variable[variable].owner}, sum_id(variable))
    yield from _beside(page, COST, SEED, "")


def _above(forward: set[str | None], target: str) -> Iterator[str]:
    for owner in sorted(filter(None, forward)):
        yield edge(owner, target, {"style": "invis", "weight": "0"})


def _beside(page: Page, forward: str, foot: str, cluster: str) -> Iterator[str]:
    yield f"  {{ rank=same; {quote(forward)}; {quote(foot)} }}"
    style = {"style": "dotted", "arrowhead": "none", "penwidth": "1.6", "lhead": cluster}
    yield edge(forward, foot, {**style, "color": page.colours.faint})
