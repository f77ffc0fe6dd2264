"""Tell what a step of a rewriting replaced, and why it may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.contrast import ARROW
from xorexplain.render.reports.document import (
    Block,
    Change,
    Contrast,
    Equation,
    Equations,
    Field,
    Formula,
    Inline,
    Inlines,
    Name,
    Reference,
    Run,
    field,
    inlines,
    paragraph,
)
from xorexplain.rewrites.distinctions import LOOP
from xorexplain.rewrites.laws.records import Formula as LawFormula
from xorexplain.rewrites.laws.records import Law
from xorexplain.rewrites.steps import Replacement

MAX_NAME = 32
MAX_OP = 40
NO_LAW = "no sentence is written for this rewrite yet"


def replaced(told: Replacement) -> Iterator[Block]:
    """Tell one value as it was and as it is, and by which ops.

    A formula that stays as it is stands once, with what else is another.
    """
    if told.is_alike:
        left = (Name(told.name),) if told.is_named else ()
        yield Equations((Equation(left, told.before, where=(Run(told.other, "word"),)),))
        if ops := ops_beside(told):
            yield paragraph(ops, tone="small")
        return
    made_by = (inlines(by(op), style="word") for op in (told.before_op, told.after_op))
    yield Change(told.name if told.is_named else "", told.before, told.after, *made_by)


def ops_beside(told: Replacement) -> str:
    """Say which ops compute a value whose formula stays; nothing where they are what changed."""
    ops = ARROW.join(dict.fromkeys(filter(None, (told.before_op, told.after_op))))
    return by(ops) if ops and told.other != f"op {ops}" else ""


def by(op: str) -> str:
    """Say which op computes a value."""
    return f"by {op}" if op else "given"


def gist(told: Replacement, limit: int, between: str = ": ") -> Inlines:
    """Tell in a line what changed: the formula, or what else where the formula is the same.

    `between` stands behind the name, which is left out where it is an id.
    """
    name = clip(told.name, MAX_NAME) if told.is_named else ""
    start: Inlines = (Name(name), Run(between)) if name else ()
    room = limit - len(name) - len(between) * bool(name)
    if told.other.startswith(LOOP):
        return (*start, Run(told.other))
    if not told.is_alike:
        return (*start, Contrast(told.before, told.after, room))
    other = f", {told.other}"
    return (*start, Formula(told.before, max(room - len(other), MAX_OP), "plain"), Run(other))


def why(law: Law | None) -> Iterator[Field]:
    """Say why a rewrite is valid: in a sentence, as algebra, and where it is not."""
    if law is None:
        yield field("why", NO_LAW)
        return
    quoted = [Run("  (the engine's own words)", "word")] if law.is_quoted else []
    yield field("why", law.sentence, *quoted)
    yield from laws(law)
    for member in law.members:
        yield field("", Reference("rewrite", member.name), f": {member.sentence}")
        yield from laws(member)
    if law.caveat:
        yield field("but", law.caveat)


def laws(law: Law) -> Iterator[Field]:
    """Write a law as algebra, with the conditions it holds under."""
    if law.formulas:
        yield Field("law", (Equations(tuple(map(equation, law.formulas))),))


def form(law: Law | None) -> Iterator[Field]:
    """Say what a rewrite looks for: the left sides of its law, else why it is valid."""
    if law is not None and law.formulas:
        sides = tuple(replace(equation(told), value=told.left) for told in law.formulas)
        yield Field("form", (Equations(sides),))
    elif law is not None:
        yield field("why", law.sentence)


def equation(told: LawFormula) -> Equation:
    """Tell a law as an equation, with the conditions it holds under."""
    conditions: list[Inline] = []
    if told.condition is not None:
        conditions = [Run("for "), Formula(told.condition)]
    if told.where:
        conditions.append(Run(f", {told.where}" if conditions else told.where))
    return Equation((), told.equation, where=tuple(conditions))
