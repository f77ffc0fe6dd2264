"""Have the pages that teach link words once, show the one program, and be as short as agreed."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

from xorexplain.engines import Engine
from xorexplain.models.tutorial import xor

pytest.importorskip("sphinx", reason="needs sphinx, for the pages' extensions")
DOCS = Path(__file__).resolve().parents[1] / "docs"
START, TROUBLES = DOCS / "start", DOCS / "howto"
sys.path.append(str(DOCS / "_ext"))
code_lines = importlib.import_module("code_lines")
first_uses = importlib.import_module("first_uses")
MOST_WORDS = 900


@pytest.mark.parametrize(
    "page", sorted([*START.glob("*.rst"), *TROUBLES.glob("*.rst")]), ids=lambda page: page.stem
)
def test_a_page_that_teaches_is_short(page: Path) -> None:
    prose = re.sub(
        r"^(?:>>>|\.\.\.|   :|\.\. ).*$", "", page.read_text(encoding="utf-8"), flags=re.M
    )

    assert len(prose.split()) <= MOST_WORDS


def test_only_the_first_use_of_a_word_is_linked() -> None:
    seen: set[str] = set()

    pieces = first_uses._linked("Ops and adjoints: an op, a shared variable.", seen, "page")

    shown = [piece.astext() for piece in pieces]
    assert shown == ["", "Ops", " and ", "adjoints", ": an op, a ", "shared variable", "."]
    assert [p["reftarget"] for p in pieces[1::2]] == ["op", "adjoint", "shared variable"]
    assert seen == {"op", "adjoint", "shared variable"}


def test_the_program_of_the_pages_is_the_tutorials(engine: Engine) -> None:
    script = code_lines.started(START / "xor.txt")
    for piece in range(1, 7):
        script.run(piece)

    graph, ids = code_lines.recorded(script)

    assert len(graph.applies) == 8
    assert graph.variable[ids[script.names["cost"]]].name == "cost"
    own = float(script.names["cost"].eval())
    assert own == float(xor(engine).cost.eval())


def test_each_box_is_led_to_from_the_code_that_made_it(engine: Engine) -> None:
    script = code_lines.started(START / "xor.txt")
    for piece in range(1, 5):
        script.run(piece)

    assert [source for source, _ in script.said] == ["T.dot(X, W1)", "sigmoid(T.dot(X, W1))"]
    assert [v.owner.inputs[0].name for _, v in script.said] == ["X", None]
