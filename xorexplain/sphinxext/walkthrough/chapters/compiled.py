"""Tell what runs in the end: the order of the nodes, and where they write."""

from __future__ import annotations

from xorexplain.graph.records import Apply, Graph, Output
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.targets import FUNCTION
from xorexplain.render.look import Look
from xorexplain.render.pictures.labels import op_words, variable_name
from xorexplain.render.pictures.scene_nodes import Level
from xorexplain.render.writers.marks import (
    bullets,
    code,
    count,
    heading,
    listed,
    paragraphs,
    table,
)
from xorexplain.sphinxext.walkthrough.chapters.network import left_out
from xorexplain.sphinxext.walkthrough.material import Material, default_function
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw

MAX_ROWS = 60
MAX_ARGUMENTS = 6


def page(material: Material) -> Page:
    """Write the page on the compiled function."""
    graph = material.compiled
    assert graph is not None
    drawn = draw(
        graph, "compiled", f"The compiled function of {material.title}.", material.settings.budget
    )
    function = default_function(material.model)
    return Page(
        "compiled",
        "What really runs",
        f"{count(len(graph.applies), 'apply node')}, in order, with their memory.",
        paragraphs(
            _opening(material, graph, function),
            heading("In order", 1),
            "One call of the function runs these, from top to bottom. A number in a column stands "
            "for the result of that row"
            + (
                ", with the position behind it where a row gives several."
                if any(len(apply.outputs) > 1 for apply in graph.applies)
                else "."
            ),
            _order(material, graph),
            *_memory(graph),
            *_inner(graph),
            heading("As a graph", 1),
            drawn.rst,
            left_out(drawn, graph),
        ),
        drawn.files,
    )


def _opening(material: Material, graph: Graph, function: str) -> str:
    engine = material.engine.title
    what = "the function you brought along" if function == FUNCTION else code(function)
    since = (
        f"{material.since('compiled')}: the graph is the same, but it has an order now, and every "
        "result has a place in memory."
        if "rewrites" in material.pages
        else "The graph has an order, and every result has a place in memory."
    )
    return paragraphs(
        f"Look at the order and at what is written where. This is {what} as {engine} runs it: "
        f"{count(len(graph.applies), 'apply node')}, {material.kinds(graph.applies)}."
        if graph.applies
        else f"There is nothing to run: {what} returns values it was given.",
        since + " A graph only says what depends on what; to run it, somebody has to decide what "
        "comes first, and which arrays may be thrown away or written over.",
    )


def _order(material: Material, graph: Graph) -> str:
    results = {o.variable: o for o in graph.outputs}
    numbers = {a.id: position for position, a in enumerate(graph.applies, 1)}
    rows = []
    for apply in graph.applies[:MAX_ROWS]:
        given = [_argument(graph, numbers, v) for v in apply.inputs[:MAX_ARGUMENTS]]
        given += ["…"] * (len(apply.inputs) > MAX_ARGUMENTS)
        gives = [_result(graph, results[v]) for v in apply.outputs if v in results]
        rows.append(
            [
                str(numbers[apply.id]),
                material.op(apply.op.kind, op_words(apply)),
                ", ".join(given),
                _where(graph, apply),
                ", ".join(gives),
            ]
        )
    more = len(graph.applies) - MAX_ROWS
    return paragraphs(
        table(["", "Op", "On", "Writes over", "Gives"], rows, "6 20 34 20 20"),
        f"and {more} more." if more > 0 else "",
    )


def _result(graph: Graph, output: Output) -> str:
    """Name a result: what the function returns, or what it keeps for the next call."""
    if output.updates is not None:
        return f"the next {code(variable_name(graph.variable[output.updates]))}"
    return code(output.label or "the result")


def _argument(graph: Graph, numbers: dict[str, int], variable: str) -> str:
    """Name a given value, or the row that computes an argument."""
    owner = graph.owner(variable)
    if owner is None:
        return code(variable_name(graph.variable[variable]))
    position = f" ({owner.outputs.index(variable)})" if len(owner.outputs) > 1 else ""
    return f"{numbers[owner.id]}{position}"


def _where(graph: Graph, apply: Apply) -> str:
    places = sorted({p for _, destroyed in apply.destroy_map for p in destroyed})
    numbers = {a.id: position for position, a in enumerate(graph.applies, 1)}
    return ", ".join(_argument(graph, numbers, apply.inputs[p]) for p in places)


def _memory(graph: Graph) -> list[str]:
    destroying = [apply for apply in graph.applies if apply.destroy_map]
    viewing = [apply for apply in graph.applies if apply.view_map]
    if not destroying and not viewing:
        return []
    lines = []
    if destroying:
        updated = {o.variable: o.updates for o in graph.outputs if o.updates}
        own = [
            graph.variable[updated[v]].name or "?"
            for apply in destroying
            for v in apply.outputs
            if v in updated
        ]
        line = (
            f"{count(len(destroying), 'op')} {'works' if len(destroying) == 1 else 'work'} *in "
            "place*: the result is written over an argument that nobody reads any more, so no new "
            "array is needed."
        )
        if own:
            line += f" That is how {listed([code(one) for one in own[:6]])} get new values."
        lines.append(line)
    if viewing:
        lines.append(
            f"{count(len(viewing), 'op')} {'gives' if len(viewing) == 1 else 'give'} a *view*: the "
            "same memory, read in another way, as a transpose does in NumPy."
        )
    return [heading("Memory", 1), bullets(lines)]


def fused_lines(level: Level, apply: Apply) -> list[str]:
    """Write what a fused op does, in the names of the picture."""
    graph = level.graph
    return level.formula_lines(graph.apply[apply.id]) if apply.id in graph.apply else []


def _inner(graph: Graph) -> list[str]:
    rows = []
    level = Level(apply_views(graph, DEFAULT_VIEWS), Look())
    for position, apply in enumerate(graph.applies[:MAX_ROWS], 1):
        lines = fused_lines(level, apply)
        if lines:
            rows.append([str(position), "; ".join(code(line) for line in lines[:6])])
    if not rows:
        return []
    return [
        heading("Inside the fused ops", 1),
        "A fused op reads each element once and does all its work on it before it takes the next. "
        "Here is what, in the names of the picture.",
        table(["", "For each element"], rows, "8 92"),
    ]
