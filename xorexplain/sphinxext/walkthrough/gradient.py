"""Tell the gradient step by step: the real story, in formulas and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xorexplain.gradients.explain import Equation, Explanation, Finish, Story
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.notation.latex import symbol_latex
from xorexplain.render.pictures.labels import kind_words
from xorexplain.render.pictures.twin import draw_twin
from xorexplain.render.reports import story as told
from xorexplain.sphinxext.walkthrough.agreement import checked
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.page import Page
from xorexplain.sphinxext.walkthrough.pictures import FOLDER, THEMES, show
from xorexplain.sphinxext.walkthrough.writing import (
    bullets,
    count,
    directive,
    equations,
    escape,
    heading,
    inline,
    is_short,
    listed,
    math,
    name,
    names,
    paragraphs,
    sentence,
    spelled,
)

MAX_STEPS = 60
MAX_TWIN = 60
"""With more steps, forward and backward side by side are no picture to look at."""
OPEN_STEPS = 12
"""Up to so many steps stand open; of more the reader opens which he wants."""


def page(material: Material) -> Page:
    """Write the page on the gradient."""
    story, derivation = material.story, material.derivation
    assert story is not None
    assert derivation is not None
    pictures: dict[str, bytes] = {}
    drawn = ""
    if len(story.steps) <= MAX_TWIN:
        for theme in THEMES:
            path = f"{FOLDER}/gradient-{theme}.svg"
            pictures[path] = draw_twin(derivation, "svg", theme).data
        drawn = show(
            "gradient", f"{material.title}: forward at the left, its gradient at the right."
        )
    return Page(
        "gradient",
        "The gradient, step by step",
        f"{count(len(story.steps), 'step')} back from {name(story.cost)}, each with its rule.",
        paragraphs(
            _opening(material, story),
            _notation(story),
            *_picture(drawn),
            heading("Backward", 1),
            f"The start is {_start(story)}: {name(story.cost)} grows exactly as fast as itself.",
            *_steps(material, story),
            *_sums(story),
            heading("What comes out", 1),
            _results(story),
            *(_finish(story, finish) for finish in story.finishes),
            escape(told.agreement(story)),
            *checked(material),
        ),
        pictures,
    )


def _opening(material: Material, story: Story) -> str:
    assert material.derivation is not None
    forward = len(material.derivation.forward)
    made = len(material.derivation.together) - forward
    wanted = [finish.parameter for finish in story.finishes]
    return paragraphs(
        f"Look at the direction. The network was read from the given values to {name(story.cost)}; "
        f"now read it from {name(story.cost)} back. At each apply node ask one question only: I "
        "know how the cost changes with my result, so how does it change with what went into me? "
        f"Nobody needs more than that to get to {_some(wanted)}.",
        f"{material.since('gradient')}: ``T.grad`` added {made} apply nodes "
        f"to the {forward} there were and touched none of those. It computed no number either: it "
        "wrote down a plan that reads the values of the first one.",
    )


def _some(entries: Sequence[str], most: int = 6) -> str:
    if len(entries) <= most:
        return names(entries)
    return f"{names(entries[:most])} and {len(entries) - most} more parameters"


def _start(story: Story) -> str:
    return inline(f"{symbol_latex('δ' + story.cost)} = 1")


def _notation(story: Story) -> str:
    slope = rf"\partial\, {symbol_latex(story.cost)} / \partial x"
    return paragraphs(
        bullets(
            [
                rf":math:`\delta x`, the *adjoint* of :math:`x`, stands for "
                f"{inline(slope)}. It has the shape of :math:`x`: one "
                "number for each element, saying how the cost changes with it.",
                r"Factors that stand side by side are a matrix product; :math:`\odot` and "
                r"fractions work element by element; :math:`\top` is the transpose; "
                r":math:`\mathbf{1}_{x}` is 1 everywhere, in the shape of :math:`x`.",
            ]
        )
    )


def _picture(drawn: str) -> Iterator[str]:
    if not drawn:
        return
    yield heading("Forward and backward side by side", 1)
    yield (
        "At the left the network flows down, at the right its gradient flows up; a dotted line "
        "leads from each op to the nodes that ``T.grad`` made for it. So the right side is the "
        "left one in a mirror, with a rule in the place of each op."
    )
    yield drawn


def _steps(material: Material, story: Story) -> Iterator[str]:
    is_open = len(story.steps) <= OPEN_STEPS
    for step in story.steps[:MAX_STEPS]:
        yield _step(material, step, is_open)
    if len(story.steps) > MAX_STEPS:
        yield (
            f"and {len(story.steps) - MAX_STEPS} more steps of the same kind; "
            "``xorexplain gradient`` prints them all."
        )


def _step(material: Material, step: Explanation, is_open: bool) -> str:
    short = [e for e in step.forward if is_short(e.value)]
    shown = [f"{name(e.name)} :math:`=` {math(e.value)}" for e in short]
    title = f"{step.number}. {listed(shown)}" if shown else f"{step.number}."
    title += f" ({escape(kind_words(step.op))})"
    options = [("open", "")] if is_open else []
    return directive("opened", title, options, _told(step, material))


def _told(step: Explanation, material: Material | None = None) -> str:
    arrives = (
        f"{names(step.arrives)} {'arrives' if len(step.arrives) == 1 else 'arrive'}. "
        if step.arrives
        else ""
    )
    long_ones = [e for e in step.forward if not is_short(e.value)]
    others = told.other_rule(step)
    return paragraphs(
        _written(long_ones),
        arrives + sentence(escape(told.sentence(step))),
        _written(others),
        "As ``T.grad`` wrote it:" if others and step.gives else "",
        _written([*step.lets, *step.gives]),
        *(f"{name(one)} receives nothing: {escape(why)}." for one, why in told.nothing(step)),
        _shapes(material, step),
        _cost_of(step),
        f"{sentence(escape(told.underived(step)))}" if step.underived else "",
        _inside(step.inside) if step.inside is not None else "",
    )


def _shapes(material: Material | None, step: Explanation) -> str:
    """Let the reader check a matrix product by its shapes."""
    if material is None or material.derivation is None or step.op != "dot":
        return ""
    graph = infer_shapes(material.derivation.graph)
    apply = graph.apply[step.apply]
    shapes = [graph.variable[v].shape for v in (*apply.inputs, *apply.outputs)]
    if any(shape is None or len(shape) != 2 or None in shape for shape in shapes):
        return ""
    (rows, inner), (_, columns), _ = shapes  # type: ignore[misc]
    first, other = (f"{rows} × {inner}", f"{inner} × {columns}")
    arrives = f"{rows} × {columns}"
    receives = {e.name for e in step.gives}
    factors = [material.derivation.names.get(v, "") for v in apply.inputs]
    checks = []
    if f"δ{factors[0]}" in receives:
        checks.append(
            f"{arrives} times {columns} × {inner} gives {first}, the shape of {name(factors[0])}"
        )
    if f"δ{factors[1]}" in receives:
        checks.append(
            f"{inner} × {rows} times {arrives} gives {other}, the shape of {name(factors[1])}"
        )
    return f"The shapes leave no other choice: {'; '.join(checks)}." if checks else ""


def _cost_of(step: Explanation) -> str:
    """Say which nodes were made for a step, and what they read again."""
    if not step.emitted:
        made = "No node had to be made: the adjoint is handed on as it is."
    else:
        kinds = [escape(kind_words(e.op)) for e in step.emitted]
        made = f"For this, ``T.grad`` made {spelled(len(kinds), 'node')}: {', '.join(kinds[:10])}"
        made += f" and {len(kinds) - 10} more." if len(kinds) > 10 else "."
    again = list(dict.fromkeys(e.again for e in step.emitted if e.again))
    if again:
        made += (
            f" Among them {names(again)} a second time; the optimizer will notice that it is there "
            "already."
        )
    reused = [v for v in step.reused if v not in again]
    if reused:
        verb = "reads" if len(step.emitted) == 1 else "read"
        made += f" {'It' if len(step.emitted) == 1 else 'They'} {verb} {names(reused)} again, "
        made += (
            "a value of the forward pass." if len(reused) == 1 else "values of the forward pass."
        )
    return made


def _inside(story: Story) -> str:
    return paragraphs(
        told.INSIDE,
        _written(story.forward),
        *(_told(step) for step in story.steps[:MAX_STEPS]),
        _written([*story.sums, *told.results(story)]),
    )


def _sums(story: Story) -> Iterator[str]:
    if story.sums:
        yield heading("Sums", 1)
        yield told.SUMS
        yield _written(story.sums[:MAX_STEPS])


def _written(entries: Iterable[Equation]) -> str:
    return equations(
        (symbol_latex(e.name), r"\mathrel{+}=" if e.adds else "=", e.value) for e in entries
    )


def _results(story: Story) -> str:
    return (
        f"The adjoint of a parameter is its gradient: it says for each weight how fast "
        f"{name(story.cost)} grows with it, all others held still."
    )


def _finish(story: Story, finish: Finish) -> str:
    cost, parameter = symbol_latex(story.cost), symbol_latex(finish.parameter)
    slope = rf"\frac{{\partial\, {cost}}}{{\partial {parameter}}}"
    if finish.gradient is None:
        return f"{inline(slope)}: there is none, {escape(finish.reason)}."
    left = f"{slope} = {symbol_latex(finish.gradient.name)}"
    lets = [(symbol_latex(e.name), "=", e.value) for e in finish.lets]
    written = equations([*lets, (left, "=", finish.gradient.value)])
    return written if finish.is_same else paragraphs(written, escape(told.differing(finish)))
