"""Tell what the backward pass reads of the forward one, and what became of that in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from xorexplain.graph.records import DELTA, Graph
from xorexplain.notation.build import express
from xorexplain.notation.expr import FILL, SYMBOL, Expr, postorder, substitute, symbols_in
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.render.writers.marks import heading, is_short, listed, name, table
from xorexplain.rewrites.steps import names_at
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.renaming import written_name

MAX_ROWS = 24
MAX_PARAMETERS = 8
SHAPE = ", its shape alone"


def needed_again(material: Material) -> Iterator[str]:
    """Table what the backward pass reads of the forward one, and what became of it in the end."""
    story, derivation = material.story, material.derivation
    assert story is not None
    assert derivation is not None
    known = set(_in_order(material))
    written: dict[str, list[str]] = {}
    merged: dict[str, list[str]] = {}
    shaped: dict[str, list[str]] = {}
    for step in story.steps:
        reads = {e.name: _read(e.value) & known for e in step.gives}
        shapes = {e.name: symbols_in([e.value]) & known - reads[e.name] for e in step.gives}
        for one in step.reused:
            makes = [n for n in reads if one in reads[n] or one in shapes[n]] or list(reads)
            written.setdefault(one, []).extend(makes)
        for made, read in reads.items():
            for one in read:
                merged.setdefault(one, []).append(made)
            for one in shapes[made]:
                shaped.setdefault(one, []).append(made)
    needed = [n for n in _in_order(material) if n in written or n in merged or n in shaped]
    if not needed:
        return
    # Of a small model also what is not needed is told, so that nobody looks for it.
    everything = [n for n in _in_order(material) if n != story.cost]
    names = everything if len(everything) <= MAX_ROWS else needed
    yield heading("What the way back needs again", 1)
    yield (
        "Some of ``T.grad``'s nodes read one value only to compute another that was there already. "
        "Merging equal nodes ends that. What is needed again must be kept until then; the rest may "
        "be written over at once."
    )
    ends = _ends(material)
    rows = []
    for one in names[:MAX_ROWS]:
        rows.append(
            [
                name(one),
                _for(written.get(one, ())),
                _for(merged[one]) if one in merged else _for(shaped.get(one, ()), SHAPE),
                ends.get(one, ""),
            ]
        )
    yield table(
        ["Value", "T.grad's nodes read it for", "After merging, read for", "In what runs"],
        rows,
        "14 28 28 30",
    )
    yield from _of_each(material, known)


def _of_each(material: Material, known: Set[str]) -> Iterator[str]:
    """Say of each parameter what of the forward values its gradient needs, after merging."""
    story = material.story
    assert story is not None
    reads: dict[str, set[str]] = {}
    for equation in (e for step in story.steps for e in step.gives):
        reads.setdefault(equation.name, set()).update(_read(equation.value))
    told = []
    for finish in story.finishes[:MAX_PARAMETERS]:
        adjoint = DELTA + finish.parameter
        seen, left = set[str](), [adjoint]
        while left:
            for one in reads.get(left.pop(), set()) - seen:
                seen.add(one)
                left += [one] if one not in known else []
        if own := [n for n in _in_order(material) if n in seen & known]:
            told.append(f"{name(adjoint)} needs {listed([name(one) for one in own])}")
    if told:
        yield f"In all, also through other adjoints, {'; '.join(told)}."


def _in_order(material: Material) -> list[str]:
    """Return the names of all given and forward values, in the order they are known."""
    derivation, story = material.derivation, material.story
    assert derivation is not None
    assert story is not None
    given = [n for v, n in derivation.names.items() if derivation.graph.variable[v].owner is None]
    own = [v.name for v in derivation.graph.variables if v.owner is None and v.name]
    return list(dict.fromkeys([*own, *given, *(e.name for e in story.forward)]))


def _read(value: Expr) -> set[str]:
    """Return the symbols whose values a formula reads; of others it knows only the shape."""
    bare = {id(e): e.args[1] for e in postorder([value]) if e.kind == FILL}
    return symbols_in([value]) - {e.text for e in bare.values() if e.kind == SYMBOL}


def _for(names: Sequence[str], part: str = "") -> str:
    """List for what a value is read, and what part of it where that is not all."""
    shown = listed([name(one) for one in list(dict.fromkeys(names))[:3]])
    return f"{shown}{part}" if shown else "nothing"


def _ends(material: Material) -> dict[str, str]:
    """Say of each name what the last graph of the rewriting does with it."""
    trace = material.trace
    if trace is None:
        return {}
    last = trace.last.graph
    names = names_at(trace, len(trace.steps))
    results = {output.variable for output in last.outputs}
    found: dict[str, str] = {}
    for variable in last.variables:
        own = variable.name or names.get(variable.id)
        if own and variable.id in results:
            found[own] = "kept: it is a result"
        elif own and variable.owner is not None:
            found[own] = "kept until it was read last"
        elif own:
            found[own] = "given, and kept"
    for apply in last.applies:
        for position, overwritten in apply.destroy_map:
            new = apply.outputs[position]
            label = last.variable[new].name or names.get(new, "")
            for place in overwritten:
                old = last.variable[apply.inputs[place]]
                own = old.name or names.get(old.id)
                if own:
                    found[own] = (
                        f"written over by {written_name(label)}" if label else "written over"
                    )
    inside = _inside(material, last, names)
    return {n: found.get(n) or inside(n) for n in _in_order(material)}


def _inside(material: Material, last: Graph, names: Mapping[str, str]) -> Callable[[str], str]:
    """Say of what is no array in the end which node computes it, where its formula is found there.

    A forward value is written by what is an array there, and looked for in the formula of each
    node.
    """
    story = material.story
    assert story is not None
    labels = {v.id: v.name or names.get(v.id, "") for v in last.variables}
    loops = [
        (labels[v], simplify(express(last, v, {i: n for i, n in labels.items() if n}, (v,))))
        for apply in last.applies
        for v in apply.outputs
        if labels[v]
    ]
    parts = [
        (own, {text(part) for part in postorder([whole])})
        for own, whole in loops
        if is_short(whole)
    ]
    arrays = set(labels.values())
    known: dict[str, Expr] = {}
    for equation in story.forward:
        if equation.name not in arrays and is_short(equation.value):
            known[equation.name] = simplify(substitute(equation.value, known))

    def said(called: str) -> str:
        value = known.get(called)
        shown = "" if value is None or not is_short(value) else text(value)
        makers = [own for own, inside in parts if shown in inside]
        if value is None or not makers:
            return "no array: inside a fused node"
        given = listed([name(one) for one in sorted(symbols_in([value]))])
        made = listed([written_name(material.renamings.get(own, own)) for own in makers[:3]])
        return f"no array: computed in the node of {made}, from {given}"

    return said
