"""Place inner graphs inside the picture of the graph around them, for every drawn format."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Apply
from xorexplain.graph.views.inner import fed_inside, is_drawn, opened
from xorexplain.render.pictures.dot_nodes import Page
from xorexplain.render.pictures.formulas import values_inside


def inside(page: Page, apply: Apply) -> Page | None:
    """Return what to draw of an inner graph that is small enough."""
    inner = opened(page.graph, apply, page.look.raw)
    if inner is None or not is_drawn(page.graph, apply):
        return None
    return replace(
        page,
        graph=inner,
        prefix=f"{page.prefix}{apply.id}_",
        values=values_inside(page.graph, apply),
    )


def source(page: Page, variable: str) -> str:
    """Return the node an edge comes from: the variable's own, or that of its apply node."""
    owner = None if page.look.raw else page.graph.variable[variable].owner
    return page.prefix + (owner or variable)


def targets(page: Page, apply: Apply, position: int, part: Page | None) -> list[str]:
    """Return the inner inputs an argument feeds, or the op's own node where it feeds none."""
    fed: list[str] = []
    if part is not None:
        drawn = part.graph.variable
        fed = [part.prefix + v for v in fed_inside(page.graph, apply, position) if v in drawn]
    return fed or [page.prefix + apply.id]


def results_inside(part: Page) -> list[str]:
    """Return the nodes that stand for the results of an inner graph."""
    if part.look.raw:
        return [part.prefix + output.variable for output in part.graph.outputs]
    return [f"{part.prefix}r{position}" for position, _ in enumerate(part.graph.outputs)]
