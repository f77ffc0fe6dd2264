"""Have the pages that teach link words once, show the one program, and be as short as agreed."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from teaching import MOST_WORDS, written_words

from xorexplain import snapshot
from xorexplain.engines import Engine
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.work import operations
from xorexplain.models.tutorial import xor

pytest.importorskip("sphinx", reason="needs sphinx, for the pages' extensions")
DOCS = Path(__file__).resolve().parents[1] / "docs"
START, TROUBLES = DOCS / "start", DOCS / "howto"
code_lines = importlib.import_module("code_lines")
linked = importlib.import_module("linked")
first_uses = importlib.import_module("first_uses")


@pytest.mark.parametrize(
    "page", sorted([*START.glob("*.rst"), *TROUBLES.glob("*.rst")]), ids=lambda page: page.stem
)
def test_a_page_that_teaches_is_short(page: Path) -> None:
    assert written_words(page.read_text(encoding="utf-8")) <= MOST_WORDS


def test_only_the_first_use_of_a_word_is_linked() -> None:
    seen: set[str] = set()

    pieces = first_uses._linked("Ops and adjoints: an op, a shared variable.", seen, "page")

    shown = [piece.astext() for piece in pieces]
    assert shown == ["", "Ops", " and ", "adjoints", ": an op, a ", "shared variable", "."]
    assert [p["reftarget"] for p in pieces[1::2]] == ["op", "adjoint", "shared variable"]
    assert seen == {"op", "adjoint", "shared variable"}


def test_a_word_in_another_sense_is_not_linked() -> None:
    pieces = first_uses._linked(
        "The op made for the case leaves no trace of a case.", set(), "page"
    )

    assert [piece.astext() for piece in pieces[1::2]] == ["op", "case"]
    assert pieces[2].astext() == " made for the case leaves no trace of a "


def test_no_word_is_defined_twice() -> None:
    own = (DOCS / "develop" / "glossary.rst").read_text(encoding="utf-8")
    defined = re.findall(r"^   (\w[^\n]*)\n {6}", own, re.MULTILINE)

    assert [word for word in defined if word.lower() in first_uses.words()] == []


def test_the_program_of_the_pages_is_the_tutorials(engine: Engine) -> None:
    script = code_lines.started(START / "xor.txt")
    for piece in range(1, 7):
        script.run(piece)

    graph, ids = code_lines.recorded(script)

    assert len(graph.applies) == 8
    assert graph.variable[ids[script.names["cost"]]].name == "cost"
    own = float(script.names["cost"].eval())
    assert own == float(xor(engine).cost.eval())


def test_the_operations_that_are_told_are_counted(engine: Engine) -> None:
    text = (START / "chain-rule.rst").read_text(encoding="utf-8")
    told = list(map(int, re.findall(r"(?:takes|with it|written,|leaves|PyTensor,) (\d+)", text)))
    graphs = [infer_shapes(snapshot(xor(engine), stage)) for stage in ("gradient", "updates")]
    first = infer_shapes(snapshot(xor(engine), "symbolic", "cost"))
    last = infer_shapes(snapshot(xor(engine), "optimized"))
    counted = [
        sum(operations(graph, apply) or 0 for apply in graph.applies)
        for graph in (first, *graphs, last)
    ]

    assert told[:3] == counted[:3]
    assert counted[3] == dict(zip(("pytensor", "theano"), told[3:], strict=True))[engine.name]


def test_each_box_is_led_to_from_the_code_that_made_it(engine: Engine) -> None:
    script = code_lines.started(START / "xor.txt")
    for piece in range(1, 5):
        script.run(piece)

    assert [source for source, _ in script.said] == ["T.dot(X, W1)", "sigmoid(T.dot(X, W1))"]
    assert [v.owner.inputs[0].name for _, v in script.said] == ["X", None]


def test_code_is_written_with_the_boxes_its_parts_made(engine: Engine) -> None:
    script = code_lines.started(START / "xor.txt")
    for piece in range(1, 5):
        script.run(piece)
    made = {v: box for (_, v), box in zip(script.said, ("n0", "n1"), strict=True)}

    code = code_lines.coded(script.pieces[3], script, made)

    assert linked.with_spans(code[0].astext(), code["spans"]) == (
        'a1 = <span data-box="n1" tabindex="0">sigmoid('
        '<span data-box="n0" tabindex="0">T.dot(X, W1)</span>)</span>'
    )


def test_a_picture_in_a_page_has_ids_of_its_own() -> None:
    picture = (
        '<?xml version="1.0"?>\n<svg aria-labelledby="t"><title id="t">Graph</title>'
        '<g id="graph0"><g id="node1" class="node">\n<title>n0</title></g></g></svg>'
    )

    assert linked.with_boxes(picture, "dark") == (
        '<svg aria-labelledby="t-dark"><title id="t-dark">Graph</title>'
        '<g><g class="node" data-box="n0"></g></g></svg>'
    )


def test_only_names_that_other_pages_know_are_told(engine: Engine) -> None:
    script = code_lines.started(START / "xor.txt")
    for piece in range(1, 9):
        script.run(piece)

    graph, ids = code_lines.recorded(script)
    names = code_lines.told_names(graph)

    assert {n for n in names.values() if n[0] in "udz" and n[1:].isdigit()} == {"z1", "z2", "d1"}
    assert [names[ids[new]] for _, new in script.names["updates"]] == ["W1 (new)", "W2 (new)"]
