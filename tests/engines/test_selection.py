"""The engine is the object's own, the one asked for, the environment's, or the installed one."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from processes import output_of

from xorexplain import engines
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError

OTHER = {"theano": "pytensor", "pytensor": "theano"}


def test_the_installed_engine_is_chosen(engine: Engine) -> None:
    assert engines.installed() == (engine.name,)
    assert engines.choose() is engine
    assert engines.load(engine.name) is engine


def test_the_environment_chooses(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XOREXPLAIN_ENGINE", OTHER[engine.name])
    with pytest.raises(XorexplainError, match="is not installed: pip install"):
        engines.choose()

    assert engines.choose(engine.name) is engine

    monkeypatch.setenv("XOREXPLAIN_ENGINE", "")
    assert engines.choose() is engine


@pytest.mark.parametrize("name", ["Theano", "pytensr", "jax"])
def test_an_unknown_engine_is_told_with_the_nearest(name: str) -> None:
    with pytest.raises(XorexplainError, match=f"unknown engine '{name}': "):
        engines.load(name)


def test_an_engine_that_is_missing_is_told_with_its_cure(engine: Engine) -> None:
    with pytest.raises(XorexplainError) as caught:
        engines.load(OTHER[engine.name])

    cures = {"theano": "pip install 'Theano==1.0.5'", "pytensor": "pip install 'pytensor>=3.3'"}
    assert cures[OTHER[engine.name]] in str(caught.value)


def test_no_engine_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "ENGINES", ())

    with pytest.raises(XorexplainError, match="no engine is installed: pip install"):
        engines.choose()


def test_objects_belong_to_their_engine(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")
    function = engine.compile([x], x + 1.0, [])

    for made in (x, x.sum(), engine.module.shared(1.0), function, function.maker.fgraph):
        assert engines.engine_of(made) is engine


def test_a_subclass_belongs_to_the_engine_of_its_base(engine: Engine) -> None:
    class Own(type(engine.tensor.dmatrix("x"))):  # type: ignore[misc]
        pass

    assert engines.engine_of(Own.__new__(Own)) is engine


@pytest.mark.parametrize("made", [None, 1, "theano", [], ModuleType("theano"), object()])
def test_other_objects_belong_to_none(made: object) -> None:
    assert engines.engine_of(made) is None


def test_no_engine_is_imported_before_it_is_chosen() -> None:
    code = """
        import sys
        import xorexplain
        import xorexplain.engines
        import xorexplain.graph.json
        import xorexplain.models.loading
        import xorexplain.models.stages

        xorexplain.engines.installed()
        print({name.partition(".")[0] for name in sys.modules} & {"theano", "pytensor"})
    """

    assert output_of(code) == "set()\n"


def test_a_folder_of_an_engines_name_is_no_engine(tmp_path: Path) -> None:
    code = "from xorexplain.engines import installed; print(installed())"
    for name in OTHER:
        (tmp_path / name).mkdir()

    assert output_of(code, cwd=tmp_path) == f"{engines.installed()}\n"
