"""Draw one step of a rewriting: the changed part of the graph, before and after.

The two stand side by side, or one below the other where there is little room to the right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from graphviz.quoting import attr_list, quote

from xorexplain.errors.escaping import encoded
from xorexplain.graph.records import Graph, Variable, is_phrase
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.select import nearest
from xorexplain.graph.views.subgraph import keep
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.render import Layout, Rendering, draw_dot
from xorexplain.render.limits import STEP_NODES
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import document, edge, statements
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.records import Edge, Group, Mark, Members, Node, Scene
from xorexplain.render.pictures.roles import ELSEWHERE
from xorexplain.render.pictures.scene import contents
from xorexplain.render.reports.document import Document, paragraph
from xorexplain.render.reports.steps import changed
from xorexplain.render.theme import theme
from xorexplain.render.writers import terminal
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.steps import ExplainedStep, names_at
from xorexplain.rewrites.trace import RewriteStep, Trace

MAX_FORMULA = 24


def draw_step(trace: Trace, told: ExplainedStep, format_: str, theme_: str = "light") -> Rendering:
    """Draw a step as png, svg or pdf, or write its DOT text."""
    look = Look(theme=theme_)
    written = step_dot(trace, told.step, look)
    if format_ == "dot":
        return Rendering(encoded(written))
    title = f"step {told.step.number}: {told.step.title}"
    why = [paragraph(told.law.sentence)] if told.law is not None else []
    words = terminal.plain(Document(title, (*changed(told), *why)))
    return draw_dot(written, format_, Layout(), title, words)


def step_dot(trace: Trace, step: RewriteStep, look: Look, is_narrow: bool = False) -> str:
    """Write a step as DOT text: two boxes, marks on the apply nodes that left and came.

    `is_narrow` puts the second box below the first, and breaks the widest words.
    """
    drawn, colours = step_scene(trace, step, look), theme(look.theme)
    if is_narrow:
        drawn = replace(drawn, members=_narrowed(drawn.members))
    sides = [group for group in drawn.groups if group.kind == "side"]
    body = [
        *_anchors(sides),
        *statements(drawn, colours),
        *(_below if is_narrow else _beside)(*sides),
    ]
    return document(drawn, colours, {"rankdir": look.direction}, body)


def step_scene(trace: Trace, step: RewriteStep, look: Look) -> Scene:
    """Return the scene of a step: the changed part before and after it, a group each."""
    marks: Mapping[str, Mark] = {
        **dict.fromkeys(step.removed, "removed"),
        **dict.fromkeys(step.added, "added"),
    }
    sides: list[Group] = []
    found: list[Edge] = []
    for title, graph in zip(("before", "after"), regions(trace, step), strict=True):
        members, edges = contents(Level(graph, look, prefix=f"{title}_", marks=marks, parts=set()))
        sides.append(Group(title, title, members, "side"))
        found += edges
    notes = (f"{step.phase} · {len(step.removed)} removed, {len(step.added)} new",)
    return Scene(f"step {step.number}: {step.title}", notes, tuple(sides), tuple(found))


def regions(trace: Trace, step: RewriteStep) -> tuple[Graph, Graph]:
    """Return the changed part of the graph before and after a step, at most STEP_NODES each.

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
        v
        if v.name or v.role == "constant"
        else replace(v, name=names.get(v.id) or _formula(graph, part, v, names))
        for v in part.variables
    )
    part = replace(part, variables=tuple(named))
    return nearest(apply_views(part, DEFAULT_VIEWS), STEP_NODES)


def _formula(graph: Graph, part: Graph, variable: Variable, names: Mapping[str, str]) -> str | None:
    """Write what a loose end without a name is computed as, where that is short."""
    owner = graph.variable[variable.id].owner
    if owner is None or owner in part.apply:
        return None
    written = text(simplify(express(graph, variable.id, dict(names), (variable.id,))))
    if len(written) > MAX_FORMULA:
        return None
    return f"({written})" if is_phrase(written) else written


def _narrowed(members: Members) -> Members:
    """Say in two lines that a node is computed elsewhere: its frame is wider than its words."""
    found: list[Node | Group] = []
    for member in members:
        if isinstance(member, Group):
            found.append(replace(member, members=_narrowed(member.members)))
            continue
        told = [
            replace(line, text=word)
            for line in member.lines
            for word in (line.text.split() if line.text == ELSEWHERE else [line.text])
        ]
        found.append(replace(member, lines=tuple(told)))
    return tuple(found)


def _anchors(sides: Sequence[Group]) -> Iterator[str]:
    """Write a node into each box that is not seen; Graphviz wants them to be first in there."""
    point = {"shape": "point", "style": "invis", "width": "0.01", "height": "0.01"}
    for side in sides:
        node = f"{quote(_anchor(side))}{attr_list(kwargs=point)}"
        yield f"  subgraph {quote('cluster_' + side.id)} {{ {node} }}"


def _beside(first: Group, second: Group) -> Iterator[str]:
    """Keep two boxes side by side, the first at the left."""
    yield f"  {{ rank=same; {quote(_anchor(first))}; {quote(_anchor(second))} }}"
    yield edge(_anchor(first), _anchor(second), {"style": "invis"})


def _below(first: Group, second: Group) -> Iterator[str]:
    """Keep the second box below all of the first."""
    for member in first.members:
        yield edge(member.id, _anchor(second), {"style": "invis", "weight": "0"})
    for member in second.members:
        yield edge(_anchor(second), member.id, {"style": "invis", "weight": "0"})


def _anchor(side: Group) -> str:
    return f"{side.id}_anchor"
