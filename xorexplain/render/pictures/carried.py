"""Say in words what an op that carries a graph is, and which of them a formula tells."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.ops import has, is_kernel, kind_words, row
from xorexplain.graph.ops.rounds import rounds_of
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.chains import FORMULA
from xorexplain.graph.views.fold import of_one
from xorexplain.graph.views.fold_repeats import REPEAT
from xorexplain.graph.views.inner import (
    ALL,
    MAX_OPEN_NODES,
    STEPS,
    argument_name,
    askable,
    fed_inside,
)
from xorexplain.graph.views.loops import Step
from xorexplain.graph.views.names import intermediate_names, outer_names
from xorexplain.graph.views.parts import PART
from xorexplain.graph.views.state import is_followed
from xorexplain.render.limits import CROWDED, FORMULA_NODES, LOOP_NODES
from xorexplain.render.look import OPENED
from xorexplain.render.pictures.labels import (
    MAX_NAME,
    clip,
    folded_value,
    op_heading,
    op_words,
    summed,
    wrapped,
)
from xorexplain.render.pictures.op_words import properties_words

_IN_SHAPE = re.compile(r" in [\w×]+$")
"""What a filled array says of its lengths, at the end of its text."""
_UNNAMED, _GRADIENT_OF = "scan_fn", "grad_of_"
"""What the engines call a Scan that the user did not name, and the gradient of one."""


def is_told(graph: Graph, apply: Apply) -> bool:
    """Tell whether a formula says all of what an op with an inner graph, or one of BLAS, does."""
    if is_kernel(apply.op.kind, len(apply.inputs)):
        return True
    if apply.inner is None:
        return False
    inner = graph.inner[apply.inner]
    if len(apply.inner_inputs) != len(inner.inputs):
        return False
    if apply.op.kind == "scan":
        least = LOOP_NODES if len(graph.applies) <= CROWDED else 0
        is_long = least < len(inner.applies) <= FORMULA_NODES
        return is_long and all(map(is_plain, inner.applies)) and rounds_of(apply.op) is not None
    if not is_followed(apply, inner):
        return False
    return has(apply.op.kind, "fused") or (
        apply.op.kind == "op_from_graph"
        and 0 < len(inner.applies) <= FORMULA_NODES
        and all(is_plain(inside) for inside in inner.applies)
    )


def is_plain(apply: Apply) -> bool:
    """Tell whether a formula can say what an apply node does."""
    family = row(apply.op.kind).family if apply.op.kind != "composite" else "elementwise"
    return has(apply.op.kind, "carries") or family not in ("random", "control", "other")


LEFT_OUT = ("None", "empty", "empty, shape (0,)")
"""Values of an argument that stand for none."""


def named_by_part(graph: Graph, apply: Apply) -> list[str]:
    """Return what equal updates read whose names the formula of the first one uses."""
    if apply.op.kind != REPEAT or apply.inner is None:
        return []
    names = {graph.inner[apply.inner].variable[v].name for v in graph.inner[apply.inner].inputs}
    called = intermediate_names(graph) if names else {}
    return [v for v in apply.inputs if called.get(v) in names]


def constants_given(graph: Graph, apply: Apply, is_opened: bool = False) -> list[str]:
    """Write the folded constants that an op with an inner graph is given: `7 rounds`, `i1 = 0`.

    Of a loop, how many values it keeps of a result is not told, nor what a state begins with where
    what is inside is shown and says so; nor is what is left out, as the size of a draw.
    """
    if apply.inner is None or is_told(graph, apply) or has(apply.op.kind, "sized"):
        return []
    texts: dict[str, None] = {}
    for position, id_ in enumerate(apply.inputs):
        if not graph.variable[id_].folded:
            continue
        name, value = argument_name(graph, apply, position), folded_value(graph, apply, id_)
        if name == STEPS:
            texts[f"{value} round{'' if value == '1' else 's'}"] = None
        elif value in LEFT_OUT:
            continue
        elif apply.op.kind != "scan":
            texts[f"{name} = {value}"] = None
        elif fed_inside(graph, apply, position) and not is_opened:
            # As many states begin alike as a loop's gradient has parameters.
            texts[f"begins with {_IN_SHAPE.sub('', value)}"] = None
    return [line for text in texts for line in wrapped(text)]


def values_inside(graph: Graph, apply: Apply) -> dict[str, str]:
    """Return the values of those inputs of an inner graph that are folded constants outside.

    What a state begins with is told without the brackets of its axes.
    """
    return {
        inside: of_one(graph.variable[id_]) or folded_value(graph, apply, id_)
        for position, id_ in enumerate(apply.inputs)
        if graph.variable[id_].folded
        for inside in fed_inside(graph, apply, position)
    }


def hidden_lines(graph: Graph, apply: Apply, is_opened: bool) -> list[str]:
    """Say how many apply nodes an op carries that are not drawn, where nothing tells of them.

    The name of an op such as softmax tells what is inside. One that was to be opened is too large.
    """
    if apply.inner is None:
        return []
    count = len(graph.inner[apply.inner].applies)
    if is_opened:
        way = f"--open {apply.op.kind}" if count <= MAX_OPEN_NODES else "--format txt"
        return [f"{count} apply nodes inside, not drawn;", f"to see them: {way}"]
    if is_told(graph, apply) or not has(apply.op.kind, "own graph"):
        return []
    return [f"{count} apply node{'' if count == 1 else 's'} inside"]


def openable(graph: Graph) -> list[str]:
    """Return the words by which the ops of a graph that carry one can be asked for, each once."""
    found: list[str] = []
    waiting = [graph]
    while waiting:
        current = waiting.pop()
        names = outer_names(current)
        for apply in current.applies:
            if apply.inner is not None:
                found += askable(current, apply, names)
        waiting += current.inner
    return list(dict.fromkeys(found))


def check_opened(graph: Graph, asked: Collection[str]) -> None:
    """Raise XorexplainError for a word that no op with an inner graph is asked for by."""
    unsaid = sorted(set(asked) - {*OPENED, ALL})
    known = openable(graph) if unsaid else []
    for word in unsaid:
        if word not in known:
            raise XorexplainError(
                f"nothing to open is called {word!r}: {did_you_mean(word, known)}"
            )


def inside_words(apply: Apply, step: Step | None) -> str:
    """Entitle the box around an op's inner graph; `step` is that of a Scan."""
    if step is None:
        return f"inside {op_words(apply)}"
    counted = ", t from the last round to the first" if step.is_reversed else ""
    return f"inside {loop_words(apply)}{counted}"


