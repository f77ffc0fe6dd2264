"""Give readable names to the intermediates of a graph that have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from xorexplain.errors.escaping import with_signs
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.arranged_products import arranged_products
from xorexplain.graph.views.condense import is_fold
from xorexplain.graph.views.name_stems import (
    CONSTANT,
    GIVEN,
    WITH_START,
    begun_with,
    name_after,
    stem,
)

MAX_WRITTEN = 32
"""Constants whose values take up to this many characters are written out where they are used."""


def fixed_variables(graph: Graph) -> frozenset[str]:
    """Return the constants of a graph and what is computed from constants alone."""
    fixed = {variable.id for variable in graph.variables if variable.role == "constant"}
    for apply in graph.applies:
        if (apply.inputs or is_fold(apply)) and fixed.issuperset(apply.inputs):
            fixed.update(apply.outputs)
    return frozenset(fixed)


def intermediate_names(
    graph: Graph, only: Collection[str] | None = None, others: Collection[str] = ()
) -> dict[str, str]:
    """Name every variable but short constants and what is computed from constants alone.

    A variable keeps its own name, or what it is called in its model. Where there is neither, as in
    a graph of no model, it gets one that `stems` begins, and a number: `z1` is the first result of
    linear algebra (or of adding a bias to one), `a1` of an activation function, `log1` a
    logarithm, `c1` a constant too long to be written; `W.T` is the transpose of `W`, and `W_2`
    what gives `W` another shape or type. What a Scan gives, with what it began with, is `h_all`
    where what it computed is `h`. A name that occurs twice gets a number.
    What an engine computes on the way to a product that was written, with another shape, is called
    after that. `only` restricts the numbering to some variables; `others` are names that are no
    more free.
    """
    taken = {name for v in graph.variables for name in (v.name, *v.called) if name} | {*others}
    bearers = {v.name for v in graph.variables if v.called[:1] in ((), (v.name,))}
    names: dict[str, str] = {}
    used: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    linear: set[str] = set()
    fixed = fixed_variables(graph)
    chosen = [v for v in _in_order(graph) if only is None or v.id in only]
    arranged = _arranged(graph, chosen)
    products = set(arranged.values())
    for variable in sorted(chosen, key=lambda v: v.id in arranged):
        apply = graph.owner(variable.id)
        if variable.id in fixed and not _needs_name(variable):
            continue
        is_product = variable.id in products
        if is_product or (apply is not None and _is_linear(apply, linear)):
            linear.add(variable.id)
        if variable.name or variable.called:
            names[variable.id] = _again(_own(variable, bearers), used, taken)
        elif apply is None:
            letter = CONSTANT if variable.role == "constant" else GIVEN
            names[variable.id] = _next(letter, letters, taken)
        else:
            written = arranged.get(variable.id)
            after = None if is_product else name_after(graph, apply, variable.id, names)
            after = after if written is None else names[written]
            if after is None:
                letter = stem(graph, apply, variable.id, linear)
                begun = WITH_START if begun_with(graph, variable.id) else ""
                names[variable.id] = _next(letter, letters, taken) + begun
                # What is on the way to it is a value of its own; a length as a float is no other.
                used[names[variable.id]] += is_product
            else:
                # Where the name is that of something else, this is what has it a second time.
                used[after] += after in taken and not used[after]
                names[variable.id] = _again(after, used, taken)
    return names


def outer_names(graph: Graph) -> dict[str, str]:
    """Name the variables of a graph as the formulas of a picture call them, a result by its label.

    All is drawn in a picture, what is computed from constants alone too.
    """
    names = intermediate_names(graph)
    names |= names_of_fixed(graph, names)
    for output in graph.outputs:
        if output.label and not graph.variable[output.variable].name:
            names[output.variable] = output.label
    return names


def names_of_fixed(
    graph: Graph, names: Mapping[str, str], others: Collection[str] = ()
) -> dict[str, str]:
    """Name what is computed from constants alone, which formulas write out where it is not drawn.

    `names` are those of the other variables, `others` are no more free.
    """
    fixed = fixed_variables(graph) - names.keys()
    taken, letters = {*names.values(), *others}, Counter[str]()
    found: dict[str, str] = {}
    for apply in graph.applies:
        for variable in (v for v in apply.outputs if v in fixed):
            known = graph.variable[variable].called
            found[variable] = (
                known[0] if known else _next(stem(graph, apply, variable, ()), letters, taken)
            )
    return found


def long_constants(graph: Graph, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the constants that have a name because they are too long, each with what it holds."""
    for variable in graph.variables:
        if variable.role == "constant" and variable.id in names and not variable.name:
            yield names[variable.id], variable.value or variable.type


