"""Write one call of the BLAS library as a formula of its inputs."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.notation.expr import Expr, number

_ADDS_PRODUCT = {
    "gemm": ("kept", "factor", "left", "right", "kept factor"),
    "gemv": ("kept", "factor", "left", "right", "kept factor"),
}
"""Kinds that add a matrix product to their first input, and what their inputs are."""


def added_product(kind: str, args: Sequence[Expr]) -> Expr | None:
    """Write β × Z + α × (A · B), the BLAS way to add a product, without factors of 1.

    None for what adds none, or has other inputs.
    """
    names = _ADDS_PRODUCT.get(kind, ())
    if not names or len(args) != len(names):
        return None
    part = dict(zip(names, args, strict=True))
    factor = part["factor"]
    product = part["left"] @ part["right"]
    kept = part["kept"]
    if not _is_one(part["kept factor"]):
        kept = part["kept factor"] * kept
    if factor.is_number and factor.text.startswith("-"):
        size = number(factor.text[1:])
        return kept - (product if _is_one(size) else size * product)
    return kept + (product if _is_one(factor) else factor * product)


def _is_one(value: Expr) -> bool:
    return value.is_number and float(value.text) == 1.0
