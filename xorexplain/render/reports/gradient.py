"""Tell a gradient: the forward pass, each step back, the sums, what comes out."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from xorexplain.errors.escaping import fields_of, json_text
from xorexplain.gradients import explain
from xorexplain.gradients.copies import without_copies
from xorexplain.gradients.explain import Emitted, Explanation, Finish, Story
from xorexplain.graph.ops import kind_words
from xorexplain.notation.expr import Expr, number
from xorexplain.notation.latex import latex
from xorexplain.notation.text import TEXT, text
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Aside,
    Block,
    Code,
    Document,
    Equation,
    Equations,
    Field,
    Fields,
    Fold,
    Inline,
    Name,
    Paragraph,
    Reference,
    Run,
    Signs,
    Slope,
    field,
    heading,
    inlines,
    listed,
    paragraph,
)
from xorexplain.render.reports.equations import folded
from xorexplain.render.reports.repeats import repeats, shape_of, told_again

MAX_TITLE = 240
FEW = 4
"""Of so many repeats each is named at most."""
MANY = 12
"""So many names are listed at most."""
GIVES = "gives"
STEP = "step-"
"""The anchor of a step begins with it; its number follows."""
LEGEND = (
    "A step tells what arrives at a node, the rule of its op, what its inputs are given, the nodes "
    "T.grad emitted to compute that, and the forward values those use again."
)
INSIDE = "Inside the node, with the adjoints of its results given:"
SUMS = "A variable that several nodes read receives the sum of what each of them gives."


def gradient(told: Story, everything: bool = True) -> Document:
    """Tell the whole derivation; without `everything`, what repeats once, and what renames not."""
    told = told if everything else without_copies(told)
    forward = equations(told.forward)
    backward = f"Backward, from {told.cost}"
    blocks: list[Block] = [
        heading(clip(told.title, MAX_TITLE), level=1),
        *legend(told),
        heading("Forward", anchor="forward"),
        *_lengths(told),
        forward if everything else Equations(folded(forward.equations)),
        heading(backward, anchor="backward"),
        Equations((Equation((Name(f"δ{told.cost}"),), number("1")),)),
        *(map(_step, told.steps) if everything else _steps(told.steps)),
        *sums(told.sums),
        heading("Gradients", anchor="gradients"),
        *(_every_finish(told) if everything else _finishes(told)),
        *agreement(told),
        *(paragraph(f"missing: {what}", tone="caution") for what in told.missing),
    ]
    return Document(told.title, tuple(blocks))


def _step(told: Explanation) -> Fold:
    return step(told, f"{STEP}{told.number}")


def _steps(told: Sequence[Explanation]) -> Iterator[Block]:
    """Tell the steps back, those that repeat but for names once."""
    for found in repeats(list(map(_shape, told))):
        first = found.start + found.length
        yield from map(_step, told[found.start : first])
        if found.times > 1:
            rest = told[first : found.stop]
            again = told_again(found.length, "steps", found.times - 1)
            words = f"{rest[0].number} to {(rest[-1].number, *rest[-1].also)[-1]}: {again}"
            names = [n for entry in rest for e in entry.forward for n in (e.name, *e.more)]
            shown = [names[0], "…", names[-1]] if len(names) > FEW else names
            yield paragraph(f"{words}, back through ", *listed(map(Name, shown)), tone="small")


def _shape(told: Explanation) -> Hashable:
    """Return what a step is but for names."""
    written = [e for part in (told.forward, told.rule, told.lets, told.gives) for e in part]
    counts = tuple(map(len, (told.forward, told.rule, told.lets, told.gives)))
    values = shape_of(e.value for e in written)
    made = tuple((one.op, one.again is None) for one in told.emitted)
    nothing = tuple(reason for _, reason in told.nothing)
    own = (told.op, told.sentence, told.underived, told.number if told.inside else None)
    return own, counts, values, tuple(e.adds for e in written), made, nothing


def _every_finish(told: Story) -> Iterator[Block]:
    for one in told.finishes:
        yield from finish(told.cost, one)


def _finishes(told: Story) -> Iterator[Block]:
    """Tell the gradients and updates, those that repeat but for names once."""
    shapes = [tuple(map(_block_shape, finish(told.cost, one))) for one in told.finishes]
    for found in repeats(shapes):
        first = found.start + found.length
        for one in told.finishes[found.start : first]:
            yield from finish(told.cost, one)
        if found.times > 1:
            names = [one.parameter for one in told.finishes[first : found.stop]]
            shown = [*names[:2], "…", names[-1]] if len(names) > FEW else names
            yield paragraph("the same for ", *listed(map(Name, shown)), tone="small")


def _block_shape(block: Block) -> Hashable:
    """Return what is told of a parameter but for names."""
    if not isinstance(block, Equations):
        return id(block)
    told = block.equations
    return shape_of(one.value for one in told), tuple((len(one.left), one.sign) for one in told)


def legend(told: Story) -> Iterator[Block]:
    """Say what the names and signs mean, and what a step tells."""
    x, slope = Name("x"), Slope(told.cost, "x")
    changes = (" changes with each element of ", x, ", in ", x, "'s shape.")
    meant = (Name("δx"), ", the adjoint of ", x, ", is ", slope, ": how ", Name(told.cost))
    yield paragraph(*meant, *changes, tone="small")
    yield Signs()
    yield paragraph(LEGEND, tone="small")


def _lengths(told: Story) -> Iterator[Paragraph]:
    """Say what the letters of lengths mean, by the shapes of what is given."""
    if told.shapes:
        shapes = [inlines(Name(name), f" is {shape}") for name, shape in told.shapes]
        words = [part for shape in shapes for part in (*inlines(", "), *shape)][1:]
        yield paragraph("Lengths: ", *words, tone="small")


def equations(told: Sequence[explain.Equation]) -> Equations:
    """Write equations below each other."""
    return Equations(tuple(map(equation, told)))


def equation(told: explain.Equation) -> Equation:
    """Write `name = value`, or `name += value` of one contribution of several."""
    left = tuple(map(Name, (told.name, *told.more)))
    return Equation(left, told.value, "+=" if told.adds else "=", is_unpacked=bool(told.more))


def step(told: Explanation, anchor: str = "", more: Sequence[Field] = ()) -> Fold:
    """Tell one step back: what arrives, the rule, what is given, what was made for it.

    `more` are fields that only one place can know.
    """
    fields = [field("arrives", *listed(map(Name, told.arrives)))] if told.arrives else []
    given = (*told.lets, *told.gives)
    blocks: tuple[Block, ...] = (equations(given),) if given else ()
    blocks += tuple(_nothing(told))
    made = [Run(entry, "word", whole=True) for entry in map(_made, told.emitted)]
    fields += [
        _rule(told),
        *([Field(GIVES, blocks)] if blocks else []),
        *more,
        field("emitted", *listed(made or [Run(HANDED_ON, "word")])),
    ]
    if told.underived:
        words = f"the graph inside is not derived here: {told.underived}"
        fields.append(field("inside", words, style="accent"))
    if told.reused:
        parts = [(Run(", "), Name(n), Run("'s shape" * (n in told.shaped))) for n in told.reused]
        fields.append(field("uses", *sum(parts, ())[1:]))
    inside = _inside(told.inside) if told.inside is not None else ()
    title: list[Inline] = [Run(f"{_numbers(told)}.", "word")]
    title += [dataclasses.replace(equation(e), style="op") for e in told.forward]
    return Fold(
        title=tuple(title),
        blocks=(Fields(tuple(fields)), *([Aside(tuple(inside))] if inside else [])),
        note=(Reference("op", told.op, kind_words(told.op), "word"), Run(f"  {told.apply}", "id")),
        anchor=anchor,
        about=(told.apply, *(entry.id for entry in told.emitted)),
    )


def _numbers(told: Explanation) -> str:
    """Write the number of a step, and those of what is told with it: `2, 3` or `5-8`."""
    numbers = [told.number, *told.also]
    is_run = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"{numbers[0]}-{numbers[-1]}" if is_run else ", ".join(map(str, numbers))


HANDED_ON = "nothing: the adjoint is handed on as it is"


def _rule(told: Explanation) -> Field:
    """Say the rule in words, and in a formula unless T.grad wrote the very same."""
    words = told.sentence + (f" ({told.source})" if told.source else "")
    same = [_text(one) for one in told.rule] == [_text(given) for given in told.gives]
    rule: tuple[Block, ...] = () if same or not told.rule else (equations(told.rule),)
    return Field("rule", (paragraph(words, style="word"), *rule))


def _text(told: explain.Equation) -> tuple[str, bool, str]:
    return (told.name, told.adds, TEXT.write([told.value])[0].text)


def _nothing(told: Explanation) -> Iterator[Paragraph]:
    """Say which inputs receive nothing, and why; constants need no mention."""
    for name, reason in told.nothing:
        if reason != "a constant":
            yield paragraph(Name(name, "word"), f" receives nothing: {reason}", style="word")


def _made(entry: Emitted) -> str:
    """Name a node T.grad made, and the forward value that it computes again."""
    again = f" ({entry.again} again)" if entry.again else ""
    return f"{entry.id} {kind_words(entry.op)}{again}"


def _inside(told: Story) -> Iterator[Block]:
    """Tell of the graph inside a node; its names are its own."""
    yield paragraph(INSIDE, style="word")
    yield equations(told.forward)
    yield from map(step, told.steps)
    # What is a sum has been told as one.
    written = {one.name for one in told.sums}
    results = [
        one
        for end in told.finishes
        if end.gradient is not None and end.gradient.name not in written
        for one in (*end.lets, end.gradient)
    ]
    if told.sums or results:
        yield equations([*told.sums, *results])


def sums(told: Sequence[explain.Equation]) -> Iterator[Block]:
    """Tell which adjoints are sums of what several nodes give."""
    if told:
        yield heading("Sums", anchor="sums")
        yield paragraph(SUMS, tone="small")
        yield equations(told)


def finish(cost: str, told: Finish) -> Iterator[Block]:
    """Tell the gradient of a parameter and the update that it feeds, or why there is none."""
    slope = Slope(cost, told.parameter, "parameter")
    if told.gradient is None:
        why = (f": there is none, {told.reason} (", Code("xorexplain gradient --why", "accent"))
        yield paragraph(slope, *why, " says where and what helps)", tone="caution")
        return
    left = (slope, Name(told.gradient.name))
    written = [*map(equation, told.lets), Equation(left, told.gradient.value, style="parameter")]
    if told.update is not None:
        written.append(Equation((Name(told.parameter),), told.update.value, "←"))
    yield Equations(tuple(written))
    if not told.is_same:
        name = Name(told.parameter, "accent")
        yield paragraph("T.grad alone builds another graph for ", name, ".", tone="caution")


def agreement(told: Story) -> Iterator[Paragraph]:
    """Say which gradients T.grad builds the same when asked for them alone."""
    same = [one.parameter for one in told.finishes if one.gradient is not None and one.is_same]
    if not same:
        return
    if len(same) > MANY:
        same = [same[0], "…", same[-1]]
    names = inlines("T.grad(", Name(told.cost), ", [", *listed(map(Name, same)), "])")
    yield paragraph(*names, " by itself builds the same computation.", tone="small")


def gradient_json(told: Story) -> str:
    """Write the derivation as JSON; each formula as its text and as LaTeX."""
    return json_text(told, _plain)


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, Expr):
        return {"text": text(value), "latex": latex(value)}
    # What a fault took away is named where something is missing, and only there.
    rare = ("missing", "shapes", "also", "more", "shaped")
    told = {k: entry for k, entry in fields_of(value).items() if k != "made_up"}
    return {k: entry for k, entry in told.items() if k not in rare or entry}
