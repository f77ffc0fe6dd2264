"""Run one notebook in a kernel of its own and look at what each of its cells shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest
from notebooks import Shown, run_cells

CELLS: Mapping[str, str] = {
    "start": """
%load_ext xorexplain
import numpy, xorexplain
from xorexplain import engines
engine = engines.choose()
engine.module.config.linker, engine.module.config.cxx = "py", ""  # no compiler is waited for
T, function, shared = engine.tensor, engine.module.function, engine.module.shared
""",
    "written": """
%%xorexplain
x = T.dmatrix("x")
W = shared(numpy.ones((3, 2)), name="W")
h = T.tanh(T.dot(x, W))
cost = (h ** 2).sum()
""",
    "variable": "cost",
    "drawn": "xorexplain.draw(cost)",
    "twice": "xorexplain.draw(cost)",
    "record": "xorexplain.snapshot(cost)",
    "printed": "print(repr(xorexplain.snapshot(cost)), repr(xorexplain.rewrites(cost)))",
    "gradient": "xorexplain.gradient(cost)",
    "rewrites": "xorexplain.rewrites(cost)",
    "step": "xorexplain.rewrites(cost, 1)",
    "explored": "xorexplain.explore(cost)",
    "mistake": "xorexplain.draw(cost, stage='gradeint')",
    "line": "%xorexplain cost --stage optimized --theme dark",
    "line kept": "picture = %xorexplain h\npicture.save('h.svg')",
    "line of a gradient": "%xorexplain gradient cost --wrt W",
    "line of several": "%xorexplain [cost, h * 2]",
    "compiled": """
%%xorexplain
f = function([x], T.log(1 + T.exp(cost)))
""",
    "heard": """
%%xorexplain rewrites
function([x], T.log(1 + cost))
""",
    "heard before": "%xorexplain rewrites f",
    "watched": "%%xorexplain run\ng = function([x], x * 2)\ng(numpy.ones((1, 2)))",
    "looked into": "%%xorexplain run --nan\nnl = function([x], T.log(x))\nnl(-numpy.ones((1, 2)))",
    "looked for nothing": "%%xorexplain run --fast\n1",
    "many": """
%%xorexplain --stage symbolic
a = cost + 1; b = cost + 2; c = cost + 3; d = cost + 4; e = cost + 5
""",
    "number": "%%xorexplain\n6 * 7",
    "failing": "%%xorexplain\ndef ratio(n):\n    return n / 0\nratio(1)",
    "after": "cots = 3\n%xorexplain cots",
    "unknown": "%xorexplain cosst",
    "no option": "%xorexplain cost --stagee optimized",
    "no command": "%xorexplain gradint cost",
    "no name": "%xorexplain",
    "half a quotation": "%xorexplain 'cost",
    "name above a cell": "%%xorexplain cost\n1",
    "help": "%xorexplain rewrites -h",
    "completed": """
complete = lambda line, word: get_ipython().complete(word, line, len(line))[1]
(complete("%xorexplain co", "co"), complete("%xorexplain cost --st", "--st"),
 complete("%xorexplain gra", "gra"))
