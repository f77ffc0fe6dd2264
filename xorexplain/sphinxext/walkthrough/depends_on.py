"""Tell what the step that is shown hangs on: the exponent that was written, and a later step."""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.errors import XorexplainError
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply
from xorexplain.models.model import Model
from xorexplain.notation.expr import FILL, Expr, postorder, symbols_in
from xorexplain.notation.text import text
from xorexplain.render.reports.step_rows import leading
from xorexplain.render.reports.stored import StoredSubject
from xorexplain.render.writers.marks import (
    listed,
    math,
    name,
    page_link,
)
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import ExplainedStep, equations, explained_steps
from xorexplain.rewrites.trace import Trace
from xorexplain.sphinxext.walkthrough.episodes import Told, episode_of
from xorexplain.sphinxext.walkthrough.material import Material

SQUARE, OTHER = 2, 3
"""The exponent of a squared error, and one that a reader may try instead."""
SLOPE = f"{SQUARE} − 1"
GRADIENT = "slope"


def on_the_exponent(material: Material, told: Told, written: Expr | None) -> str:
    """Say what fires where the exponent is another: a small function is rewritten to see it.

    `written` is the formula of the value before any step. Nothing where it has no exponent 2 − 1,
    or where the step fires for both exponents.
    """
    rewrite = told.example.step.made_by
    has_slope = written is not None and any(
        part.kind == "pow" and text(part.args[1]) == SLOPE for part in postorder([written])
    )
    is_asked = material.settings.undone and not isinstance(material.subject, StoredSubject)
    if not is_asked or not has_slope:
        return ""
    try:
        square, other = (_rewritten(material, n) for n in (SQUARE, OTHER))
    except XorexplainError:
        return ""
    fired = {step.made_by for step in square.steps if step.verdict == "applied"}
    steps = {e.step.made_by: e for e in explained_steps(other) if e.step.verdict == "applied"}
    left = dict(equations(other, len(other.steps))).get(GRADIENT)
    if rewrite not in fired or rewrite in steps or left is None:
        return ""
    kinds = told.episode.kinds
    own = [e for one, e in steps.items() if one not in fired and _kind(material, one) in kinds]
    made = [(material.rewrite(e.step.made_by), leading(e)) for e in own if e.replacements]
    words = [f"{one} makes {math(r.after)} of {math(r.before)}" for one, r in made]
    return (
        f"This hangs on the exponent: the slope of a square has {SLOPE} = 1. With ``** {OTHER}`` "
        f"({material.engine.title} rewrote ``(x ** {OTHER}).sum()`` and its gradient to see it) "
        f"{material.rewrite(rewrite)} does not fire: the slope keeps a power, and {math(left)} is "
        f"left.{f' In the cost, {listed(words)}.' if words else ''}"
    )


def _rewritten(material: Material, exponent: int) -> Trace:
    """Rewrite the sum of a power, and its gradient."""
    engine = material.engine
    x = engine.tensor.dmatrix("x")
    cost = (x**exponent).sum()
    slope = engine.grad(cost, [x])[0]
    model = Model({"cost": cost, GRADIENT: slope}, inputs=[x], mode=material.model.mode)
    return record_rewriting(engine, model)


def _kind(material: Material, rewrite: str) -> str | None:
    law = lookup(material.engine.name, rewrite)
    return None if law is None else law.kind


def on_a_later_step(material: Material, entry: ExplainedStep) -> Iterator[str]:
    """Say that what came is a fill, and which later step finds that it changes nothing."""
    trace = material.trace
    assert trace is not None
    first = leading(entry)
    position = entry.replacements.index(first)
    edits = list({(e.old, e.new): e for e in entry.step.edits}.values())
    if len(edits) != len(entry.replacements):
        return
    new = edits[position].new
    made = trace.universe.owner(new)
    if made is None or made.id not in entry.step.added or not _is_fill(made):
        return
    for later in material.explained[entry.step.number :]:
        came = {e.new for e in later.step.edits if e.old == new}
        if later.step.verdict != "applied" or not came:
            continue
        if not came <= set(made.inputs):
            return
        episode = episode_of(later)
        where = "" if episode is None else f" ({page_link(episode.page, episode.title)})"
        yield (
            f"The node that came is a *fill*: it gives the result the shape of all inputs "
            f"together. That this is the shape it has is found by step {later.step.number}{where}, "
            "which takes the fill away."
        )
        return


def repeated_since(material: Material, entry: ExplainedStep) -> str:
    """Say of a value that the step reads since which step it is a number that is repeated."""
    read = symbols_in([leading(entry).before])
    for earlier in reversed(material.explained[: entry.step.number - 1]):
        made = [r for r in earlier.replacements if r.name in read and r.is_named]
        if earlier.step.verdict == "applied" and made:
            after = made[0].after
            if not any(part.kind == FILL for part in postorder([after])):
                return ""
            return (
                f"What is repeated here is in {name(made[0].name)}: since step "
                f"{earlier.step.number} it is {math(after)}."
            )
    return ""


def _is_fill(made: Apply) -> bool:
    return has(made.op.kind, "fills") and has(made.op.kind, "reads shape")
