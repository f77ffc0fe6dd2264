"""Tell what is computed from constants alone, as `log(10)`, in the words of what reads it."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.ops import INFIX, adds_leading_axes, entries_of, has, row
from xorexplain.graph.ops.constants import PI
from xorexplain.graph.records import Apply, Graph, Variable, is_phrase
from xorexplain.graph.views.fold import MAX_INLINE, as_constant, is_brief, of_one
from xorexplain.graph.views.subgraph import ends, needed


def tell_constants(graph: Graph) -> Graph:
    """Replace what is computed from short constants by a constant that is its formula.

    What has a name or is a result stays, and so does what would be longer than a constant may be.
    """
    told: dict[str, Variable] = {}
    constants = {v.id: v for v in graph.variables if is_brief(v) and v.value}
    pinned = graph.output_ids | {v for pair in graph.hidden for v in pair}
    for apply in graph.applies:
        text = _text(apply, [constants.get(v) for v in apply.inputs])
        variable = graph.variable[apply.outputs[0]]
        if text and len(text) <= MAX_INLINE and not variable.name and variable.id not in pinned:
            told[variable.id] = constants[variable.id] = as_constant(variable, text)
    if not told:
        return graph
    changed = replace(
        graph,
        applies=tuple(a for a in graph.applies if a.outputs[0] not in told),
        variables=tuple(told.get(v.id, v) for v in graph.variables),
    )
    return needed(changed, ends(graph) - told.keys())


def _text(apply: Apply, given: list[Variable | None]) -> str:
    """Write an op of constants; empty where it reads something else, or is none to be written."""
    is_of_elements = apply.op.family == "elementwise"
    texts = [_written(v, is_of_elements) for v in given if v is not None]
    is_plain = len(apply.outputs) == 1 and apply.inner is None and bool(texts)
    if len(texts) < len(given) or not is_plain or not _is_written(apply):
        return ""
    if len(texts) == 1 and has(apply.op.kind, "reorders axes"):
        return _with_axes(apply, given[0], texts[0])
    if len(texts) == 1 and _is_one(apply, texts[0]):
        return texts[0]
    sign = INFIX.get(apply.op.kind)
    if sign and len(texts) > 1:
        return f" {sign} ".join(f"({t})" if is_phrase(t) or _is_product(t) else t for t in texts)
    known = row(apply.op.kind)
    if known.before:
        is_call = known.before == "−" and texts[0][0].isalpha() and not is_phrase(texts[0])
        is_plain_number = texts[0].replace(".", "").isalnum() and not _is_product(texts[0])
        is_simple = is_call or is_plain_number
        return known.before + (texts[0] if is_simple else f"({texts[0]})")
    return f"{known.words or apply.op.kind}({', '.join(texts)})"


def _written(variable: Variable, is_of_elements: bool) -> str:
    """Write a constant; the shape of the result tells how many axes one element has."""
    text = (of_one(variable) if is_of_elements else None) or variable.value or ""
    return f"{PI[text]}π" if text in PI else text


def _is_product(text: str) -> bool:
    """Tell whether a text is a number times π."""
    return text in {f"{times}π" for times in PI.values() if times}


def _with_axes(apply: Apply, source: Variable | None, text: str) -> str:
    """Write a constant with its axes as an op leaves them, empty where a node says it better.

    Axes in front are those that NumPy adds by itself, and one element has no order.
    """
    long = [not is_one for is_one in (source and source.broadcastable) or ()]
    if not any(long) or adds_leading_axes(apply.op.params):
        return text
    order = entries_of(apply.op.param("order"))
    if apply.op.kind != "expand_dims":
        return ""
    index = ", ".join("None" if axis == "x" else ":" for axis in order)
    return f"({text})[{index}]" if is_phrase(text) else f"{text}[{index}]"


def _is_one(apply: Apply, text: str) -> bool:
    """Tell whether an op of a constant gives the same elements: `all` of a single one does too.

    What an op says of the gradient says nothing of a constant, which has none.
    """
    is_single = "," not in text and (has(apply.op.kind, "truth") or apply.op.kind == "make_vector")
    return has(apply.op.kind, "carries", "steers gradient") or is_single


def _is_written(apply: Apply) -> bool:
    """Tell whether an op is one of single elements, hands its input on, or is a call of numbers."""
    is_of_elements = apply.op.family == "elementwise" and not apply.op.params
    is_of_one = has(apply.op.kind, "truth", "by numbers") or apply.op.kind == "make_vector"
    hands_on = has(apply.op.kind, "carries", "reorders axes", "steers gradient")
    return is_of_elements or is_of_one or hands_on
