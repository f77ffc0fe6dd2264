"""What cannot be shown is a warning with its place and its cure; the page is built all the same."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from sphinx_builds import ROOTS, Built, build

pytestmark = pytest.mark.usefixtures("engine")

EXPECTED = {
    4: "xorexplain-graph: there is no file",
    7: "broken.py:model failed: ValueError: the model's own",
    10: "unknown target 'W9': did you mean W",
    13: "no node is called 'nothing': choose from",
    16: "the model code failed: NameError: name 'undefined' is not defined",
    21: "the model code failed: SyntaxError",
    25: "the code gives no model: end it with",
    30: "the model is named and written: leave out :model: or the code",
    35: "'optimised' is not known: did you mean optimized",
    38: "'purple' is not known: choose from both, light, dark, print",
    41: ":steps: 900-1000: there is no such step",
    44: ":steps: some: give all, notable, or numbers such as 3-7, 12",
    47: "no rewrite 'nothing_at_all' did anything",
    50: "no variable 'W9': did you mean W",
    53: ":learning-rate: nan: give a finite number",
    56: "'words' is not known: did you mean ops?",
    58: "no module named 'no': run from the folder that holds it",
    61: "no page shows or defines an op of kind 'nonsense'",
    65: "op 'twice' is defined twice",
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOTS / "failing", tmp_path_factory.mktemp("failing"), "html")


@pytest.mark.parametrize(("line", "message"), EXPECTED.items())
def test_a_warning_names_line_and_cure(failing: Built, line: int, message: str) -> None:
    blocks = failing.warned.split(f"{ROOTS / 'failing' / 'index.rst'}:")[1:]
    told = [block for block in blocks if block.startswith(f"{line}: ")]

    assert any(message in " ".join(block.split()) for block in told), failing.warned


def test_nothing_but_the_mistakes_is_warned_of(failing: Built) -> None:
    assert failing.status == 0
    assert failing.warned.count("index.rst:") - failing.warned.count('index.rst"') >= len(EXPECTED)
    assert "Traceback (most recent call last)" not in failing.warned


def test_the_traceback_is_that_of_the_model(failing: Built) -> None:
    assert 'index.rst", line 19, in <module>' in failing.warned
    assert "y = x + undefined" in failing.warned


def test_what_works_is_shown_beside_what_does_not(failing: Built) -> None:
    page = failing.text("index.html")

    assert page.count("<svg role") == 1
    assert page.count("xorexplain-failed") == 15
    assert "did you mean W2 or W1?" in re.sub("<[^>]*>", "", page)


def test_failures_can_be_silenced_by_kind(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "conf.py").write_text(
        'extensions = ["xorexplain.sphinxext"]\nsuppress_warnings = ["xorexplain.graph"]\n'
    )
    (tmp_path / "source" / "index.rst").write_text(
        "Page\n====\n\n.. xorexplain-graph::\n   :target: W9\n"
    )

    assert build(tmp_path / "source", tmp_path, "text", "-W").warned == ""


PAGE = "Page\n====\n\n.. xorexplain-graph::\n   :model: own.py:model\n"
FAULTS = """\
def record(request):
    {what}

import xorexplain.sphinxext.directives.graph
xorexplain.sphinxext.directives.graph.graph_entry = record
"""


def project(folder: Path, conf: str = "", page: str = PAGE) -> Path:
    """Write a project of one page, whose model is in own.py."""
    folder.mkdir()
    (folder / "conf.py").write_text(f'extensions = ["xorexplain.sphinxext"]\n{conf}')
    (folder / "index.rst").write_text(page)
    (folder / "own.py").write_text(
        "from xorexplain.engines import choose\n"
        "def model():\n"
        "    x = choose().tensor.dscalar('x')\n"
        "    return x * x\n"
    )
    return folder


@pytest.mark.parametrize(
    "what", ["raise KeyError('nothing\\x1b[31m')", "return {}, None", "raise RecursionError"]
)
def test_a_fault_of_ours_is_a_warning(tmp_path: Path, what: str) -> None:
    source = project(tmp_path / "source", FAULTS.format(what=what))

    built = build(source, tmp_path / "built", "html")

    assert built.status == 0
    assert "index.rst:4: WARNING: xorexplain-graph: a fault of xorexplain: " in built.warned
    assert "Traceback (most recent call last)" in built.warned
    assert "\x1b" not in built.warned
    assert "a fault of xorexplain" in re.sub("<[^>]*>", "", built.text("index.html"))


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    """The page of a graph that failed is read again, though no file of it has changed."""
    source = project(tmp_path / "source")
    own = source / "own.py"
    own.write_text(f"import os\n{own.read_text()}".replace("    x =", f"    {IF_NOT}\n    x ="))

    first = build(source, tmp_path / "built", "html")
    again = build(source, tmp_path / "built", "html")
    (tmp_path / "built" / "ready").touch()
    mended = build(source, tmp_path / "built", "html")
    idle = build(source, tmp_path / "built", "html")

    assert "not yet" in first.warned
    assert "not yet" in again.warned
    assert (mended.warned, idle.warned) == ("", "")
    assert "<svg" in mended.text("index.html")
    assert "0 added, 0 changed, 0 removed" in idle.said


IF_NOT = "if not os.path.exists('ready'): raise ValueError('not yet')"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written_costs_no_graph(tmp_path: Path) -> None:
    source = project(tmp_path / "source", 'xorexplain_cache = "kept"\n')
    (source / "kept").mkdir(mode=0o500)

    built = build(source, tmp_path / "built", "html", "-W")

    assert (built.status, built.warned) == (0, "")
    assert "<svg" in built.text("index.html")
    assert "nothing is kept in" in built.said


def test_a_cache_that_is_a_file_costs_no_graph(tmp_path: Path) -> None:
    source = project(tmp_path / "source", 'xorexplain_cache = "kept"\n')
    (source / "kept").touch()

    built = build(source, tmp_path / "built", "html", "-W")

    assert (built.status, built.warned) == (0, "")
    assert "<svg" in built.text("index.html")
    assert "nothing is kept in" in built.said


def test_an_entry_of_another_form_is_made_again(tmp_path: Path) -> None:
    """Valid JSON in a wrong form once killed the build."""
    source = project(tmp_path / "source")
    first = build(source, tmp_path / "built", "html", "-W")
    for name in first.entries:
        file = first.doctrees / "xorexplain" / name
        file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "entry": {}}), "utf-8")

    again = build(source, tmp_path / "built", "html", "-W", "-E", "-a")

    assert (again.status, again.warned) == (0, "")
    assert again.text("index.html") == first.text("index.html")
    assert again.entries.keys() == first.entries.keys()
