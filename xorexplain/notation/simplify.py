"""Make expressions shorter by laws that hold for every value: x·1 = x, x^1 = x, 2 − 1 = 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xorexplain.notation.expr import Expr, number, postorder

_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
}


def simplify(root: Expr) -> Expr:
    """Apply the laws everywhere below an expression; shared parts stay shared.

    Only whole numbers are computed with, so that no rounding creeps in. The value is the same up
    to broadcasting: `x·1` is `x` where the engine had filled a 1 to the shape of `x`.
    """
    done: dict[int, Expr] = {}
    for current in postorder([root]):
        args = tuple(done[id(argument)] for argument in current.args)
        same = all(new is old for new, old in zip(args, current.args, strict=True))
        fresh = current if same else Expr(current.kind, args, current.text, current.params)
        done[id(current)] = _law(fresh)
    return done[id(root)]


def _law(current: Expr) -> Expr:
    args = current.args
    if current.kind in _ARITHMETIC and len(args) == 2:
        values = [_whole(argument) for argument in args]
        if values[0] is not None and values[1] is not None:
            return _as_number(_ARITHMETIC[current.kind](values[0], values[1]))
    if current.kind == "mul":
        return _product(current)
    if current.kind == "add":
        kept = [argument for argument in args if _whole(argument) != 0]
        return _rebuilt(current, kept, 0)
    if current.kind in ("pow", "true_div") and _whole(args[1]) == 1:
        return args[0]
    if current.kind == "sub" and _whole(args[1]) == 0:
        return args[0]
    if current.kind == "neg" and _whole(args[0]) is not None:
        return _as_number(-float(args[0].text))
    if current.kind == "neg" and args[0].kind == "neg":
        return args[0].args[0]
    return current


def _product(current: Expr) -> Expr:
    """Drop factors 1, flatten nested products and put numbers first."""
    factors: list[Expr] = []
    for argument in current.args:
        factors.extend(argument.args if argument.kind == "mul" else [argument])
    kept = [factor for factor in factors if _whole(factor) != 1]
    numbers = [factor for factor in kept if factor.is_number]
    others = [factor for factor in kept if not factor.is_number]
    return _rebuilt(current, numbers + others, 1)


def _rebuilt(current: Expr, kept: list[Expr], neutral: int) -> Expr:
    if not kept:
        return number(str(neutral))
    if len(kept) == 1:
        return kept[0]
    if len(kept) == len(current.args) and all(
        a is b for a, b in zip(kept, current.args, strict=True)
    ):
        return current
    return Expr(current.kind, tuple(kept), params=current.params)


def _whole(current: Expr) -> float | None:
    if not current.is_number:
        return None
    value = float(current.text)
    return value if value.is_integer() and abs(value) < 2**53 else None


def _as_number(value: float) -> Expr:
    return number(repr(value))
