"""Write expressions as equations, one below the other: shared parts first, each named once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import adds_leading_axes, has, row
from xorexplain.notation.axes import undone
from xorexplain.notation.expr import Expr, postorder, symbol, symbols_in, with_args
from xorexplain.notation.lets import bind, merged
from xorexplain.notation.text import TEXT
from xorexplain.render.limits import FORMULA_LINES, FORMULA_WIDTH
from xorexplain.render.pictures.labels import wrapped

SPACE = "ˍ"
"""Stands for a space in a name while a formula is written, so that the name is one word."""
Equation = tuple[str, str]
"""What is computed, or nothing where it has no name, and the expression for it."""


@dataclass(frozen=True)
class Formula:
    """Hold what an op computes: shared parts first, then a line for each output that has a name.

    `reads` are the variables outside that occur in it, `parts` the names of the shared parts.
    """

    equations: tuple[Equation, ...]
    reads: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()

    def lines(self, is_named: bool = True) -> list[str]:
        """Write it on lines, of which the last says so where some are left out.

        Without `is_named`, a value that nothing refers to has no name.
        """
        texts = [f"{name} = {text}" if name else text for name, text in self.equations]
        if not is_named:
            texts[-1] = self.equations[-1][1]
        wide = [line for text in texts for line in wrapped(text, width=FORMULA_WIDTH)]
        lines = [line.replace(SPACE, " ") for line in wide]
        return lines if len(lines) <= FORMULA_LINES else [*lines[: FORMULA_LINES - 1], "…"]


def written(found: Sequence[tuple[str, Expr]]) -> tuple[Equation, ...]:
    """Write the expressions of equations as text."""
    texts = TEXT.write(value for _, value in found)
    return tuple((name, term.text) for (name, _), term in zip(found, texts, strict=True))


def equations(
    results: Sequence[Expr], called: Sequence[str], known: Collection[str]
) -> tuple[tuple[str, ...], list[tuple[str, Expr]]]:
    """Write results and parts that they share, what is used first; a result is a part of others.

    One without a name comes last. Return the names of the parts too, which are none of `known`.
    """
    names = [name.replace(" ", SPACE) for name in called]
    same = merged(results)
    roots = [same[id(result)] for result in results]
    named = {id(root): name for root, name in zip(roots[::-1], names[::-1], strict=True)}
    named = {id_: name for id_, name in named.items() if name}
    done: dict[int, Expr] = {}
    for current in postorder(roots):
        args = [
            symbol(named[id(a)]) if id(a) in named and a.args else done[id(a)] for a in current.args
        ]
        done[id(current)] = with_args(current, tuple(args))
    bodies = [
        done[id(root)] if named.get(id(root), name) == name else symbol(named[id(root)])
        for root, name in zip(roots, names, strict=True)
    ]
    lets, written = bind(bodies, {*known, *names}, longest=FORMULA_WIDTH)
    found = [*lets, *zip(names, written, strict=True)]
    return tuple(name for name, _ in lets), _in_order_of_use(found)


def _in_order_of_use(equations: Sequence[tuple[str, Expr]]) -> list[tuple[str, Expr]]:
    """Put each equation behind those whose names it uses."""
    waiting, ordered = list(equations), []
    while waiting:
        names = {name for name, _ in waiting if name}
        ready = [e for e in waiting if not names & symbols_in([e[1]]) - {e[0]}] or waiting[:1]
        first = next((e for e in ready if e[0]), ready[0])
        waiting.remove(first)
        ordered.append(first)
    return ordered


def without_axes(root: Expr) -> Expr:
    """Leave out axes of length 1 put in front of what an elementwise op reads: NumPy adds them."""
    made: dict[int, Expr] = {}
    for current in postorder([root]):
        args = [made[id(argument)] for argument in current.args]
        if row(current.kind).family == "elementwise":
            args = [_bare(argument) for argument in args]
        made[id(current)] = _without_detour(with_args(current, tuple(args)))
    return made[id(root)]


def _without_detour(value: Expr) -> Expr:
    """Leave out axes that are put in and taken out again, also around a product of vectors."""
    inside = value.args[0] if value.args else value
    if value.kind == "squeeze" and has(inside.kind, "matrix product") and len(inside.args) == 2:
        return _of_vectors(value, inside)
    return undone(value) if value.kind == "squeeze" and inside.kind == "expand_dims" else value


def _of_vectors(squeeze: Expr, product: Expr) -> Expr:
    """Write a product without the axis that makes a matrix of a vector and is dropped behind it."""
    left, right = product.args
    kept = squeeze.param("order") or ""
    if left.kind == "expand_dims" and left.param("order") == "x, 0" and kept in ("1", ""):
        return with_args(product, (left.args[0], right))
    if right.kind == "expand_dims" and right.param("order") == "0, x" and kept in ("0", ""):
        return with_args(product, (left, right.args[0]))
    return squeeze


def _bare(value: Expr) -> Expr:
    is_bare = value.kind == "expand_dims" and adds_leading_axes(value.params)
    return value.args[0] if is_bare else value
