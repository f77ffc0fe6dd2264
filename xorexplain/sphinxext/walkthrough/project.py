"""Write the pages into a folder as a Sphinx project, without losing what somebody else wrote."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import on_one_line
from xorexplain.render.files import check_writable, write_atomically

MANIFEST = ".xorexplain-pages.json"
Digests = Mapping[str, list[str]]
"""What each file may hold to be as we wrote it; two contents while a run replaces the files."""
_CONF = '''\
"""Build these pages with Sphinx: sphinx-build -b html . _build

They need xorexplain with its documentation tools: pip install 'xorexplain[docs]'
"""

from importlib.util import find_spec

from markupsafe import escape

project = {title!r}
extensions = ["xorexplain.sphinxext.walkthrough.extension"]
exclude_patterns = ["_build"]
html_math_renderer = "mathml"
html_theme = "furo" if find_spec("furo") else "alabaster"
html_title = project
# Themes put these into their pages, most of them as they are.
html_context = dict.fromkeys(("project", "docstitle", "shorttitle"), escape(project))
html_copy_source = False
# The search would fetch the text of pages, which a browser refuses without a server.
html_show_search_summary = False
# The formulas are full of letters that pdflatex has no fonts for.
latex_engine = "xelatex"
latex_use_xindy = False
latex_documents = [("index", "walkthrough.tex", "", "", "howto")]
# The long name of a rewrite may go on in the next line, behind an underscore.
breaks = (
    r"\\protected\\def\\sphinxcode#1{{{{\\let\\ruled\\_"
    r"\\def\\_{{\\ruled\\allowbreak}}\\texttt{{#1}}}}}}"
)
latex_elements = {{"papersize": "a4paper", "preamble": breaks}}
'''


def conf(title: str) -> bytes:
    """Return the text of conf.py."""
    return _CONF.format(title=on_one_line(title)).encode()


def check_folder(folder: Path, force: bool) -> None:
    """Raise XorexplainError where a folder cannot be written, before anything is computed."""
    if folder == Path("-"):
        raise XorexplainError("stdout takes one file, these are many: give a folder with --out")
    if folder.exists() and not folder.is_dir():
        raise XorexplainError(f"{folder} is a file: give a folder with --out")
    check_writable(folder / MANIFEST if folder.is_dir() else folder)
    if folder.is_dir() and not force:
        _check_own(folder, _written(folder))


def _check_own(folder: Path, ours: Digests) -> None:
    """Refuse a folder in which pages were changed since we wrote them."""
    for path, known in ours.items():
        file = folder / path
        if file.is_file() and _digest(file.read_bytes()) not in known:
            raise XorexplainError(
                f"{file} was changed since it was written: keep the change elsewhere, or say "
                "--force to overwrite it"
            )


def write(folder: Path, files: Mapping[str, bytes], force: bool = False) -> list[str]:
    """Write files into a folder and remove those of an earlier run that are no longer made.

    A file that is as it should be is left alone, so that Sphinx does not read it again. Every file
    is written under another name before the first takes its place. Raise XorexplainError, with
    nothing written, for a file in the way that was not written here, unless `force` is true.
    Return the paths that changed.
    """
    ours = _written(folder) if folder.is_dir() else {}
    if not force:
        _check_own(folder, ours)
        for path in files:
            if path not in ours and (folder / path).exists():
                raise XorexplainError(
                    f"{folder / path} was not written by this command: choose another --out, or "
                    "say --force to overwrite it"
                )
    changed = [p for p, data in files.items() if not _is_same(folder / p, data)]
    stale = [p for p in ours if p not in files]
    digests = {path: [_digest(data)] for path, data in files.items()}
    if not changed and not stale and ours == digests:
        return []
    try:
        _replace(folder, {path: files[path] for path in changed}, stale, digests)
    except OSError as error:
        raise XorexplainError(
            f"cannot write {folder}: {error.strerror}: choose another --out"
        ) from error
    return [*changed, *stale]


def _replace(folder: Path, files: Mapping[str, bytes], stale: list[str], digests: Digests) -> None:
    """Write all new files into a temporary folder, then move each to its place."""
    is_new = not folder.exists()
    parent = folder.parent if is_new else folder
    temporary = parent / f".xorexplain-{secrets.token_hex(8)}"
    try:
        for path, data in files.items():
            target = temporary / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if is_new:
            (temporary / MANIFEST).write_bytes(_manifest(digests))
            temporary.rename(folder)
            return
        # Both states are known as ours before the first file moves, so that a run after an
        # interruption knows its own files, whichever of the two they hold.
        before = _written(folder)
        both = {p: [*before.get(p, []), *digests.get(p, [])] for p in {**before, **digests}}
        write_atomically(folder / MANIFEST, _manifest(both))
        for path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (temporary / path).replace(folder / path)
        for path in stale:
            (folder / path).unlink(missing_ok=True)
        write_atomically(folder / MANIFEST, _manifest(digests))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _manifest(digests: Digests) -> bytes:
    text = json.dumps({"version": 1, "files": dict(sorted(digests.items()))}, indent=1)
    return f"{text}\n".encode()


def _written(folder: Path) -> dict[str, list[str]]:
    """Return the files earlier runs wrote, with what they held; paths that lead out are none."""
    file = folder / MANIFEST
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["files"]
        return {str(p): list(map(str, d)) for p, d in found.items() if _is_inside(str(p))}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise XorexplainError(
            f"{file} cannot be read: remove it, and say --force to write over the pages"
        ) from error


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts


def _is_same(file: Path, data: bytes) -> bool:
    return file.is_file() and file.read_bytes() == data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
