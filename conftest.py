"""Run the Python examples of the README, the documentation and the docstrings as tests."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser as MarkdownPython
from sybil.parsers.markdown import SkipParser as MarkdownSkip
from sybil.parsers.rest import DocTestParser, PythonCodeBlockParser, SkipParser
from sybil.sybil import SybilCollection

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "xorexplain"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave modules of the package that show no example: to parse each for one takes seconds."""
    if collection_path.suffix != ".py" or not collection_path.is_relative_to(PACKAGE):
        return None
    return None if b">>>" in collection_path.read_bytes() else True


def enter_empty_folder(namespace: dict[str, Any]) -> None:
    """Let examples write files without leaving any in the checkout."""
    folder = tempfile.TemporaryDirectory()
    namespace["_leave"] = (folder, Path.cwd())
    os.chdir(folder.name)


def leave_folder(namespace: dict[str, Any]) -> None:
    folder, before = namespace["_leave"]
    os.chdir(before)
    folder.cleanup()


def examples(*parsers: Any, folder: Path, pattern: str, **options: Any) -> Sybil:
    return Sybil(
        parsers=parsers,
        path=str(folder),
        patterns=[pattern],
        setup=enter_empty_folder,
        teardown=leave_folder,
        **options,
    )


pytest_collect_file = SybilCollection(
    [
        examples(MarkdownPython(), MarkdownSkip(), folder=ROOT, pattern="README.md"),
        examples(
            *(DocTestParser(), PythonCodeBlockParser(), SkipParser()),
            folder=ROOT / "docs",
            pattern="*.rst",
            excludes=["_build/**"],
        ),
        examples(DocTestParser(), folder=PACKAGE, pattern="*.py"),
    ]
).pytest()
