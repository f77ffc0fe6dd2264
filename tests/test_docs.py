"""Keep the word of the README and the other pages; the documentation build does the rest.

Python examples are run by `conftest.py` in the root folder, and the commands of the documentation
by its build.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from runpy import run_path

import pytest
from helpers import RunCli

import xorexplain

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

# Commands of the README that a test cannot run: they install, or run the tests themselves.
INSTALLING = {
    "pip install . && python -m xorexplain graph --out graph.png",
    "pip install tox && tox",
}


def shell_commands(markdown: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", markdown, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "command", [command for command in shell_commands(README) if command not in INSTALLING]
)
def test_the_commands_of_the_readme_work(command: str, run_cli: RunCli, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command, comments=True)
    assert program == "xorexplain"

    completed = run_cli(*arguments)

    assert completed.stderr == ""
    assert completed.returncode == 0
    if "-o" in arguments:
        assert (tmp_path / arguments[arguments.index("-o") + 1]).stat().st_size > 0


def test_the_readme_says_how_to_install_and_test() -> None:
    missing = INSTALLING - set(shell_commands(README))

    assert missing == set()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_between_files_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]

    assert [target for target in local if not (ROOT / target).exists()] == []


def test_the_changelog_knows_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## [{xorexplain.__version__}]" in changelog or "## [Unreleased]" in changelog


HELP = run_path(str(ROOT / "docs" / "_ext" / "click_help.py"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Example:  xorexplain docs net.py -o site",
            "Example:  ``xorexplain docs net.py -o site``",
        ),
        ("  xorexplain graph -o a.png    draw", "  ``xorexplain graph -o a.png``    draw"),
        ("With --check, and `run --keep-calls`.", "With ``--check``, and `run --keep-calls`."),
        ("COMMAND --help tells more.", "``COMMAND --help`` tells more."),
        ("written with -o FILE.json.", "written with ``-o FILE.json``."),
        ("To this depth; -1 is all, step-by-step.", "To this depth; -1 is all, step-by-step."),
        ("    :default: ``PosixPath('report')``", "    :default: ``report``"),
        ("    :default: ``'TB'``", "    :default: ``TB``"),
        ("    :default: ``0.01``", "    :default: ``0.01``"),
        (".. option:: -o, --out <out>", ".. option:: -o, --out <out>"),
    ],
)
def test_what_a_user_types_is_code_in_the_help_that_pages_show(written: str, expected: str) -> None:
    assert HELP["as_code"](written) == expected


def test_pages_show_words_for_values_as_the_help_does() -> None:
    lines = [".. option:: --call <FUNCTION:]N>", ".. option:: --format <format_>", "    a <b_>"]

    shown = HELP["with_metavars"](lines, ["[FUNCTION:]N"])
    assert shown == [".. option:: --call <[FUNCTION:]N>", ".. option:: --format <format>", lines[2]]
