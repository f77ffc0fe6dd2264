"""Write folders, and lose nothing of what was in them."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from processes import output_of

from xorexplain.errors import XorexplainError
from xorexplain.sphinxext.walkthrough import project

FILES = {"index.rst": b"Index\n", "pictures/a.svg": b"<svg/>", "conf.py": b"project = 'a'\n"}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != project.MANIFEST
    }


def test_writes_a_new_folder(tmp_path: Path) -> None:
    out = tmp_path / "pages"

    assert project.write(out, FILES) == list(FILES)

    assert contents(out) == FILES
    assert list(tmp_path.iterdir()) == [out]


def test_writes_into_an_empty_folder(tmp_path: Path) -> None:
    project.write(tmp_path, FILES)

    assert contents(tmp_path) == FILES


def test_writes_only_what_changed(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    project.write(out, FILES)
    for path in FILES:
        # Long ago: a file system may give what is written at once the same time.
        os.utime(out / path, (0, 0))

    assert project.write(out, FILES) == []
    assert project.write(out, {**FILES, "index.rst": b"Other\n"}) == ["index.rst"]

    assert [path for path in FILES if (out / path).stat().st_mtime] == ["index.rst"]


def test_removes_what_it_no_longer_writes(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    project.write(out, {**FILES, "old.rst": b"old"})
    (out / "mine.rst").write_text("mine")

    project.write(out, FILES)

    assert contents(out) == {**FILES, "mine.rst": b"mine"}


def test_never_overwrites_what_somebody_else_wrote(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text("mine")

    with pytest.raises(XorexplainError, match=r"conf\.py was not written by this.*--force"):
        project.write(tmp_path, FILES)

    assert contents(tmp_path) == {"conf.py": b"mine"}
    project.write(tmp_path, FILES, force=True)
    assert contents(tmp_path) == FILES


def test_never_overwrites_what_was_changed_since(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    project.write(out, FILES)
    (out / "index.rst").write_text("my remark")

    for act in (lambda: project.write(out, FILES), lambda: project.check_folder(out, False)):
        with pytest.raises(XorexplainError, match=r"index\.rst was changed since.*--force"):
            act()

    assert (out / "index.rst").read_text() == "my remark"
    project.check_folder(out, force=True)
    project.write(out, FILES, force=True)
    assert contents(out) == FILES


def test_an_interruption_leaves_every_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "pages"
    project.write(out, FILES)
    changed = {path: data + b"\n" for path, data in FILES.items()}
    moved: list[Path] = []
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if moved:
            raise KeyboardInterrupt
        moved.append(self)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        project.write(out, changed)
    monkeypatch.undo()

    found = contents(out)
    assert set(found) == set(FILES)
    assert all(found[path] in (FILES[path], changed[path]) for path in FILES)
    # The next run takes up what this one left, and asks for no --force.
    project.write(out, changed)
    assert contents(out) == changed


def test_an_interrupted_first_run_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        project.write(tmp_path / "pages", FILES)

    assert list(tmp_path.iterdir()) == []


def test_a_record_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    out, outside = tmp_path / "pages", tmp_path / "precious"
    outside.write_text("precious")
    project.write(out, FILES)
    record = json.loads((out / project.MANIFEST).read_text())
    record["files"]["../precious"] = [hashlib.sha256(b"precious").hexdigest()]
    (out / project.MANIFEST).write_text(json.dumps(record))

    project.write(out, FILES)

    assert outside.read_text() == "precious"


def test_a_record_that_is_damaged_is_told(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    project.write(out, FILES)
    (out / project.MANIFEST).write_text("{")

    with pytest.raises(XorexplainError, match="cannot be read: remove it"):
        project.write(out, FILES)


@pytest.mark.parametrize("place", ["file", "nowhere/deeper"])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_made(
    tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(XorexplainError):
        project.check_folder(tmp_path / place, force=True)


def test_a_walkthrough_is_written_without_sphinx() -> None:
    code = """
        import sys
        sys.modules["docutils"] = sys.modules["sphinx"] = None
        from xorexplain import engines
        from xorexplain.models.tutorial import xor
        from xorexplain.render.reports.gather import Subject
        from xorexplain.sphinxext.walkthrough import Settings, walkthrough

        engine = engines.choose()
        settings = Settings(2, undone=False)
        print("index.rst" in walkthrough(Subject(engine, xor(engine)), settings).files)
    """

    assert output_of(code) == "True\n"
