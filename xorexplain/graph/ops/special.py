"""Know the special functions: the error function's kin, Bessel functions, angles."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "elementwise")

KINDS = (
    _row("erfc", "Gives 1 − erf(x), exact for large x too."),
    _row("erfinv", "Gives the inverse of the error function of every element.", zero="first"),
    _row("log1mexp", "Gives log(1 − exp(x)) without losing digits."),
    _row("digamma", "Gives the slope of the logarithm of the gamma function."),
    _row("tri_gamma", "Gives the second derivative of the logarithm of the gamma function."),
    _row(
        "poly_gamma",
        "Gives a higher derivative of the logarithm of the gamma function.",
        example=("", "nm"),
    ),
    _row(
        "ive",
        "Gives the modified Bessel function of the first kind, scaled down exponentially.",
        example=("", "nm"),
    ),
    _row("gammaln", "Gives the logarithm of the gamma function of every element."),
    _row("erfcx", "Gives e^(x²) erfc(x), which is no 0 for large x."),
    _row("erfcinv", "Gives the inverse of erfc."),
    _row("gamma", "Gives the gamma function of every element, (x − 1)! for whole numbers."),
    _row("j0", "Gives the Bessel function J0 of every element."),
    _row("j1", "Gives the Bessel function J1 of every element.", zero="first"),
    _row("i0", "Gives the modified Bessel function I0 of every element."),
    _row("i1", "Gives the modified Bessel function I1 of every element.", zero="first"),
    _row("deg2_rad", "Turns degrees into radians.", words="degrees to radians", zero="first"),
    _row("rad2_deg", "Turns radians into degrees.", words="radians to degrees", zero="first"),
    _row("xlog_x", "Gives x ln x, and 0 at 0.", words="x ln x"),
    _row(
        "xlog_y0",
        "Gives x ln y, and 0 where x is 0.",
        words="x ln y",
        least=2,
        example=("nm", "nm"),
    ),
)
"""What is known of each kind, one row a kind."""
