"""Say by which rule an op made a NaN or an infinity of finite values, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has
from xorexplain.graph.records import Op
from xorexplain.notation.expr import Expr, call, number
from xorexplain.notation.text import calls
from xorexplain.runs.arrays import number_text


@dataclass(frozen=True)
class Made:
    """Name the rule that made a value not finite, with the numbers of one element, and the cure."""

    rule: str
    example: str
    cure: str


def made_by(op: Op, arrays: Sequence[Any], result: Any, at: tuple[int, ...]) -> Made:
    """Say by which rule the element `at` of a result was made."""
    operands = _operands(arrays, numpy.shape(result), at)
    value = numpy.asarray(result)[at]
    rule, cure = _rule(op, operands, arrays, value)
    return Made(rule, _example(op, operands, value), cure)


def _operands(
    arrays: Sequence[Any], shape: tuple[int, ...], at: tuple[int, ...]
) -> list[float] | None:
    """Return the numbers of one element of an elementwise result, None where it is none."""
    found = []
    for array in map(numpy.asarray, arrays):
        if array.dtype.kind not in "biufc" or array.ndim > len(shape):
            return None
        try:
            found.append(numpy.broadcast_to(array, shape)[at])
        except ValueError:
            return None
    return found


def _example(op: Op, operands: Sequence[Any] | None, value: Any) -> str:
    if operands is None or op.family != "elementwise":
        return ""
    expression = call(op.kind, *(_number(operand) for operand in operands))
    return f"{calls(expression)} = {number_text(value)}"


def _number(value: Any) -> Expr:
    if numpy.asarray(value).dtype.kind in "biu":
        return number(str(int(value)))
    return number(f"{float(numpy.real(value)):.6g}")


def _rule(
    op: Op, operands: Sequence[Any] | None, arrays: Sequence[Any], value: Any
) -> tuple[str, str]:
    rules = _RULES.get(op.kind)
    if rules is not None and operands is not None:
        return rules(operands, value)
    if operands is not None and op.family == "elementwise" and numpy.isinf(value):
        return _OVERFLOW(operands, value)
    if has(op.kind, "reduces"):
        return _reduced(op, arrays, value)
    if has(op.kind, "matrix product", "kernel"):
        if any(not numpy.isfinite(array).all() for array in map(numpy.asarray, arrays)):
            return "∞ met 0, or −∞, in the sum of a product", "keep what goes in finite"
        return _OVERFLOW((), value)
    if op.family == "linear algebra":
        return (
            "a matrix that has no such factor or inverse",
            "add a small multiple of the identity to it",
        )
    return "", ""


def _log(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    if numpy.isinf(value):
        return (
            "the logarithm of 0",
            "keep what goes in above 0: log(maximum(x, 1e−12)), or a formula that has no "
            "logarithm of 0, as log_softmax, softplus or xlogx",
        )
    return (
        "the logarithm of a negative number",
        "keep what goes in above 0: something that cannot be negative, as a softplus or a square",
    )


def _quotient(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    top, bottom = operands[:2]
    if bottom == 0 and top == 0:
        return "0 ÷ 0", "keep the divisor from 0: x / (y + ε), or choose what goes in"
    if bottom == 0:
        return "a division by 0", "keep the divisor from 0: x / (y + ε), or choose what goes in"
    if numpy.isinf(top) and numpy.isinf(bottom):
        return "∞ ÷ ∞", "keep what goes in finite"
    return _OVERFLOW(operands, value)


def _inverse(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    return _quotient((1, operands[0]), value)


def _product(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    if any(operand == 0 for operand in operands) and any(map(numpy.isinf, operands)):
        return "0 × ∞", "keep what goes in finite: what is multiplied by 0 is not gone"
    return _OVERFLOW(operands, value)


def _sum(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    if numpy.isnan(value):
        return "∞ − ∞", "keep both terms finite"
    return _OVERFLOW(operands, value)


def _root(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    return (
        "the square root of a negative number",
        "keep what goes in from falling below 0: sqrt(maximum(x, 0) + ε)",
    )


def _power(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    base, exponent = operands[:2]
    if base < 0 and numpy.isnan(value):
        return "a negative number to a power that is no whole number", "take its size: abs(x) ** p"
    if base == 0 and exponent < 0:
        return "0 to a negative power, which divides by 0", "keep the base from 0"
    return _OVERFLOW(operands, value)


def _outside(words: str) -> Callable[[Sequence[Any], Any], tuple[str, str]]:
    return lambda operands, value: (words, "keep what goes in inside of the domain")


def _OVERFLOW(operands: Sequence[Any], value: Any) -> tuple[str, str]:  # noqa: N802
    array = numpy.asarray(value)
    largest = number_text(numpy.finfo(array.dtype).max) if array.dtype.kind == "f" else ""
    return (
        f"an overflow: more than the largest {array.dtype}, {largest}",
        "take smaller values: scale what goes in, clip it, or compute with its logarithm; a "
        "training that grows wants a smaller learning rate",
    )


def _exponential(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    rule, _ = _OVERFLOW(operands, value)
    return (
        rule,
        "exponentials of large numbers are wanted in quotients and logarithms alone: take "
        "softmax, logsumexp, softplus or sigmoid, which the engine computes without them",
    )


def _cast(operands: Sequence[Any], value: Any) -> tuple[str, str]:
    return _OVERFLOW(operands, value)


def _reduced(op: Op, arrays: Sequence[Any], value: Any) -> tuple[str, str]:
    array = numpy.asarray(arrays[0])
    if array.dtype.kind == "f" and not numpy.isfinite(array).all():
        return "∞ and −∞ in one sum", "keep what goes in finite"
    if array.size == 0:
        return "there is nothing to reduce: it is empty", "see that it has elements"
    return _OVERFLOW((), value)


_RULES: Mapping[str, Callable[[Sequence[Any], Any], tuple[str, str]]] = {
    "log": _log,
    "log2": _log,
    "log10": _log,
    "log1p": _log,
    "true_div": _quotient,
    "int_div": _quotient,
    "mod": _quotient,
    "reciprocal": _inverse,
    "mul": _product,
    "add": _sum,
    "sub": _sum,
    "sqrt": _root,
    "pow": _power,
    "exp": _exponential,
    "exp2": _exponential,
    "expm1": _exponential,
    "sinh": _exponential,
    "cosh": _exponential,
    "cast": _cast,
    "arcsin": _outside("the arc sine of a number outside of −1 to 1"),
    "arccos": _outside("the arc cosine of a number outside of −1 to 1"),
    "arccosh": _outside("the inverse of cosh of a number below 1"),
    "arctanh": _outside("the inverse of tanh of a number outside of −1 to 1, or at its ends"),
    "gammaln": _outside("log Γ of 0 or of a negative whole number"),
    "digamma": _outside("the digamma function of 0 or of a negative whole number"),
    "erfinv": _outside("the inverse of erf outside of −1 to 1, or at its ends"),
}
