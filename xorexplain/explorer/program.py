"""Write a graph as a Python function that computes it with NumPy."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from xorexplain.errors.escaping import on_one_line
from xorexplain.explorer.node_code import called_in, constant, fill, slots
from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.fold import fold_constants
from xorexplain.notation.code import sources

MAX_WORD = 40


def program(whole: Graph, names: Mapping[str, str], title: str) -> str:
    """Return the code of a graph as the engine has it.

    What NumPy has no counterpart for is a parameter of the function, with a note that says so.
    """
    graph = fold_constants(whole)
    words = identifiers(graph, names)
    given = [v.id for v in _given(graph) if not constant(v)]
    body = [f"{words[v.id]} = {constant(v)['numpy']}" for v in _given(graph) if constant(v)]
    notes = []
    for apply in graph.applies:
        outputs = [words[v] for v in apply.outputs]
        feeding = [words.get(v, "") for v in apply.inputs]
        lines = fill(slots(graph, apply).get("numpy"), feeding, outputs)
        if lines is None:
            given += apply.outputs
            notes.append(f"# {', '.join(outputs)}: {apply.op.kind}, for the caller to compute")
        else:
            body += lines
    results = [_result(graph.variable[output.variable], words) for output in graph.outputs]
    body.append(f"return ({' '.join(f'{result},' for result in results)})")
    defined = [sources()[name] for name in called_in(body)]
    function = [f"def computed({', '.join(words[v] for v in given)}):", *_indented([*notes, *body])]
    heads = ["\n".join([f"# {on_one_line(title)}", "import numpy"]), *defined, "\n".join(function)]
    return "\n\n\n".join(heads) + "\n"


def identifiers(graph: Graph, names: Mapping[str, str]) -> dict[str, str]:
    """Name the variables of a graph by Python identifiers, each by its own."""
    taken = {*dir(builtins), *keyword.kwlist, *sources(), "numpy", "computed"}
    found = {}
    for variable in (*_given(graph), *_computed(graph)):
        word = _word(names.get(variable.id) or variable.name or "")
        choices = (word, f"{word}_{variable.id}", f"value_{variable.id}")
        found[variable.id] = next(c for c in choices if c[:1].isalpha() and c not in taken)
        taken.add(found[variable.id])
    return found


def _word(name: str) -> str:
    """Leave of a name what an identifier may have; δ and ∂ are a d."""
    plain = unicodedata.normalize("NFKC", name).replace("δ", "d").replace("∂", "d")
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:MAX_WORD]


def _given(graph: Graph) -> Iterator[Variable]:
    made = {variable for apply in graph.applies for variable in apply.outputs}
    read = [*graph.inputs, *(variable for apply in graph.applies for variable in apply.inputs)]
    ends = (output.variable for output in graph.outputs)
    for id_ in dict.fromkeys([*read, *ends]):
        if id_ not in made and not graph.variable[id_].folded:
            yield graph.variable[id_]


def _computed(graph: Graph) -> Iterator[Variable]:
    for apply in graph.applies:
        yield from (graph.variable[id_] for id_ in apply.outputs)


def _result(variable: Variable, words: Mapping[str, str]) -> str:
    return words.get(variable.id) or constant(variable).get("numpy", "None")


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
