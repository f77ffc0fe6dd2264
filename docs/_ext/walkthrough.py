"""Write the walk-through of the XOR network into docs/walkthrough before pages are read.

It is what `xorexplain pages` writes, made anew when the package or the engine is another than the
last time. The pages with `.. run::` are read again then, too: their output is the package's.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import run_command
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import xorexplain
from xorexplain import engines

FOLDER = "walkthrough"
STAMP = ".made-from"


def write_pages(app: Sphinx) -> None:
    folder = Path(app.srcdir) / FOLDER
    stamp = fingerprint(Path(app.srcdir))
    if (folder / STAMP).is_file() and (folder / STAMP).read_text() == stamp:
        return
    # Imported here, since most builds find the pages there.
    from xorexplain.models.tutorial import xor
    from xorexplain.render.reports.gather import Subject
    from xorexplain.sphinxext.walkthrough import Settings, walkthrough
    from xorexplain.sphinxext.walkthrough.project import write

    engine = engines.choose()
    made = walkthrough(Subject(engine, xor(engine)), Settings(dictionary=True, taught="/start"))
    # The settings are those of the site.
    files = {path: data for path, data in made.files.items() if path != "conf.py"}
    write(folder, files, force=True)
    (folder / STAMP).write_text(stamp)


def fingerprint(docs: Path) -> str:
    """Return what changes when a command may print something else."""
    digest = hashlib.sha256()
    package = Path(xorexplain.__file__).parent
    for file in sorted([*package.rglob("*.py"), *(docs / "examples").rglob("*")]):
        if file.is_file():
            digest.update(file.read_bytes())
    for name in ("numpy", *engines.installed()):
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages that ran commands of another state of the package."""
    stamp = fingerprint(Path(app.srcdir))
    before, env.xorexplain_made_from = getattr(env, "xorexplain_made_from", stamp), stamp
    if before == stamp:
        return []
    return [name for name in env.found_docs if run_command.folder_of(env, name).is_dir()]


def setup(app: Sphinx) -> dict[str, Any]:
    # Before the theme, whose code styles switch on every library's log of what it does.
    engines.choose()
    app.connect("builder-inited", write_pages)
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
