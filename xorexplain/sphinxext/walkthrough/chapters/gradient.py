"""Tell the gradient step by step: the real story, in formulas and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xorexplain.gradients.explain import Explanation, Story
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.notation.build import express
from xorexplain.notation.expr import FILL, postorder
from xorexplain.notation.latex import symbol_latex
from xorexplain.notation.simplify import simplify
from xorexplain.render.pictures.twin import MAX_OPEN, draw_twin
from xorexplain.render.pictures.twin_plan import plan
from xorexplain.render.reports import gradient
from xorexplain.render.reports.document import Field, Formula, Name, paragraph
from xorexplain.render.writers.marks import (
    count,
    heading,
    inline,
    name,
    paragraphs,
)
from xorexplain.render.writers.rst import blocks
from xorexplain.sphinxext.walkthrough.agreement import checked
from xorexplain.sphinxext.walkthrough.chapters.numbers import by_name, case_words
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import files, show

MAX_STEPS = 60
GENERAL = ": the rule serves any exponent; the rewriter computes the difference"
MAX_TWIN = 60
"""With more steps, forward and backward side by side are no picture to look at."""
OPEN_STEPS = 12
"""Up to so many steps stand open; of more the reader opens which he wants."""


def page(material: Material) -> Page:
    """Write the page on the gradient."""
    story, derivation = material.story, material.derivation
    assert story is not None
    assert derivation is not None
    pictures: Mapping[str, bytes] = {}
    drawn = ""
    if len(story.steps) <= MAX_TWIN:
        by = by_name(material)
        pictures = files(
            "gradient", lambda theme, kind: draw_twin(derivation, kind, theme, by).data
        )
        drawn = show(
            "gradient", f"{material.title}: forward at the left, its gradient at the right."
        )
    return Page(
        "gradient",
        "The gradient, step by step",
        f"{count(len(story.steps), 'step')} back from {name(story.cost)}, each with its rule.",
        paragraphs(
            _opening(material, story),
            _notation(material, story),
            *_picture(material, drawn),
            heading("Backward", 1),
            f"The start is {_start(story)}{_first_node(material, story)}: {name(story.cost)} grows "
            "exactly as fast as itself.",
            *_steps(material, story),
            blocks(gradient.sums(story.sums[:MAX_STEPS])),
            heading("What comes out", 1),
            _results(story),
            # What becomes of the parameters is on the page of the updates.
            *(
                blocks(gradient.finish(story.cost, replace(finish, update=None)))
                for finish in story.finishes
            ),
            *checked(material),
        ),
        pictures,
    )


def _opening(material: Material, story: Story) -> str:
    assert material.derivation is not None
    forward = len(material.derivation.forward)
    made = len(material.derivation.together) - forward
    return paragraphs(
        f"Look at the direction. The network was read from the given values to {name(story.cost)}; "
        f"now read it back. At each apply node ask one question: I "
        "know how the cost changes with my result, so how does it change with what went into me? "
        "It is the "
        f"{material.topic('chain-rule', 'chain rule')}: slopes multiply along a way and add up "
        "over several ways; from the cost backwards, each adjoint computed once, it is called "
        "backpropagation.",
        f"{material.since('gradient')}: ``T.grad`` added {made} apply nodes "
        f"to the {forward} and touched none. It computed no number: it wrote "
        "down a plan.",
    )


def _start(story: Story) -> str:
    return inline(f"{symbol_latex('δ' + story.cost)} = 1")


def _kinds(story: Story) -> set[str]:
    """Return what is done in the formulas of the steps."""
    values = [given.value for step in story.steps for given in step.gives]
    return {part.kind for part in postorder(values)}


def _first_node(material: Material, story: Story) -> str:
    """Name the node that makes the start, which no step tells of."""
    derivation = material.derivation
    assert derivation is not None
    told = {made.id for step in story.steps for made in step.emitted} | set(derivation.forward)
    rest = [apply for apply in derivation.together if apply not in told]
    if len(rest) != 1:
        return ""
    return f" (node {rest[0]}, of no step)"


def _notation(material: Material, story: Story) -> str:
    return paragraphs(
        blocks(gradient.legend(story)),
        "n7 numbers an apply node of this graph alone."
        + (
            r" *Fill* (PyTensor: Second) computes :math:`\mathbf{1}_{x} \odot`."
            if FILL in _kinds(story)
            else ""
        )
        + " Boxes and terminals write · for the matrix product, × for :math:`\\odot`"
        + (r", ``ones(x)`` for :math:`\mathbf{1}_{x}`." if FILL in _kinds(story) else "."),
        _again(material, story),
    )


def _again(material: Material, story: Story) -> str:
    """Say how many nodes compute what is there, and who finds them."""
    nodes = [one for step in story.steps for one in step.emitted if one.again is not None]
    if not nodes:
        return ""
    made = count(len(nodes), "node")
    merged = material.link("rewrites", "merging") if material.trace is not None else "merging"
    return f"{made} compute *again* what the forward pass has: {merged} finds them."


def _picture(material: Material, drawn: str) -> Iterator[str]:
    if not drawn:
        return
    yield heading("Forward and backward side by side", 1)
    yield (
        "At the left the network flows down, at the right its gradient up; a dotted line "
        "leads from each op to what ``T.grad`` made for it."
        + (
            f" The numbers are those of {case_words(material.followed)}"
            f"{_of_all(material)}: a value, or an adjoint "
            f"above what {material.link('numbers', 'a nudge')} finds."
            if material.followed is not None
            else ""
        )
    )
    yield drawn
    yield _without_boxes(material)


def _without_boxes(material: Material) -> str:
    """Say which apply nodes have no box in the picture, and where they are told."""
    derivation = material.derivation
    assert derivation is not None
    if len(derivation.steps) > MAX_OPEN:
        return ""
    arranged = plan(derivation)
    made = [one for group in arranged.groups for one in group.made]
    boxed = {*derivation.forward, *(one.id for one in made)} & set(arranged.graph.apply)
    unboxed = set(derivation.together) - boxed
    told = [apply for apply in derivation.graph.applies if apply.id in unboxed]
    twice = [arranged.graph.apply[one.id].op for one in made for _ in range(one.times - 1)]
    for op in twice:
        told.remove(next(apply for apply in told if apply.op == op))
    reasons = ["what a step makes twice shares one"] if twice else []
    if told:
        reasons.append(f"{material.kinds(told)} are told by their readers")
    if not reasons:
        return ""
    return (
        f"Of {len(derivation.together)} apply nodes {len(boxed)} have a box: {'; '.join(reasons)}."
    )


def _of_all(material: Material) -> str:
    """Say which numbers are not of one case."""
    is_case = material.followed is not None and material.followed.cases > 0
    return ", of cost and gradients those of all" if is_case else ""


def _steps(material: Material, story: Story) -> Iterator[str]:
    is_open = len(story.steps) <= OPEN_STEPS
    for step in _rules_once(story.steps[:MAX_STEPS]):
        yield blocks([gradient.step(step, more=_more(material, step))], is_open)
    if len(story.steps) > MAX_STEPS:
        yield (
            f"and {len(story.steps) - MAX_STEPS} more steps of the same kind; "
            "``xorexplain gradient`` prints them all."
        )


def _rules_once(steps: Sequence[Explanation]) -> Iterator[Explanation]:
    """Have a rule that an earlier step has said refer to that step."""
    first: dict[str, int] = {}
    for step in steps:
        number = first.setdefault(step.sentence, step.number)
        is_again = number != step.number
        yield replace(step, sentence=f"as in step {number}", source="") if is_again else step


def _more(material: Material, step: Explanation) -> list[Field]:
    return [*_powers(material, step), *_shapes(material, step)]


def _powers(material: Material, step: Explanation) -> Iterator[Field]:
    """Say what a power stands for that the formulas leave out: d to the 2 − 1 is d."""
    derivation = material.derivation
    assert derivation is not None
    for made in step.emitted:
        if made.op != "pow":
            continue
        result = derivation.graph.apply[made.id].outputs[0]
        written = express(derivation.graph, result, derivation.names, (result,))
        told = simplify(written)
        if told.kind != written.kind:
            words = (Formula(written), f", which is {made.id}, for ", Formula(told), GENERAL)
            yield Field("as written", (paragraph(*words),))


def _shapes(material: Material, step: Explanation) -> list[Field]:
    """Let the reader check a matrix product by its shapes."""
    if material.derivation is None or step.op != "dot":
        return []
    graph = infer_shapes(material.derivation.graph)
    apply = graph.apply[step.apply]
    shapes = [graph.variable[v].shape for v in (*apply.inputs, *apply.outputs)]
    if any(shape is None or len(shape) != 2 or None in shape for shape in shapes):
        return []
    (rows, inner), (_, columns), _ = shapes  # type: ignore[misc]
    first, other = (f"{rows} × {inner}", f"{inner} × {columns}")
    arrives = f"{rows} × {columns}"
    receives = {e.name for e in step.gives}
    factors = [material.derivation.names.get(v, "") for v in apply.inputs]
    products = (
        (factors[0], f"({arrives})({columns} × {inner}) = {first}"),
        (factors[1], f"({inner} × {rows})({arrives}) = {other}"),
    )
    checks = [
        paragraph(f"{product}, as ", Name(factor), " has it")
        for factor, product in products
        if f"δ{factor}" in receives
    ]
    return [Field("shapes", tuple(checks))] if checks else []


def _results(story: Story) -> str:
    return (
        f"The adjoint of a parameter is its gradient: how fast {name(story.cost)} grows with each "
        "weight alone."
    )
