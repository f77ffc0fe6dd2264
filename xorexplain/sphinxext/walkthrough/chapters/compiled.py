"""Tell what runs in the end: each apply node with its formula, and where it writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xorexplain.graph.lifetimes import Lifetimes, overwritten
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, Output
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.modes import in_mode
from xorexplain.models.targets import FUNCTION
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import op_words, variable_name
from xorexplain.render.writers.marks import (
    code,
    count,
    heading,
    is_short,
    listed,
    math,
    paragraphs,
    table,
)
from xorexplain.sphinxext.walkthrough.arrays import strips_of
from xorexplain.sphinxext.walkthrough.chapters.data import shape_words
from xorexplain.sphinxext.walkthrough.chapters.network import left_out
from xorexplain.sphinxext.walkthrough.costs import work_of
from xorexplain.sphinxext.walkthrough.episode_tables import called, readers_words
from xorexplain.sphinxext.walkthrough.material import Material, default_function
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw

MAX_ROWS = 60
MAX_ARGUMENTS = 6
_BACKENDS = {
    "numba": "by Numba: the nodes are written as one Python function, which Numba compiles to "
    "machine code at the first call. So a call does not go back to Python between the nodes, and "
    "none has a time of its own",
    "cvm": "by a C compiler: each node is a piece of C code, compiled once and kept on disk, and a "
    "loop in C (the virtual machine, ``cvm``) calls them in order",
    "c|py": "by a C compiler where an op has C code, in Python where it has none",
    "c": "by a C compiler: all nodes are one piece of C code",
    "vm": "by a virtual machine in Python, which calls each node in order",
    "py": "in Python: each node is a call of NumPy",
    "jax": "by JAX, which compiles the whole function when it is first called",
}


def page(material: Material) -> Page:
    """Write the page on the compiled function."""
    graph = material.compiled
    assert graph is not None
    graph = infer_shapes(graph)
    drawn = draw(
        graph, "compiled", f"The compiled function of {material.title}.", material.settings.budget
    )
    function = default_function(material.subject)
    lives = Lifetimes(graph)
    strips, files = strips_of(material, lives)
    return Page(
        "compiled",
        "What really runs",
        f"{count(len(graph.applies), 'apply node')}, in order, with their memory.",
        paragraphs(
            _opening(material, graph, function),
            ".. index:: ! operations, ! memory, ! bytes, ! Numba",
            _backend(material, graph),
            heading("In order", 1),
            *_order(material, lives),
            *work_of(material, lives),
            *strips,
            heading("As a graph", 1),
            _which_result(graph),
            drawn.rst,
            left_out(drawn, graph, material, "compiled"),
        ),
        {**drawn.files, **files},
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
        since + " A graph alone says what depends on what, no more.",
    )


def _backend(material: Material, graph: Graph) -> str:
    """Say what makes machine code of the nodes, and why that."""
    if not graph.applies:
        return ""
    with in_mode(material.engine, material.model):
        setup = material.engine.setup()
    words = _BACKENDS.get(setup.linker)
    if words is None or material.model.function is not None:
        return ""
    return (
        f"It is run {words}. That is what {material.engine.title} chooses here: its linker "
        f"{code(setup.linker)}. A setting called ``mode``{_named(setup.mode)} chooses the linker, "
        "and which rewrites take part."
    )


def _named(mode: str) -> str:
    """Say which mode it is; the default one and one that a user made are called as their class."""
    return "" if mode == "Mode" else f", here {code(mode)},"


def _which_result(graph: Graph) -> str:
    """Say what stands at an arrow from a node of several results."""
    read = {v for apply in graph.applies for v in apply.inputs}
    if not any(len(a.outputs) > 1 and read.intersection(a.outputs) for a in graph.applies):
        return ""
    return "Arrows from a node of several results name theirs, then the argument."


def _order(material: Material, lives: Lifetimes) -> Iterator[str]:
    graph = lives.graph
    if not graph.applies:
        return
    names = intermediate_names(graph)
    results = {o.variable: o for o in graph.outputs}
    yield (
        "One call runs these apply nodes from top to bottom; the number of a node is its place. "
        "A node that writes over an argument needs no new array; whoever needs the old value has "
        "to have read it before."
    )
    rows = [
        [
            str(lives.row[apply.id]),
            _results(material, graph, names, apply, results),
            _formula(material, lives, names, apply),
            material.op(apply.op.kind, op_words(apply)),
            _over(material, lives, names, apply),
        ]
        for apply in graph.applies[:MAX_ROWS]
    ]
    header = ["Node", "Computes", "As", "Op", "Writes over"]
    yield table(header, rows, "8 21 33 14 24")
    more = len(graph.applies) - MAX_ROWS
    if more > 0:
        yield f"and {more} more."
    yield _once(lives)
    yield _memory_words(graph)


def _number(graph: Graph, kind: str) -> int:
    """Count the apply nodes of a kind, inside fused ops too."""
    inner = [graph.inner[a.inner] for a in graph.applies if a.inner is not None]
    return sum(a.op.kind == kind for a in graph.applies) + sum(_number(g, kind) for g in inner)


def _once(lives: Lifetimes) -> str:
    """Say that a fused loop computes once what its formula names more often."""
    graph = lives.graph
    names = intermediate_names(graph)
    for apply in graph.applies:
        if apply.inner is None or not has(apply.op.kind, "fused"):
            continue
        told = [simplify(express(graph, v, dict(names), (v,))) for v in apply.outputs]
        written = " ".join(map(text, told)).count("σ(")
        if written > 1 and _number(graph.inner[apply.inner], "sigmoid") == 1:
            return (
                f"A formula is longer than what is computed: σ stands {count(written, 'time')} in "
                f"what node {lives.row[apply.id]} computes, always of the same. A fused op "
                "computes it once for each element, and uses it again."
            )
    return ""


def _results(
    material: Material,
    graph: Graph,
    names: Mapping[str, str],
    apply: Apply,
    results: Mapping[str, Output],
) -> str:
    """Name what a node computes with its shape, and what it is for outside."""
    told = []
    for variable in apply.outputs[:4]:
        words = called(material, graph, names, variable)
        shape = shape_words(graph.variable[variable])
        told.append(f"{words}, {shape}" if shape else words)
        if variable in results:
            told[-1] += f" ({_use(graph, results[variable])})"
    return "; ".join(told)


def _use(graph: Graph, output: Output) -> str:
    """Say what a result is: what the function returns, or what it keeps for the next call."""
    if output.updates is not None:
        return f"the next {code(variable_name(graph.variable[output.updates]))}"
    return "returned"


def _formula(material: Material, lives: Lifetimes, names: Mapping[str, str], apply: Apply) -> str:
    """Write what a node computes, or else on what; of a view, what it is a view of."""
    graph = lives.graph
    told: list[str] = []
    for variable in apply.outputs[:4]:
        value = simplify(express(graph, variable, dict(names), (variable,)))
        if not is_short(value):
            told = []
            break
        told.append(math(value))
    if not told:
        given = [_argument(material, lives, names, v) for v in apply.inputs[:MAX_ARGUMENTS]]
        given += ["…"] * (len(apply.inputs) > MAX_ARGUMENTS)
        told = [f"of {', '.join(given)}"]
    return "; ".join(told) + (" (a view)" if apply.view_map else "")


def _argument(material: Material, lives: Lifetimes, names: Mapping[str, str], variable: str) -> str:
    owner = lives.graph.owner(variable)
    if owner is None or variable in names:
        return called(material, lives.graph, names, variable)
    return f"node {lives.row[owner.id]}"


def _over(material: Material, lives: Lifetimes, names: Mapping[str, str], apply: Apply) -> str:
    told = []
    for variable in overwritten(apply)[:2]:
        readers = readers_words(material, lives, names, apply, variable)
        who = f"read last by {readers}" if readers else "read by this node alone"
        told.append(f"{called(material, lives.graph, names, variable)}, {who}")
    return "; ".join(told)


def _memory_words(graph: Graph) -> str:
    destroying = [apply for apply in graph.applies if apply.destroy_map]
    viewing = [apply for apply in graph.applies if apply.view_map]
    parts = []
    if destroying:
        verb = "works" if len(destroying) == 1 else "work"
        parts.append(f"{count(len(destroying), 'node')} {verb} *in place*.")
        updated = {o.variable: o.updates for o in graph.outputs if o.updates}
        own = [
            graph.variable[updated[v]].name or "?"
            for apply in destroying
            for v in apply.outputs
            if v in updated
        ]
        if own:
            names = listed([code(one) for one in own[:6]])
            parts.append(f"So no array is made for the new {names}.")
    if viewing:
        verb = "gives" if len(viewing) == 1 else "give"
        parts.append(
            f"{count(len(viewing), 'node')} {verb} a *view*: the same memory, read in another way, "
            "as a transpose does in NumPy."
        )
    return " ".join(parts)
