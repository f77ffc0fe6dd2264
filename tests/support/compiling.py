"""Have g++ read the headers of the engines' modules once, not once a module.

Most of the time of a module goes into headers that are the same in each, and into optimizing what
runs once on four numbers: 1.0 s as an engine calls g++, 0.3 s like this. What g++ does not take as
precompiled, because other options go with it, it reads as the text that it was made of.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

HEADERS = (
    "Python.h",
    "iostream",
    "math.h",
    "numpy/arrayobject.h",
    "numpy/arrayscalars.h",
    "vector",
    "algorithm",
)
MACHINE = ("-O0", "-g0", "-march=native")
OPTIONS = (
    *("-g", "-O3", "-fno-math-errno", "-Wno-unused-label", "-Wno-unused-variable"),
    *("-Wno-write-strings", *MACHINE, "-DNPY_NO_DEPRECATED_API=NPY_1_7_API_VERSION"),
    *("-m64", "-fPIC", "-fvisibility=hidden"),
)


# Of the linkers that come with g++ it takes half the time.
LINKER = ("-fuse-ld=gold",) if shutil.which("ld.gold") else ()
OPTION = {"theano": "gcc.cxxflags", "pytensor": "gcc__cxxflags"}
# g++ takes the one of a folder that was made with the options at hand. PyMC adds some of its own.
VARIANTS: dict[str, tuple[str, ...]] = {"usual": ()}
if importlib.util.find_spec("pymc") is not None:
    VARIANTS["pymc"] = (
        "-fno-exceptions",
        "-fno-unwind-tables",
        "-fno-asynchronous-unwind-tables",
    )


def with_precompiled_headers(engine: str, flags: str) -> str:
    """Keep precompiled headers in the compile directory, and return the flags to use them.

    Options for the compiler that somebody has set stay as they are.
    """
    compiler = shutil.which("g++")
    place = re.search(r"base_compiledir=([^,]+)", flags)
    is_used = importlib.util.find_spec(engine) is not None and "cxxflags" not in flags
    if not is_used or compiler is None or place is None:
        return flags
    header = Path(place[1]) / "precompiled" / f"{sysconfig.get_config_var('SOABI')}.h"
    made = header.with_suffix(".h.gch")
    made.mkdir(parents=True, exist_ok=True)
    if not header.exists():
        header.write_text("".join(f"#include <{name}>\n" for name in HEADERS))
    for variant, more in VARIANTS.items():
        if not (made / variant).exists():
            _precompile(compiler, header, made / variant, more)
    return f"{OPTION[engine]}=-include {header} {' '.join((*MACHINE, *LINKER))},{flags}"


def _precompile(compiler: str, header: Path, made: Path, more: tuple[str, ...]) -> None:
    import numpy

    handle, written = tempfile.mkstemp(dir=header.parent)
    os.close(handle)
    places = (f"-I{numpy.get_include()}", f"-I{sysconfig.get_paths()['include']}")
    command = [compiler, *OPTIONS, *more, *places, "-x", "c++-header", str(header), "-o", written]
    subprocess.run(command, check=True, capture_output=True)
    Path(written).replace(made)
