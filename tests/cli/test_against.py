"""Explore a model against another from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

MODEL = """
from xorexplain.engines import choose

x = choose().tensor.dvector("x")
y = choose().tensor.exp(x * 2)
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    (tmp_path / "small.py").write_text(MODEL, encoding="utf-8")
    return "small.py:y"


def test_a_page_is_written_and_the_comparison_printed(
    call: Any, tmp_path: Path, small: str
) -> None:
    status, out, _ = call("explore", small, "--no-compile", "--against", "excluding=inplace")

    assert status == 0
    assert out.startswith("small.py:y against small.py:y without inplace\n")
    assert "All results are the same formula of what is given." in out
    assert "story.html: small.py:y against small.py:y without inplace, 0." in out
    page = (tmp_path / "story.html").read_text("utf-8")
    assert "<title>small.py:y against small.py:y without inplace" in page


def test_json_is_the_comparison_with_the_data_of_both(call: Any, small: str) -> None:
    status, out, _ = call("explore", small, "--no-compile", "--against", small, "--json")

    told = json.loads(out)
    assert status == 0
    assert {row["kind"] for row in told["comparison"]["rows"]} == {"same"}
    assert [side["title"] for side in told["sides"]] == ["y", "y"]


def test_what_was_written_before_follows_no_settings(call: Any, tmp_path: Path) -> None:
    status, _, err = call("explore", "t.json", "--against", "mode=FAST_RUN")

    assert status == 2
    assert err.endswith("t.json was written before: no setting changes it\n")


def test_stdin_is_read_once(call: Any) -> None:
    status, _, err = call("explore", "-", "--against", "mode=FAST_COMPILE")

    assert status == 2
    assert "stdin is read once" in err


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["excluding=inplac"], "no rewrite has the name or tag 'inplac': did you mean inplace"),
        (["mode=FAST_RAN"], "has no mode 'FAST_RAN': did you mean FAST_RUN"),
        (["floatX=float31"], "unknown floatX 'float31': did you mean float32"),
        (["exclude=inplace"], "unknown setting 'exclude': did you mean excluding?"),
        (["missing.json"], "cannot read missing.json"),
        (["missing.py"], "missing.py"),
    ],
)
def test_a_mistake_is_told_in_one_line(call: Any, words: list[str], cure: str) -> None:
    status, out, err = call(
        "explore", "--no-compile", *(w for b in words for w in ("--against", b))
    )

    assert status == 2
    assert out == ""
    assert cure in err
    assert len(err.splitlines()) == 1
