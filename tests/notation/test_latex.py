"""LaTeX has the same structure as text, in what pdflatex and MathJax both know.

That it reads back and has no needless parentheses is tested together with text, in test_text.
"""

from __future__ import annotations

import re
from pathlib import Path

import formulas
import models
import pytest
from typesetting import compile_latex

from xorexplain.notation.expr import FILL, Expr, call, expr, number, symbol
from xorexplain.notation.latex import LATEX, latex, symbol_latex
from xorexplain.notation.tex_names import MAX_NAME, name_tex, sentence_tex, word_tex

A, B, C, D = (symbol(letter) for letter in "abcd")
DELTA = symbol("δz1")
FORMS = [
    (A * B, r"a \odot b"),
    (2 * A * B, r"2 \, a \odot b"),
    (A * expr(2) * B, r"a \cdot 2 \odot b"),
    (expr(2) * expr(3), r"2 \cdot 3"),
    (2 * (3 * A), r"2 \cdot 3 \, a"),
    (A * (2 * B), r"a \odot 2 \, b"),
    (A @ (2 * B), r"a \, (2 \, b)"),
    (2 * (A @ B), r"2 \, a \, b"),
    (A @ B.T, r"a \, b^{\top}"),
    (A * (B @ C), r"a \odot b \, c"),
    ((A * B) @ C, r"(a \odot b) \, c"),
    (A @ (B @ C), r"a \, (b \, c)"),
    (A / (B + 1), r"\frac{a}{b + 1}"),
    ((A / B) ** 2, r"\left(\frac{a}{b}\right)^{2}"),
    (A - B / C, r"a - \frac{b}{c}"),
    (A * -B, r"a \odot (-b)"),
    (A + (-B + C), "a - b + c"),
    (-A, "-a"),
    (-(A @ B), r"-a \, b"),
    (-expr(-2), "-(-2)"),
    (A ** (B - 1), "a^{b - 1}"),
    ((A**2) ** B, "(a^{2})^{b}"),
    ((A**2).T, r"(a^{2})^{\top}"),
    (A.T**2, r"(a^{\top})^{2}"),
    (DELTA**2, r"(\delta z_{1})^{2}"),
    (DELTA.T, r"\delta z_{1}^{\top}"),
    (DELTA * B, r"\delta z_{1} \odot b"),
    (call("sum", A), r"\sum a"),
    (call("sum", A * B), r"\sum a \odot b"),
    (call("sum", A + B), r"\sum (a + b)"),
    (call("sum", -A), r"\sum (-a)"),
    (call("sum", call("sum", A, axis="0")), r"\sum \sum_{\text{axis }0} a"),
    (call("sum", A) * B, r"\left(\sum a\right) \odot b"),
    (A * call("sum", B), r"a \odot \sum b"),
    (A * call("sum", B) * C, r"\left(a \odot \sum b\right) \odot c"),
    (2 * call("sum", A) + B, r"2 \, \sum a + b"),
    (-call("sum", A), r"-\sum a"),
    (call("prod", A), r"\prod a"),
    (call("mean", A, axis="0, 1"), r"\operatorname{mean}_{\text{axes }0, 1}(a)"),
    (call("max", A, axis="1"), r"\max_{\text{axis }1}(a)"),
    (call("maximum", A, expr(0)), r"\max(a, 0)"),
    (call("sigmoid", A @ B), r"\sigma(a \, b)"),
    (call("sigmoid", A) ** 2, r"\sigma(a)^{2}"),
    (call("log", A / B), r"\log\left(\frac{a}{b}\right)"),
    (call("sqrt", A + B), r"\sqrt{a + b}"),
    (call("sqrt", A) ** 3, r"\left(\sqrt{a}\right)^{3}"),
    (call("abs", A), r"\left\lvert a \right\rvert"),
    (call("floor", A), r"\left\lfloor a \right\rfloor"),
    (call("ceil", A), r"\left\lceil a \right\rceil"),
    (call("int_div", A, B), r"\left\lfloor \frac{a}{b} \right\rfloor"),
    (call("mod", A, B), r"a \bmod b"),
    (call("neq", A, B), r"a \ne b"),
    (
        call("switch", call("gt", A, B), C, D),
        r"\begin{cases} c & \text{if } a > b \\ d & \text{otherwise} \end{cases}",
    ),
    (call(FILL, DELTA, A), r"\mathbf{1}_{a} \odot \delta z_{1}"),
    (call(FILL, expr(0), A), r"\mathbf{0}_{a}"),
    (call("alloc", expr(1), expr(2), expr(3)), r"\mathbf{1}_{2 \times 3}"),
    (call("cast", A, dtype="float32"), r"\operatorname{float32}(a)"),
    (call("expand_dims", A, order="0, x"), r"a[{:}, \mathrm{None}]"),
    (call("subtensor", A, B, index="·, -1, 1:"), "a[b, -1, 1{:}]"),
    (call("subtensor", DELTA, index="0"), r"\delta z_{1}[0]"),
    (call("subtensor", A.T, index="0"), r"(a^{\top})[0]"),
    (call("inc_subtensor", A, B, index="0"), r"\operatorname{add\_at}(a[0], b)"),
    (call("join", expr(1), A, B), r"\operatorname{join}_{\text{axis }1}(a, b)"),
    (call("dimshuffle", A, order="x, 0"), r"\operatorname{dimshuffle}(a, \mathrm{new}, 0)"),
    (call("output", call("scan", A), position="0"), r"\operatorname{scan}(a)[0]"),
    (call("made_up", A), r"\operatorname{made\_up}(a)"),
    (number("1e-05"), "10^{-5}"),
    (number("1e-05") ** 2, "(10^{-5})^{2}"),
    (number("2.5e+30") * A, r"2.5 \cdot 10^{30} \, a"),
    (number("-inf"), r"-\infty"),
    (A * number("6.283185307179586"), r"a \cdot (2\pi)"),
    (number("3.1415927") ** 2, r"\pi^{2}"),
    (number("nan"), r"\mathrm{nan}"),
]
NAMES = [
    ("x", "x"),
    ("z1", "z_{1}"),
    ("W12", "W_{12}"),
    ("output", r"\mathrm{output}"),
    ("hidden2", r"\mathrm{hidden}_{2}"),
    ("output_2", r"\mathrm{output}_{2}"),
    ("W_hid", r"W_{\mathrm{hid}}"),
    ("W1_2", "W_{1,2}"),
    ("the_learning_rate", r"\mathrm{the\_learning\_rate}"),
    ("v_W1", "v_{W_{1}}"),
    ("h'", "h'"),
    ("c1'", "c_{1}'"),
    ("σ2", r"\sigma_{2}"),
    ("Ω", r"\Omega"),
    ("learning rate", r"\mathrm{learning\ rate}"),
    ("a_", r"\mathrm{a\_}"),
    ("50%", r"\mathrm{50\%}"),
    ("a^b~c", r"\mathrm{a\wedge b\sim c}"),
    (r"\input{x}", r"\mathrm{\backslash input\{x\}}"),
    ("$#&", r"\mathrm{\$\#\&}"),
    ("x[0:1]", r"\mathrm{x{[}0{:}1{]}}"),
    ("W2.T", r"{W_{2}^{\top}}"),
    ("W1 (new)", r"{W_{1}\ \mathrm{(new)}}"),
    (".T", r"\mathrm{{.}T}"),
    ("two\nlines", r"\mathrm{two\ lines}"),
    ("café", r"\mathrm{cafe}"),
    ("кот", r"\mathrm{kaote}"),
    ("🧠", r"\mathrm{{[}brain{]}}"),
    ("猫", r"\mathrm{{[}U{+}732B{]}}"),
    ("x" * 10_000, rf"\mathrm{{{'x' * (MAX_NAME - 3)}{{.}}{{.}}{{.}}}}"),
]
HOSTILE = [
    *models.HOSTILE_NAMES,
    "δ",
    "δδx",
    "",
    "_",
    "'",
    "1",
    "a__b",
    "x_'",
    "^",
    "{",
    "\\",
    "é_ö",
]


