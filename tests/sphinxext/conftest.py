"""Build the pages of tests/roots/pages once for all who read them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from sphinx_builds import ROOTS, STRICT, Built, build

from xorexplain.engines import Engine


@pytest.fixture(scope="session")
def pages_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source of the pages, and all that builders make of them."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(ROOTS / "pages", folder / "source")
    return folder


@pytest.fixture(scope="session")
def pages(pages_folder: Path, engine: Engine) -> Built:
    """The pages in HTML, read by two processes of a Python that hashes as no other does."""
    source = pages_folder / "source"
    return build(source, pages_folder, "html", *STRICT, "-j", "2", python=(sys.executable,))
