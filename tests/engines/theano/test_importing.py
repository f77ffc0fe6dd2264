"""A script of somebody's own imports Theano where Theano by itself would fail."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from forking import LONGEST
from processes import bare_environment, output_of, run_python

from xorexplain.errors.importing import prepare

pytestmark = pytest.mark.theano

SCAN = """
import sys
import theano.tensor as T

x = T.dvector("x")
h, _ = theano.scan(lambda one, before: 2 * before + one, sequences=[x], outputs_info=[T.zeros(())])
found = theano.function([x], h, mode=theano.compile.Mode("py"))([1.0, 2.0, 3.0])
print([float(number) for number in found], sys.argv[1:], __name__)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a user who has set nothing, where Theano keeps what it compiles for itself."""
    return tmp_path_factory.mktemp("home")


def test_theano_is_imported_after_the_package(home: Path) -> None:
    code = "import os\nimport xorexplain\nassert 'theano' not in sys.modules\nimport theano\n"
    code += SCAN + "print(os.environ.get('THEANO_FLAGS'), type(theano.__loader__).__name__)"
    completed = run_python("import sys\n" + code, env=bare_environment(home))

    assert completed.stdout.splitlines() == [
        "[1.0, 4.0, 11.0] [] __main__",
        "None SourceFileLoader",
    ]
    assert completed.stderr == ""


def test_a_script_that_imports_theano_first_runs_through_the_module(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "beside.py").write_text("VALUE = 7\n", encoding="utf-8")
    script = tmp_path / "script.py"
    last = "import xorexplain\nfrom beside import VALUE\nprint(VALUE)\n"
    script.write_text("import theano\n" + SCAN + last, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "xorexplain.engines.theano", str(script), "--rate", "3"],
        env=bare_environment(home),
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
    )

    assert done.stdout.splitlines() == ["[1.0, 4.0, 11.0] ['--rate', '3'] __main__", "7"]
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("arguments", [[], ["/nowhere/at/all.py"]])
def test_without_a_script_it_says_how_to_call_it(home: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xorexplain.engines.theano", *arguments],
        env=bare_environment(home),
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
    )

    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("python -m xorexplain.engines.theano FILE.py [ARGUMENT]...\n")
    assert done.returncode == 1


def test_an_import_that_failed_before_is_made_good(home: Path) -> None:
    code = """
        import sys

        try:
            import theano
        except AttributeError:
            print("failed")
        import xorexplain
        import theano

        print(theano.config.floatX)
    """

    assert output_of(code, env=bare_environment(home)).splitlines()[-1] == "float64"


def test_a_flag_of_the_users_is_not_replaced(home: Path) -> None:
    code = (
        "import xorexplain, theano; print(repr(theano.config.blas.ldflags), theano.config.floatX)"
    )
    env = bare_environment(home, THEANO_FLAGS="blas.ldflags=-lmine,floatX=float32")

    assert output_of(code, env=env) == "'-lmine' float32\n"


def test_recording_a_function_of_ones_own(home: Path) -> None:
    code = textwrap.dedent("""
        import xorexplain
        import theano
        import theano.tensor as T

        x = T.dvector("x")
        with xorexplain.record_rewrites() as recorded:
            theano.function([x], T.log(1 + x), mode=theano.compile.Mode("py"))
        print(len(recorded), "local_log1p" in {s.rewrite for s in recorded.trace().steps})
    """)

    assert output_of(code, env=bare_environment(home)) == "1 True\n"


def test_a_library_that_is_there_is_left_alone() -> None:
    before = list(sys.meta_path)

    prepare("json", "xorexplain.engines.theano.importing:repaired")

    assert sys.meta_path == before