def understood(graph: Graph) -> dict[str, str]:
    """Return the variables of a graph by every name that is understood, the printed ones first.

    What is printed is the own name of a variable, a result's label, or a name that was made up; an
    adjoint that is that of several variables is understood by all its names.
    """
    printed = {name: id_ for id_, name in intermediate_names(graph).items()}
    own = {v.name: v.id for v in reversed(graph.variables) if v.name}
    labels = {output.label: output.variable for output in graph.outputs if output.label}
    others = {name: v.id for v in reversed(graph.variables) for name in v.called}
    return {**others, **labels, **own, **printed}


def called(name: str, known: Iterable[str]) -> str | None:
    """Return the one known name that is printed as `name`: cut, or with signs for line breaks."""
    known = list(known)
    if name in known:
        return name
    start = name.removesuffix("…")
    printed = [
        found
        for found in dict.fromkeys(known)
        if (shown := with_signs(found)) == name or (start != name and shown.startswith(start))
    ]
    return printed[0] if len(printed) == 1 else None


def _in_order(graph: Graph) -> list[Variable]:
    given = [variable for variable in graph.variables if variable.owner is None]
    return [*given, *(graph.variable[v] for apply in graph.applies for v in apply.outputs)]


def _arranged(graph: Graph, chosen: Sequence[Variable]) -> dict[str, str]:
    """Return what is called after the product it is on the way to, by that product."""
    named, nameless = {v.id for v in chosen}, {v.id for v in chosen if not (v.name or v.called)}
    found = arranged_products(graph).items()
    return {v: written for v, written in found if v in nameless and written in named}


def _needs_name(variable: Variable) -> bool:
    """Tell whether a constant is too long to be written, or has a name."""
    return variable.role == "constant" and not is_short_constant(variable)


def is_short_constant(variable: Variable) -> bool:
    """Tell whether a variable is a constant that is written out where it is used."""
    is_short = len(variable.value or "") <= MAX_WRITTEN
    return variable.role == "constant" and is_short and not variable.name


def _own(variable: Variable, bearers: Collection[str | None]) -> str:
    """Return a name that is a variable's own, or the first it is called by.

    In a rewriting, what takes the place of another gets its name; as long as that is there too, it
    goes by the name it had.
    """
    first = next(iter(variable.called), variable.name or "")
    return first if not variable.name or variable.name in bearers else variable.name


def _again(name: str, used: Counter[str], taken: Collection[str]) -> str:
    """Return a name as it is at its first use, with a number at the next."""
    used[name] += 1
    if used[name] == 1:
        return name
    while f"{name}_{used[name]}" in taken:
        used[name] += 1
    return f"{name}_{used[name]}"


def _next(letter: str, letters: Counter[str], taken: Collection[str]) -> str:
    """Return the next name that is free; of a loop it may be with what that begins with, too."""
    while True:
        letters[letter] += 1
        name = f"{letter}{letters[letter]}"
        if name not in taken and name + WITH_START not in taken:
            return name


def _is_linear(apply: Apply, linear: Collection[str]) -> bool:
    """Tell whether a node is a matrix product, or adds a bias to one."""
    if apply.op.family == "linear algebra":
        return True
    return has(apply.op.kind, "sum") and any(v in linear for v in apply.inputs)
