"""Write expressions as plain text with the signs of Unicode."""

from __future__ import annotations

from xorexplain.notation.expr import FILL, NUMBER, SYMBOL, Expr, postorder
from xorexplain.ops import INFIX, PRECEDENCE

ATOM = 100
_ASSOCIATIVE = frozenset({"add", "mul", "and", "or", "xor", "dot"})
_NAMES = {
    "sigmoid": "σ",
    "maximum": "max",
    "minimum": "min",
    "inc_subtensor": "add_at",
    "set_subtensor": "set_at",
    "advanced_inc_subtensor1": "add_at",
    "advanced_inc_subtensor": "add_at",
    "reciprocal": "1/",
    "switch": "if_else",
}
Term = tuple[str, int]
"""A text and how tightly its outermost sign binds."""


def text(root: Expr) -> str:
    """Write an expression in full; a shared part is written out each time it occurs."""
    return terms([root])[0][0]


def terms(roots: list[Expr]) -> list[Term]:
    """Write several expressions, each with how tightly it binds."""
    done: dict[int, Term] = {}
    for current in postorder(roots):
        done[id(current)] = term(current, [done[id(argument)] for argument in current.args])
    return [done[id(root)] for root in roots]


def term(current: Expr, args: list[Term]) -> Term:
    """Write one expression whose arguments are written already."""
    kind = current.kind
    if kind in (SYMBOL, NUMBER):
        negative = kind == NUMBER and current.text.startswith("-")
        return current.text.replace("-", "−"), PRECEDENCE["neg"] if negative else ATOM
    if kind in INFIX and len(args) > 1:
        return _infix(kind, args), PRECEDENCE[kind]
    if kind == "neg":
        return f"−{wrap(args[0], PRECEDENCE['neg'])}", PRECEDENCE["neg"]
    if kind == "sqr":
        return f"{wrap(args[0], PRECEDENCE['pow'] + 1)}²", PRECEDENCE["pow"]
    if kind == "reciprocal":
        return f"1 ÷ {wrap(args[0], PRECEDENCE['true_div'] + 1)}", PRECEDENCE["true_div"]
    if kind == "transpose" and current.param("order") in (None, "1, 0"):
        return f"{wrap(args[0], ATOM)}ᵀ", ATOM
    if kind == FILL:
        return f"ones({args[1][0]}) × {wrap(args[0], PRECEDENCE['mul'])}", PRECEDENCE["mul"]
    if kind == "output":
        return f"{wrap(args[0], ATOM)}[{current.param('position')}]", ATOM
    if kind in ("expand_dims", "squeeze", "dimshuffle", "transpose"):
        return f"{wrap(args[0], ATOM)}⟨{current.param('order')}⟩", ATOM
    if kind == "subtensor" and len(args) == 1:
        return f"{wrap(args[0], ATOM)}[{current.param('index')}]", ATOM
    return f"{_name(current)}({', '.join(argument for argument, _ in args)})", ATOM


def wrap(argument: Term, needed: int) -> str:
    """Put parentheses around an argument that binds less tightly than needed."""
    return argument[0] if argument[1] >= needed else f"({argument[0]})"


def _name(current: Expr) -> str:
    kind = current.kind
    if kind == "cast":
        return current.param("dtype") or "cast"
    name = _NAMES.get(kind, kind)
    axis = current.param("axis")
    return f"{name}[axis {axis}]" if axis else name


def _infix(kind: str, args: list[Term]) -> str:
    own = PRECEDENCE[kind]
    first = own + 1 if kind == "pow" else own
    rest = own if kind in _ASSOCIATIVE or kind == "pow" else own + 1
    parts = [wrap(args[0], first), *(wrap(argument, rest) for argument in args[1:])]
    return f" {INFIX[kind]} ".join(parts)
