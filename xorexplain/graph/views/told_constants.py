"""Tell what is computed from constants alone, as `log(10)`, in the words of what reads it."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.ops import INFIX, has, row
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.fold import MAX_INLINE, as_constant, is_brief
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
    texts = [variable.value or "" for variable in given if variable is not None]
    is_plain = len(apply.outputs) == 1 and apply.inner is None and bool(texts)
    if len(texts) < len(given) or not is_plain or not _is_written(apply):
        return ""
    if len(texts) == 1 and _is_one(apply, texts[0]):
        return texts[0]
    sign = INFIX.get(apply.op.kind)
    if sign and len(texts) > 1:
        return f" {sign} ".join(f"({text})" if " " in text else text for text in texts)
    return f"{row(apply.op.kind).words or apply.op.kind}({', '.join(texts)})"


def _is_one(apply: Apply, text: str) -> bool:
    """Tell whether an op of a constant gives the same elements: `all` of a single one does too."""
    is_single = "," not in text and (has(apply.op.kind, "truth") or apply.op.kind == "make_vector")
    return has(apply.op.kind, "carries", "reorders axes") or is_single


def _is_written(apply: Apply) -> bool:
    """Tell whether an op is one of single elements, or hands its input on."""
    is_of_elements = apply.op.family == "elementwise" and not apply.op.params
    is_of_one = has(apply.op.kind, "truth") or apply.op.kind == "make_vector"
    return is_of_elements or is_of_one or has(apply.op.kind, "carries", "reorders axes")
