"""Turn a graph into the scene of its picture, once for every format that draws it.

Node ids are those of the graph: `v3` for a variable, `n7` for an apply node, `r0` for a result;
those of an inner graph stand behind the id of the apply node that carries it, `n7_v0`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.fold_repeats import REPEAT
from xorexplain.graph.views.inner import fed_inside
from xorexplain.graph.views.parts import PART
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.node_ids import with_ids
from xorexplain.render.pictures.records import Edge, EdgeKind, Group, Mark, Members, Node, Scene
from xorexplain.render.pictures.scene_nodes import (
    apply_node,
    given,
    result_node,
    variable_node,
)

NO_BOXES: Mapping[str, Level] = {}


def scene(
    graph: Graph, look: Look, names: Mapping[str, str] | None = None, boxes: bool = True
) -> Scene:
    """Return the whole picture of a graph.

    `names` call its variables, where they are not to have the user's own names alone; `boxes` says
    whether inner graphs are drawn in it.
    """
    marks: dict[str, Mark] = dict.fromkeys(graph.backward, "backward")
    level = Level(graph, look, names, boxes, marks=marks, parts=set())
    notes = (labels.subtitle(graph, len(level.unsaid)), *map(labels.note, look.notes))
    members, found = contents(level)
    return Scene(
        labels.title(graph.origin), notes, with_ids(members) if look.ids else members, found
    )


def contents(level: Level) -> tuple[Members, tuple[Edge, ...]]:
    """Return nodes and groups, what is given first and the results last, and the edges."""
    boxes = {
        a.id: inner for a in level.graph.applies if (inner := level.drawn_inside(a)) is not None
    }
    drawn = [apply for apply in level.graph.applies if level.is_drawn(apply)]
    # Ops nest in ops a few times at most, however large a graph is.
    inside = {id_: contents(inner) for id_, inner in boxes.items()}
    members: list[Node | Group] = [variable_node(level, variable) for variable in given(level)]
    for apply in drawn:
        if apply.id in inside:
            title = level.inside_title(apply)
            members.append(Group(level.prefix + apply.id, title, inside[apply.id][0]))
        members.append(apply_node(level, apply))
    if not level.look.raw:
        members += [result_node(level, o, position) for position, o in level.drawn_results()]
    between = [edge for _, found in inside.values() for edge in found]
    return tuple(members), (*between, *edges(level, boxes))


def edges(level: Level, boxes: Mapping[str, Level] = NO_BOXES) -> Iterator[Edge]:
    """Yield the edges of a graph, each argument's in its place; `boxes` are those that are drawn.

    They lead to loose ends from what these are computed from, to apply nodes, and to results.
    """
    graph, raw = level.graph, level.look.raw
    for variable in graph.variables:
        for start in labels.hidden_sources(graph, variable.id):
            end = level.prefix + variable.id
            yield Edge(level.source(start), end, "", start, kind="hidden")
    for apply in filter(level.is_drawn, graph.applies):
        yield from _argument_edges(level, apply, boxes.get(apply.id))
        for id_ in apply.outputs if raw else ():
            yield Edge(level.prefix + apply.id, level.prefix + id_, labels.carried(graph, id_), id_)
    for position, output in () if raw else level.drawn_results():
        if not graph.variable[output.variable].folded:
            label = level.output_words(output.variable)
            label = "" if label == output.label else label
            end = f"{level.prefix}r{position}"
            yield Edge(level.source(output.variable), end, label, output.variable)


def _argument_edges(level: Level, apply: Apply, box: Level | None) -> Iterator[Edge]:
    """Yield the edges to an apply node: the results of its box, and its arguments.

    An argument leads to the inputs of the box that it feeds, or to the node where it feeds none.
    """
    graph, id_, raw = level.graph, level.prefix + apply.id, level.look.raw
    led: set[tuple[str, str]] = set()
    for end, output in zip(box.results(), box.graph.outputs, strict=True) if box else ():
        yield Edge(end, id_, "", output.variable, kind="box")
    for position, variable in enumerate(apply.inputs):
        if graph.variable[variable].folded or is_said_by_name(graph, apply, variable):
            continue
        kind = treatment(apply, position)
        is_said = raw or level.names_outputs(apply, variable)
        carried = "" if is_said else level.output_words(variable)
        number = level.edge_words(apply, position)
        fed = fed_inside(graph, apply, position) if box else []
        ends = [box.prefix + v for v in fed if v in box.graph.variable] if box else []
        for end in ends or [id_]:
            found = "box" if box and kind == "plain" else kind
            source = level.source(variable)
            # What a part reads of another is one edge.
            if apply.op.kind != PART or (source, end) not in led:
                yield Edge(source, end, carried, variable, position, found, number)
            led.add((source, end))


def is_said_by_name(graph: Graph, apply: Apply, variable: str) -> bool:
    """Tell whether equal updates name a variable as one of theirs, and something else reads it."""
    is_update = apply.op.kind == REPEAT and (apply.op.param("name") or "").startswith("×")
    is_kept = graph.variable[variable].role == "shared"
    return is_update and is_kept and len(graph.clients[variable]) > 1


def treatment(apply: Apply, position: int) -> EdgeKind:
    """Tell whether an op overwrites an argument, or gives a view of it."""
    if any(position in positions for _, positions in apply.destroy_map):
        return "in place"
    return "view" if any(position in positions for _, positions in apply.view_map) else "plain"
