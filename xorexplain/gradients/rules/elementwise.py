"""Rules of elementwise ops: the adjoint times the derivative, element by element.

An input that was repeated along an axis (broadcast) also sums what arrives along that axis; the
derivation says so where it happens. Derivatives are those of any calculus table; where the
engine's convention decides (ties, steps) the sentence says which.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from xorexplain.gradients.rules import Local, Rule
from xorexplain.graph.ops import having
from xorexplain.notation.expr import Expr, call, expr, number

Derivative = Callable[[Expr, Expr], Expr]
"""Write dy/dx from the input x and the output y."""


def _unary(derivative: Derivative) -> Callable[[Local], list[Expr | None]]:
    def formula(at: Local) -> list[Expr | None]:
        return [at.dy * derivative(at.x[0], at.out)]

    return formula


def _f(kind: str, *args: Expr) -> Expr:
    return call(kind, *args)


_UNARY: dict[str, tuple[Derivative, str]] = {
    "neg": (lambda x, y: expr(-1), "Turning the sign turns the sign of the adjoint."),
    "sqr": (lambda x, y: 2 * x, "The slope of a square is twice its base."),
    "sqrt": (lambda x, y: 1 / (2 * y), "The slope of a root is one over twice the root."),
    "exp": (lambda x, y: y, "The exponential is its own slope."),
    "exp2": (lambda x, y: y * math.log(2), "The slope of 2 to the x is itself times ln 2."),
    "expm1": (lambda x, y: y + 1, "The slope of e to the x minus 1 is e to the x."),
    "log": (lambda x, y: 1 / x, "The slope of the logarithm is one over its argument."),
    "log2": (lambda x, y: 1 / (x * math.log(2)), "As for the logarithm, divided by ln 2."),
    "log10": (lambda x, y: 1 / (x * math.log(10)), "As for the logarithm, divided by ln 10."),
    "log1p": (lambda x, y: 1 / (x + 1), "The slope of ln(1 + x) is one over 1 + x."),
    "sin": (lambda x, y: _f("cos", x), "The slope of the sine is the cosine."),
    "cos": (lambda x, y: -_f("sin", x), "The slope of the cosine is minus the sine."),
    "tan": (lambda x, y: y * y + 1, "The slope of the tangent is one plus its square."),
    "arcsin": (
        lambda x, y: 1 / _f("sqrt", 1 - x * x),
        "The slope of the arc sine is one over the root of 1 − x².",
    ),
    "arccos": (
        lambda x, y: -(1 / _f("sqrt", 1 - x * x)),
        "The slope of the arc cosine is minus one over the root of 1 − x².",
    ),
    "arctan": (lambda x, y: 1 / (x * x + 1), "The slope of the arc tangent is one over 1 + x²."),
    "sinh": (lambda x, y: _f("cosh", x), "The slope of sinh is cosh."),
    "cosh": (lambda x, y: _f("sinh", x), "The slope of cosh is sinh."),
    "tanh": (
        lambda x, y: 1 - y * y,
        "The slope of tanh is one minus its square: steep in the middle, flat at both ends.",
    ),
    "arcsinh": (
        lambda x, y: 1 / _f("sqrt", x * x + 1),
        "The slope of arcsinh is one over the root of 1 + x².",
    ),
    "arccosh": (
        lambda x, y: 1 / _f("sqrt", x * x - 1),
        "The slope of arccosh is one over the root of x² − 1.",
    ),
    "arctanh": (lambda x, y: 1 / (1 - x * x), "The slope of arctanh is one over 1 − x²."),
    "sigmoid": (
        lambda x, y: y * (1 - y),
        "The slope of the sigmoid is its value times one minus its value: it learns most at 0.5.",
    ),
    "softplus": (lambda x, y: _f("sigmoid", x), "The slope of softplus is the sigmoid."),
    "softsign": (
        lambda x, y: 1 / _f("sqr", _f("abs", x) + 1),
        "The slope of softsign is one over (1 + |x|)².",
    ),
    "abs": (lambda x, y: _f("sign", x), "The slope of the absolute value is the sign."),
    "reciprocal": (lambda x, y: -(y * y), "The slope of one over x is minus its square."),
    "erf": (
        lambda x, y: number(repr(2 / math.sqrt(math.pi))) * _f("exp", -(x * x)),
        "The slope of the error function is the bell curve 2/√π e^(−x²).",
    ),
    "erfc": (
        lambda x, y: number(repr(-2 / math.sqrt(math.pi))) * _f("exp", -(x * x)),
        "As for the error function, with the sign turned.",
    ),
    "erfinv": (
        lambda x, y: number(repr(math.sqrt(math.pi) / 2)) * _f("exp", y * y),
        "The slope of the inverse of the error function is √π/2 e^(y²): one over that of erf.",
    ),
    "digamma": (
        lambda x, y: _f("tri_gamma", x),
        "The slope of the digamma function is the trigamma function.",
    ),
    "log1mexp": (
        lambda x, y: -(1 / _f("expm1", -x)),
        "The slope of ln(1 − e^x) is −1 over e^(−x) − 1: it falls without bound towards 0.",
    ),
    "erfcx": (
        lambda x, y: 2 * x * y - number(repr(2 / math.sqrt(math.pi))),
        "The slope of e^(x²) erfc(x) is 2x times itself, less 2/√π.",
    ),
    "erfcinv": (
        lambda x, y: -(number(repr(math.sqrt(math.pi) / 2)) * _f("exp", y * y)),
        "As for the inverse of the error function, with the sign turned.",
    ),
    "gamma": (
        lambda x, y: y * _f("digamma", x),
        "The slope of Γ is itself times the digamma function.",
    ),
    "j0": (lambda x, y: -_f("j1", x), "The slope of the Bessel function J0 is −J1."),
    "i0": (lambda x, y: _f("i1", x), "The slope of the Bessel function I0 is I1."),
    "deg2_rad": (
        lambda x, y: expr(math.pi / 180),
        "Radians are degrees times π/180, and so is what arrives.",
    ),
    "rad2_deg": (
        lambda x, y: expr(180 / math.pi),
        "Degrees are radians times 180/π, and so is what arrives.",
    ),
    "gammaln": (lambda x, y: _f("digamma", x), "The slope of ln Γ is the digamma function."),
}

_FLAT = {
    "sign": "The sign jumps at zero and is flat elsewhere, so nothing passes.",
    "floor": "Rounding down is flat between the integers, so nothing passes.",
    "ceil": "Rounding up is flat between the integers, so nothing passes.",
    "int_div": "A quotient without its fraction is flat between its jumps, so nothing passes.",
    "trunc": "Cutting off the fraction is flat between the integers, so nothing passes.",
    "round_half_to_even": "Rounding is flat between its jumps, so nothing passes.",
    "round_half_away_from_zero": "Rounding is flat between its jumps, so nothing passes.",
}

_NO_SLOPE = {
    **dict.fromkeys(
        having("comparison"),
        "A comparison answers yes or no; its answer has no slope.",
    ),
    **dict.fromkeys(
        having("truth") - having("comparison") - having("reduces"),
        "Logic on yes and no has no slope.",
    ),
}


def _sum_rule(at: Local) -> list[Expr | None]:
    return [at.dy for _ in at.x]


def _product_rule(at: Local) -> list[Expr | None]:
    found: list[Expr | None] = []
    for position in range(len(at.x)):
        others = [x for other, x in enumerate(at.x) if other != position]
        product = at.dy
        for other in others:
            product = product * other
        found.append(product)
    return found


def _power_rule(at: Local) -> list[Expr | None]:
    base, exponent = at.x
    by_base = at.dy * exponent * base ** (exponent - 1)
    return [by_base, at.dy * at.out * _f("log", base)]


def _larger_rule(at: Local) -> list[Expr | None]:
    first = _f("eq", at.out, at.x[0])
    return [at.dy * first, at.dy * (1 - first)]


def _clip_rule(at: Local) -> list[Expr | None]:
    x, low, high = at.x
    inside = _f("mul", _f("ge", x, low), _f("le", x, high))
    return [at.dy * inside, at.dy * _f("lt", x, low), at.dy * _f("gt", x, high)]


def _polygamma_rule(at: Local) -> list[Expr | None]:
    order, x = at.x
    return [None, at.dy * _f("poly_gamma", order + 1, x)]


def _bessel_rule(at: Local) -> list[Expr | None]:
    order, x = at.x
    around = _f("ive", order - 1, x) + _f("ive", order + 1, x)
    return [None, at.dy * (around - 2 * _f("sign", x) * at.out) / 2]


def _arctan2_rule(at: Local) -> list[Expr | None]:
    y, x = at.x
    length = x * x + y * y
    return [at.dy * x / length, -(at.dy * y / length)]


RULES: dict[str, Rule] = {
    **{kind: Rule(sentence, _unary(slope)) for kind, (slope, sentence) in _UNARY.items()},
    **{
        kind: Rule(sentence, lambda at: [0 * at.dy for _ in at.x])
        for kind, sentence in _FLAT.items()
    },
    **{kind: Rule(text, lambda at: [None] * len(at.x)) for kind, text in _NO_SLOPE.items()},
    "add": Rule("A sum hands the adjoint to every part unchanged.", _sum_rule),
    "sub": Rule(
        "A difference hands the adjoint on, with the sign turned for what is subtracted.",
        lambda at: [at.dy, -at.dy],
    ),
    "mul": Rule("Each factor receives the adjoint times all the other factors.", _product_rule),
    "true_div": Rule(
        "The numerator receives the adjoint over the denominator; the denominator that times "
        "minus the quotient.",
        lambda at: [at.dy / at.x[1], -(at.dy * at.out / at.x[1])],
    ),
    "pow": Rule("The exponent comes down as a factor and drops by one.", _power_rule),
    "maximum": Rule(
        "The larger one decided the result, so it receives the whole adjoint; at a tie the first.",
        _larger_rule,
    ),
    "minimum": Rule(
        "The smaller one decided the result, so it receives the whole adjoint; at a tie the first.",
        _larger_rule,
    ),
    "switch": Rule(
        "Only the branch that was taken receives the adjoint; the condition has no slope.",
        lambda at: [
            None,
            _f("switch", at.x[0], at.dy, expr(0)),
            _f("switch", at.x[0], expr(0), at.dy),
        ],
    ),
    "clip": Rule(
        "Inside the bounds the adjoint passes unchanged; outside, the bound that cut receives it.",
        _clip_rule,
    ),
    "arctan2": Rule(
        "An angle changes with its sides as over the square of the length.", _arctan2_rule
    ),
    "mod": Rule(
        "Between its jumps a remainder follows the dividend, and falls with the divisor as often "
        "as that was taken off.",
        lambda at: [at.dy, -(at.dy * _f("int_div", *at.x))],
    ),
    "logaddexp": Rule(
        "Each receives the adjoint times its share of the sum: e to the x over all of it.",
        lambda at: [at.dy * _f("exp", x - at.out) for x in at.x],
    ),
    "xlog_x": Rule(
        "The slope of x ln x is 1 + ln x, which falls without bound towards 0.",
        lambda at: [at.dy * (_f("log", at.x[0]) + 1)],
    ),
    **dict.fromkeys(
        ("xlogy", "xlog_y0"),
        Rule(
            "The factor receives the logarithm, its argument the quotient; that the product is 0 "
            "for a factor of 0 changes neither.",
            lambda at: [at.dy * _f("log", at.x[1]), at.dy * at.x[0] / at.x[1]],
        ),
    ),
    "xlog1py": Rule(
        "The factor receives the logarithm of 1 + y, y the quotient by 1 + y; that the product is "
        "0 for a factor of 0 changes neither.",
        lambda at: [at.dy * _f("log1p", at.x[1]), at.dy * at.x[0] / (at.x[1] + 1)],
    ),
    "tri_gamma": Rule(
        "The slope of the trigamma function is the polygamma function of order 2.",
        lambda at: [at.dy * _f("poly_gamma", expr(2), at.x[0])],
    ),
    "poly_gamma": Rule(
        "The slope of a polygamma function is the one of the next order; the order has none.",
        _polygamma_rule,
    ),
    "ive": Rule(
        "The slope of a Bessel function is half the sum of its neighbours', less that of the "
        "factor e^(−|x|); its order receives nothing here.",
        _bessel_rule,
    ),
    "imag": Rule("The real part has no share in it and receives nothing."),
    "conj": Rule("The adjoint is conjugated too."),
    "cast": Rule("A change of type passes the adjoint on in the input's type.", lambda at: [at.dy]),
    "identity": Rule("The value is passed on, and so is the adjoint.", lambda at: [at.dy]),
    "second": Rule(
        "The second argument is repeated to the first one's shape, so it receives the sum of all "
        "that arrives; the first lends only its shape.",
        lambda at: [0 * at.dy, at.dy],
    ),
}
