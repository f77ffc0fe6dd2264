"""Run the code of a model that stands in a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.inline import load_code

FORMS = {
    "expression": 'x = T.dscalar("x")\nT.exp(x)\n',
    "assignment": 'x = T.dscalar("x")\nmade = T.exp(x)\n',
    "function": 'def made():\n    x = T.dscalar("x")\n    return T.exp(x)\n',
    "model": 'x = T.dscalar("x")\nmade = Model(outputs={"output": T.exp(x)})\n',
    "list": 'x = T.dscalar("x")\n[T.exp(x)]\n',
}


@pytest.mark.parametrize(("form", "code"), FORMS.items())
def test_the_last_statement_gives_the_model(form: str, code: str, engine: Engine) -> None:
    chosen, model = load_code(code, "page.rst")

    assert chosen is engine
    assert len(model.outputs) == 1
    assert model.name == (None if form in ("expression", "list") else "made")


def test_functions_of_the_code_see_each_other(engine: Engine) -> None:
    code = (
        "def half(x):\n    return x / 2\n\n"
        'def made():\n    return half(half(T.dscalar("x") * numpy.pi))\n'
    )

    assert len(load_code(code, "page.rst")[1].outputs) == 1


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "gives no model: end it with"),
        ("for x in []:\n    pass\n", "gives no model: end it with"),
        ("x = (", "the model code failed: SyntaxError"),
        ("1 / 0", "the model code failed: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\nx = 1\n", "the model code failed: SystemExit: 3"),
        ("x = 5", "int 5 is no model: return"),
        ("x = None", "None is no model: return"),
    ],
)
def test_a_mistake_is_one_line(code: str, message: str) -> None:
    with pytest.raises(XorexplainError, match=r"^[^\n]*$") as caught:
        load_code(code, "page.rst")

    assert message in str(caught.value)


@pytest.mark.usefixtures("engine")
def test_a_traceback_names_the_line_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.rst"
    page.write_text("Page\n====\n\n   x = 1\n   y = nothing\n")

    with pytest.raises(XorexplainError) as caught:
        load_code("x = 1\ny = nothing\n", str(page), line=4)

    assert f'File "{page}", line 5' in caught.value.details
    assert "y = nothing" in caught.value.details
