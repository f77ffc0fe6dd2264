"""What names a model, and what names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from xorexplain.errors import XorexplainError
from xorexplain.models.files.spec import Spec, is_file_spec, is_tutorial, spec_of


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").touch()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "deep.py").touch()
    (tmp_path / "story.ipynb").touch()
    (tmp_path / "data.csv").touch()
    (tmp_path / "g.json").touch()


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("net.py", Spec("net.py", None, True)),
        ("net.py:build", Spec("net.py", "build", True)),
        ("./models/deep.py:build", Spec("models/deep.py", "build", True)),
        ("net", Spec("net", None, False)),
        ("package.net:build", Spec("package.net", "build", False)),
        ("-", Spec("-", None, True)),
        ("-:build", Spec("-", "build", True)),
    ],
)
def test_specs(text: str, spec: Spec) -> None:
    assert spec_of(text) == spec


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' names no model: write net.py, net.py:name or pkg.module:name"),
        ("net.py:", "'net.py:' names no model: leave the colon out, or write net.py,"),
        ("a b", "'a b' names no model: write"),
        ("nte.py", "there is no file nte.py: did you mean net.py?"),
        ("models/dep.py:x", "there is no file models/dep.py: did you mean models/deep.py?"),
        ("models", "models is a folder: name a .py file in it, as models/deep.py"),
        ("story.ipynb", "story.ipynb is a notebook: write `%load_ext xorexplain` in it, or save"),
        ("gone.ipynb", "there is no file gone.ipynb"),
        ("data.csv", "data.csv is no Python file, whose name ends in .py: write net.py"),
        ("g.json", "g.json is no Python file: `graph` and `print` read a graph"),
        ("away/net", "there is no file away/net: check the name; no .py file is in "),
    ],
)
def test_mistakes_name_the_cure(text: str, message: str) -> None:
    with pytest.raises(XorexplainError) as caught:
        spec_of(text)

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_picture_is_something_to_write(tmp_path: Path) -> None:
    (tmp_path / "graph.png").touch()

    with pytest.raises(XorexplainError, match=r"to write it, say -o graph\.png"):
        spec_of("graph.png")


def test_the_tutorial_has_a_name_until_a_file_takes_it(tmp_path: Path) -> None:
    assert is_tutorial(None)
    assert is_tutorial("xor")
    (tmp_path / "xor.py").touch()
    assert not is_tutorial("xor")


@pytest.mark.parametrize("word", ["net.py", "a/b.py:c", "t.json", "story.ipynb"])
def test_words_that_are_files_wherever_they_stand(word: str) -> None:
    assert is_file_spec(word)


@pytest.mark.parametrize("word", ["cost", "local_log1p", "13", "pkg.module:net", "layer1.W"])
def test_words_that_may_be_something_else(word: str) -> None:
    assert not is_file_spec(word)