@pytest.mark.parametrize(("root", "expected"), FORMS)
def test_forms(root: Expr, expected: str) -> None:
    assert latex(root) == expected


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names(name: str, expected: str) -> None:
    assert name_tex(name) == expected


def test_a_negative_number_put_in_has_its_power_of_ten_in_parentheses() -> None:
    assert latex(number("(-1.5e-09)")) == r"(-1.5 \cdot 10^{-9})"


def test_an_adjoint_is_a_delta_before_the_name() -> None:
    assert symbol_latex("δz1") == r"\delta z_{1}"
    assert symbol_latex("δoutput") == r"\delta \mathrm{output}"
    assert symbol_latex("δδx") == r"\delta \delta x"
    assert symbol_latex("δ") == r"\delta"


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_plain_and_balanced(name: str) -> None:
    tex = symbol_latex(name)
    bare = re.sub(r"\\[{}\\]", "", tex)

    assert tex.isascii()
    assert tex.isprintable()
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"(?<!\\)[$#%&~]", tex)
    assert len(tex) < 40 * MAX_NAME


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Over (1 + |x|)².", r"Over (1 + \textbar{}x\textbar{})\(^{2}\)."),
        ("2/√π e^(−x²)", r"2/\(\surd\)\(\pi\) e\textasciicircum{}(\(-\)x\(^{2}\))"),
        ("100% of a_b & {c}", r"100\% of a\_\allowbreak{}b \& \{c\}"),
        ("a < b → c", r"a \textless{} b \(\to\) c"),
        ("xᵀ · y", r"x\(^{\top}\) \(\cdot\) y"),
        ("naïve 猫", "naive [U+732B]"),
    ],
)
def test_sentences(sentence: str, expected: str) -> None:
    assert sentence_tex(sentence) == expected


def test_pieces_join_to_the_formula() -> None:
    for root in [*formulas.expressions(300), *(root for root, _ in FORMS)]:
        term = LATEX.write([root])[0]

        assert "".join(term.pieces) == term.text


def test_a_line_may_be_broken_between_many_arguments() -> None:
    root = call("scan", A, B / C, D, A)

    assert list(LATEX.write([root])[0].pieces) == [
        r"\operatorname{scan}(a,",
        r" \frac{b}{c},",
        " d,",
        " a)",
    ]


@pytest.mark.latex
def test_everything_compiles(tmp_path: Path) -> None:
    rows = [latex(root) for root, _ in FORMS]
    rows += [symbol_latex(name) for name in (*HOSTILE, *(name for name, _ in NAMES))]
    rows += [latex(root) for root in formulas.expressions(200)]
    body = "".join(f"\\[ {row} \\]\n" for row in rows)
    body += "\n\n".join(sentence_tex(f"{name} √π, x² ≤ ∞ “…” ½ \u2013 \u2019") for name in HOSTILE)

    log = compile_latex(tmp_path, f"\\begin{{document}}\n{body}\n\\end{{document}}")

    assert "Missing character" not in log


def test_a_sign_in_a_word_is_a_sign() -> None:
    assert word_tex("2×3") == r"\mathrm{2\times 3}"
    assert "top" not in word_tex("ᵀᵀ")
