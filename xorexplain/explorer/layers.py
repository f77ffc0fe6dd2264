"""Tell which layer of a network each node belongs to, forward, backward, or as part of the loss.

A layer begins where a parameter enters through linear algebra or indexing. What T.grad emitted for
a node belongs to the layer of that node. A statistical model has terms in the place of layers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.explorer.terms import by_term
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Apply, Graph
from xorexplain.render.reports.numbering import Numbered

LOSS = "loss"
UPDATES = "updates"
BACK = " back"
_ENTRANCES = frozenset({"linear algebra", "indexing"})
_LIBRARY = re.compile(r"^(?P<layer>[A-Za-z]\w*)[./]\w+$")
"""A parameter with the name of its layer before its own."""
_CARRIERS = frozenset({"shape", "elementwise"})


@dataclass(frozen=True)
class Layers:
    """Hold the titles of the layers in order, and which one each computation belongs to."""

    titles: tuple[str, ...]
    place: Mapping[int, int]

    def of(self, graph: Graph, numbers: Mapping[str, int]) -> dict[str, int]:
        """Return the place in `titles` of the apply nodes of a stage that belong to a layer."""
        found = {}
        seen: set[int] = set()
        last = len(self.titles) - 1
        for apply in graph.applies:
            number = numbers.get(apply.outputs[0], -1)
            place = self.place.get(number)
            if number in seen:
                continue  # computed again, by whatever needs it
            seen.add(number)
            if place is not None:
                found[apply.id] = place
            elif graph.origin.stage == "updates" and self.titles[last:] == (UPDATES,):
                found[apply.id] = last
        return found


def layers(material: Numbered) -> Layers:
    """Find the layers of a model from its derivation, or from what was written."""
    derivation = material.derivation
    stage = "symbolic" if derivation is None else "derivation"
    graph = material.graphs.get("symbolic") if derivation is None else derivation.forward_graph
    if graph is None:
        return Layers((), {})
    numbers = material.numbers[stage]
    forward, at = by_term(graph) if material.model.structure is not None else ((), {})
    if not forward:
        outputs = set(material.numbers["model"].values())
        forward, at = _by_depth(graph, _loss(graph, numbers, outputs))
    place = {numbers[v]: at[apply.id] for apply in graph.applies for v in apply.outputs}
    titles = list(forward)
    if derivation is not None:
        titles += [f"{title}{BACK}" for title in reversed(titles)]
        _place_backward(derivation, numbers, place, len(forward))
    return Layers((*titles, UPDATES), place)


def _by_depth(graph: Graph, loss: set[str]) -> tuple[Sequence[str], Mapping[str, int]]:
    """Return titles, and the place in them of each apply node, by how many layers are before it."""
    depth, said = _depths(graph, loss)
    forward = {apply.id: depth[apply.id] for apply in graph.applies if apply.id not in loss}
    count = max(forward.values(), default=0)
    named = _titles(said, count)
    return ["inputs", *named.values(), LOSS], {**dict.fromkeys(loss, count + 1), **forward}


def _titles(said: Mapping[int, set[str]], count: int) -> dict[int, str]:
    """Name the layers: as their library named their parameters, else by number.

    Lasagne calls a parameter `hidden.W`, Keras `dense_1/kernel`; a layer is so called where all
    of its parameters say the same and those of no other layer do.
    """
    words = {number: next(iter(found)) for number, found in said.items() if len(found) == 1}
    times = Counter(words.values())
    own = {number: word for number, word in words.items() if word and times[word] == 1}
    return {number: own.get(number, f"layer {number}") for number in range(1, count + 1)}


def _depths(graph: Graph, loss: set[str]) -> tuple[dict[str, int], dict[int, set[str]]]:
    """Count the layers up to each apply node; return for each layer what its parameters call it.

    A layer that a library named begins wherever the first of its parameters meets a value, as that
    of batch normalization does, and each of the others stays in it.
    """
    depth: dict[str, int] = {}
    said: dict[int, set[str]] = {}
    begun: dict[str, int] = {}
    called = {v: _library_layer(graph, v) for v in graph.parameters}
    # What else is updated, as a running mean is, may say of which layer it is.
    others = {v: _library_layer(graph, v) for v in graph.updated if v not in called}
    entering = {**others, **called}
    for apply in graph.applies:
        at = max((depth.get(_owner(graph, v), 0) for v in apply.inputs), default=0)
        names = {entering[v] for v in apply.inputs if v in called or others.get(v)}
        if _carries(graph, apply, entering):
            known = called if not called.keys().isdisjoint(apply.inputs) else others
            known |= dict.fromkeys(apply.outputs, max(names, default=""))
            entering |= known
        elif any(v in entering for v in apply.inputs):
            named = [name for name in names if name and _meets(apply, entering)]
            begins = [begun.get(name, at + 1) for name in named]
            at = at + 1 if apply.op.family in _ENTRANCES else max([at, *begins])
            begun |= {name: at for name in named if name not in begun}
            if at and apply.id not in loss:
                said.setdefault(at, set()).update(names)
        depth[apply.id] = at
    return depth, said


def _library_layer(graph: Graph, variable: str) -> str:
    """Return the layer that a library put before the name of a variable; empty where it did not."""
    named = _LIBRARY.match(graph.variable[variable].name or "")
    return "" if named is None else named["layer"]


def _meets(apply: Apply, entering: Mapping[str, str]) -> bool:
    """Tell whether a parameter meets a value there, and not only others of its kind."""
    return any(v not in entering for v in apply.inputs)


def _owner(graph: Graph, variable: str) -> str:
    return graph.variable[variable].owner or ""


def _carries(graph: Graph, apply: Apply, entering: Mapping[str, str]) -> bool:
    """Tell whether a node only hands a parameter on, transposed for example."""
    computed = [v for v in apply.inputs if graph.variable[v].role != "constant"]
    return apply.op.family in _CARRIERS and bool(computed) and all(v in entering for v in computed)


def _loss(graph: Graph, numbers: Mapping[str, int], outputs: set[int]) -> set[str]:
    """Return the apply nodes behind the model's outputs: those no output is computed from."""
    below: set[str] = set()
    for apply in reversed(graph.applies):
        if any(numbers[v] in outputs or v in below for v in apply.outputs):
            below.update(apply.outputs)
            below.update(apply.inputs)
    if not below:
        return set()
    return {apply.id for apply in graph.applies if below.isdisjoint(apply.outputs)}


def _place_backward(
    derivation: Derivation, numbers: Mapping[str, int], place: dict[int, int], half: int
) -> None:
    """Put what was emitted for a node in the mirror image of the node's place."""
    for end in derivation.ends:
        if end in derivation.adjoints:
            place.setdefault(numbers[derivation.adjoints[end]], half)
    for step in derivation.steps:
        own = place[numbers[derivation.graph.apply[step.apply].outputs[0]]]
        for emitted in step.emitted:
            for output in derivation.graph.apply[emitted].outputs:
                place.setdefault(numbers[output], 2 * half - 1 - own)
