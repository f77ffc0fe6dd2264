"""Let Theano 1.0.5 be imported with Python and NumPy releases younger than itself, and quietly."""

from __future__ import annotations

import configparser
import contextlib
import importlib
import logging
import os
import runpy
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from xorexplain.engines.shared.compile_dir import usable


@contextlib.contextmanager
def importable() -> Iterator[None]:
    """Let Theano be imported in this block; what the user set for Theano stays as it is.

    Raise XorexplainError where Theano cannot write to its compile directory.
    """
    with repaired(), _quiet(), usable("Theano"):
        yield


@contextlib.contextmanager
def repaired() -> Iterator[None]:
    """Let an `import theano` of anybody's in this block find what newer releases took away."""
    forget_failed()
    with _blas_flags():
        yield
    scan_in_python()


def forget_failed() -> None:
    """Forget the parts of Theano that an import which failed before this one left behind.

    Theano refuses to define its configuration a second time.
    """
    if getattr(sys.modules.get("theano"), "__version__", None) is None:
        for name in [name for name in sys.modules if name.startswith("theano.")]:
            del sys.modules[name]


def scan_in_python() -> None:
    """Let Scan run: its C code does not compile on Python 3.11, and Theano can do without.

    Where that module cannot be imported, Theano runs Scan in Python; None is how the import system
    is told so.
    """
    if sys.version_info >= (3, 11):
        sys.modules.setdefault("theano.scan_module.scan_perform_ext", None)  # type: ignore[arg-type]
    # Theano imports pkg_resources at the first Scan.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated", module="theano")


def fails_alone() -> bool:
    """Tell whether `import theano` fails here unless this package is imported before it."""
    return not (_user_set_blas() or _numpy_names_blas())


def run_script(arguments: list[str]) -> None:
    """Run a Python file as `python FILE ...` does, where it imports Theano by itself.

    Raise SystemExit with a line on how to call it, where no file is named.
    """
    if not arguments or not Path(arguments[0]).is_file():
        found = f"there is no file {arguments[0]}: " if arguments else ""
        raise SystemExit(f"{found}python -m xorexplain.engines.theano FILE.py [ARGUMENT]...")
    sys.argv[:] = arguments
    sys.path[0] = str(Path(arguments[0]).resolve().parent)
    runpy.run_path(arguments[0], run_name="__main__")


@contextlib.contextmanager
def _blas_flags() -> Iterator[None]:
    """Spare Theano a question that NumPy no longer answers.

    Theano asks numpy for `blas_opt_info`, which numpy >= 1.22 wheels lack, and fails at import.
    With `blas.ldflags` empty it uses numpy's own BLAS and says so in a warning at each start.
    """
    if not fails_alone():
        yield
        return
    before = os.environ.get("THEANO_FLAGS")
    os.environ["THEANO_FLAGS"] = ",".join(filter(None, [before, "blas.ldflags="]))
    logger = logging.getLogger("theano.tensor.blas")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        if before is None:
            del os.environ["THEANO_FLAGS"]
        else:
            os.environ["THEANO_FLAGS"] = before


def _user_set_blas() -> bool:
    flags = os.environ.get("THEANO_FLAGS", "")
    if any(flag.partition("=")[0].strip() == "blas.ldflags" for flag in flags.split(",")):
        return True
    parser = configparser.RawConfigParser()
    files = os.environ.get("THEANORC", "~/.theanorc").split(os.pathsep)
    # Path's own expanduser fails for a user without a home folder.
    parser.read([os.path.expanduser(file) for file in files], encoding="utf-8")  # noqa: PTH111
    return parser.has_option("blas", "ldflags")


def _numpy_names_blas() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        config = importlib.import_module("numpy.distutils.__config__")
    return hasattr(config, "blas_opt_info")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what Theano says at every start about its own age and a missing C compiler.

    `train` and `doctor` tell of the compiler where it matters.
    """
    logger = logging.getLogger("theano.configdefaults")
    logger.addFilter(_is_not_about_compiler)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.filterwarnings("ignore", message="DeprecationWarning: there is no c")
        try:
            yield
        finally:
            logger.removeFilter(_is_not_about_compiler)


def _is_not_about_compiler(record: logging.LogRecord) -> bool:
    return "g++ not detected" not in record.getMessage()
