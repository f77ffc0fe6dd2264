"""Draw one step of a rewriting: the changed part of the graph, before and after, side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from graphviz.quoting import attr_list, quote

from xorexplain.errors.escaping import encoded
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.select import nearest
from xorexplain.graph.views.subgraph import keep
from xorexplain.render import Layout, Rendering, draw_dot
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import body
from xorexplain.render.pictures.dot_nodes import Mark, Page, edge, html
from xorexplain.render.pictures.legend import cell, family_cells, head, line_colours, mark_cells
from xorexplain.render.pictures.sheet import sheet
from xorexplain.render.reports.steps import plain_step
from xorexplain.render.theme import Theme, theme
from xorexplain.rewrites.records import RewriteStep, Trace
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.steps import Told, names_at

MAX_NODES = 40
"""Of a larger change, the nodes nearest to its results are drawn."""


def draw_step(trace: Trace, told: Told, format_: str, theme_: str = "light") -> Rendering:
    """Draw a step as png, svg or pdf, or write its DOT text."""
    look = Look(theme=theme_)
    written = step_dot(trace, told.step, look)
    if format_ == "dot":
        return Rendering(encoded(written))
    title = f"step {told.step.number}: {told.step.title}"
    return draw_dot(written, format_, Layout(), title, plain_step(told))


def step_dot(trace: Trace, step: RewriteStep, look: Look) -> str:
    """Write a step as DOT text: two boxes, marks on the apply nodes that left and came."""
    colours = theme(look.theme)
    before, after = regions(trace, step)
    gone = dict.fromkeys(step.removed, Mark("−", colours.removed))
    new = dict.fromkeys(step.added, Mark("+", colours.added))
    pages = [
        Page(before, look, colours, "before_", gone),
        Page(after, look, colours, "after_", new),
    ]
    lines = [
        "digraph step {",
        *sheet(_head(trace, step, before, after, colours), colours, {"rankdir": look.direction}),
        *_box(pages[0], "before"),
        *_box(pages[1], "after"),
        *_beside(pages),
        "}",
    ]
    return "\n".join(lines) + "\n"


def regions(trace: Trace, step: RewriteStep) -> tuple[Graph, Graph]:
    """Return the changed part of the graph before and after a step, at most MAX_NODES each.

    It holds the apply nodes that left or came, and those that read what was replaced.
    """
    before = state_at(trace, step.number - 1).graph
    after = state_at(trace, step.number).graph
    readers = {edit.apply for edit in step.edits if edit.apply is not None}
    replaced = {v for edit in step.edits for v in (edit.old, edit.new)}
    owners = {owner.id for v in replaced if (owner := trace.universe.owner(v)) is not None}
    names = names_at(trace, step.number)
    return (
        _region(before, {*step.removed, *readers, *owners}, replaced, names),
        _region(after, {*step.added, *readers, *owners}, replaced, names),
    )


def _region(
    graph: Graph, applies: Collection[str], variables: Collection[str], names: Mapping[str, str]
) -> Graph:
    known = {v.id for v in graph.variables}
    part = keep(graph, applies, [v for v in variables if v in known])
    named = (
        v if v.name or v.role == "constant" else replace(v, name=names.get(v.id))
        for v in part.variables
    )
    part = replace(part, variables=tuple(named))
    return nearest(apply_views(part, DEFAULT_VIEWS), MAX_NODES)


def _head(trace: Trace, step: RewriteStep, before: Graph, after: Graph, colours: Theme) -> str:
    notes = [f"{step.phase} · {len(step.removed)} left, {len(step.added)} came"]
    both = replace(before, applies=(*before.applies, *after.applies))
    marks = [
        cell("− left", line_colours(colours, colours.removed)),
        cell("+ came", line_colours(colours, colours.added)),
        *mark_cells(before, colours),
        *mark_cells(after, colours),
    ]
    return head(
        f"step {step.number}: {step.title}",
        notes,
        [family_cells(both, colours), list(dict.fromkeys(marks))],
        colours,
    )


def _box(page: Page, title: str) -> Iterator[str]:
    yield f"  subgraph {quote('cluster_' + title)} {{"
    yield "  graph" + attr_list(
        kwargs={
            "label": html([(title, "strong")], page.colours),
            "labeljust": "l",
            "style": "rounded",
            "color": page.colours.faint,
            "fontcolor": page.colours.faint,
            "margin": "14",
        },
    )
    anchor = f"{page.prefix}anchor"
    yield f"  {quote(anchor)}" + attr_list(
        kwargs={"shape": "point", "style": "invis", "width": "0.01", "height": "0.01"}
    )
    yield from body(page)
    yield "  }"


def _beside(pages: list[Page]) -> Iterator[str]:
    """Keep the two boxes side by side, the first at the left."""
    first, second = (f"{page.prefix}anchor" for page in pages)
    yield f"  {{ rank=same; {quote(first)}; {quote(second)} }}"
    yield edge(first, second, {"style": "invis"})
