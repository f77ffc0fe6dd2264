"""Share fixtures, and skip what this environment cannot run.

Every test runs on the engine that is installed: Theano on Python 3.10 and 3.11, PyTensor on 3.12
and newer. What the engines compile goes to one folder that is kept between runs.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import marionette
import pytest
from compiling import with_precompiled_headers
from forking import LONGEST, run_forked
from helpers import RunCli
from processes import environment
from windows import PATIENCE, Windows

from xorexplain import engines

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# The same examples in each run, however busy the machine is: what fails once fails again, and what
# passes does not fail for who changed something else. `--hypothesis-profile=default` draws others.
hypothesis.settings.register_profile(
    "suite",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")


def has_font(name: str) -> bool:
    """Tell whether fontconfig finds a family of fonts."""
    program = shutil.which("fc-list")
    found = program and subprocess.run([program, name], capture_output=True, check=False).stdout
    return bool(found)


def browser_program() -> str | None:
    """Return Debian's Chromium, without its windows where that is here.

    The shell is the same engine for pages. What the program around it draws for each window, and
    loads for each page, is two thirds of the time of a window that is new.
    """
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


NEEDS = {
    "theano": lambda: importlib.util.find_spec("theano") is not None,
    "pytensor": lambda: importlib.util.find_spec("pytensor") is not None,
    "exe": lambda: shutil.which("dot") is not None,
    "browser": lambda: bool(importlib.util.find_spec("playwright") and browser_program()),
    "firefox": lambda: marionette.program() is not None,
    "latex": lambda: all(map(shutil.which, ("latexmk", "pdflatex"))),
    "xelatex": lambda: all(map(shutil.which, ("latexmk", "xelatex"))) and has_font("FreeSerif"),
    "marimo": lambda: importlib.util.find_spec("marimo") is not None,
}

# Folders and files of tests whose subject neither the engine nor the release of Python changes.
# They carry the marker `neutral`: tox runs them once, in an environment of that name.
NEUTRAL = frozenset(
    {
        "browser/test_access.py",
        "browser/test_against.py",
        "browser/test_copying.py",
        "browser/test_firefox.py",
        "browser/test_folds.py",
        "browser/test_large.py",
        "browser/test_links.py",
        "browser/test_looks.py",
        "browser/test_notebook.py",
        "browser/test_panel.py",
        "browser/test_picture.py",
        "browser/test_safety.py",
        "browser/test_search.py",
        "browser/test_sharing.py",
        "browser/test_site.py",
        "browser/test_start.py",
        "browser/test_tabs.py",
        "cli/magics/test_notebook.py",
        "cli/commands/test_docs.py",
        "cli/test_stored.py",
        "cli/test_streams.py",
        "explorer/test_folding.py",
        "explorer/test_layouts.py",
        "render/test_numbers.py",
        "explorer/test_outline.py",
        "explorer/test_packing.py",
        "explorer/test_page.py",
        "graph/test_records.py",
        "graph/views/test_part.py",
        "notation",
        "public/test_exponential.py",
        "public/test_hostile.py",
        "public/test_widths.py",
        "render/layout",
        "render/pictures/test_constants.py",
        "render/pictures/test_curve.py",
        "render/pictures/test_strip.py",
        "render/pictures/test_surface.py",
        "render/pictures/test_svg.py",
        "render/reports/test_op_entry.py",
        "render/reports/test_why.py",
        "render/test_theme.py",
        "render/writers/test_contract.py",
        "render/writers/test_marks.py",
        "render/writers/test_tables.py",
        "sphinxext/test_builders.py",
        "sphinxext/test_cache.py",
        "sphinxext/test_explorer.py",
        "sphinxext/test_failures.py",
        "sphinxext/test_html.py",
        "sphinxext/test_isolation.py",
        "sphinxext/test_sources.py",
        "sphinxext/test_style.py",
        "sphinxext/walkthrough/test_pdf.py",
        "sphinxext/walkthrough/test_player.py",
        "sphinxext/walkthrough/test_project.py",
        "test_architecture.py",
        "test_doc_pages.py",
        "test_docs.py",
        "render/test_files.py",
        "rewrites/test_fitting.py",
        "rewrites/test_laws.py",
        "rewrites/test_replay.py",
    }
)

# Folders and files of tests whose subject the release of Python changes: they run on each, so that
# each command and what it prints is met there (golden files, examples of the documentation). All
# others carry the marker `once`: tox runs them on one Python of each engine. So do commands that
# build whole sites and pages, which are the work of Sphinx and of the engine.
EACH_PYTHON = frozenset(
    {
        "cli/commands/test_doctor.py",
        "cli/commands/test_doctor_report.py",
        "cli/commands/test_gradient.py",
        "cli/test_main.py",
        "cli/test_printing.py",
        "cli/commands/test_rewrites.py",
        "engines/test_contract.py",
        "engines/shared/test_recursion.py",
        "engines/test_selection.py",
        "engines/theano/test_importing.py",
        "golden",
        "test_api.py",
        "models/test_inline.py",
        "models/test_lines.py",
        "models/test_loading.py",
        "models/test_training.py",
        "models/test_tutorial.py",
    }
)

# Settings of the person who runs the tests that would change what is printed.
PERSONAL = (
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "PY_COLORS",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
)

# Folders of what a user meets first. They carry the marker `front`: tox runs them in a process of
# their own, beside the others of the same Python, so that none takes much longer than the rest.
FRONT = frozenset({"api", "browser", "cli", "explorer", "public", "sphinxext"})


def pytest_configure(config: pytest.Config) -> None:
    """Give the engines one compile folder, before either of them is imported."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has what it runs in the background ignore Ctrl-C, and so would every program
        # that a test starts in order to interrupt it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for engine in engines.ENGINES:
        variable = f"{engine.upper()}_FLAGS"
        flags = os.environ.get(variable, "")
        if "base_compiledir" not in flags:
            folder = config.cache.mkdir("compiledir")
            flags = ",".join(filter(None, [f"base_compiledir={folder}", flags]))
        os.environ[variable] = with_precompiled_headers(engine, flags)


