"""Run a command while the documentation is built, and show what it printed and drew.

::

    .. run:: xorexplain graph --out xor.svg
       :picture: xor.svg
       :alt: The network as a graph

shows the command, its output and the picture; `:page: xor.html` puts a page that was written beside
this one and links to it. Every page has a folder of its own, which starts as
a copy of `docs/examples`, so that commands of one page can build on each other. An exit status
other than `:status:` (0 by default) is a warning, and with `sphinx-build -W` an error; so is an
exception that Python ignores, which changes no status.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from forking import LONGEST, run_forked
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from xorexplain.render.theme import THEMES
from xorexplain.sphinxext.output.style import twins

logger = logging.getLogger(__name__)

COLUMNS = 96
HOME = "/home/you"
IGNORED = "Exception ignored"
FEWER = re.compile(r"\d+ apply nodes?, \d+ shown")
FOLDED = "Fewer nodes are shown than there are: :term:`folded` ones are told by others."


class Run(SphinxDirective):
    """Show a command with its real output; see the module for the options."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "picture": directives.unchanged_required,
        "page": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "status": directives.nonnegative_int,
        "first-lines": directives.positive_int,
        "last-lines": directives.positive_int,
    }

    def run(self) -> list[nodes.Node]:
        command = " ".join(self.arguments[0].split())
        folder = folder_of(self.env, self.env.docname)
        completed = run_command(command, folder)
        # A reader sees a folder of his own, not where this page was built.
        text = completed.stdout.rstrip("\n").replace(str(folder), HOME)
        expected = self.options.get("status", 0)
        if completed.returncode != expected:
            logger.warning(
                "%r ended with status %s, not %s:\n%s",
                *(command, completed.returncode, expected, text),
                location=self.get_location(),
            )
        if IGNORED in text:
            logger.warning("%r went wrong:\n%s", command, text, location=self.get_location())
        kept = shortened(text, self.options.get("first-lines"), self.options.get("last-lines"))
        session = f"$ {command}\n{kept}".rstrip("\n")
        block = nodes.literal_block(session, session, language="console")
        return [block, *self.picture(folder), *self.folded(text, folder), *self.page(folder)]

    def folded(self, text: str, folder: Path) -> list[nodes.Node]:
        """Say once on a page why a picture or a tree shows fewer nodes than the graph has."""
        file = folder / self.options.get("picture", "")
        if file.suffix == ".svg":
            text += file.read_text(encoding="utf-8")
        if not FEWER.search(text) or self.env.temp_data.get(FOLDED):
            return []
        self.env.temp_data[FOLDED] = True
        return self.parse_text_to_nodes(FOLDED)

    def page(self, folder: Path) -> list[nodes.Node]:
        if "page" not in self.options:
            return []
        written = folder / self.options["page"]
        place = Path(self.env.docname + f"-{written.name}")
        target = pages_of(self.env.srcdir) / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(written, target)
        words = self.options.get("alt", written.name)
        link = nodes.reference("", words, refuri=place.name, internal=True)
        return [nodes.paragraph("", "", link)]

    def picture(self, folder: Path) -> list[nodes.Node]:
        if "picture" not in self.options:
            return []
        file = folder / self.options["picture"]
        twin = darkened(file) if file.suffix == ".svg" else None
        if twin is None:
            return [self.image(file, [])]
        return [self.image(file, ["only-light"]), self.image(twin, ["only-dark"])]

    def image(self, file: Path, classes: list[str]) -> nodes.Node:
        uri = "/" + file.relative_to(self.env.srcdir).as_posix()
        # A width makes Sphinx link the picture to its file, where it is seen in full size.
        shown = nodes.image(uri=uri, alt=self.options.get("alt", ""), width="100%")
        shown["classes"] = ["xorexplain-drawn", *classes]
        return shown


def folder_of(env: BuildEnvironment, docname: str) -> Path:
    """Return the folder in which the commands of a page run."""
    return Path(env.srcdir) / "_build" / "run" / docname


def pages_of(docs: Path | str) -> Path:
    """Return the folder of what is published as it is."""
    return Path(docs) / "_build" / "pages"


def make_folder(app: Sphinx) -> None:
    """Have the folder there when Sphinx looks for it."""
    pages_of(app.srcdir).mkdir(parents=True, exist_ok=True)
    app.config.html_extra_path.append(str(pages_of(app.srcdir)))


def run_command(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `xorexplain ...` or `python ...` with this Python; stderr is part of the output."""
    program, *arguments = shlex.split(command)
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    if program == "xorexplain":
        return run_forked(program, arguments, folder, environment, joined=True)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )


def darkened(file: Path) -> Path | None:
    """Write a picture in the colours of the dark theme; None for one with colours of its own."""
    light, dark = THEMES["light"], THEMES["dark"]
    text = file.read_text(encoding="utf-8")
    if f'fill="{light.background}"' not in text or light.text not in text:
        return None
    pairs = twins(light, dark)
    pattern = re.compile("|".join(map(re.escape, pairs)))
    twin = file.with_name(f"{file.stem}-dark.svg")
    twin.write_text(pattern.sub(lambda match: pairs[match[0]], text), encoding="utf-8")
    return twin


def shortened(text: str, first: int | None, last: int | None = None) -> str:
    """Keep the first or the last lines of an output, and say so where any are left out."""
    kept = text.splitlines()
    if first is not None and len(kept) > first:
        return "\n".join([*kept[:first], "..."])
    if last is not None and len(kept) > last:
        return "\n".join(["...", *kept[-last:]])
    return text


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
    app.connect("builder-inited", make_folder)
    app.connect("source-read", start_folder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
