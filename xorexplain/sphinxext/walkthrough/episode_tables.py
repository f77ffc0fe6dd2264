"""Tell what an episode did to arrays: its numbers, what fusion ate, what is written over whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy

from xorexplain.errors import NotComputableError, XorexplainError
from xorexplain.graph.difference import Unknown, difference
from xorexplain.graph.lifetimes import Lifetimes, bytes_of, overwritten
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.naming import names_in
from xorexplain.models.samples import own_value, sample_values
from xorexplain.notation.evaluate import evaluate
from xorexplain.render.pictures.labels import variable_name
from xorexplain.render.reports.step_rows import leading
from xorexplain.render.writers.marks import escape, heading, listed, math, name, table
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.states import Values
from xorexplain.rewrites.steps import Replacement, names_at
from xorexplain.sphinxext.walkthrough.episodes import Told
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.renaming import written_name
from xorexplain.sphinxext.walkthrough.values import Array, numbers, short

MAX_START = 150
"""Of larger functions no values are computed here."""
MAX_ROWS = 12
MAX_ELEMENTS = 6
MAX_READERS = 4
HOW_IT_KNOWS = (
    "An op that writes over an input says so in its *destroy map*, and one that gives a view in "
    "its *view map*. With these and the *clients* of each variable, the apply nodes that read it, "
    "the engine knows all readers of an array, also of its views. It rules out constants, "
    "results, what is given and has no update, and what another node writes over already. The "
    "inputs that are left it tries in their order: the op is put in place, and every other reader "
    "of the array has to run before it. If all nodes can be put in such an order, the op stays in "
    "place; if not, that is taken back. A matrix product writes over no factor: "
    "each element reads a whole row and column."
)


def computed(material: Material, told: Replacement) -> Iterator[str]:
    """Compute both sides of a replacement with NumPy, each from the values as written."""
    if told.is_alike:
        return
    known = _start_values(material)
    try:
        with numpy.errstate(all="ignore"):
            before, after = (numbers(evaluate(side, known)) for side in (told.before, told.after))
    except (NotComputableError, ValueError):
        return
    if before is None or after is None or not before.size:
        return
    rows = [
        ["before", math(told.before), _row(before)],
        ["after", math(told.after), _row(after)],
    ]
    gap = difference(before, after)
    yield heading("Its numbers", 1)
    yield table(["", "Formula", _whose(material, before)], rows, "14 46 40")
    yield (
        "Computed with NumPy from the values at the start, both are equal to the last digit."
        if not gap.absolute
        else f"Both were computed with NumPy from the values at the start; they differ by "
        f"{short(gap.absolute)}, which is rounding."
        if gap.fits(1e-9)
        else f"Both were computed with NumPy from the values at the start; they differ by "
        f"{short(gap.absolute)}."
    )


def _whose(material: Material, value: Array) -> str:
    if value.size <= MAX_ELEMENTS:
        return "All elements"
    return "Case 1" if value.ndim > 1 and value.shape[-1] > 1 else "The first elements"


def _row(value: Array) -> str:
    shown = value.ravel() if value.size <= MAX_ELEMENTS else value.reshape(-1, value.shape[-1])[0]
    if value.size > MAX_ELEMENTS and shown.size == 1:
        shown = value.ravel()
    words = [short(n).replace("-", "−") for n in shown[:MAX_ELEMENTS]]
    return escape(" ".join(words) + (" …" if len(words) < shown.size else ""))


def _start_values(material: Material) -> dict[str, Array]:
    """Compute every named value of the function as written."""
    try:
        recording = material.subject.recording
    except XorexplainError:
        # A trace from a file has no values.
        return {}
    start = recording.trace.first.graph
    if len(start.applies) > MAX_START:
        return {}
    variables, data = recording.variables, material.model.data
    try:
        drawn = sample_values(material.engine, start, variables, data, 0, names_in(material.model))
        own = {v: own_value(material.engine, variables[v], data) for v in start.inputs}
    except XorexplainError:
        return {}
    given = {v: drawn.get(v) if own[v] is None else own[v] for v in start.inputs}
    values = Values(recording, {v: x for v, x in given.items() if x is not None})
    found = {}
    for v, called in intermediate_names(start).items():
        value = values.value(v)
        array = None if isinstance(value, Unknown) else numbers(value)
        if array is not None:
            found[material.renamings.get(called, called)] = array
    return found


def eaten(material: Material, told: Told) -> Iterator[str]:
    """Name the values that each fusing step took into one node, and how large they would be."""
    rows, gone = _fused(material, told)
    if not rows:
        return
    yield heading("What was eaten", 1)
    yield table(["Step", "Rewrite", "One node computes", "What it ate"], rows, "10 34 26 30")
    if gone:
        sizes = [size for size in gone.values() if size is not None]
        whole = f", {sum(sizes)} bytes" if len(sizes) == len(gone) else ""
        yield (
            f"So {listed([name(_own(material, one)) for one in list(gone)[:10]])} "
            f"{'is' if len(gone) == 1 else 'are'} never written and read again"
            f"{whole}."
        )


def never_written(material: Material, told: Told) -> list[str]:
    """Name the results that fusing steps ate, and that nothing computes any more."""
    return list(_fused(material, told)[1])


def _fused(material: Material, told: Told) -> tuple[list[list[str]], dict[str, int | None]]:
    """Return a row for each fusing step, and the bytes of each result that is no more by name."""
    trace = material.trace
    assert trace is not None
    rows: list[list[str]] = []
    gone: dict[str, int | None] = {}
    lasting = [e for e in told.steps if e.step.verdict == "applied" and len(e.step.removed) > 1]
    final = set(names_at(trace, len(trace.steps)).values()) if lasting else set()
    alive = {names_at(trace, len(trace.steps)).get(v.id) for v in trace.last.graph.variables}
    for entry in lasting[:MAX_ROWS]:
        before = infer_shapes(state_at(trace, entry.step.number - 1).graph)
        was, now = (names_at(trace, n) for n in (entry.step.number - 1, entry.step.number))
        computed_by = [v for a in entry.step.added for v in trace.universe.apply[a].outputs]
        made = dict.fromkeys(now.get(v) for v in computed_by)
        inside = [
            v
            for a in entry.step.removed
            if a in before.apply
            for v in before.apply[a].outputs
            if v in was and was[v] not in made
        ]
        if not inside:
            continue
        for v in inside:
            if was[v] in final and was[v] not in alive:
                variable = before.variable[v]
                gone[was[v]] = bytes_of(variable.shape, variable.dtype)
        results = listed([name(_own(material, n)) for n in made if n is not None])
        rows.append(
            [
                str(entry.step.number),
                material.rewrite(entry.step.title),
                results or "one node",
                listed([name(_own(material, was[v])) for v in inside[:8]]),
            ]
        )
    return rows, gone


def _own(material: Material, called: str) -> str:
    return material.renamings.get(called, called)


def written_over(material: Material, told: Told) -> Iterator[str]:
    """Say of each op in place what it writes over, and who reads that before, last of all whom."""
    trace = material.trace
    assert trace is not None
    graph = infer_shapes(material.compiled or trace.last.graph)
    lives, names = Lifetimes(graph), intermediate_names(graph)
    rows = []
    for apply in graph.applies:
        for variable in overwritten(apply)[:1]:
            rows.append(
                [
                    str(lives.row[apply.id]),
                    result_names(material, graph, names, apply),
                    called(material, graph, names, variable),
                    readers_words(material, lives, names, apply, variable) or "this node alone",
                ]
            )
    if rows:
        yield heading("How the engine knows", 1)
        yield HOW_IT_KNOWS
        yield heading("Who read it last", 1)
        yield (
            "In the function that runs, numbered in its order. A transpose is a *view*, the same "
            "memory read in another way: who reads the transpose reads what it is made from."
        )
        header = ["Node", "Writes", "Over", "Which was read last by"]
        yield table(header, rows[:MAX_ROWS], "8 22 18 52")
        if len(rows) > MAX_ROWS:
            yield f"and {len(rows) - MAX_ROWS} more."
    for entry in told.steps:
        if entry.step.verdict == "rejected":
            first = leading(entry).name if entry.replacements else ""
            what = f" of {name(first)}" if first else ""
            yield (
                f"Step {entry.step.number}{what} was tried and taken back: somebody still reads "
                f"what it would write over ({escape(entry.step.message[:120])})."
            )


def readers_words(
    material: Material, lives: Lifetimes, names: Mapping[str, str], apply: Apply, variable: str
) -> str:
    """Say who read a variable's memory before an apply node writes over it; empty for nobody."""
    before = lives.read_before(apply, variable)
    if not before:
        return ""
    last = before[-1]
    words = f"node {lives.row[last.id]}, {result_names(material, lives.graph, names, last)}"
    if len(before) > 1:
        rows = [str(lives.row[one.id]) for one in before[:-1][:MAX_READERS]]
        words += f" (and earlier by node {listed(rows)})"
    return words


def result_names(material: Material, graph: Graph, names: Mapping[str, str], apply: Apply) -> str:
    """Name what an apply node computes."""
    return listed([called(material, graph, names, v) for v in apply.outputs[:4]])


def called(material: Material, graph: Graph, names: Mapping[str, str], variable: str) -> str:
    """Write the name of a variable of the graph that runs."""
    label = _own(material, names.get(variable, "")) or variable_name(graph.variable[variable])
    return written_name(label)
