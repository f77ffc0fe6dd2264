"""Make expressions shorter by laws that hold for every value: x·1 = x, x^1 = x, 2 − 1 = 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set

from xorexplain.graph.ops import entries_of, has, having, is_complete
from xorexplain.notation.expr import FILL, Expr, number, postorder, with_args

_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
}
_EXACT = 2**53
# Arguments whose minus may be written before the whole: a · −b is −(a · b).
_ODD: Mapping[str, tuple[int, ...]] = {
    "true_div": (0, 1),
    **dict.fromkeys(having("matrix product"), (0, 1)),
    **dict.fromkeys((*having("odd"), FILL), (0,)),
}
# 1 times a yes or no is a number, so the factor stays.
_TRUTHS = having("truth")


def simplify(root: Expr) -> Expr:
    """Apply the laws everywhere below an expression; shared parts stay shared.

    Only whole numbers are computed with, so that no rounding creeps in. Signs come first, and in
    products numbers.
    """
    order = list(postorder([root]))
    uses = Counter(id(argument) for current in order for argument in current.args)
    done: dict[int, Expr] = {}
    shared: set[int] = set()
    for current in order:
        args = tuple(done[id(argument)] for argument in current.args)
        made = _law(with_args(current, args), shared)
        done[id(current)] = made
        if uses[id(current)] > 1:
            shared.add(id(made))
    return done[id(root)]


def _law(current: Expr, shared: Set[int]) -> Expr:
    kind, args = current.kind, current.args
    if kind == "reciprocal":
        return _law(Expr("true_div", (number("1"), *args)), shared)
    if not is_complete(kind, len(args)):
        return current
    if kind in _ARITHMETIC and len(args) == 2:
        values = [_whole(argument) for argument in args]
        if values[0] is not None and values[1] is not None:
            return _as_number(_ARITHMETIC[kind](values[0], values[1]))
    if kind == "mul":
        return _product(current, shared)
    if kind == "add":
        return _left_over(current, [argument for argument in args if _whole(argument) != 0])
    if kind == "sub" and len(args) == 2:
        return _difference(current)
    if kind == "neg":
        return _negative(args[0])
    if has(kind, "unit right") and _whole(args[1]) == 1:
        return _left_over(current, args[:1])
    if kind == "transpose" and args[0].kind == "transpose" and _undoes(current, args[0]):
        return args[0].args[0]
    return _sign_first(current)


def _product(current: Expr, shared: Set[int]) -> Expr:
    """Flatten a product, drop factors 1, put sign and numbers first, divide by x for 1 ÷ x."""
    factors, minus = _factors(current, shared)
    if all(factor.is_number or factor.kind in _TRUTHS for factor in factors):
        return current
    whole = 1.0
    numbers: list[Expr] = []
    others: list[Expr] = []
    divisors: list[Expr] = []
    for factor in factors:
        value, divisor = _whole(factor), _divisor(factor)
        if value is not None and abs(whole * value) < _EXACT:
            whole *= value
        elif divisor is not None:
            divisors.append(divisor)
        else:
            (numbers if factor.is_number else others).append(factor)
    minus ^= whole < 0
    if abs(whole) != 1:
        numbers.insert(0, _as_number(abs(whole)))
    kept = [*numbers, *_squared(others)] or [number("1")]
    if len(kept) == 1 and kept[0].kind in _TRUTHS and not divisors:
        return current
    made = kept[0] if len(kept) == 1 else with_args(current, tuple(kept))
    for divisor in divisors:
        made = Expr("true_div", (made, divisor))
    return _negative(made) if minus else made


def _factors(current: Expr, shared: Set[int]) -> tuple[list[Expr], bool]:
    """Return the factors of a product without their minus signs, and whether one is left.

    A product that is used elsewhere too is one factor: opened, it would be written twice.
    """
    found: list[Expr] = []
    minus = False
    for argument in current.args:
        bare = argument.args[0] if argument.kind == "neg" else argument
        minus ^= bare is not argument
        is_open = bare.kind == "mul" and not {id(bare), id(argument)} & shared
        found.extend(bare.args if is_open else [bare])
    return found, minus


def _squared(factors: Sequence[Expr]) -> list[Expr]:
    """Write a factor that occurs twice as its square, in the first one's place."""
    found: dict[object, list[Expr]] = {}
    for factor in factors:
        found.setdefault(factor.text or id(factor), []).append(factor)
    return [
        part
        for same in found.values()
        for part in ([Expr("sqr", (same[0],))] if len(same) == 2 else same)
    ]


def _divisor(factor: Expr) -> Expr | None:
    """Return x for a factor 1 ÷ x."""
    if factor.kind == "true_div" and _whole(factor.args[0]) == 1:
        return factor.args[1]
    return None


def _difference(current: Expr) -> Expr:
    left, right = current.args
    if _whole(right) == 0:
        return _left_over(current, [left])
    if _whole(left) == 0 and right.kind not in _TRUTHS:
        return _negative(right)
    return current


def _negative(value: Expr) -> Expr:
    """Write −x: without a second minus, and a difference the other way round."""
    whole = _whole(value)
    if whole is not None:
        return _as_number(-whole)
    if value.kind == "neg":
        return value.args[0]
    if value.kind == "sub":
        return Expr("sub", value.args[::-1])
    return Expr("neg", (value,))


def _sign_first(current: Expr) -> Expr:
    """Move the minus of arguments before the whole, where the op allows it."""
    odd = [p for p in _ODD.get(current.kind, ()) if p < len(current.args)]
    places = [p for p in odd if current.args[p].kind == "neg"]
    if not places:
        return current
    args = [a.args[0] if p in places else a for p, a in enumerate(current.args)]
    bare = Expr(current.kind, tuple(args), params=current.params)
    return bare if len(places) % 2 == 0 else _negative(bare)


def _undoes(second: Expr, first: Expr) -> bool:
    """Tell whether one transpose after another leaves all axes where they were."""
    orders = [t.param("order") for t in (first, second)]
    if None in orders:
        return {*orders} <= {None, "1, 0"}
    before, after = map(entries_of, orders)
    axes = [str(axis) for axis in range(len(before))]
    # A file may hold an order that is none.
    are_orders = sorted(before) == sorted(after) == sorted(axes)
    return are_orders and [before[int(axis)] for axis in after] == axes


def _left_over(current: Expr, kept: Sequence[Expr]) -> Expr:
    """Return an op on the arguments that are left, or the one that is."""
    if len(kept) == 1:
        return current if kept[0].kind in _TRUTHS else kept[0]
    return with_args(current, tuple(kept)) if kept else current


def _whole(current: Expr) -> float | None:
    if not current.is_number:
        return None
    value = float(current.text)
    return value if value.is_integer() and abs(value) < _EXACT else None


def _as_number(value: float) -> Expr:
    return number(repr(value + 0.0))  # no minus before a zero
