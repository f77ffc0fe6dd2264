"""Write answers as text and JSON."""

from __future__ import annotations

import json

import pytest

from xorexplain.gradients.why import Answer, Cut, State
from xorexplain.graph.records import SourceLine
from xorexplain.render.reports.why import MAX_CUTS, count, why, why_json
from xorexplain.render.writers import terminal

CUT = Cut(
    kind="integer",
    op="argmax",
    label="Argmax{axis=None}",
    equation="u1 = argmax(h)",
    input="h",
    source=SourceLine("model.py", 12, "i = T.argmax(h)"),
    paths=2,
    reason="argmax gives a position",
    cure="replace argmax by softmax",
)


def reasons_text(answers: list[Answer]) -> str:
    return terminal.plain(why(answers))


def test_a_cut_is_told_with_its_line_reason_and_cure() -> None:
    answer = Answer("W", "cost", "exists", 3, 1, (CUT,))

    assert reasons_text([answer]) == (
        "∂cost/∂W exists: 1 of 3 paths from cost to W is open.\n"
        "\n"
        "2 paths end at argmax, before h\n"
        "    op        u1 = argmax(h)\n"
        "    line      model.py:12: i = T.argmax(h)\n"
        "    why       argmax gives a position\n"
        "    cure      replace argmax by softmax\n"
    )


def test_a_cut_that_variables_share_is_told_once() -> None:
    answers = [Answer(name, "cost", "zero", 2, 0, (CUT,)) for name in ("W", "b")]

    assert reasons_text(answers).endswith(
        "\n\n∂cost/∂b is zero: all 2 paths from cost to b are cut.\n"
        "2 paths end at argmax, before h: see above\n"
    )


@pytest.mark.parametrize(
    ("state", "paths", "open_", "line"),
    [
        ("exists", 1, 1, "∂c/∂x exists: the only path from c to x is open."),
        ("exists", 4, 4, "∂c/∂x exists: all 4 paths from c to x are open."),
        ("exists", 4, 2, "∂c/∂x exists: 2 of 4 paths from c to x are open."),
        ("zero", 1, 0, "∂c/∂x is zero: the only path from c to x is cut."),
        ("disconnected", 4, 0, "∂c/∂x is disconnected: all 4 paths from c to x are cut."),
        (
            "undefined",
            4,
            2,
            "∂c/∂x is undefined: 2 of 4 paths from c to x are open, "
            "but one undefined part makes the whole undefined.",
        ),
        ("undefined", 1, 0, "∂c/∂x is undefined: the only path from c to x is cut."),
    ],
)
def test_the_headline_counts_paths(state: State, paths: int, open_: int, line: str) -> None:
    written = reasons_text([Answer("x", "c", state, paths, open_)])

    assert " ".join(written.split()) == line


def test_reasons_without_an_op_to_blame() -> None:
    integer = Answer("n", "c", "integer", 1, 0, (), "int64 holds no small changes", "make it float")
    unread = Answer("V", "c", "unread", 0, 0, (), "c does not read V", "build the cost from it")

    assert reasons_text([integer, unread]) == (
        "∂c/∂n: there is none. n: int64 holds no small changes.\n"
        "cure      make it float\n"
        "\n"
        "∂c/∂V: there is none. c does not read V.\n"
        "cure      build the cost from it\n"
    )


def test_many_cuts_are_counted() -> None:
    cuts = tuple(
        Cut("zero", "floor", "Floor", f"f{i}", "x", None, 1, "flat", "mend it")
        for i in range(MAX_CUTS + 3)
    )

    text = reasons_text([Answer("x", "c", "zero", len(cuts), 0, cuts)])

    assert text.count("1 path ends at floor") == MAX_CUTS
    assert text.endswith("and 3 more cuts, which --json lists\n")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (1_234_567, "1,234,567"),
        (10**9, "1,000,000,000"),
        (3 * 2**40, "about 3.2 × 10^12"),
        (10**15 - 1, "about 9.9 × 10^14"),
        (10**15, "about 1.0 × 10^15"),
        (2**400, "about 2.5 × 10^120"),
    ],
)
def test_counts_of_any_size_are_short(number: int, text: str) -> None:
    assert count(number) == text


def test_json_holds_the_whole_answer() -> None:
    (entry,) = json.loads(why_json([Answer("W", "cost", "exists", 3, 1, (CUT,))]))

    assert entry["state"] == "exists"
    assert (entry["paths"], entry["open"]) == (3, 1)
    assert entry["cuts"][0]["op"] == "argmax"
    assert entry["cuts"][0]["source"] == {
        "file": "model.py",
        "line": 12,
        "code": "i = T.argmax(h)",
    }


def test_json_writes_a_number_no_reader_can_hold_as_text() -> None:
    (entry,) = json.loads(why_json([Answer("W", "cost", "exists", 2**20_000, 1)]))

    assert entry["paths"] == "about 3.9 × 10^6020"
