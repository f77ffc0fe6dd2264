"""Tell what the hidden layer learned: weights, activations, and the lines its units draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy

from xorexplain.notation.latex import symbol_latex
from xorexplain.render.pictures.surface import Line, clipped
from xorexplain.render.writers.marks import (
    code,
    count,
    formulas,
    heading,
    listed,
    name,
    paragraphs,
    table,
)
from xorexplain.sphinxext.walkthrough.chapters.training import targets
from xorexplain.sphinxext.walkthrough.forward import (
    Layer,
    activations,
    computed,
    given_values,
    hidden_layer,
)
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.other_networks import other_networks
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import draw_surface, show
from xorexplain.sphinxext.walkthrough.values import Array, matrix, short

GRID = 49
"""So many places along each axis of the picture."""
MARGIN = 0.5
HALF = 0.5
JOINED = "\u00a0"
"""Between numbers that belong together: a phone would write them below each other."""


def is_there(material: Material) -> bool:
    """Tell whether a model has been trained and has a hidden layer that can be told."""
    layer = hidden_layer(material)
    run = material.run
    if layer is None or run is None or not run.costs or not run.weights:
        return False
    return activations(material, layer, _weights(material, 1)) is not None


def page(material: Material) -> Page:
    """Write the page on the hidden layer."""
    layer, run = hidden_layer(material), material.run
    assert layer is not None
    assert run is not None
    before, after = (activations(material, layer, _weights(material, n)) for n in (0, 1))
    assert before is not None
    assert after is not None
    surface, files = _surface(material, layer, after)
    units = after[layer.activation].shape[1]
    return Page(
        "hidden",
        "What the hidden layer learned",
        f"{count(units, 'hidden neuron')}: weights, activations and lines before and after.",
        paragraphs(
            f"Look at one column of {name(layer.activation)}, which is one hidden neuron: for "
            "which cases is it above one half?",
            f"{material.since('hidden')}: nothing. The answers were told there; this is what they "
            f"are made of, before and after {count(run.steps, 'step')}.",
            heading("The weights", 1),
            *_matrices(material),
            heading("The activations", 1),
            *_activations(material, layer, before, after),
            *surface,
            *_origin(material, layer, before, after),
            *(other_networks() if material.is_xor else ()),
        ),
        files,
    )


def _weights(material: Material, which: int) -> Mapping[str, Any]:
    assert material.run is not None
    return {called: pair[which] for called, pair in material.run.weights.items()}


def _matrices(material: Material) -> Iterator[str]:
    assert material.run is not None
    for called, (before, after) in material.run.weights.items():
        written = [matrix(_rounded(numpy.asarray(one))) for one in (before, after)]
        if None in written:
            yield f"{name(called)} is too large to be written out."
            continue
        symbol = symbol_latex(called)
        yield formulas(
            [
                (rf"{symbol} \text{{ before}}", f"= {written[0]}"),
                (rf"{symbol} \text{{ after}}", f"= {written[1]}"),
            ]
        )


def _rounded(weights: Array) -> Array:
    """Round to two digits after the point, and to one that counts what would be written as 0."""
    small = (weights != 0) & (numpy.abs(weights) < 0.005)
    digits = numpy.vectorize(lambda one: float(f"{one:.1g}"), otypes=["float64"])
    return numpy.where(small, digits(weights), numpy.round(weights, 2))


def _activations(
    material: Material, layer: Layer, before: Mapping[str, Array], after: Mapping[str, Array]
) -> Iterator[str]:
    data, hidden = after[layer.data], after[layer.activation]
    wanted = _wanted(material, len(hidden))
    rows = []
    for case in range(len(hidden)):
        row = [JOINED.join(short(n) for n in numpy.ravel(data[case])), *_target(wanted, case)]
        for values in (before, after):
            row.append(JOINED.join(f"{n:.2f}" for n in values[layer.activation][case]))
        row.append(" ".join(f"{n:.3f}" for n in numpy.ravel(after[layer.output][case])))
        rows.append(row)
    header = [code(layer.data), *(["target"] if wanted is not None else [])]
    shown = name(layer.activation)
    yield table([*header, f"{shown} before", f"{shown} after", f"{name(layer.output)} after"], rows)
    spread = [float(numpy.ptp(one[layer.activation], axis=0).mean()) for one in (before, after)]
    yield (
        "Take the largest less the smallest value of a neuron over the cases: on average of the "
        f"neurons it is {spread[0]:.2f} before and {spread[1]:.2f} after. "
        + (
            "The neurons have become different enough to tell the cases apart."
            if spread[1] > spread[0]
            else "They do not tell the cases apart better than before."
        )
    )
    yield from _sides(layer, after, data)


def _sides(layer: Layer, after: Mapping[str, Array], data: Array) -> Iterator[str]:
    """Say of each unit for which cases it is above one half."""
    hidden = after[layer.activation]
    if data.ndim != 2 or data.shape[1] > 4:
        return
    rows = []
    for unit in range(hidden.shape[1]):
        sides: dict[str, list[str]] = {"above": [], "near": [], "below": []}
        for case, value in enumerate(hidden[:, unit]):
            near = abs(value - HALF) < 1e-9
            side = "near" if near else "above" if value > HALF else "below"
            sides[side].append(f"({f',{JOINED}'.join(short(n) for n in data[case])})")
        rows.append([str(unit + 1), *(", ".join(sides[one]) for one in ("above", "near", "below"))])
    yield "Each neuron sorts the cases in its own way:"
    yield table(["Neuron", "Above one half", "At one half", "Below"], rows, "10 32 26 32")


def _wanted(material: Material, cases: int) -> Array | None:
    found = [value for value in targets(material).values() if value.size == cases]
    return found[0].reshape(-1) if len(found) == 1 else None


def _target(wanted: Array | None, case: int) -> list[str]:
    return [] if wanted is None else [short(wanted[case])]


def _surface(
    material: Material, layer: Layer, after: Mapping[str, Array]
) -> tuple[list[str], Mapping[str, bytes]]:
    """Draw the answer over the plane of two inputs, with the line of each unit."""
    data = after[layer.data]
    one_answer = after[layer.output].size == len(data)
    if data.ndim != 2 or data.shape[1] != 2 or not one_answer:
        return [], {}
    low, high = float(data.min()) - MARGIN, float(data.max()) + MARGIN
    places = numpy.linspace(low, high, GRID)
    grid = numpy.array([(x, y) for y in places for x in places])
    given = {**given_values(material, _weights(material, 1)), layer.data: grid}
    values = computed(material, given)[layer.output].reshape(GRID, GRID)
    if values.min() < 0 or values.max() > 1:
        return [], {}
    lines = _lines(material, layer, (low, high))
    wanted = _wanted(material, len(data))
    cases = {
        (float(x), float(y)): short(wanted[case]) if wanted is not None else ""
        for case, (x, y) in enumerate(data)
    }
    files = draw_surface(
        values.tolist(),
        (low, high),
        lines,
        cases,
        "hidden",
        "The answer for every pair of inputs",
        (f"{layer.data}, first", f"{layer.data}, second"),
        material.settings.budget,
    )
    told = (
        " A thin line is a hidden neuron, with its number at the end: along it, "
        f"{name(layer.before)} of the neuron is 0 and the neuron at one half; on one side it is "
        "above, on the other below."
        if lines
        else ""
    )
    return [
        heading("The decision surface", 1),
        "The network answers for every pair of inputs, not only for those it was trained on. Blue "
        f"is an answer near 0, orange one near 1, and along the thick line it is one half.{told} "
        "A circle is a case, with what it should be.",
        show("hidden", "The answers of the trained network over both inputs.", is_chart=True),
    ], files


def _lines(material: Material, layer: Layer, span: tuple[float, float]) -> dict[str, Line]:
    """Return the line of each unit whose input is a sum of multiples of both inputs."""
    corners = numpy.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    given = {**given_values(material, _weights(material, 1)), layer.data: corners}
    before = computed(material, given)[layer.before]
    if before.ndim != 2 or not numpy.allclose(before[3], before[1] + before[2] - before[0]):
        return {}
    found = {}
    for unit, (offset, first, second, _) in enumerate(before.T, 1):
        slopes = float(first - offset), float(second - offset)
        line = clipped(slopes, float(offset), span)
        if line is not None:
            found[str(unit)] = line
    return found


def _origin(
    material: Material, layer: Layer, before: Mapping[str, Array], after: Mapping[str, Array]
) -> Iterator[str]:
    """Say what cannot be learned of a case of zeros without a bias."""
    data = after[layer.data]
    zeros = [case for case in range(len(data)) if not numpy.any(data[case])]
    if not zeros or numpy.any(after[layer.before][zeros[0]]):
        return
    case = zeros[0]
    # A bias that happens to be 0 would be taken for none: look again with all weights nudged.
    nudged = {called: one + 1 for called, one in _weights(material, 1).items()}
    given = {**given_values(material, nudged), layer.data: data}
    if numpy.any(computed(material, given)[layer.before][case]):
        return
    where = f"({', '.join(short(n) for n in data[case])})"
    values = after[layer.activation][case]
    yield heading("The case of zeros", 1)
    same = bool(numpy.all(values == before[layer.activation][case]))
    yield (
        f"At {where} every {name(layer.before)} is a sum of weights times 0. That is 0 whatever "
        f"the weights are, so each hidden neuron is {short(values[0])} there, before and after"
        f"{'' if same else ' nearly'}. That is why "
        "every line goes through this point, and why no step moves a first-layer weight for the "
        "sake of this case. The answer there is up to the second layer alone: it went from "
        f"{_answer(layer, before, case)} to {_answer(layer, after, case)}."
    )
    yield (
        "Adding a *bias* would let it move: a weight that is added, as a shared vector ``b`` in "
        f"``T.dot(X, W) + b``. Then every {name(layer.before)} is its ``b`` there instead of 0, "
        "and that is learned like any other weight."
    )


def _answer(layer: Layer, values: Mapping[str, Array], case: int) -> str:
    return listed([f"{n:.3f}" for n in numpy.ravel(values[layer.output][case])[:4]])
