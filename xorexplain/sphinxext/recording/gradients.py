"""Record a gradient: its derivation as blocks, as text, as a picture, or why it is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

if TYPE_CHECKING:
    from xorexplain.gradients.explain import Equation, Explanation, Finish, Story
    from xorexplain.gradients.records import Derivation
    from xorexplain.sphinxext.output.blocks import Block


def gradient_entry(request: Request) -> tuple[Entry, Maker]:
    """Record a gradient in the form that is asked for."""
    engine, model = request.model.load(request.engine_name)
    form, wrt = request.options.get("form", "steps"), request.options.get("wrt", ())
    if form == "why":
        from xorexplain.gradients.why import explain_why
        from xorexplain.render.reports.reasons import reasons_text

        return {"text": reasons_text(explain_why(engine, model, wrt)).rstrip("\n")}, maker_of(
            engine
        )
    from xorexplain.gradients.choose import differentiate

    derivation = differentiate(engine, model, wrt, request.options.get("order", 1))
    return _FORMS[form](derivation, request), maker_of(engine)


def _text(derivation: Derivation, request: Request) -> Entry:
    from xorexplain.gradients.explain import tell
    from xorexplain.render.reports.story import story

    return {"text": story(tell(derivation)).rstrip("\n")}


def _picture(derivation: Derivation, request: Request) -> Entry:
    from xorexplain.gradients.explain import tell
    from xorexplain.render.look import Look
    from xorexplain.render.pictures import labels
    from xorexplain.render.pictures.twin import twin_dot
    from xorexplain.render.reports.story import story

    options = request.options
    look = Look(theme=options.get("theme", "light"), legend=options.get("legend", True))
    told = tell(derivation)
    count = len(told.steps)
    names = ", ".join(finish.parameter for finish in told.finishes)
    return {
        "title": labels.title(derivation.graph),
        "dot": twin_dot(derivation, look),
        "tree": story(told).rstrip("\n"),
        "words": f"Forward graph of {told.cost} beside its gradient for {names}: {count} "
        f"step{'' if count == 1 else 's'} back, each op beside the nodes its rule made.",
    }


def _blocks(derivation: Derivation, request: Request) -> Entry:
    from xorexplain.gradients.explain import tell

    told = tell(derivation)
    return {"title": told.title, "blocks": list(_story(told))}


_FORMS = {"text": _text, "picture": _picture, "steps": _blocks, "math": _blocks}


def _story(told: Story) -> Iterator[Block]:
    from xorexplain.render.reports.story import LEGEND, SUMS, agreement

    yield ["small", " ".join(line.format(cost=told.cost) for line in LEGEND)]
    yield ["heading", "Forward"]
    yield from _math(told.forward)
    yield ["heading", f"Backward, from {told.cost}"]
    for number, step in enumerate(told.steps, 1):
        yield _step(f"step-{number}", step)
    if told.sums:
        yield ["heading", "Sums"]
        yield ["text", SUMS]
        yield from _math(told.sums)
    yield ["heading", "Gradients"]
    for finish in told.finishes:
        yield from _finish(told, finish)
    if agreement(told):
        yield ["small", agreement(told)]


def _step(anchor: str, step: Explanation) -> Block:
    from xorexplain.render.pictures.labels import clip, kind_words
    from xorexplain.render.reports.story import pieces

    words = "; ".join("".join(pieces(equation)) for equation in step.forward)
    name = f"{step.number}. {kind_words(step.op)}"
    return ["step", anchor, name, clip(words, 100), list(_step_blocks(step))]


def _step_blocks(step: Explanation) -> Iterator[Block]:
    from xorexplain.render.reports.story import (
        INSIDE,
        emitted,
        nothing,
        other_rule,
        results,
        sentence,
        underived,
    )

    verb = "arrives" if len(step.arrives) == 1 else "arrive"
    yield ["law", f"{', '.join(step.arrives)} {verb}. {sentence(step)}", "op", step.op]
    if other_rule(step):
        yield from _math(other_rule(step))
        yield ["text", "As T.grad wrote it:"]
    yield from _math((*step.lets, *step.gives))
    for name, reason in nothing(step):
        yield ["text", f"{name} receives nothing: {reason}."]
    used = f" Forward values used again: {', '.join(step.reused)}." if step.reused else ""
    yield ["small", f"Emitted: {', '.join(emitted(step))}.{used}"]
    if step.underived:
        yield ["text", f"Inside: {underived(step)}."]
    if step.inside is not None:
        yield ["text", INSIDE]
        yield from _math(step.inside.forward)
        for inner in step.inside.steps:
            yield _step("", inner)
        yield from _math((*step.inside.sums, *results(step.inside)))


def _math(equations: Iterable[Equation]) -> Iterator[Block]:
    from xorexplain.render.reports.latex import equation_rows
    from xorexplain.render.reports.story import pieces

    listed = list(equations)
    if listed:
        yield ["math", equation_rows(listed), "\n".join("".join(pieces(e)) for e in listed)]


def _finish(told: Story, finish: Finish) -> Iterator[Block]:
    from xorexplain.notation.latex import latex, symbol_latex
    from xorexplain.notation.text import text
    from xorexplain.render.reports.story import WHY, differing

    if finish.gradient is None:
        slope = f"∂{told.cost}/∂{finish.parameter}"
        yield ["text", f"{slope}: there is none, {finish.reason} {WHY}."]
        return
    yield from _math((*finish.lets, finish.gradient))
    if finish.update is not None:
        value = finish.update.value
        tex = rf"{symbol_latex(finish.parameter)} \gets {latex(value)}"
        yield ["math", tex, f"{finish.parameter} ← {text(value)}"]
    if not finish.is_same:
        yield ["text", differing(finish)]
