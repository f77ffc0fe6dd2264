"""Make the nodes of a scene: of variables, of apply nodes and of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from xorexplain.graph.records import Apply, Output, Variable
from xorexplain.graph.views.fold_repeats import REPEAT
from xorexplain.graph.views.merge import shared_number
from xorexplain.graph.views.parts import PART
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.ancestry import ancestry_words
from xorexplain.render.pictures.carried import constants_given, fused_words, hidden_lines
from xorexplain.render.pictures.constants import brief
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.op_words import result_words, told_output
from xorexplain.render.pictures.records import Node, Shape, Texts, lines

MANY_OUTPUTS = 3
"""Of an op that has a name each, of which the first and the last are written."""

_SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(roles.KEPT, "cylinder"),
    "constant": "note",
    roles.ELSEWHERE: "octagon",
    "intermediate": "box",
    "output": "box",
}


def given(level: Level) -> Iterator[Variable]:
    """Yield the variables that have a node of their own."""
    raw = level.look.raw
    yield from (v for v in level.graph.variables if not v.folded and (raw or v.owner is None))


def variable_node(level: Level, variable: Variable) -> Node:
    """Make the node of a variable."""
    word = roles.variable_words(level.graph, variable)
    return Node(
        level.prefix + variable.id,
        word,
        _SHAPES.get(word, "ellipse"),
        "parameter" if word == roles.PARAMETER else "plain",
        lines(_variable_lines(level, variable, word)),
        variable,
        mark="result" if level.look.raw and variable.id in level.graph.results else "",
    )


def _variable_lines(level: Level, variable: Variable, word: str) -> Texts:
    called = "" if variable.name else _unnamed(level, variable, word)
    shown = variable if level.look.raw else brief(variable)
    known = [called, *labels.value_lines(shown)] if called else labels.name_lines(shown)
    first, *rest = known or [""]
    yield ("name" if called or variable.name else "value"), first
    yield from (("value", text) for text in rest)
    if variable.id in level.values:
        yield "value", f"= {level.values[variable.id]}"
    yield "word", word
    yield "type", level.type_of(variable)
    for output in level.graph.results.get(variable.id, ()) if level.look.raw else ():
        name, said = labels.output_words(output)
        yield "result", f"{said}: {name}"
    yield from _held(level, variable)


def _unnamed(level: Level, variable: Variable, word: str) -> str:
    """Return what a variable without a name is called, where the picture says so."""
    if word == roles.ELSEWHERE:
        return level.name_of(variable)
    is_used = level.names is None and not level.look.raw and variable.id in level.referred
    return labels.clip(level.called.get(variable.id, ""), labels.MAX_NAME) if is_used else ""


def apply_node(level: Level, apply: Apply) -> Node:
    """Make the node of an apply node, with sharp corners where it holds a formula."""
    return Node(
        level.prefix + apply.id,
        "apply",
        "box" if level.formula(apply) else "rounded",
        apply.op.family,
        lines(_apply_lines(level, apply)),
        level.graph.variable[told_output(level.graph, apply)],
        apply,
        level.marks.get(apply.id, ""),
    )


def _apply_lines(level: Level, apply: Apply) -> Texts:
    graph, first = level.graph, level.graph.variable[told_output(level.graph, apply)]
    written = level.formula(apply)
    is_signed = level.marks.get(apply.id) in ("added", "removed")  # and the sign needs a heading
    is_plain = written is None or level.look.raw or apply.op.kind == "scan"
    fused = "" if is_plain else fused_words(graph, apply)
    yield "heading", level.heading(apply) if is_plain else (fused if is_signed else "")
    yield from (("formula", text) for text in level.formula_lines(apply))
    if apply.op.kind == REPEAT:
        yield from (("formula", text) for text in level.part_lines(apply))
    is_drawn = level.boxes and level.drawn_inside(apply) is not None
    yield from (("formula", text) for text in constants_given(graph, apply, is_drawn))
    if level.look.raw:
        yield "engine op", labels.clip(apply.op.label, labels.MAX_FORMULA)
    else:
        result = level.told_results.get(apply.id)
        if result is not None:
            names = labels.wrapped(result.label or "result", MANY_OUTPUTS, labels.MAX_NAME)
            yield from (("result", text) for text in names)
            yield "word", labels.output_words(result)[1]
        elif written is None and apply.op.kind != REPEAT:
            yield from (("called", name) for name in _called(level, apply))
        yield "computes", level.type_of(first)
    if written is not None and not level.look.raw:
        yield "inside", "" if is_signed else fused
    elif level.boxes and not is_drawn:
        yield from (("inside", text) for text in hidden_lines(graph, apply, level.is_opened(apply)))
    if (number := shared_number(graph, apply)) > 1:
        yield "inside", f"{number} times in the graph"
    yield "origin", ancestry_words(graph, apply)
    if not level.look.raw:
        yield from (line for v in apply.outputs for line in _held(level, graph.variable[v]))


def _held(level: Level, variable: Variable) -> Texts:
    """Yield what a variable holds, and its gradient, where the picture shows values."""
    shown = level.shown(variable)
    owner = level.graph.owner(variable.id)
    is_one = owner is None or len(owner.outputs) < 2
    called = level.shown_name(variable) or labels.carried(level.graph, variable.id)
    yield from (("holds", line if is_one else f"{called}: {line}") for line in shown.lines)
    yield "slope", shown.slope


def _called(level: Level, apply: Apply) -> Iterator[str]:
    """Yield what the values of an apply node are called."""
    if level.names is not None:
        yield level.name_of(level.graph.variable[told_output(level.graph, apply)])
        return
    is_part = apply.op.kind == PART
    yield from () if is_part else labels.computed_names(level.graph, apply)
    found: list[tuple[int, str]] = []
    for position, id_ in enumerate(apply.outputs):
        is_said = level.graph.variable[id_].name or id_ in level.graph.results
        if id_ in level.referred and id_ in level.called and not is_said:
            found.append((position, labels.clip(level.called[id_], labels.MAX_NAME)))
    if len(found) > MANY_OUTPUTS:
        # The edges from it say which is which.
        yield f"{found[0][1]}, ..., {found[-1][1]}"
    elif is_part and found:
        yield ", ".join(name for _, name in found)
    else:
        graph = level.graph
        which = ((result_words(graph, apply, position), name) for position, name in found)
        yield from (f"{words}: {name}" if words and not is_part else name for words, name in which)


def result_node(level: Level, output: Output, position: int) -> Node:
    """Make the node of a result, which stands below the node that computes it."""
    name, word = labels.output_words(output)
    variable = level.graph.variable[output.variable]
    type_ = level.type_of(variable) if variable.owner is None else ""
    told = lines([("heading", name), ("word", word), ("type", type_)])
    kind: Literal["result", "update"] = "result" if output.updates is None else "update"
    return Node(f"{level.prefix}r{position}", word, kind, kind, told, variable)
