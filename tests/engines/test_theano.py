"""Theano 1.0.5 starts on younger Pythons as if it were made for them, and on the user's terms."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import failing_compiles
import models
import numpy
import pytest
from processes import bare_environment, output_of, run_python

from xorexplain.engines import Engine
from xorexplain.engines.shared.computing import refused
from xorexplain.errors import NotComputedError

pytestmark = pytest.mark.theano

START = """
    import os
    from xorexplain.engines import choose

    before = os.environ.get("THEANO_FLAGS")
    engine = choose()
    assert os.environ.get("THEANO_FLAGS") == before, os.environ.get("THEANO_FLAGS")
    print(engine.version, repr(engine.module.config.blas.ldflags))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    """An empty home, and what was said when Theano started in it."""
    home = tmp_path_factory.mktemp("home")
    return home, run_python(START, env=bare_environment(home), cwd=home)


@pytest.fixture
def used_home(home: Path, first: tuple[Path, CompletedProcess[str]]) -> Path:
    """A home where Theano was before: what it compiles to start with takes as long as all else."""
    (home / ".theano").symlink_to(first[0] / ".theano", target_is_directory=True)
    return home


def test_it_starts_silently_with_nothing_set(first: tuple[Path, CompletedProcess[str]]) -> None:
    _, completed = first

    assert completed.stderr == ""
    assert completed.stdout.startswith("1.0.5 ")


def test_it_starts_silently_without_a_compiler(home: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()

    completed = run_python(START, env=bare_environment(home, PATH=str(tmp_path / "bin")), cwd=home)

    assert (completed.stderr, completed.returncode) == ("", 0)


def test_the_users_flag_wins(used_home: Path) -> None:
    env = bare_environment(used_home, THEANO_FLAGS="floatX=float32, blas.ldflags=-lmine")

    assert output_of(START, env=env) == "1.0.5 '-lmine'\n"


def test_other_flags_are_kept(used_home: Path) -> None:
    code = START + "\n    print(engine.module.config.floatX)\n"
    env = bare_environment(used_home, THEANO_FLAGS="floatX=float32")

    assert output_of(code, env=env).splitlines()[1] == "float32"


@pytest.mark.parametrize("variable", [None, "THEANORC"])
def test_the_users_file_wins(used_home: Path, variable: str | None) -> None:
    path = used_home / ("mine.rc" if variable else ".theanorc")
    path.write_text("[global]\nfloatX = float32\n\n[blas]\nldflags = -lmine\n", "utf-8")
    env = bare_environment(used_home, **({variable: str(path)} if variable else {}))

    assert output_of(START, env=env) == "1.0.5 '-lmine'\n"


def test_a_file_that_says_nothing_of_blas(used_home: Path) -> None:
    (used_home / ".theanorc").write_text("[global]\nfloatX = float32\n", "utf-8")
    code = START + "\n    print(engine.module.config.floatX)\n"

    completed = run_python(code, env=bare_environment(used_home))

    assert completed.stderr == ""
    assert completed.stdout.splitlines()[1] == "float32"


def test_warnings_of_the_user_are_left_as_they_were(used_home: Path) -> None:
    code = """
        import warnings
        from xorexplain.engines import choose

        choose()
        warnings.warn("a warning of the user's", DeprecationWarning)
    """

    completed = run_python(code, env=bare_environment(used_home, PYTHONWARNINGS="default"))

    assert "a warning of the user's" in completed.stderr


def test_a_scan_is_built_silently(used_home: Path) -> None:
    code = """
        from xorexplain.engines import choose
        import models

        print(len(models.record(choose(), "recurrent", "gradient").inner))
    """

    completed = run_python(code, env=bare_environment(used_home))

    assert completed.stderr == ""
    assert int(completed.stdout) > 0


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the C code of Scan compiles before 3.11")
def test_scans_run_in_python_where_their_c_code_does_not_compile(engine: Engine) -> None:
    assert sys.modules["theano.scan_module.scan_perform_ext"] is None

    model = models.model(engine, "recurrent")
    function = engine.compile(model.inputs, [model.cost], [])

    assert numpy.isfinite(function(numpy.ones((4, 3)))[0])


def test_a_scan_whose_values_do_not_fit_says_so(engine: Engine) -> None:
    """A Scan has none of the methods of the C linker's ops."""
    T = engine.tensor
    x, W = T.dmatrix("x"), T.dmatrix("W")
    states, _ = engine.module.scan(
        lambda row, before, W: row + T.dot(before, W), [x], [T.zeros((3,))], [W]
    )
    loop = states.owner.inputs[0].owner
    given = engine.module.function([x, W], loop.inputs)(numpy.ones((4, 3)), numpy.ones((2, 3)))

    with pytest.raises(ValueError, match=r"(?i)shape"):
        engine.compute(loop, loop.inputs, given)


def test_constant_folding_is_put_back(engine: Engine) -> None:
    op = engine.module.Op
    elemwise = engine.tensor.elemwise.Elemwise
    before = (vars(op).get("python_constant_folding"), elemwise.python_constant_folding)
    x = engine.tensor.dscalar("x")

    with pytest.raises(TypeError):
        engine.rewrite([x], [object()], [])
    engine.rewrite([x], [x * 2.0], [])

    after = (vars(op).get("python_constant_folding"), elemwise.python_constant_folding)
    assert after == before


def test_intermediates_of_a_composite_have_no_made_up_names(engine: Engine) -> None:
    graph = models.record(engine, "fused", "optimized")
    inner = [variable for g in graph.inner for variable in g.variables]

    assert {v.name for v in inner if v.role == "intermediate"} == {None}
    assert "i0" in {v.name for v in inner if v.role == "input"}


def test_what_is_wrong_with_c_code_is_told_where_there_is_no_other(engine: Engine) -> None:
    op, x = failing_compiles.own_op(engine, "{z} = nonsense({x});"), engine.tensor.dvector("x")

    def perform(self: Any, node: Any, inputs: Any, output_storage: Any) -> None:
        raise NotImplementedError

    type(op).perform = perform
    twice = op(x)

    with pytest.raises(NotComputedError, match=r"^Twice .*does not compile: .nonsense. was not"):
        engine.evaluator([twice + 1.0], [x])(numpy.ones(3))
    assert engine.module.gof.compilelock.get_lock.n_lock == 0


def test_what_a_linker_lacks_is_told() -> None:
    said = "Compilation failed (return status=1): /usr/bin/ld: cannot find -lmkl_rt: No such file"
    text = f"{said}. collect2: error: ld returned 1 exit status. "

    assert "cannot find -lmkl_rt: No such" in str(refused(None, "op", RuntimeError(text), True))