def loop_words(apply: Apply) -> str:
    """Name a Scan whose rounds are told by the names in its step."""
    until = " until its condition holds" if apply.op.param("until") else ""
    name = apply.op.param("name") or ""
    of = " gradient" if name.startswith(_GRADIENT_OF) else ""
    own = name.removeprefix(_GRADIENT_OF)
    called = clip(f"scan {own if own != _UNNAMED else ''}".strip() + of, MAX_NAME) + until
    others = properties_words(replace(apply.op, params=_untold(apply.op)))[1]
    return f"{called} ({summed(others, MAX_NAME)})" if others else called


def _untold(op: Op) -> tuple[tuple[str, str], ...]:
    """Return the properties of a Scan but for the rounds it reads, which the names in it tell."""
    return tuple(param for param in op.params if param[0] not in ("taps", "out_taps"))


def heading_words(graph: Graph, apply: Apply, step: Step | None, raw: bool) -> str:
    """Name the op of a node: what repeats, the beginning of an error's message, a Scan, any other.

    A raw picture says all of a message.
    """
    if apply.op.kind in (REPEAT, PART):
        title = apply.op.param("name") or apply.op.kind
        times, _, names = title.partition(": ")
        labels = [output.label for v in apply.outputs for output in graph.results.get(v, ())]
        # The results say their names themselves.
        return f"{times}, the same" if names and names in labels else clip(title, MAX_NAME)
    message = apply.op.param("msg")
    if message and not raw:
        kind = kind_words(apply.op.kind).removesuffix(" and raise")
        return summed(f"{kind}: {message.partition('. ')[0].rstrip('.')}", MAX_NAME)
    return loop_words(apply) if step is not None else op_heading(graph, apply)


def fused_words(graph: Graph, apply: Apply) -> str:
    """Name an op that a formula tells of; a name that leaves out what it computes says nothing."""
    if apply.op.kind in ("scan", FORMULA):
        return ""
    if apply.op.kind != "op_from_graph" or "{...}" not in (apply.op.param("name") or ""):
        return op_words(apply)
    return row("composite").words or ""
