"""MathML says the same as the text, is well formed, and takes no name for markup."""

from __future__ import annotations

from xml.etree import ElementTree

import formulas
import models
import pytest

from xorexplain.notation.expr import Expr, call, expr, number, symbol
from xorexplain.notation.mathml import MATHML, finished, mathml, symbol_mathml
from xorexplain.notation.text import MAX_NAME

A, B = symbol("a"), symbol("W1")
DELTA = symbol("δz1")
# Their MathML has another form than the text, which the reader of text does not know.
OWN_FORM = ("sum", "prod", "switch", "int_div", "floor", "ceil", "max", "mean")
FORMS = [
    (A * 2, "<mi>a</mi><mo>×</mo><mn>2</mn>"),
    (A / 2, "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"),
    (A**2, "<msup><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></msup>"),
    (B.T, "<msubsup><mi>W</mi><mn>1</mn><mi>T</mi></msubsup>"),
    (DELTA.T, "<mi>δ</mi><msubsup><mi>z</mi><mn>1</mn><mi>T</mi></msubsup>"),
    (call("sqrt", A), "<msqrt><mi>a</mi></msqrt>"),
    (call("sum", A), "<mo>∑</mo><mi>a</mi>"),
    (
        call("sum", A, axis="0"),
        "<munder><mo>∑</mo><mrow><mtext>axis\u00a0</mtext><mn>0</mn></mrow></munder><mi>a</mi>",
    ),
    (call("abs", -A), "<mrow><mo>|</mo><mo>−</mo><mi>a</mi><mo>|</mo></mrow>"),
    (
        call("subtensor", A, index="-1, 1:"),
        "<mi>a</mi><mo>[</mo><mo>−</mo><mn>1</mn><mo>,</mo><mn>1</mn><mo>:</mo><mo>]</mo>",
    ),
    (
        call("shape_i", A, axis="0"),
        "<mi>a</mi><mo>.</mo><mi>shape</mi><mo>[</mo><mn>0</mn><mo>]</mo>",
    ),
    (number("1e-05"), "<msup><mn>10</mn><mn>−5</mn></msup>"),
    (number("-inf"), "<mo>−</mo><mi>∞</mi>"),
    (number("6.283185307179586"), "<mn>2</mn><mi>π</mi>"),
    (number("3.141592653589793"), "<mi>π</mi>"),
    (call("lt", A, expr(1)), "<mi>a</mi><mo>&lt;</mo><mn>1</mn>"),
]


def read(element: ElementTree.Element) -> str:
    """Write MathML as the text it stands for, each element in parentheses of its own."""
    inside = [read(child) for child in element]
    if element.tag == "mfrac":
        return "(({}) ÷ ({}))".format(*inside)
    if element.tag in ("msup", "msubsup"):
        *below, above = inside
        raised = "".join(below)
        return f"({raised})ᵀ" if above == "T" else f"(({raised}) ^ ({above}))"
    if element.tag == "msqrt":
        return f"√({''.join(inside)})"
    if element.tag == "mo":
        return element.text if element.text and element.text in "()[]|,.:" else f" {element.text} "
    return (element.text or "") + "".join(inside)


@pytest.mark.parametrize(("root", "expected"), FORMS)
def test_forms(root: Expr, expected: str) -> None:
    assert mathml(root) == f"<math>{expected}</math>"


def test_what_is_set_reads_as_what_was_meant() -> None:
    kinds = [kind for kind in formulas.KINDS if kind not in OWN_FORM]
    points = formulas.points()
    wrong = []
    for root in formulas.expressions(600, kinds):
        text = read(ElementTree.fromstring(mathml(root)))
        if any(formulas.differences(root, formulas.read_text(text), points)):
            wrong.append(text)
    assert wrong == []


def test_each_piece_of_a_formula_is_well_formed() -> None:
    for root in formulas.expressions(300):
        term = MATHML.write([root])[0]
        assert "".join(term.pieces) == term.text
        for piece in term.pieces:
            ElementTree.fromstring(f"<mrow>{finished(piece)}</mrow>")


@pytest.mark.parametrize("name", [*models.HOSTILE_NAMES, "<mi>x</mi>", "&lt;", "δ", "", "a\x00b"])
def test_a_name_is_a_name_and_no_markup(name: str) -> None:
    found = ElementTree.fromstring(f"<mrow>{symbol_mathml(name)}</mrow>")
    assert {element.tag for element in found.iter()} <= {"mrow", "mi", "mn", "msub"}
    shown = "".join(c if c.isprintable() else "�" for c in name)
    told = "".join(found.itertext())
    assert told == shown or (told == shown[: MAX_NAME - 1] + "…")
