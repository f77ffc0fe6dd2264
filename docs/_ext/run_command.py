"""Run a command while the documentation is built, and show what it printed and drew.

::

    .. run:: xorexplain graph --out xor.svg
       :picture: xor.svg
       :alt: The network as a graph

shows the command, its output and the picture. Every page has a folder of its own, which starts as
a copy of `docs/examples`, so that commands of one page can build on each other. An exit status
other than `:status:` (0 by default) is a warning, and with `sphinx-build -W` an error.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

TIME_LIMIT = 300  # seconds; the first use of an engine compiles C code
COLUMNS = 96


class Run(SphinxDirective):
    """Show a command with its real output; see the module for the options."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "picture": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "status": directives.nonnegative_int,
        "first-lines": directives.positive_int,
    }

    def run(self) -> list[nodes.Node]:
        command = " ".join(self.arguments[0].split())
        folder = folder_of(self.env, self.env.docname)
        completed = run_command(command, folder)
        text = completed.stdout.rstrip("\n")
        expected = self.options.get("status", 0)
        if completed.returncode != expected:
            logger.warning(
                "%r ended with status %s, not %s:\n%s",
                *(command, completed.returncode, expected, text),
                location=self.get_location(),
            )
        session = f"$ {command}\n{shortened(text, self.options.get('first-lines'))}".rstrip("\n")
        block = nodes.literal_block(session, session, language="console")
        return [block, *self.picture(folder)]

    def picture(self, folder: Path) -> list[nodes.Node]:
        if "picture" not in self.options:
            return []
        file = folder / self.options["picture"]
        uri = "/" + file.relative_to(self.env.srcdir).as_posix()
        return [nodes.image(uri=uri, alt=self.options.get("alt", ""))]


def folder_of(env: BuildEnvironment, docname: str) -> Path:
    """Return the folder in which the commands of a page run."""
    return Path(env.srcdir) / "_build" / "run" / docname


def run_command(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `xorexplain ...` or `python ...` with this Python; stderr is part of the output."""
    program, *arguments = shlex.split(command)
    argv = {"xorexplain": [sys.executable, "-m", "xorexplain"], "python": [sys.executable]}
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    return subprocess.run(
        [*argv[program], *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=TIME_LIMIT,
        check=False,
    )


def shortened(text: str, lines: int | None) -> str:
    """Keep the first lines of an output, and say so where any are left out."""
    kept = text.splitlines()
    if lines is None or len(kept) <= lines:
        return text
    return "\n".join([*kept[:lines], "..."])


def start_folder(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give a page that is read anew a fresh folder."""
    if ".. run::" not in source[0]:
        return
    folder = folder_of(app.env, docname)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(app.srcdir) / "examples", folder)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("run", Run)
    app.connect("source-read", start_folder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
