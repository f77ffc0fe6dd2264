"""Tell of a merging step which values become one, whose node stays, and how it is called then."""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.notation.expr import SYMBOL
from xorexplain.render.writers.marks import count, is_short, math, name, sentence
from xorexplain.rewrites.steps import ExplainedStep, Replacement, names_at
from xorexplain.rewrites.trace import Edit
from xorexplain.sphinxext.walkthrough.firing import change
from xorexplain.sphinxext.walkthrough.material import Material

MAX_TOLD = 3


def merged(material: Material, entry: ExplainedStep) -> str:
    """Say what a step merged; of another step, what it changed."""
    step, trace = entry.step, material.trace
    edits = list({(edit.old, edit.new): edit for edit in step.edits}.values())
    if (
        trace is None
        or entry.law is None
        or entry.law.kind != "merge"
        or step.verdict != "applied"
        or len(edits) != len(entry.replacements)
        or not all(is_short(told.before) for told in entry.replacements)
    ):
        return change(entry)
    now = names_at(trace, step.number)
    pairs = list(zip(edits, entry.replacements, strict=True))
    told = [_pair(material, now, edit, one) for edit, one in pairs[:MAX_TOLD]]
    more = len(pairs) - len(told)
    told += [f"and {count(more, 'more pair')} too"] if more > 0 else []
    return sentence("; ".join(told))[:-1]


def _pair(material: Material, now: Mapping[str, str], edit: Edit, told: Replacement) -> str:
    """Say which two equal values become one, and whose node is left of them."""
    assert material.trace is not None
    if told.is_alike and not told.is_named:
        return f"the two {math(told.before)} become one"
    has_node = material.trace.universe.owner(edit.new) is not None
    if not told.is_named or told.after.kind != SYMBOL or not has_node:
        old = name(told.name) if told.is_named else math(told.before)
        return f"{old} and {math(told.after)} become one"
    kept = told.after.text
    later = now.get(edit.new, kept)
    later = material.renamings.get(later, later)
    called = f", and is called {name(later)} from now on" if later != kept else ""
    return (
        f"{name(told.name)} and {name(kept)}, both {math(told.before)}, become one: the node of "
        f"{name(kept)} stays{called}"
    )
