"""Give pytest the option `--xorexplain=DIR`: watch a run of tests, and look into its calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_WATCHED: dict[str, Any] = {}


def pytest_addoption(parser: Any) -> None:
    """Add the options."""
    group = parser.getgroup("xorexplain")
    group.addoption(
        "--xorexplain",
        metavar="DIR",
        help="Report what the tests compile with Theano or PyTensor, and what they call, into DIR.",
    )
    group.addoption(
        "--xorexplain-nan",
        action="store_true",
        help="Find the first call of each function with a NaN or an infinity.",
    )
    group.addoption(
        "--xorexplain-check",
        action="store_true",
        help="Compare answers of the first calls with the graph, computed node by node.",
    )


def pytest_configure(config: Any) -> None:
    """Begin to watch, before any test is imported."""
    folder = config.getoption("--xorexplain", default=None)
    looks = {
        look: bool(config.getoption(f"--xorexplain-{look}", default=False))
        for look in ("nan", "check")
    }
    if any(looks.values()) and not folder:
        import pytest

        asked = next(f"--xorexplain-{look}" for look, is_on in looks.items() if is_on)
        raise pytest.UsageError(f"{asked} is told in a report: add --xorexplain=DIR")
    if folder and not _WATCHED:
        from xorexplain.explorer.watched import session

        _WATCHED["session"] = entered = session(folder, **looks)
        _WATCHED["watched"] = entered.__enter__()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """End, write the pages and say where they are."""
    if _WATCHED:
        from xorexplain.explorer.report_folder import INDEX, write_report
        from xorexplain.render.reports.session import summary_words

        _WATCHED.pop("session").__exit__(None, None, None)
        watched = _WATCHED.pop("watched")
        lacking = write_report(watched.folder, watched.seen, 0.08 * watched.seen.seconds)
        folder = Path(watched.folder)
        words = f"xorexplain: {summary_words(watched.seen)}: {folder / INDEX}"
        terminalreporter.write_line(words)
        if lacking:
            command = f"xorexplain report {folder} --explorers"
            terminalreporter.write_line(f"xorexplain: `{command}` writes the explorers that lack")
