"""Convert every formula of the pages to MathML."""

from __future__ import annotations

import re
from importlib.util import find_spec
from xml.etree import ElementTree

import pytest
from models import each_model
from walkthroughs import Written

pytestmark = pytest.mark.skipif(find_spec("sphinx") is None, reason="needs sphinx")
INLINE = re.compile(r":math:`([^`]*)`")
BLOCK = re.compile(r"^( *)\.\. math::\n\n((?:\1   .*\n)+)", re.MULTILINE)


@each_model
def test_every_formula_is_mathml(written: Written, name: str) -> None:
    from xorexplain.sphinxext.walkthrough.extension import mathml

    text = "\n".join(d.decode() for f, d in written(name).files.items() if f.endswith(".rst"))
    formulas = [(tex, False) for tex in INLINE.findall(text)]
    formulas += [(block[1].strip(), True) for block in BLOCK.findall(text)]

    assert formulas
    for tex, is_block in formulas:
        ElementTree.fromstring(mathml(tex, is_block))


def test_a_growing_sum_has_its_sign() -> None:
    from xorexplain.sphinxext.walkthrough.extension import mathml

    assert "<mo>+</mo>" in mathml(r"\delta x \mathrel{+}= y", is_block=False)
