"""Give readable names to the intermediates of a graph that have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from xorexplain.graph import Apply, Graph, Variable

_ACTIVATIONS = frozenset(
    {
        "sigmoid",
        "tanh",
        "softplus",
        "softsign",
        "softmax",
        "log_softmax",
        "maximum",
        "switch",
        "exp",
        "erf",
    }
)


def intermediate_names(graph: Graph, only: Collection[str] | None = None) -> dict[str, str]:
    """Name every variable but constants and what is computed from constants alone.

    A variable keeps its own name, or gets a letter and a number: `z1` is the first result of
    linear algebra (or of adding a bias to one), `a1` of an activation function, `d1` a difference,
    `q1` a power, `s1` a reduction, `u1` anything else. A name that occurs twice gets a number.
    `only` restricts the numbering to some variables.
    """
    taken = {variable.name for variable in graph.variables if variable.name}
    names: dict[str, str] = {}
    used: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    linear: set[str] = set()
    fixed: set[str] = set()
    for variable in _in_order(graph):
        if only is not None and variable.id not in only:
            continue
        apply = graph.owner(variable.id)
        if variable.role == "constant" or (apply is not None and fixed.issuperset(apply.inputs)):
            fixed.add(variable.id)
            continue
        if apply is not None and _is_linear(apply, linear):
            linear.add(variable.id)
        if variable.name:
            used[variable.name] += 1
            again = used[variable.name]
            names[variable.id] = variable.name if again == 1 else f"{variable.name}_{again}"
        elif apply is not None:
            letter = _letter(apply, variable.id in linear)
            names[variable.id] = _next(letter, letters, taken)
        else:
            names[variable.id] = _next("x", letters, taken)
    return names


def _in_order(graph: Graph) -> list[Variable]:
    given = [variable for variable in graph.variables if variable.owner is None]
    return [*given, *(graph.variable[v] for apply in graph.applies for v in apply.outputs)]


def _next(letter: str, letters: Counter[str], taken: Collection[str]) -> str:
    while True:
        letters[letter] += 1
        name = f"{letter}{letters[letter]}"
        if name not in taken:
            return name


def _is_linear(apply: Apply, linear: Collection[str]) -> bool:
    """Tell whether a node is a matrix product, or adds a bias to one."""
    if apply.op.family == "linear algebra":
        return True
    return apply.op.kind in ("add", "sub") and any(v in linear for v in apply.inputs)


def _letter(apply: Apply, is_linear: bool) -> str:
    kind = apply.op.kind
    if is_linear:
        return "z"
    if kind in _ACTIVATIONS:
        return "a"
    if kind == "sub":
        return "d"
    if kind in ("sqr", "pow", "sqrt"):
        return "q"
    return "s" if apply.op.family == "reduction" else "u"
