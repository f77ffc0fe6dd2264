"""Know the special functions: the error function's kin, Bessel functions, angles."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "elementwise")
_of_several = partial(_row, example=())

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
    _of_several(
        "gamma_inc", "Gives the incomplete gamma function below x, as a share of the whole."
    ),
    _of_several(
        "gamma_inc_c", "Gives the incomplete gamma function above x, as a share of the whole."
    ),
    _of_several("gamma_inc_inv", "Gives the inverse of the incomplete gamma function below x."),
    _of_several("gamma_inc_c_inv", "Gives the inverse of the incomplete gamma function above x."),
    _of_several("gamma_l", "Gives the incomplete gamma function below x."),
    _of_several("gamma_u", "Gives the incomplete gamma function above x."),
    _of_several("beta_inc", "Gives the incomplete beta function, as a share of the whole."),
    _of_several("beta_inc_inv", "Gives the inverse of the incomplete beta function."),
    _of_several("chi2_sf", "Gives the chance that a chi-squared number is larger."),
    _of_several("jv", "Gives the Bessel function of the first kind."),
    _of_several("iv", "Gives the modified Bessel function of the first kind."),
    _of_several("kve", "Gives the modified Bessel function of the second kind, scaled up."),
    _of_several(
        "hyp2_f1", "Gives the hypergeometric function of Gauss.", words="hypergeometric 2F1"
    ),
    _of_several("owens_t", "Gives the T function of Owen."),
    _row("ndtri_exp", "Gives the number that a normal one is below, of the log of the chance."),
    _row("scalar_loop", "Runs a loop on numbers, for each element by itself.", example=()),
    _row("grad2_f1_loop", "Gives a slope of the hypergeometric function, by a loop.", example=()),
    _row(
        "ultra_fast_scalar_sigmoid",
        "Gives the sigmoid of every element by straight pieces, not exactly.",
        words="sigmoid by pieces",
    ),
    _row("mul_without_zeros", "Multiplies what is not zero.", example=()),
    _row("complex", "Makes complex numbers of their real and imaginary parts.", example=()),
    _row("complex_from_polar", "Makes complex numbers of length and angle.", example=()),
    _row("angle", "Gives the angle of complex numbers.", example=()),
)
"""What is known of each kind, one row a kind."""