@cache
def names_of(path: Path) -> frozenset[str]:
    """Return a file of the tests and the folders it is in, as the lists above name them."""
    folder = Path(__file__).parent
    if not path.is_relative_to(folder):
        return frozenset()
    below = path.relative_to(folder)
    return frozenset({below.as_posix(), *(parent.as_posix() for parent in below.parents)})


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the files of which tox's markers would take no test: to read them takes as long."""
    if not collection_path.is_file():
        return None
    wanted, names = config.getoption("markexpr"), names_of(collection_path)
    if wanted == "neutral":
        is_wanted = names & NEUTRAL or (names and "mark.neutral" in collection_path.read_text())
    elif "not neutral" in wanted.split(" and "):
        left_out = {
            "not once": names and not names & EACH_PYTHON,
            "not neutral": names & NEUTRAL,
            "not front": names & FRONT,
            "front": not names & FRONT,
        }
        is_wanted = not any(left_out.get(word) for word in wanted.split(" and "))
    else:
        return None
    return None if is_wanted else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what not every Python or engine has to run; leave campaigns to who asks for them."""
    for item in items:
        names = names_of(item.path)
        if not names:
            continue
        if names & NEUTRAL:
            item.add_marker("neutral")
        if names & FRONT:
            item.add_marker("front")
        if not names & EACH_PYTHON:
            item.add_marker("once")
    if "fuzz_long" not in config.getoption("markexpr"):
        campaigns = [item for item in items if item.get_closest_marker("fuzz_long") is not None]
        config.hook.pytest_deselected(items=campaigns)
        items[:] = [item for item in items if item not in campaigns]


def pytest_collection_finish() -> None:
    """Look at what the imports made no more when garbage is collected, and collect less often.

    Graphs are many small objects that live long: an eighth of the time of the suite went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose marker names something that is not here."""
    for name, is_here in NEEDS.items():
        if item.get_closest_marker(name) is not None and not is_here():
            pytest.skip(f"needs {name}")


@pytest.fixture(autouse=True)
def _neutral_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PERSONAL, *(name for name in os.environ if name.startswith("XOREXPLAIN_"))):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def engine() -> Iterator[engines.Engine]:
    """The engine that is installed here.

    From then on frames of variables are kept in less time: `test_keeping` compares them with those
    that the engine keeps by itself.
    """
    if not engines.installed():
        pytest.skip("no engine is installed")
    found = engines.choose()
    with found.walking():
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests: a thread holds one Playwright at a time."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_program(), timeout=PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """Windows of the browser, which tests take and give back."""
    return Windows(browser)


@pytest.fixture
def usual_recursion_limit() -> Iterator[None]:
    """Set Python's own recursion limit, which a library may have raised."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.fixture
def run_cli(tmp_path: Path) -> RunCli:
    """Run the command line in a process of its own, in an empty folder unless told otherwise."""

    def run(
        *arguments: str | os.PathLike[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = LONGEST,
    ) -> subprocess.CompletedProcess[str]:
        around = environment(**(env or {}))
        if not env:
            words = [os.fspath(argument) for argument in arguments]
            folder = cwd or tmp_path
            return run_forked("xorexplain", words, folder, around, stdin, timeout)
        return subprocess.run(
            [sys.executable, "-m", "xorexplain", *arguments],
            cwd=cwd or tmp_path,
            env=around,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    return run