""",
}


PAGE = Path(__file__).parents[3] / "docs" / "notebook.rst"
BLOCK = re.compile(r"^\.\. code-block:: text\n\n((?:   .*\n|\n)+)", re.MULTILINE)
TOLD = [dedent(block) for block in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]
"""The cells that the page on notebooks tells of."""


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    told = {f"told {number}": source for number, source in enumerate(TOLD)}
    return run_cells({**CELLS, **told}, tmp_path_factory.mktemp("notebook"))


def test_what_the_page_tells_is_so(cells: dict[str, Shown]) -> None:
    told = [cells[f"told {number}"] for number in range(len(TOLD))]

    assert [cell.error for cell in told] == [""] * 5
    shown = ["".join(bundle["text/plain"] for bundle in cell.bundles) for cell in told]
    assert [text.split("\n")[0] for text in shown] == [
        "",
        "cost · symbolic",
        "f · rewrites · function",
        "cost · optimized",
        "f · rewrites · function",
    ]


def only(shown: Shown) -> Mapping[str, str]:
    """Return the one thing a cell shows."""
    assert shown.error == ""
    (bundle,) = shown.bundles
    return bundle


@pytest.mark.parametrize(
    ("name", "kinds", "said"),
    [
        ("written", {"image/svg+xml", "text/plain"}, "cost · symbolic"),
        ("drawn", {"image/svg+xml", "text/plain"}, "tanh"),
        ("record", {"image/svg+xml", "text/plain"}, "tanh"),
        ("gradient", {"text/html", "text/latex", "text/plain"}, "Backward"),
        ("rewrites", {"text/html", "text/latex", "text/plain"}, "apply nodes before"),
        ("step", {"text/html", "text/latex", "text/plain"}, "step 1"),
        ("explored", {"text/html", "text/plain"}, "Page cost"),
        ("line", {"image/svg+xml", "text/plain"}, "cost · optimized"),
        ("line of a gradient", {"text/html", "text/latex", "text/plain"}, "cost · gradient · W"),
        ("line of several", {"image/svg+xml", "text/plain"}, "[cost, h * 2] · symbolic"),
        ("compiled", {"image/svg+xml", "text/plain"}, "f · compiled · function"),
        ("heard", {"text/html", "text/latex", "text/plain"}, "local_log1p"),
        ("heard before", {"text/html", "text/latex", "text/plain"}, "f · rewrites · function"),
    ],
)
def test_a_cell_shows(cells: dict[str, Shown], name: str, kinds: set[str], said: str) -> None:
    bundle = only(cells[name])

    assert set(bundle) == kinds
    assert said in bundle["text/plain"]
    for kind in kinds - {"text/latex"}:
        assert "�" not in bundle[kind]
    if "image/svg+xml" in kinds:
        assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")


def test_calls_of_a_cell_are_looked_into(cells: dict[str, Shown]) -> None:
    *_, report = cells["looked into"].bundles

    assert "NaN" in report["text/plain"]
    assert "%%xorexplain run takes --nan and --check: leave '--fast' out" in (
        cells["looked for nothing"].error
    )


def test_a_cell_is_watched(cells: dict[str, Shown]) -> None:
    *shown, report = cells["watched"].bundles

    assert cells["watched"].error == ""
    assert "[[2" in "".join(bundle["text/plain"] for bundle in shown)
    assert "1 function compiled" in report["text/plain"]
    assert "g = function([x], x * 2)" in report["text/plain"]
    number = list(CELLS).index("watched") + 1
    assert f"called at  In [{number}]:3" in report["text/plain"]
    assert "text/html" in report


def test_nothing_is_dumped(cells: dict[str, Shown]) -> None:
    assert cells["printed"].printed == (
        "<Graph cost · symbolic · 5 apply nodes> <Report cost · rewrites · cost>\n"
    )
    assert len(only(cells["variable"])["text/plain"]) < 100


def test_two_pictures_of_one_graph_have_no_id_in_common(cells: dict[str, Shown]) -> None:
    first, second = (only(cells[name])["image/svg+xml"] for name in ("drawn", "twice"))

    assert first == second
    assert " id=" not in first


def test_the_explorer_is_in_a_frame_of_its_own(cells: dict[str, Shown]) -> None:
    frame = only(cells["explored"])["text/html"]

    assert frame.startswith("<iframe ")
    assert 'sandbox="allow-scripts allow-downloads"' in frame
    assert frame.count("<script>") == 1
    assert frame.index("<script>") > frame.index("srcdoc='")
    assert frame.count("'") == 2


def test_a_magic_returns_what_it_shows(cells: dict[str, Shown]) -> None:
    assert "h.svg" in only(cells["line kept"])["text/plain"]


def test_a_cell_shows_a_few_of_what_it_built(cells: dict[str, Shown]) -> None:
    *pictures, rest = cells["many"].bundles

    names = [bundle["text/plain"].split(" · ")[0] for bundle in pictures]
    assert names == ["a", "b", "c", "d"]
    assert rest["text/plain"] == "The cell built more: e. %xorexplain NAME shows one."


def test_a_cell_without_a_graph_shows_what_it_gives(cells: dict[str, Shown]) -> None:
    result, note = cells["number"].bundles

    assert result["text/plain"] == "42"
    assert note["text/plain"].startswith("The cell built no graph")


def test_a_cell_that_fails_shows_the_lines_of_the_user(cells: dict[str, Shown]) -> None:
    assert cells["failing"].error == "division by zero"
    assert "return n / " in cells["failing"].traceback
    assert "extension.py" not in cells["failing"].traceback


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mistake", "unknown stage 'gradeint': did you mean gradient?"),
        ("after", "int 3 is no model: "),
        ("unknown", "there is no 'cosst' here: did you mean cost?"),
        ("no option", "unknown option --stagee: did you mean --stage or --target?"),
        ("no command", "'gradint cost' is no expression of Python: did you mean gradient"),
        ("no name", "name what to show: choose from x, W, h, cost"),
        ("half a quotation", '"\'cost" ends within a quotation: close it'),
        ("name above a cell", "the cell itself is shown: leave 'cost' out"),
    ],
)
def test_a_mistake_is_told_in_a_line(cells: dict[str, Shown], name: str, message: str) -> None:
    assert cells[name].error.startswith(message)
    assert cells[name].traceback == f"XorexplainError: {cells[name].error}"


def test_help(cells: dict[str, Shown]) -> None:
    assert cells["help"].printed.startswith("Usage: %xorexplain rewrites [OPTIONS]")
    assert "--phase" in cells["help"].printed


def test_names_are_completed(cells: dict[str, Shown]) -> None:
    told = only(cells["completed"])["text/plain"]

    assert told == "(['cost'], ['--stage'], ['graph', 'gradient'])"
