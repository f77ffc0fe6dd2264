"""Check what pictures need: Graphviz, embedded or of the system, and a font."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from xorexplain.cli.commands.doctor.packages import (
    reinstalling,
    run,
    system_install,
    version_line,
    version_of,
)
from xorexplain.cli.commands.doctor.record import Finding, Machine

_FONTS = Path(__file__).parents[3] / "render" / "layout" / "fonts"
# In a process of its own, since a broken native library may end the process that loads it.
_DRAW = """
import pygraphviz
graph = pygraphviz.AGraph()
graph.add_node("a")
assert graph.draw(format="png:cairo", prog="dot").startswith(b"\\x89PNG"), "drew no PNG"
print(pygraphviz.__graphviz_version__)
"""


def embedded_graphviz(machine: Machine) -> Finding:
    """Check that the Graphviz inside pygraphviz draws a PNG."""
    loss, cure = "every picture with --layout embedded", "pip install 'pygraphviz>=2'"
    version = version_of("pygraphviz")
    if version == "":
        return Finding("missing", "pygraphviz is not installed", loss, cure)
    done = run([sys.executable, "-c", _DRAW])
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return Finding("problem", f"pygraphviz {version}: {last}", loss, reinstalling(cure))
    graphviz = done.stdout.strip()
    return Finding("ok", f"{graphviz} in pygraphviz {version}, draws with cairo and pango")


def system_graphviz(machine: Machine) -> Finding:
    """Check for a `dot` program on PATH."""
    path = shutil.which("dot")
    if path is None:
        loss = "--layout system only"
        return Finding("missing", "no dot on PATH", loss, system_install("graphviz"))
    return Finding("ok", f"{path}, {version_line(path, '-V')}")


def font(machine: Machine) -> Finding:
    """Check that the package's own font is there."""
    fonts = sorted(path.name for path in _FONTS.glob("*.[ot]tf"))
    if fonts:
        return Finding("ok", f"{', '.join(fonts)}, in the package")
    loss = "letters in pictures, on a machine that has no fonts"
    cure = "pip install --force-reinstall --no-deps ."
    return Finding("problem", f"no font in {_FONTS}", loss, cure)
